"""tokens of invitations

Revision: 0005, after: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

INVITATION = (
    "id, dossier, occasion, questionnaire, minted_at, expires_at, used_at, by_post, voided_at, revision"
)


def upgrade() -> None:
    op.create_table('rating_token',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('invitation', sa.String(), nullable=False),
    sa.Column('provenance', sa.Text(), nullable=False),
    sa.Column('issue', sa.Integer(), server_default='1', nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('token_hash')
    )
    op.execute(
        "INSERT INTO rating_token (token_hash, invitation, provenance, issue, made_at) "
        "SELECT token_hash, id, 'self_link', 1, minted_at FROM invitation"
    )
    op.rename_table('invitation', 'invitation_before')
    _free_names()
    op.create_table('invitation',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('dossier', sa.String(), nullable=False),
    sa.Column('occasion', sa.Text(), nullable=False),
    sa.Column('questionnaire', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=True),
    sa.Column('procedure', sa.String(), nullable=True),
    sa.Column('minted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ratable_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('declined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ignored_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('by_post', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('issue', sa.Integer(), server_default='1', nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('dossier', 'occasion', name='one_for_each_occasion')
    )
    # When a result was handed over was not kept; it was minted soon after.
    op.execute(
        f"INSERT INTO invitation ({INVITATION}, ratable_at, agency, procedure) "
        f"SELECT {INVITATION}, minted_at, "
        "(SELECT agency FROM known_dossier WHERE code = dossier), "
        "(SELECT procedure FROM known_dossier WHERE code = dossier) FROM invitation_before"
    )
    op.drop_table('invitation_before')
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.add_column(sa.Column('device', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('received_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default='1', nullable=False))
        batch_op.add_column(sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='1', nullable=False))
    op.execute("UPDATE rating SET received_at = submitted_at")
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.alter_column('received_at', existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_column('revision')
        batch_op.drop_column('voided_at')
        batch_op.drop_column('version')
        batch_op.drop_column('received_at')
        batch_op.drop_column('device')
    op.rename_table('invitation', 'invitation_after')
    _free_names()
    op.create_table('invitation',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('dossier', sa.String(), nullable=False),
    sa.Column('occasion', sa.Text(), nullable=False),
    sa.Column('questionnaire', sa.String(), nullable=False),
    sa.Column('minted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('by_post', sa.Boolean(), server_default='0', nullable=False),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('token_hash'),
    sa.UniqueConstraint('dossier', 'occasion', name='one_for_each_occasion'),
    sa.UniqueConstraint('id')
    )
    # Of several ways to a citizen the link alone was known, and of several issues the first.
    op.execute(
        f"INSERT INTO invitation (token_hash, {INVITATION}) "
        "SELECT (SELECT token_hash FROM rating_token WHERE invitation = invitation_after.id "
        f"AND provenance = 'self_link' AND rating_token.issue = 1), {INVITATION} FROM invitation_after"
    )
    op.drop_table('invitation_after')
    op.drop_table('rating_token')


def _free_names() -> None:
    """PostgreSQL leaves a renamed table its constraints by name, which the new one takes."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in ("invitation_before", "invitation_after"):
        op.execute(
            f"DO $$ DECLARE one record; BEGIN FOR one IN SELECT conname FROM pg_constraint "
            f"WHERE conrelid = to_regclass('{table}') AND contype IN ('p', 'u') LOOP "
            f"EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', one.conname); END LOOP; END $$"
        )
