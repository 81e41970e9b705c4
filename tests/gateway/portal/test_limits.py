"""What the portal tells of a procedure is read into ours, or refused with a reason."""

import pytest

from contracts.intake import ProcedureView, TimeLimit
from contracts.vocabulary import Channel, TimeUnit
from gateway.portal.catalogue import CatalogueImportStale, to_write
from gateway.portal.limits import Unreadable, differences, entry_of, read_procedure
from tests.builders import procedure

KNOWN = "1.001612"


def row(*ways, **changes):
    """An entry of LayThuTuc."""
    return {
        "MATTHC": KNOWN,
        "TENTTHC": "Thành lập hộ kinh doanh",
        "LINHVUCTHUCHIEN": [{"MALINHVUC": "HKD", "TENLINHVUC": "Hộ kinh doanh"}],
        "CACHTHUCTHUCHIEN": [
            {"KENH": kenh, "THOIGIAN": [{"THOIGIANGIAIQUYET": amount, "DONVITINH": unit}]}
            for kenh, amount, unit in ways
        ],
    } | changes


def test_limits_are_read_by_channel_in_every_unit():
    told = read_procedure(
        row(("1", "05", "Ngày làm việc"), ("Trực tuyến", "8", "Giờ"), ("3", "1", " tháng "))
    )
    assert told.limits == {
        Channel.COUNTER: TimeLimit(amount=5, unit=TimeUnit.WORKING_DAY),
        Channel.ONLINE: TimeLimit(amount=8, unit=TimeUnit.WORKING_HOUR),
        Channel.POST: TimeLimit(amount=1, unit=TimeUnit.MONTH),
    }
    entry = entry_of(told, None)
    assert entry.time_limit == told.limits[Channel.COUNTER]
    assert entry.time_limits.keys() == {Channel.ONLINE, Channel.POST}
    assert read_procedure(row(("1", "10", "Ngày"))).limits[Channel.COUNTER].unit == "calendar_day"


@pytest.mark.parametrize(
    "told",
    [
        row(("1", "nhiều", "Ngày")),
        row(("1", "3", "Tuần")),
        row(("7", "3", "Ngày")),
        row(("1", "3,5", "Ngày")),
        row(("1", "9999", "Ngày")),
        row(("1", "3", "Ngày"), ("1", "5", "Ngày")) | {"MATTHC": ""},
        row(TENTTHC=""),
        row(LINHVUCTHUCHIEN=[]),
        row(LINHVUCTHUCHIEN="HKD"),
        row(CACHTHUCTHUCHIEN=["1"]),
        row(
            CACHTHUCTHUCHIEN=[
                {
                    "KENH": "1",
                    "THOIGIAN": [
                        {"THOIGIANGIAIQUYET": "3", "DONVITINH": "Ngày"},
                        {"THOIGIANGIAIQUYET": "30", "DONVITINH": "Ngày"},
                    ],
                }
            ]
        ),
    ],
)
def test_what_cannot_be_taken_over_is_unreadable_with_a_reason(told):
    with pytest.raises(Unreadable, match=r"\w"):
        read_procedure(told)


def test_what_the_portal_does_not_tell_stays_ours():
    ours = ProcedureView(
        code=KNOWN,
        **procedure(time_limits={"online": {"amount": 2, "unit": "working_day"}}, by_post=True),
        field_name=None,
        on_national_portal=True,
        online_service="full",
        same_day=False,
        published_on=None,
        decision="1/QĐ",
        version=3,
        valid_from="2020-01-01",
    )
    told = read_procedure(row(("1", "4", "Ngày làm việc")))
    assert set(differences(told, ours)) == {"field", "field_name", "time_limits.counter"}
    entry = entry_of(told, ours)
    assert (entry.by_post, entry.on_national_portal, entry.decision) == (True, True, "1/QĐ")
    assert entry.time_limits[Channel.ONLINE].amount == 2
    assert entry.time_limits[Channel.COUNTER].amount == 4
    assert entry.time_limit.amount == 3


def fees(*amounts):
    """A way that costs these amounts."""
    told = [{"MAPHILEPHI": "1", "SOTIEN": amount, "DONVI": "Đồng"} for amount in amounts]
    time = {"THOIGIANGIAIQUYET": "3", "DONVITINH": "Ngày", "PHILEPHI": told}
    return {"CACHTHUCTHUCHIEN": [{"KENH": "1", "THOIGIAN": [time]}]}


@pytest.mark.parametrize(
    ("told", "due"),
    [
        (fees("100000"), True),
        (fees("0", "30.000"), True),
        (fees(50000), True),
        (fees("0"), None),
        (fees("", None), None),
        (fees(), None),
        ({"CACHTHUCTHUCHIEN": [{"KENH": "1", "THOIGIAN": [{"PHILEPHI": 5}]}]}, None),
        ({"CACHTHUCTHUCHIEN": [{"KENH": "1", "THOIGIAN": [{"PHILEPHI": ["100"]}]}]}, None),
    ],
)
def test_a_fee_is_due_where_the_portal_tells_an_amount_and_else_nothing_is_told(told, due):
    read = read_procedure(row(**told))
    assert read.fees_due is due
    assert entry_of(read, None).fees_due is due


def shown(**told):
    """The procedure of `row(**fees())` as our catalogue shows it."""
    entry = entry_of(read_procedure(row(**fees())), None).model_dump()
    ours = {"code": KNOWN, "online_service": "none", "version": 1, "valid_from": "2020-01-01"}
    return ProcedureView.model_validate(entry | ours | told)


@pytest.mark.parametrize(
    ("known", "told", "differs", "kept"),
    [
        (None, fees("100000"), True, True),
        (False, fees("100000"), True, True),
        (True, fees("100000"), False, True),
        (True, fees(), False, True),
        (False, fees(), False, False),
    ],
)
def test_what_we_know_of_a_fee_gives_way_to_an_amount_alone(known, told, differs, kept):
    ours = shown(fees_due=known, levels=["commune"])
    read = read_procedure(row(**told))
    assert ("fees_due" in differences(read, ours)) is differs
    entry = entry_of(read, ours)
    assert (entry.fees_due, entry.levels) == (kept, ["commune"])


COMPARED = {
    "code": KNOWN,
    "kind": "changed",
    "told": {"name": "Tên khác", "field": "HKD", "field_name": "Hộ kinh doanh", "limits": {}},
    "ours": {
        "name": "Thành lập hộ kinh doanh",
        "field": "HKD",
        "field_name": "Hộ kinh doanh",
        "time_limit": {"amount": 3, "unit": "calendar_day"},
        "time_limits": {},
    },
}
"""A difference as it was kept before fees were read."""


def test_what_an_earlier_release_compared_can_be_applied_unless_ours_has_moved():
    [(told, _)] = to_write([COMPARED], {KNOWN: shown(fees_due=True)})
    assert (told.name, told.fees_due) == ("Tên khác", None)
    for moved in ({"name": "Tên thứ ba"}, {"time_limit": None}):
        with pytest.raises(CatalogueImportStale):
            to_write([COMPARED], {KNOWN: shown(**moved)})
    with pytest.raises(CatalogueImportStale):
        to_write([COMPARED], {})


def test_a_fee_that_was_entered_here_since_the_comparison_makes_it_stale():
    ours = COMPARED["ours"] | {"fees_due": None}
    assert to_write([COMPARED | {"ours": ours}], {KNOWN: shown()})
    with pytest.raises(CatalogueImportStale):
        to_write([COMPARED | {"ours": ours}], {KNOWN: shown(fees_due=False)})
