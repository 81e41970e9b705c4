"""editions of cells

Revision: 0015, after: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('cell_edition',
    sa.Column('bucket', sa.Date(), nullable=False),
    sa.Column('edition', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('bucket')
    )


def downgrade() -> None:
    op.drop_table('cell_edition')
