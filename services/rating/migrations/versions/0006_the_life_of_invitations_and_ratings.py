"""the life of invitations and ratings

Revision: 0006, after: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

UNANSWERED = sa.text(
    "used_at IS NULL AND declined_at IS NULL AND ignored_at IS NULL AND voided_at IS NULL"
)


def upgrade() -> None:
    op.create_table('earlier_rating',
    sa.Column('invitation', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('questionnaire', sa.String(), nullable=False),
    sa.Column('answers', sa.Text(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('option_class', sa.Text(), nullable=False),
    sa.Column('provenance', sa.Text(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('device', sa.String(), nullable=True),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('invitation', 'version')
    )
    op.create_table('earlier_comment',
    sa.Column('invitation', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('redacted', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('invitation', 'version')
    )
    op.create_table('rating_void',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('invitation', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('lifts', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('client', sa.String(), nullable=False),
    sa.Column('request', sa.String(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('rating_void', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rating_void_invitation'), ['invitation'], unique=False)
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index('invitation_unanswered', ['expires_at'], unique=False, postgresql_where=UNANSWERED, sqlite_where=UNANSWERED)
    with op.batch_alter_table('invitation_reading', schema=None) as batch_op:
        batch_op.add_column(sa.Column('occasion', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('issue', sa.Integer(), nullable=True))
    with op.batch_alter_table('posted_result', schema=None) as batch_op:
        batch_op.add_column(sa.Column('withdrawn', sa.Boolean(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('progress_revision', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('posted_result', schema=None) as batch_op:
        batch_op.drop_column('progress_revision')
        batch_op.drop_column('withdrawn')
    with op.batch_alter_table('invitation_reading', schema=None) as batch_op:
        batch_op.drop_column('issue')
        batch_op.drop_column('occasion')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index('invitation_unanswered', postgresql_where=UNANSWERED, sqlite_where=UNANSWERED)
    op.drop_table('rating_void')
    op.drop_table('earlier_comment')
    op.drop_table('earlier_rating')
