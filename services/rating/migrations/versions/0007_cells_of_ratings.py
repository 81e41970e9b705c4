"""cells of ratings

Revision: 0007, after: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('answer_cell',
    sa.Column('bucket', sa.Date(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('occasion', sa.Text(), nullable=False),
    sa.Column('questionnaire', sa.String(), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('option', sa.String(), nullable=False),
    sa.Column('chosen', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('bucket', 'agency', 'occasion', 'questionnaire', 'question', 'option')
    )
    op.create_table('officer_cell',
    sa.Column('quarter', sa.Date(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('officer', sa.String(), nullable=False),
    sa.Column('rated', sa.Integer(), nullable=False),
    sa.Column('positive', sa.Integer(), nullable=False),
    sa.Column('neutral', sa.Integer(), nullable=False),
    sa.Column('negative', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('quarter', 'agency', 'officer')
    )
    op.create_table('rating_cell',
    sa.Column('procedure', sa.String(), nullable=False),
    sa.Column('bucket', sa.Date(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('occasion', sa.Text(), nullable=False),
    sa.Column('questionnaire', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('invited', sa.Integer(), nullable=False),
    sa.Column('declined', sa.Integer(), nullable=False),
    sa.Column('ignored', sa.Integer(), nullable=False),
    sa.Column('voided', sa.Integer(), nullable=False),
    sa.Column('rated', sa.Integer(), nullable=False),
    sa.Column('s1', sa.Integer(), nullable=False),
    sa.Column('s2', sa.Integer(), nullable=False),
    sa.Column('s3', sa.Integer(), nullable=False),
    sa.Column('s4', sa.Integer(), nullable=False),
    sa.Column('s5', sa.Integer(), nullable=False),
    sa.Column('positive', sa.Integer(), nullable=False),
    sa.Column('neutral', sa.Integer(), nullable=False),
    sa.Column('negative', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('procedure', 'bucket', 'agency', 'occasion', 'questionnaire', 'source')
    )
    with op.batch_alter_table('rating_cell', schema=None) as batch_op:
        batch_op.create_index('cells_of_an_agency', ['agency', 'bucket'], unique=False)

    op.create_table('rating_cell_day',
    sa.Column('procedure', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('agency', sa.String(), nullable=False),
    sa.Column('occasion', sa.Text(), nullable=False),
    sa.Column('questionnaire', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('invited', sa.Integer(), nullable=False),
    sa.Column('declined', sa.Integer(), nullable=False),
    sa.Column('ignored', sa.Integer(), nullable=False),
    sa.Column('voided', sa.Integer(), nullable=False),
    sa.Column('rated', sa.Integer(), nullable=False),
    sa.Column('s1', sa.Integer(), nullable=False),
    sa.Column('s2', sa.Integer(), nullable=False),
    sa.Column('s3', sa.Integer(), nullable=False),
    sa.Column('s4', sa.Integer(), nullable=False),
    sa.Column('s5', sa.Integer(), nullable=False),
    sa.Column('positive', sa.Integer(), nullable=False),
    sa.Column('neutral', sa.Integer(), nullable=False),
    sa.Column('negative', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('procedure', 'day', 'agency', 'occasion', 'questionnaire', 'source')
    )
    with op.batch_alter_table('rating_cell_day', schema=None) as batch_op:
        batch_op.create_index('day_cells_of_an_agency', ['agency', 'day'], unique=False)

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('officer', sa.String(), nullable=True))
    _count()


def downgrade() -> None:
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_column('officer')

    with op.batch_alter_table('rating_cell_day', schema=None) as batch_op:
        batch_op.drop_index('day_cells_of_an_agency')

    op.drop_table('rating_cell_day')
    with op.batch_alter_table('rating_cell', schema=None) as batch_op:
        batch_op.drop_index('cells_of_an_agency')

    op.drop_table('rating_cell')
    op.drop_table('officer_cell')
    op.drop_table('answer_cell')


TOLD = """
SELECT i.procedure, i.agency, i.occasion, i.questionnaire, 'asked' AS source, {day} AS day,
  1 AS invited,
  CASE WHEN r.invitation IS NULL AND i.declined_at IS NOT NULL THEN 1 ELSE 0 END AS declined,
  CASE WHEN r.invitation IS NULL AND i.declined_at IS NULL AND i.ignored_at IS NOT NULL
    THEN 1 ELSE 0 END AS ignored,
  CASE WHEN r.voided_at IS NULL THEN 0 ELSE 1 END AS voided,
  0 AS rated, 0 AS score, '' AS option_class
FROM invitation i LEFT JOIN rating r ON r.invitation = i.id
WHERE i.agency IS NOT NULL AND i.procedure IS NOT NULL
  AND (i.voided_at IS NULL OR r.invitation IS NOT NULL)
UNION ALL
SELECT i.procedure, i.agency, i.occasion, r.questionnaire, r.provenance, {day},
  0, 0, 0, 0, 1, r.score, r.option_class
FROM invitation i JOIN rating r ON r.invitation = i.id
WHERE i.agency IS NOT NULL AND i.procedure IS NOT NULL AND r.voided_at IS NULL
"""
"""What each invitation, and its rating, adds."""

COUNTS = """
INSERT INTO {table} (procedure, {column}, agency, occasion, questionnaire, source, invited, declined,
  ignored, voided, rated, s1, s2, s3, s4, s5, positive, neutral, negative)
SELECT {procedure}, {of}, agency, occasion, questionnaire, source, sum(invited), sum(declined),
  sum(ignored), sum(voided), sum(rated), {scores}, {classes}
FROM ({told}) told GROUP BY 1, 2, 3, 4, 5, 6
"""

ANSWERS = """
INSERT INTO answer_cell (bucket, agency, occasion, questionnaire, question, option, chosen)
SELECT {of}, agency, occasion, questionnaire, question, option, count(*) FROM (
  SELECT i.agency, i.occasion, r.questionnaire, {day} AS day, a.key AS question, a.value AS option
  FROM invitation i JOIN rating r ON r.invitation = i.id, {each} a
  WHERE i.agency IS NOT NULL AND i.procedure IS NOT NULL AND r.voided_at IS NULL
    AND r.provenance <> 'assisted' AND a.key <> 'overall'
) told GROUP BY 1, 2, 3, 4, 5, 6
"""

OFFICERS = """
INSERT INTO officer_cell (quarter, agency, officer, rated, positive, neutral, negative)
SELECT {of}, agency, '', count(*), {classes} FROM (
  SELECT i.agency, {day} AS day, r.option_class
  FROM invitation i JOIN rating r ON r.invitation = i.id
  WHERE i.agency IS NOT NULL AND i.procedure IS NOT NULL AND r.voided_at IS NULL
    AND r.provenance <> 'assisted'
) told GROUP BY 1, 2
"""
"""Nobody was named so far. What came after its quarter was closed is put right by `motcua ratings rebuild`."""


def _count() -> None:
    """What was asked and rated so far is counted once."""
    if op.get_bind().dialect.name == "postgresql":
        day = "CAST(i.ratable_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date)"
        month = "CAST(date_trunc('month', day) AS date)"
        bucket = f"CASE WHEN extract(day FROM day) >= 15 THEN {month} + 14 ELSE {month} END"
        quarter = "CAST(date_trunc('quarter', day) AS date)"
        each = "LATERAL json_each_text(CAST(r.answers AS json))"
    else:
        day = "date(i.ratable_at, '+7 hours')"
        bucket = "CASE WHEN strftime('%d', day) >= '15' THEN strftime('%Y-%m-15', day) ELSE strftime('%Y-%m-01', day) END"
        quarter = "date(day, 'start of month', '-' || ((strftime('%m', day) - 1) % 3) || ' months')"
        each = "json_each(r.answers)"
    scores = ", ".join(f"sum(CASE WHEN score = {n} THEN 1 ELSE 0 END)" for n in range(1, 6))
    classes = ", ".join(
        f"sum(CASE WHEN option_class = '{one}' THEN 1 ELSE 0 END)"
        for one in ("positive", "neutral", "negative")
    )
    for table, column, of in (("rating_cell", "bucket", bucket), ("rating_cell_day", "day", "day")):
        for procedure in ("''", "procedure"):
            op.execute(
                COUNTS.format(
                    table=table,
                    column=column,
                    procedure=procedure,
                    of=of,
                    scores=scores,
                    classes=classes,
                    told=TOLD.format(day=day),
                )
            )
    op.execute(ANSWERS.format(of=bucket, day=day, each=each))
    op.execute(OFFICERS.format(of=quarter, day=day, classes=classes))
