"""what is heard, answered and closed

Revision: 0018, after: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


# Of dossiers from before nobody wrote down when they were heard of: not before what they tell.
KNOWN = {
    "sqlite": (
        "INSERT INTO heard_day (agency, day) "
        "SELECT agency, date(max(coalesce(done_at, received_at)), '+7 hours') FROM dossier_fact "
        "WHERE agency IS NOT NULL AND coalesce(done_at, received_at) <= datetime('now') "
        "GROUP BY agency"
    ),
    "postgresql": (
        "INSERT INTO heard_day (agency, day) "
        "SELECT agency, (max(coalesce(done_at, received_at)) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date "
        "FROM dossier_fact "
        "WHERE agency IS NOT NULL AND coalesce(done_at, received_at) <= now() GROUP BY agency"
    ),
}


def upgrade() -> None:
    op.create_table('heard_day',
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('agency', 'day')
    )
    op.execute(KNOWN[op.get_bind().dialect.name])


    op.create_table('edition_chain',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.execute("INSERT INTO edition_chain (name, revision) VALUES ('editions', 1)")
    with op.batch_alter_table('dossier_fact', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answered_contacts', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('answered_agencies', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('answered_publication', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('answered_complaint', sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('dossier_fact', schema=None) as batch_op:
        batch_op.drop_column('answered_complaint')
        batch_op.drop_column('answered_publication')
        batch_op.drop_column('answered_agencies')
        batch_op.drop_column('answered_contacts')

    op.drop_table('edition_chain')
    op.drop_table('heard_day')
