"""versions and voids of ratings

Revision: 0009, after: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.add_column(sa.Column('assisted', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table('dossier_fact', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rating_provenance', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('rating_version', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('rating_void', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('unrated_since', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('fact_unrated', ['agency', 'unrated_since', 'field'], unique=False)
    # Until now every rating came by the link, once; so no cell changes.
    op.execute(
        "UPDATE dossier_fact SET rating_provenance = 'self_link', rating_version = 1 "
        "WHERE rated_at IS NOT NULL"
    )
    op.execute(
        "UPDATE dossier_fact SET unrated_since = COALESCE(outbound_accepted_at, returned_at, "
        "CASE WHEN channel = 'online' THEN done_at END) WHERE rated_at IS NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table('dossier_fact', schema=None) as batch_op:
        batch_op.drop_index('fact_unrated')
        batch_op.drop_column('unrated_since')
        batch_op.drop_column('rating_void')
        batch_op.drop_column('rating_version')
        batch_op.drop_column('rating_provenance')

    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.drop_column('assisted')
