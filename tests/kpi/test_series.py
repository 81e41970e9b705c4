"""The series that are reported: their file, and what is said where it is wrong."""

from importlib import resources

import pytest

from contracts.vocabulary import AgencyKind, Cadence, SeriesKind
from services.kpi.indicators.series import SERIES, SeriesInvalid, read

TEXT = resources.files("services.kpi.indicators").joinpath("series.yaml").read_text("utf-8")


def test_every_indicator_that_is_reported_has_its_series():
    read_by = {indicator for one in SERIES.values() for indicator in one.read_by}
    whole = {
        *("k02", "k03", "k10", "k13", "k17", "k18", "k19", "k20", "k25", "k26", "k28a", "k28b"),
        *("k29", "k30", "k32", "k34", "k43", "k47"),
    }
    assert whole <= set(SERIES)
    national = {name for name in SERIES if name.startswith("766.")}
    assert len(national) == 4
    points = {name for name, one in SERIES.items() if one.points_of}
    assert points == {f"tt01.{n}.{who}" for n in range(1, 10) for who in ("self", "verified")}
    assert read_by == {*whole, *national, "k09", "k31", "k39", "k42", "k44", "k46"}


def test_a_series_says_who_owes_it_and_how_often():
    documents, dialogues = SERIES["k18"], SERIES["k32"]
    assert documents.kinds == (AgencyKind.DEPARTMENT, AgencyKind.DISTRICT)
    assert (documents.every, documents.due_days) == (Cadence.QUARTER, 15)
    assert (dialogues.kinds, dialogues.every) == ((), Cadence.HALF)
    assert SERIES["k29"].scale[-2:] == ("Tốt", "Xuất sắc")
    assert SERIES["k46.tasks"].tasks == 8
    assert SERIES["k20"].kind is SeriesKind.OCCURRENCE


def line_of(text):
    return TEXT[: TEXT.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("was", "now", "entry", "says"),
    [
        ("kind: label", "kind: grade", "k29", "kind: Input should be"),
        ("    tasks: 8\n", "", "k46.tasks", "a task needs tasks"),
        ('    scale: ["Yếu", "Trung bình", "Khá", "Tốt", "Xuất sắc"]\n', "", "k29", "a scale of"),
        ('"Trung bình", "Khá"', '"Khá", "Khá"', "k29", "name each once"),
        ("owner: [ward]", "owner: []", "k44.ward", "nobody owes it"),
        ("owner: [ward]", "owner: [village]", "k44.ward", "owner"),
        ("- id: k47", "- id: k43", "k43", "another entry has this id"),
    ],
)
def test_a_mistake_is_told_with_its_line_its_entry_and_what_to_change(was, now, entry, says):
    with pytest.raises(SeriesInvalid) as wrong:
        read(TEXT.replace(was, now, 1))
    told = str(wrong.value)
    begins = {"another entry has this id": "- id: k47"}.get(says, f"- id: {entry}\n")
    assert told.startswith(f"series.yaml, line {line_of(begins)}, entry {entry}: ")
    assert says in told


def test_a_file_that_is_no_list_of_series_says_so():
    for text in ("", "format: kpi/2\nseries: []", "format: kpi/1\nseries: 3", "format: [kpi"):
        with pytest.raises(SeriesInvalid, match=r"series\.yaml, line \d+"):
            read(text)
    with pytest.raises(SeriesInvalid, match=r"line 3, entry that is no mapping"):
        read("format: kpi/1\nseries:\n  - k02\n")
