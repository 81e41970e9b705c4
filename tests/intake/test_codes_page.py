"""The page of codes that partners read says what the code knows."""

import re
from pathlib import Path

import pytest

from contracts.vocabulary import (
    ApplicantKind,
    Channel,
    DossierStatus,
    IdentityKind,
    OnlineService,
    ReturnMode,
    TimeUnit,
)
from services.intake.domain import NATIONAL_STATUSES, service_at_level

PAGE = (Path(__file__).parents[2] / "docs" / "partners" / "codes.md").read_text("utf-8")
ROW = re.compile(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|", re.MULTILINE)


def table(title: str) -> dict[str, list[str]]:
    """The words of a section's table by their codes; a code may stand in several rows."""
    [section] = [part for part in PAGE.split("\n## ") if part.startswith(title)]
    found: dict[str, list[str]] = {}
    for code, word in ROW.findall(section):
        if code not in {"code", "---"}:
            found.setdefault(code, []).append(word.strip("`"))
    return found


def test_the_status_table_is_the_national_one():
    told = table("Status of a dossier")
    assert list(told) == [str(code) for code in range(12)]
    words = {int(code): word for code, [word] in told.items() if word != "none"}
    assert words.pop(0) == DossierStatus.UNMAPPED
    assert words == {code: str(status) for code, status in NATIONAL_STATUSES.items()}
    assert {*words.values(), DossierStatus.UNMAPPED} == set(DossierStatus)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Channel", Channel),
        ("Return mode", ReturnMode),
        ("Applicant", ApplicantKind),
        ("Identity paper", IdentityKind),
        ("Units of time", TimeUnit),
    ],
)
def test_every_word_has_its_row(title, words):
    told = [word for row in table(title).values() for word in row]
    assert sorted(told) == sorted(map(str, words))


def test_the_other_tables_use_words_there_are():
    assert {word for row in table("Online service").values() for word in row} == {
        str(OnlineService.PARTIAL),
        str(OnlineService.FULL),
    }
    for level in (3, 4):
        assert table("Online service")[str(level)] == [str(service_at_level(level))]
    assert {word for row in table("Paid online").values() for word in row} == {"true", "false"}
    assert {word for row in table("Where it was filed").values() for word in row} == {
        "true",
        "false",
    }
