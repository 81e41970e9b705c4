"""imports of the catalogue

Revision: 0011, after: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A difference that was kept before is one that can be reviewed, or was applied.
    with op.batch_alter_table('catalogue_diff', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.Text(), server_default='ready', nullable=False))
        batch_op.add_column(sa.Column('agency', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('asked_by', sa.String(), server_default='motcua', nullable=False))
        batch_op.add_column(sa.Column('codes', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('compared', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('compared_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('written', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('applied_by', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('try_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('turn', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('attempts', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('reason', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('words', sa.String(), nullable=True))
        batch_op.create_index(batch_op.f('ix_catalogue_diff_try_at'), ['try_at'], unique=False)

    op.execute("UPDATE catalogue_diff SET compared_at = made_at")
    op.execute(
        "UPDATE catalogue_diff SET state = 'applied', applied_by = 'motcua' WHERE applied_at IS NOT NULL"
    )


def downgrade() -> None:
    # What was never compared to its end was no difference before.
    op.execute("DELETE FROM catalogue_diff WHERE compared_at IS NULL")
    with op.batch_alter_table('catalogue_diff', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_catalogue_diff_try_at'))
        for column in (
            *('words', 'reason', 'attempts', 'turn', 'try_at', 'applied_by', 'written'),
            *('compared_at', 'compared', 'codes', 'asked_by', 'agency', 'state'),
        ):
            batch_op.drop_column(column)
