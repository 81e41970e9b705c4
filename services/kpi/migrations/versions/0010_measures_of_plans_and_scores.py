"""measures of plans and scores

Revision: 0010, after: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('duration_cell',
    sa.Column('bucket', sa.Date(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('field', sa.String(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('bucket', 'agency', 'field', 'kind', 'days')
    )
    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.add_column(sa.Column('received_counter', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('received_post', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('received_full_online', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('received_partial_online', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('received_national_portal', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('received_elsewhere', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('digitised', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('reused', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('verified_identity', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('connected_data', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('fee_due', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('paid_online', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('early', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('late', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('electronic_result', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('certified_copy', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('settled_a', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('on_time_a', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('settled_b', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('on_time_b', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('settled_c', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('on_time_c', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('settled_d', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('on_time_d', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('late_d', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('early_d', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('refused', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('withdrawn', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('stopped', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('ratable_online', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('rated_online', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('satisfied_online', sa.Integer(), server_default='0', nullable=False))

    with op.batch_alter_table('dossier_fact', schema=None) as batch_op:
        batch_op.add_column(sa.Column('online_service', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('digitised', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('reused', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('verified_identity', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('connected_data', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('fee_due', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('paid_online', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('electronic_result', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('certified_copy', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('national_portal', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('statistical_due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('supplement_requested_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('supplement_waited_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('supplement_again_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('agency_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('left_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('fact_by_end', ['ended_at'], unique=False, postgresql_where=sa.text('ended_at IS NOT NULL'), sqlite_where=sa.text('ended_at IS NOT NULL'))
        batch_op.create_index('fact_by_leaving', ['agency', 'left_at', 'received_at'], unique=False)

    with op.batch_alter_table('procedure_cell', schema=None) as batch_op:
        batch_op.add_column(sa.Column('received_online', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('settled', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('settled_online', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('on_time', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('fee_due', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('paid_online', sa.Integer(), server_default='0', nullable=False))

    # Cells of these measures are counted from the facts by `motcua kpi rebuild`; nothing here can.
    op.execute(
        "UPDATE dossier_fact SET left_at = CASE WHEN COALESCE(done_at, ended_at) < received_at "
        "THEN received_at ELSE COALESCE(done_at, ended_at) END "
        "WHERE received_at IS NOT NULL AND COALESCE(done_at, ended_at) IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table('procedure_cell', schema=None) as batch_op:
        batch_op.drop_column('paid_online')
        batch_op.drop_column('fee_due')
        batch_op.drop_column('on_time')
        batch_op.drop_column('settled_online')
        batch_op.drop_column('settled')
        batch_op.drop_column('received_online')

    with op.batch_alter_table('dossier_fact', schema=None) as batch_op:
        batch_op.drop_index('fact_by_leaving')
        batch_op.drop_index('fact_by_end', postgresql_where=sa.text('ended_at IS NOT NULL'), sqlite_where=sa.text('ended_at IS NOT NULL'))
        batch_op.drop_column('left_at')
        batch_op.drop_column('agency_days')
        batch_op.drop_column('supplement_again_at')
        batch_op.drop_column('supplement_waited_until')
        batch_op.drop_column('supplement_requested_at')
        batch_op.drop_column('statistical_due_at')
        batch_op.drop_column('national_portal')
        batch_op.drop_column('certified_copy')
        batch_op.drop_column('electronic_result')
        batch_op.drop_column('paid_online')
        batch_op.drop_column('fee_due')
        batch_op.drop_column('connected_data')
        batch_op.drop_column('verified_identity')
        batch_op.drop_column('reused')
        batch_op.drop_column('digitised')
        batch_op.drop_column('online_service')

    with op.batch_alter_table('cell', schema=None) as batch_op:
        batch_op.drop_column('satisfied_online')
        batch_op.drop_column('rated_online')
        batch_op.drop_column('ratable_online')
        batch_op.drop_column('stopped')
        batch_op.drop_column('withdrawn')
        batch_op.drop_column('refused')
        batch_op.drop_column('early_d')
        batch_op.drop_column('late_d')
        batch_op.drop_column('on_time_d')
        batch_op.drop_column('settled_d')
        batch_op.drop_column('on_time_c')
        batch_op.drop_column('settled_c')
        batch_op.drop_column('on_time_b')
        batch_op.drop_column('settled_b')
        batch_op.drop_column('on_time_a')
        batch_op.drop_column('settled_a')
        batch_op.drop_column('certified_copy')
        batch_op.drop_column('electronic_result')
        batch_op.drop_column('late')
        batch_op.drop_column('early')
        batch_op.drop_column('paid_online')
        batch_op.drop_column('fee_due')
        batch_op.drop_column('connected_data')
        batch_op.drop_column('verified_identity')
        batch_op.drop_column('reused')
        batch_op.drop_column('digitised')
        batch_op.drop_column('received_elsewhere')
        batch_op.drop_column('received_national_portal')
        batch_op.drop_column('received_partial_online')
        batch_op.drop_column('received_full_online')
        batch_op.drop_column('received_post')
        batch_op.drop_column('received_counter')

    op.drop_table('duration_cell')
