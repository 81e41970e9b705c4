"""The page of codes that partners read says what the code knows."""

import re
from pathlib import Path

import pytest

from contracts.intake import ProgressRow
from contracts.vocabulary import (
    AdministrativeLevel,
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
        if code not in {"code", "name", "---"}:
            found.setdefault(code, []).append(word.strip("`"))
    return found


def rows_of_progress() -> dict[str, str]:
    """The fields of a row by their national names."""
    [section] = [part for part in PAGE.split("\n## ") if part.startswith("A row of progress")]
    return dict(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", section, re.MULTILINE))


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
        ("Level", AdministrativeLevel),
    ],
)
def test_every_word_has_its_row(title, words):
    told = [word for row in table(title).values() for word in row]
    assert sorted(told) == sorted(map(str, words))


def test_every_field_of_a_row_of_progress_has_a_place_that_is_there():
    told = rows_of_progress()
    national = {"TrangThai", "ThoiDiemXuLy", "NguoiXuLy", "ChucDanh", "PhongBanXuLy", "NoiDungXuLy"}
    assert set(told) == national | {"NgayBatDau", "NgayKetThucTheoQuyDinh"}
    assert set(told.values()) <= set(ProgressRow.model_fields)
    assert len(set(told.values())) == len(told)


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
