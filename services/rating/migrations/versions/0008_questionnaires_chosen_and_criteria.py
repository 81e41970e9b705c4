"""questionnaires chosen, criteria of dossiers, ratings imported

Revision: 0008, after: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('questionnaire_choice',
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('occasion', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('questionnaire', sa.String(), nullable=True),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('client', sa.String(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('agency', 'occasion', 'valid_from')
    )
    op.create_table('dossier_pace',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_unit', sa.Text(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('time_points', sa.Integer(), nullable=True),
    sa.Column('stage_points', sa.Integer(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code')
    )
    op.create_index(op.f('ix_dossier_pace_done_on'), 'dossier_pace', ['done_on'], unique=False)
    op.create_table('imported_rating',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('content', sa.String(), nullable=False),
    sa.Column('invitation', sa.String(), nullable=False),
    sa.Column('gathered', sa.Text(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('client', sa.String(), nullable=False),
    sa.Column('imported_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )


def downgrade() -> None:
    op.drop_table('imported_rating')
    op.drop_index(op.f('ix_dossier_pace_done_on'), table_name='dossier_pace')
    op.drop_table('dossier_pace')
    op.drop_table('questionnaire_choice')
