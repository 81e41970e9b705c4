"""kiosks

Revision: 0010, after: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kiosk',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('counter', sa.String(), nullable=False),
    sa.Column('enrolled_by', sa.String(), nullable=False),
    sa.Column('enrolled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.String(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('kiosk_enrolment',
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('counter', sa.String(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('code_hash')
    )
    op.create_table('kiosk_item',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('kiosk', sa.String(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('item_order', sa.Text(), nullable=False),
    sa.Column('signed', sa.String(), nullable=False),
    sa.Column('ticket', sa.String(), nullable=True),
    sa.Column('device_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('skew_ms', sa.BigInteger(), nullable=False),
    sa.Column('tapped_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_by', sa.String(), nullable=True),
    sa.Column('release_reason', sa.String(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('kiosk_item', schema=None) as batch_op:
        batch_op.create_index('kiosk_items_by_outcome', ['kiosk', 'outcome'], unique=False)
        batch_op.create_index('kiosk_items_by_tap', ['kiosk', 'tapped_at'], unique=False)

    op.create_table('kiosk_key',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('kiosk', sa.String(), nullable=False),
    sa.Column('public_key', sa.Text(), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rotates_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('kiosk_key', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kiosk_key_kiosk'), ['kiosk'], unique=False)

    op.create_table('kiosk_proof',
    sa.Column('kiosk', sa.String(), nullable=False),
    sa.Column('jti', sa.String(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kiosk', 'jti')
    )
    with op.batch_alter_table('kiosk_proof', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kiosk_proof_used_at'), ['used_at'], unique=False)

    op.create_table('kiosk_standing',
    sa.Column('kiosk', sa.String(), nullable=False),
    sa.Column('last_seq', sa.BigInteger(), nullable=False),
    sa.Column('disorders', sa.Integer(), nullable=False),
    sa.Column('last_item_seq', sa.BigInteger(), nullable=False),
    sa.Column('last_item', sa.String(), nullable=False),
    sa.Column('gaps', sa.Integer(), nullable=False),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('silent_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waiting', sa.Integer(), nullable=False),
    sa.Column('skew_ms', sa.BigInteger(), nullable=False),
    sa.Column('ticket', sa.String(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('kiosk')
    )
    op.create_table('kiosk_ticket',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('kiosk', sa.String(), nullable=False),
    sa.Column('invitation', sa.String(), nullable=False),
    sa.Column('occasion', sa.Text(), nullable=False),
    sa.Column('pushed_by', sa.String(), nullable=False),
    sa.Column('pushed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('good_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('walk_up_rating',
    sa.Column('item', sa.String(), nullable=False),
    sa.Column('kiosk', sa.String(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('counter', sa.String(), nullable=False),
    sa.Column('questionnaire', sa.String(), nullable=False),
    sa.Column('answers', sa.Text(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=False),
    sa.Column('option_class', sa.Text(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('item')
    )
    with op.batch_alter_table('walk_up_rating', schema=None) as batch_op:
        batch_op.create_index('walk_up_ratings_of_agencies', ['agency', 'submitted_at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('walk_up_rating', schema=None) as batch_op:
        batch_op.drop_index('walk_up_ratings_of_agencies')

    op.drop_table('walk_up_rating')
    op.drop_table('kiosk_ticket')
    op.drop_table('kiosk_standing')
    with op.batch_alter_table('kiosk_proof', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kiosk_proof_used_at'))

    op.drop_table('kiosk_proof')
    with op.batch_alter_table('kiosk_key', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kiosk_key_kiosk'))

    op.drop_table('kiosk_key')
    with op.batch_alter_table('kiosk_item', schema=None) as batch_op:
        batch_op.drop_index('kiosk_items_by_tap')
        batch_op.drop_index('kiosk_items_by_outcome')

    op.drop_table('kiosk_item')
    op.drop_table('kiosk_enrolment')
    op.drop_table('kiosk')
