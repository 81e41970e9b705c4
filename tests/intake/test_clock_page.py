"""The clock's page says what the clock does: its examples are run, its tables are complete."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

from contracts.intake import ProgressRow, TimeLimit
from contracts.vocabulary import Breach, Channel, OnTimeDefinition
from services.intake.clock import RULE_SETS, Rule
from services.intake.clock.explanation import Explained, lines
from services.intake.clock.on_time import Judged, judgements
from services.intake.commands.position import stand
from services.intake.domain import Filed, Step, step_key
from tests.intake.lives import OFFICE

PAGE = (Path(__file__).parents[2] / "docs" / "partners" / "clock.md").read_text("utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```\s+```text\n(.*?)```", PAGE, flags=re.DOTALL)


def instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def explained(example: dict) -> Explained:
    filing = example["filing"]
    received_at, submitted_at = (
        instant(filing.get(name)) for name in ("received_at", "submitted_at")
    )
    filed = Filed(
        received_at=received_at,
        submitted_at=submitted_at,
        filed_at=received_at or submitted_at,
        channel=Channel(filing.get("channel", "counter")),
        agency="A",
        competent_agency="A",
    )
    rows = [ProgressRow.model_validate(row) for row in example["progress"]]
    steps = [
        Step(
            row.status,
            row.occurred_at,
            row.due_at,
            step_key(row.status, row.occurred_at, due_at=row.due_at),
        )
        for row in rows
    ]
    limit = TimeLimit.model_validate(example["time_limit"])
    standing = stand(steps, filed, limit, lambda _: OFFICE)
    as_of = datetime.fromisoformat(example["as_of"])
    judged = Judged(standing.position, standing.case.reading, OFFICE, as_of)
    return Explained(
        standing.case, standing.position, standing.violations, judgements(judged), as_of
    )


def told(explanation: Explained) -> str:
    rules = (f"{line.rule:>3}" if line.rule else "   " for line in lines(explanation))
    text = [f"{rule}  {line.vi}" for rule, line in zip(rules, lines(explanation), strict=True)]
    by_definition = "; ".join(
        f"{one.definition} {one.timeliness}" for one in explanation.judgements
    )
    return "\n".join([*text, f"     {by_definition}"]) + "\n"


@pytest.mark.parametrize(("example", "text"), EXAMPLES)
def test_an_example_of_the_page_is_what_the_clock_says(example, text):
    assert told(explained(json.loads(example))) == text


def test_there_is_an_example_for_each_decree():
    names = {explained(json.loads(example)).case.reading.rules.name for example, _ in EXAMPLES}
    assert names == {rules.name for rules in RULE_SETS}


def test_every_rule_every_violation_and_every_definition_is_on_the_page():
    for told_ in (*Rule, *Breach, *OnTimeDefinition):
        assert f"`{told_}`" in PAGE, told_
    for rules in RULE_SETS:
        assert f"`{rules.name}`" in PAGE
        assert f"{rules.since:%d/%m/%Y}" in PAGE
