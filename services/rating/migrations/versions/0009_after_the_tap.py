"""after the tap

Revision: 0009, after: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('corrective_action',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('plan', sa.String(), nullable=True),
    sa.Column('criterion', sa.String(), nullable=False),
    sa.Column('share', sa.Text(), nullable=True),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('measure', sa.String(), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('result', sa.String(), nullable=True),
    sa.Column('evidence', sa.String(), nullable=True),
    sa.Column('cases', sa.Text(), nullable=False),
    sa.Column('natural_key', sa.String(), nullable=False),
    sa.Column('overdue_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('entered_on', sa.Date(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('natural_key', name='one_for_each_entry')
    )
    with op.batch_alter_table('corrective_action', schema=None) as batch_op:
        batch_op.create_index('corrective_action_of_agency', ['agency', 'deadline', 'id'], unique=False)

    op.create_table('rating_act',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('client', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=True),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('before', sa.String(), nullable=True),
    sa.Column('after', sa.String(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('request', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('rating_act', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rating_act_subject'), ['subject'], unique=False)

    op.create_table('rating_alert',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('rating_alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rating_alert_raised_at'), ['raised_at'], unique=False)

    op.create_table('rating_case',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('invitation', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=True),
    sa.Column('procedure', sa.String(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('restricted', sa.Boolean(), nullable=False),
    sa.Column('option_class', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('contact', sa.String(), nullable=True),
    sa.Column('petition_consent', sa.Boolean(), nullable=False),
    sa.Column('reply', sa.String(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('resolved', sa.Boolean(), nullable=True),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('petition', sa.Text(), nullable=True),
    sa.Column('alerted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('overdue_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('invitation')
    )
    with op.batch_alter_table('rating_case', schema=None) as batch_op:
        batch_op.create_index('rating_case_due', ['due_on', 'id'], unique=False)
        batch_op.create_index('rating_case_owed', ['state', 'due_on'], unique=False)
        batch_op.create_index('rating_case_of_agency', ['agency', 'due_on', 'id'], unique=False)
        batch_op.create_index('rating_case_untold', ['alerted_at', 'opened_at'], unique=False)

    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('id', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('sealed', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('kinds', sa.Text(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('state', sa.Text(), server_default='pending', nullable=False))
        batch_op.add_column(sa.Column('reason', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('restricted', sa.Boolean(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('written_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='1', nullable=False))
        batch_op.alter_column('text',
               existing_type=sa.VARCHAR(),
               nullable=True)
        batch_op.create_index('comment_by_state', ['state', 'written_on', 'id'], unique=False)
        batch_op.create_unique_constraint('one_name_for_each_comment', ['id'])
    plain, sealed = sa.text('text IS NOT NULL'), sa.text('sealed IS NOT NULL')
    op.create_index('comment_in_plain_text', 'comment', ['id'], postgresql_where=plain, sqlite_where=plain)
    op.create_index('comment_sealed', 'comment', ['written_on'], postgresql_where=sealed, sqlite_where=sealed)
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.create_index('rating_by_moment', ['submitted_at'], unique=False)


def downgrade() -> None:
    # What is sealed opens with a key that no migration has.
    with op.batch_alter_table('rating', schema=None) as batch_op:
        batch_op.drop_index('rating_by_moment')
    op.drop_index('comment_sealed', 'comment')
    op.drop_index('comment_in_plain_text', 'comment')
    op.execute("UPDATE comment SET text = redacted WHERE text IS NULL")
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.drop_constraint('one_name_for_each_comment', type_='unique')
        batch_op.drop_index('comment_by_state')
        batch_op.alter_column('text',
               existing_type=sa.VARCHAR(),
               nullable=False)
        batch_op.drop_column('revision')
        batch_op.drop_column('written_on')
        batch_op.drop_column('restricted')
        batch_op.drop_column('reason')
        batch_op.drop_column('state')
        batch_op.drop_column('kinds')
        batch_op.drop_column('sealed')
        batch_op.drop_column('id')

    with op.batch_alter_table('rating_case', schema=None) as batch_op:
        batch_op.drop_index('rating_case_untold')
        batch_op.drop_index('rating_case_of_agency')
        batch_op.drop_index('rating_case_owed')
        batch_op.drop_index('rating_case_due')

    op.drop_table('rating_case')
    with op.batch_alter_table('rating_alert', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rating_alert_raised_at'))

    op.drop_table('rating_alert')
    with op.batch_alter_table('rating_act', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rating_act_subject'))

    op.drop_table('rating_act')
    with op.batch_alter_table('corrective_action', schema=None) as batch_op:
        batch_op.drop_index('corrective_action_of_agency')

    op.drop_table('corrective_action')