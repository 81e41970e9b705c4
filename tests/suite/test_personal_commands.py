"""`motcua keys` and `motcua retention` as an operator runs them, one after the other."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from chassis.auth import Principal
from chassis.database import Overloaded
from chassis.settings import Settings
from contracts.intake import AgencyEntry, DossierFiling, ProcedureEntry, Progress
from services.intake.commands import directory, file_dossier, procedures, report_progress
from suite.cli import app
from suite.personal_tasks import _every_batch, intake_at_hand
from tests.builders import AGENCY, PROCEDURE, procedure, step
from tests.intake.personal import NOTE, file_of

CODE = file_of()["code"]
CALLER = Principal("c-test", None, frozenset(), 0)


async def three_dossiers(data) -> None:
    """Two that ended in 2020, one that is open."""
    async with intake_at_hand(Settings(data=data)) as intake:
        entry = AgencyEntry.model_validate({"name": "Sở", "kind": "department"})
        await intake.do(directory.register_agency, AGENCY, entry, CALLER, None)
        published = ProcedureEntry.model_validate(procedure())
        await intake.do(procedures.publish_procedure, PROCEDURE, published, None)
        intake.tree.forget()
        for number in (1, 2, 3):
            filing = DossierFiling.model_validate_json(json.dumps(file_of(number)))
            await intake.do(file_dossier, filing, CALLER)
            rows = {"items": [step("processing" if number == 3 else "done", note=NOTE)]}
            progress = Progress.model_validate_json(json.dumps(rows))
            await intake.do(report_progress, filing.code, progress, CALLER)


@pytest.fixture
def run(tmp_path):
    asyncio.run(three_dossiers(tmp_path))

    def run_command(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, [*arguments, "--data", str(tmp_path)])
        assert done.exit_code == code, (done.output, done.exception)
        return done.output

    run_command.data = tmp_path
    return run_command


def standing(run, code: int = 0) -> dict:
    return json.loads(run("keys", "status", "--json", code=code))


def test_keys_are_rotated_retired_and_what_they_sealed_is_sealed_anew(run):
    first = standing(run)
    assert (first["sealed"], first["sealing"], first["waiting"]) == (3, 1, 0)
    assert "2 data keys are wrapped" in run("keys", "rotate")
    second = standing(run)
    assert second["wrapped_by"] == {second["kek_in_use"]: 2, first["kek_in_use"]: 0}
    assert "0 data keys are wrapped" in run("keys", "rotate", "--no-new")
    assert "1 data keys retired" in run("keys", "retire")
    assert standing(run)["waiting"] == 3
    assert "Next: motcua keys reseal" in run("keys", "status")
    assert "3 dossiers sealed anew" in run("keys", "reseal")
    assert (standing(run)["waiting"], standing(run)["sealing"]) == (0, 1)
    assert "0 dossiers sealed anew" in run("keys", "reseal")
    assert "3 dossiers sealed anew" in run("keys", "reseal", "--all")


def test_a_missing_key_is_told_and_can_be_given_up(run):
    (run.data / "secrets" / "intake-kek.key").write_text("ab" * 32)
    told = run("keys", "status", code=1)
    assert "MISSING" in told
    assert "2 data keys retired" in run("keys", "retire", "--unreadable")
    assert "0 data keys retired" in run("keys", "retire", "--unreadable")


def test_a_purge_only_tells_until_it_is_told_to_and_passes_over_held_dossiers(run):
    assert "held back" in run("retention", "hold", CODE, "--reason", "Khiếu nại 12")
    due = json.loads(run("retention", "due", "--json"))
    assert [(d["due"], d["held"]) for d in due if d["default"]] == [(1, 1)]
    assert "copy*" in run("retention", "due")
    assert "1 dossiers would be purged. Nothing was changed." in run("retention", "purge")
    assert standing(run)["sealed"] == 3
    assert "1 dossiers purged" in run("retention", "purge", "--execute")
    assert standing(run)["sealed"] == 2
    assert "not held back" in run("retention", "lift", CODE, "--reason", "Đã giải quyết")
    assert "1 dossiers purged" in run("retention", "purge", "--execute")
    assert "0 dossiers would be purged" in run("retention", "purge")
    assert standing(run)["sealed"] == 1


async def test_a_batch_that_is_disturbed_again_and_again_grows_smaller_and_goes_on():
    class Busy:
        sizes: list[int] = []

        async def do(self, batch, after, size):
            self.sizes.append(size)
            if after == "" and size > 5:
                raise Overloaded("Too many changes of the same thing at once.", retry_after=1)
            return await batch(after, size)

    class Bar:
        count = 0

        def advance(self, count=1):
            self.count += count

    async def batch(after, size):
        first = int(after or 0)
        last = min(first + size, 40)
        return (str(last), last - first) if last > first else None

    bar = Bar()
    assert await _every_batch(Busy(), batch, bar) == 40
    assert bar.count == 40
    assert Busy.sizes[:5] == [200, 50, 12, 3, 6]
