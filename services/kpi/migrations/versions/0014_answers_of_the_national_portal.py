"""answers of the national portal

Revision: 0014, after: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('national_department',
    sa.Column('department', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('by', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('department')
    )
    op.create_table('national_evaluation',
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('evaluation', sa.Text(), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('end', sa.Date(), nullable=False),
    sa.Column('root_department', sa.String(), nullable=False),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('mapping', sa.Text(), nullable=False),
    sa.Column('shipped', sa.Boolean(), nullable=False),
    sa.Column('figures', sa.Text(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stored_by', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('question', 'number'),
    sa.UniqueConstraint('id')
    )
    op.create_index('national_evaluation_of_days', 'national_evaluation', ['first', 'end', 'agency'], unique=False)
    op.create_index('national_evaluation_latest', 'national_evaluation', ['stored_at', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('national_evaluation')
    op.drop_table('national_department')
