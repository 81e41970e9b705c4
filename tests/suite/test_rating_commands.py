"""`motcua ratings import`: a file of slips on the command line, with a sentence at its end."""

import csv
import json
import sqlite3

import pytest
from typer.testing import CliRunner

from suite.cli import app

CODE = "000.00.19.H29-200316-0001"
HEADER = "dossier,day,provenance,questionnaire,overall"
ROW = f"{CODE},2020-03-19,paper,overall-5/1,5"


@pytest.fixture
def run(tmp_path):
    """The command on data that know one dossier."""

    def call(*arguments):
        return CliRunner().invoke(
            app, ["ratings", "import", *map(str, arguments), "--data", str(tmp_path / "data")]
        )

    file = tmp_path / "nothing.csv"
    file.write_text(HEADER)
    assert call(file).exit_code == 0
    with sqlite3.connect(tmp_path / "data" / "rating.db") as database:
        database.execute(
            "INSERT INTO known_dossier (code, agency, procedure, channel, return_mode) "
            "VALUES (?, '000.00.19.H29', '1.001612', 'counter', 'counter')",
            (CODE,),
        )
    database.close()
    return call


def rows(path):
    with path.open(encoding="utf-8-sig") as file:
        return [(row["row"], row["outcome"]) for row in csv.DictReader(file)]


def test_a_file_is_tried_then_taken_and_a_second_time_counts_nothing(run, tmp_path):
    file = tmp_path / "slips.csv"
    file.write_text(f"{HEADER}\n{ROW}\n")
    tried = run(file, "--dry-run")
    assert (tried.exit_code, "1 rows: 1 taken." in tried.output) == (0, True), tried.output
    assert "leave --dry-run out" in tried.output
    for told in ("1 taken", "1 repeated"):
        done = run(file)
        assert (done.exit_code, told in done.output) == (0, True), done.output
    assert rows(tmp_path / "slips.csv.results.csv") == [("2", "repeated")]


def test_rows_that_are_not_taken_end_the_command_with_what_to_do(run, tmp_path):
    file, mapping = tmp_path / "slips.ndjson", tmp_path / "mapping.json"
    file.write_text(json.dumps({"So": CODE, "Muc": "9"}))
    defaults = {"day": "2020-03-19", "provenance": "paper", "questionnaire": "overall-5/1"}
    mapping.write_text(
        json.dumps({"columns": {"So": "dossier", "Muc": "overall"}, "defaults": defaults})
    )
    results = tmp_path / "what-became.csv"
    done = run(file, "--mapping", mapping, "--results", results, "--json")
    assert done.exit_code == 1
    assert json.loads(done.output.splitlines()[0])["counts"]["invalid"] == 1
    assert "unknown-option" in results.read_text("utf-8-sig")
    assert str(results) in str(done.exception)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("slips.xls", b"x", "Name it .csv"),
        ("slips.csv", b"\xff\xfex", "UTF-16"),
        ("slips.xlsx", b"PK\x03\x04x", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(run, tmp_path, name, content, told):
    file = tmp_path / name
    file.write_bytes(content)
    done = run(file)
    assert done.exit_code == 1
    assert told in str(done.exception)
