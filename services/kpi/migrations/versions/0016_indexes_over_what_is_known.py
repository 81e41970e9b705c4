"""indexes over what is known, and room beside cells

Revision: 0016, after: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

MOMENTS = {
    'fact_by_result': ['done_at'],
    'fact_by_return': ['returned_at'],
    'fact_by_custody': ['outbound_accepted_at'],
    'fact_by_rating': ['rated_at'],
    'fact_by_order_in': ['inbound_ordered_at'],
    'fact_by_order_out': ['outbound_ordered_at'],
    'fact_unrated': ['agency', 'unrated_since', 'field'],
}
CELLS = ('cell', 'procedure_cell', 'duration_cell', 'cell_edition')


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table in CELLS:
            # Rows that are only ever added to: with room beside each its next version needs no index entry.
            op.execute(f'ALTER TABLE {table} SET (fillfactor = 50)')
    for name, columns in MOMENTS.items():
        moment = 'unrated_since' if name == 'fact_unrated' else columns[0]
        known = sa.text(f'{moment} IS NOT NULL')
        op.drop_index(name, table_name='dossier_fact')
        op.create_index(
            name, 'dossier_fact', columns, unique=False, postgresql_where=known, sqlite_where=known
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table in CELLS:
            op.execute(f'ALTER TABLE {table} RESET (fillfactor)')
    for name, columns in MOMENTS.items():
        op.drop_index(name, table_name='dossier_fact')
        op.create_index(name, 'dossier_fact', columns, unique=False)
