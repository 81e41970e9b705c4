"""editions, corrections and checks

Revision: 0013, after: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

# What was closed stays as it was closed: the database itself refuses anything else.
IMMUTABLE = {
    "sqlite": [
        "CREATE TRIGGER edition_stays_as_it_is BEFORE UPDATE ON edition "
        "BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END",
        "CREATE TRIGGER edition_stays BEFORE DELETE ON edition "
        "BEGIN SELECT RAISE(ABORT, 'an edition is never changed'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION edition_is_immutable() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'an edition is never changed'; END $$",
        "CREATE TRIGGER edition_stays BEFORE UPDATE OR DELETE ON edition "
        "FOR EACH ROW EXECUTE FUNCTION edition_is_immutable()",
    ],
}


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('client', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=True),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('object', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('request_id', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('seq')
    )
    op.create_index('audit_by_object', 'audit', ['object', 'seq'], unique=False)
    op.create_table('correction',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('bucket', sa.Date(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('amounts', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('seq')
    )
    op.create_index('correction_of_bucket', 'correction', ['agency', 'bucket', 'at'], unique=False)
    op.create_table('edition',
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('structure', sa.Text(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('end', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('cut_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('previous', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('place')
    )
    op.create_index('edition_of_days', 'edition', ['agency', 'structure', 'first', 'end'], unique=False)
    op.create_index(
        'edition_of_period', 'edition', ['kind', 'key', 'agency', 'structure', 'number'], unique=True
    )
    op.create_table('figures_check',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('facts', sa.BigInteger(), nullable=False),
    sa.Column('differing', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    for statement in IMMUTABLE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER edition_stays ON edition")
        op.execute("DROP FUNCTION edition_is_immutable()")
    op.drop_table('figures_check')
    op.drop_table('edition')
    op.drop_table('correction')
    op.drop_table('audit')
