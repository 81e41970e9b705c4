"""`motcua kpi definitions` and `motcua kpi lint` as somebody types them who writes definitions."""

import pytest
from typer.testing import CliRunner

from suite.cli import app

INDICATOR = """format: kpi/1
indicators:
  - id: mine
    title: {vi: "Thử", en: "Trial"}
    counts: {vi: "Thử", en: "Trial"}
    value: {ratio: {of: rated, among: ratable}}
    target: {operator: gte, value: "90 %"}
    source: {plan_title: "Kế hoạch", sentence: "đạt trên 90%"}
"""
PLAN = """format: kpi/1
plans:
  - {id: p, title: P, title_en: P, agency: A, period_from: 2020-01-01, period_to: 2021-01-01,
     targets: [TARGET]}
"""

NOT_KEPT = "motcua: The definitions do not keep the format kpi/1; nothing else was looked at."


def motcua(*arguments):
    return CliRunner().invoke(app, ["kpi", *map(str, arguments)])


@pytest.fixture
def written(tmp_path):
    def write(text, name="mine.yaml"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def test_what_is_shipped_has_nothing_to_look_at():
    told = motcua("lint")
    assert told.exit_code == 0, told.output
    assert told.stdout == "77 indicators and 5 plans read, nothing to look at.\n"


def test_what_should_be_looked_at_is_told_and_is_no_fault(written):
    told = motcua("lint", written(INDICATOR), written(PLAN.replace("TARGET", "mine"), "p.yaml"))
    assert told.exit_code == 0, told.output
    first, last = told.stdout.splitlines()
    assert first.startswith("mine compares with gte, its sentence says gt")
    assert last == "1 indicators and 1 plans read, 1 to look at."


def test_a_fault_is_told_with_its_line_and_ends_non_zero(written):
    path = written(INDICATOR.replace("of: rated", "of: liked, fields: []"))
    told = motcua("lint", path)
    assert (told.exit_code, told.stdout) == (1, "")
    first, second, last = told.stderr.splitlines()
    assert first.startswith(
        f"{path}, line 6: indicators.0.value.ratio.of.0: Value error, liked is no"
    )
    assert second.startswith(
        f"{path}, line 6: indicators.0.value.ratio.fields: Value error, an empty"
    )
    assert last == NOT_KEPT


def test_a_plan_that_names_an_unknown_target_is_a_fault(written):
    told = motcua("lint", written(INDICATOR), written(PLAN.replace("TARGET", "yours"), "p.yaml"))
    assert told.exit_code == 1
    assert "p.yaml, line 3: there is no indicator yours; see the ids of the" in told.stderr


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    assert motcua("lint", tmp_path / "none.yaml").exit_code == 2
    (tmp_path / "bad.yaml").write_bytes(b"\xff")
    told = motcua("lint", tmp_path / "bad.yaml")
    assert (told.exit_code, told.stderr.splitlines()) == (
        1,
        [f"{tmp_path / 'bad.yaml'}: it is no text in UTF-8; save it so", NOT_KEPT],
    )


def test_every_definition_is_shown_with_what_it_asks_for():
    shown = motcua("definitions").stdout.splitlines()
    assert len(shown) == 77
    assert "k07 ≥ 20 % Hồ sơ giải quyết trực tuyến (Dossiers settled online)" in shown
    page = motcua("definitions", "--markdown").stdout
    assert page.startswith("# Danh mục chỉ tiêu của các kế hoạch\n")


@pytest.mark.parametrize("as_set", [True, False])
def test_a_folder_is_read_beside_what_is_shipped_as_kpi_does_when_it_starts(
    written, tmp_path, monkeypatch, as_set
):
    written(PLAN.replace("TARGET", "k07, mine"), "plans.yaml")
    written(INDICATOR.replace("trên", "từ"))
    if as_set:
        monkeypatch.setenv("MOTCUA_DEFINITIONS", str(tmp_path))
    told = motcua("lint", *(() if as_set else (tmp_path,)))
    assert told.exit_code == 0, told.output
    assert told.stdout == "78 indicators and 6 plans read, nothing to look at.\n"
    written(INDICATOR.replace("id: mine", "id: k07"))
    told = motcua("lint", *(() if as_set else (tmp_path,)))
    first, last = told.stderr.splitlines()
    assert first.startswith(
        f"{tmp_path / 'mine.yaml'}, line 3: k07 is defined twice in version 1, first in "
        "hcmc-2020.yaml, line "
    )
    assert (told.exit_code, last) == (1, NOT_KEPT)


def test_definitions_of_ones_own_are_shown_with_their_file_and_the_page_is_of_the_shipped(
    written, tmp_path, monkeypatch
):
    written(
        INDICATOR.replace(
            "id: mine", "id: k07, version: 2, effective_from: 2021-01-01".replace(", ", "\n    ")
        )
    )
    monkeypatch.setenv("MOTCUA_DEFINITIONS", str(tmp_path))
    shown = [line for line in motcua("definitions").stdout.splitlines() if line.startswith("k07 ")]
    first, second = shown
    assert first.startswith("k07 ≥ 20 % Hồ sơ giải quyết trực tuyến (Dossiers settled online), ")
    assert first.endswith("hcmc-2020.yaml version 1 from the beginning until 2020-12-31")
    assert second == "k07 ≥ 90 % Thử (Trial), mine.yaml version 2 from 2021-01-01 on"
    assert "mine.yaml" not in motcua("definitions", "--markdown").stdout
