"""The recount itself, on a handful of dossiers counted by hand; and that it can fail."""

import json
from copy import deepcopy
from datetime import date, datetime

import pytest

from tests.recount.counting import documents, figures, growth, inspected
from tests.recount.reading import VIETNAM, lines_of, read

YEAR = date(2020, 1, 1), date(2021, 1, 1)
LONG_AFTER = datetime(2026, 1, 1, tzinfo=VIETNAM)


def call(method, path, body=None, answer=None, status=200):
    return {"method": method, "path": path, "body": body, "status": status, "answer": answer}


def procedure(code, field, level, by_post, since="1900-01-01"):
    body = {
        "field": field,
        "online_level": level,
        "by_post": by_post,
        "on_national_portal": False,
    }
    if level == 4:
        body |= {
            "posted_at_office": True,
            "posted_online": True,
            "levels": ["province", "district"],
            "iso": True,
        }
    return call("PUT", f"/v1/procedures/{code}", body, {"valid_from": since})


def filed(code, agency, channel, moment, *, procedure="P1", due="2020-03-20"):
    when = "received_at" if channel == "counter" else "submitted_at"
    body = {
        "code": code,
        "agency": agency,
        "procedure": procedure,
        "channel": channel,
        when: moment,
    }
    view = {"due_at": f"{due}T17:00:00+07:00", "clock": {"limit": {"unit": "working_day"}}}
    return [
        call("POST", "/v1/dossiers", body, {}, 201),
        call("GET", f"/v1/dossiers/{code}", None, view),
    ]


def progress(code, *rows):
    items = [{"status": status, "occurred_at": moment} for status, moment in rows]
    return call("POST", f"/v1/dossiers/{code}/progress", {"items": items})


def rated(code, option, token):
    invitation = {"items": [{"token": token, "occasion": "returned"}]}
    return [
        call("GET", f"/v1/dossiers/{code}/rating-invitations", None, invitation),
        call("POST", "/v1/ratings", {"token": token, "answers": {"overall": option}}, {}, 201),
    ]


def shipped(code, item, leg):
    return call("POST", "/v1/shipments", {"dossier": code, "leg": leg, "item_code": item}, {}, 201)


def told_by_the_post(sent, *records, outcome="applied"):
    body = {
        "sendDate": sent,
        "data": [{"itemCode": item, "status": status} for item, status in records],
    }
    return call(
        "POST",
        "/v1/carriers/vnpost-d/city/events",
        body,
        {"items": [{"outcome": outcome} for _ in records]},
    )


DONE = "2020-03-18T10:00:00+07:00"
LATE = "2020-03-21T08:00:00+07:00"
CALLS = [
    call("PUT", "/v1/agencies/H", {"kind": "city"}),
    call("PUT", "/v1/agencies/A", {"kind": "department", "parent": "H"}),
    call("PUT", "/v1/agencies/B", {"kind": "district", "parent": "H"}),
    procedure("P1", "ho-tich", 3, by_post=True),
    procedure("P2", "giao-duc", 2, by_post=True),
    procedure("P2", "giao-duc", 4, by_post=True, since="2020-06-01"),
    # Of A: one in time and rated well, one a day late and rated badly, one online that nobody rated.
    *filed("A-1", "A", "counter", "2020-03-16T09:00:00+07:00"),
    progress("A-1", ("done", DONE), ("returned", DONE)),
    *rated("A-1", "4", "t1"),
    *filed("A-2", "A", "counter", "2020-03-16T09:00:00+07:00"),
    progress("A-2", ("done", LATE), ("returned", LATE)),
    *rated("A-2", "2", "t2"),
    *filed("A-3", "A", "online", "2020-03-16T22:00:00+07:00", procedure="P2"),
    progress("A-3", ("accepted", "2020-03-17T08:00:00+07:00"), ("done", DONE)),
    # Of B: one that came and went by post, and one that was refused.
    *filed("B-1", "B", "post", "2020-03-13T09:00:00+07:00"),
    shipped("B-1", "IN", "inbound_dossier"),
    told_by_the_post("14/03/2020 10:00:00", ("IN", 6)),
    progress("B-1", ("accepted", "2020-03-16T08:00:00+07:00"), ("done", DONE)),
    shipped("B-1", "OUT", "outbound_result"),
    told_by_the_post("01/04/2020 00:20:00", ("OUT", 7), ("STRANGE", 7)),
    *filed("B-2", "B", "online", "2020-03-16T09:00:00+07:00"),
    progress("B-2", ("refused", "2020-03-17T08:00:00+07:00")),
]


def counted(calls, agency="H", first=YEAR[0], end=YEAR[1]):
    return figures(read(calls), agency, first, end, LONG_AFTER)


def test_a_handful_of_dossiers_is_counted_as_a_hand_counts_them():
    assert counted(CALLS) == {
        "k01": (0, 0),
        "k04": (1, 2),
        "k05": (1, 2),
        "k06": (1, 2),
        "k07": (1, 4),
        "k08": (0, 2),
        "k11": (0, 0),
        "k12": (0, 0),
        "k10": (0, 2),
        "k14": (1, 2),
        "k15": (1, 4),
        "k16": (1, 3),
        "k24": (1, 2),
        "k21": (1, 2),
        "k22": (0, 0),
        "k23": (2, 3),
        "k27": (0, 2),
        "k33": (1, 2),
        "k36": (2, 4),
        "k37": (1, 2),
        "k40": (1, 2),
        "k41": (3, 4),
        "k44.district": (1, 1),
        "k44.ward": (0, 0),
        "k45": (1, 2),
        "766.dossier_sync": (0, 4),
        "766.online_share": (1, 4),
        "766.paid_online": (0, 0),
        "766.digitised": (0, 4),
        "766.reused": (0, 4),
        "766.connected_dossier": (0, 4),
        "766.original_result": (0, 4),
        "766.certified_copy": (0, 4),
        "766.online_provided": (2, 2),
        "766.online_with_dossiers": (1, 2),
        "766.publish_on_time": (0, 2),
        "766.update_on_time": (0, 2),
        "766.content_full": (0, 2),
        "766.payment_offered": (0, 0),
        "766.payment_integrated": (0, 0),
    }


def test_an_agency_counts_what_is_its_own():
    of_b = counted(CALLS, "B")
    assert of_b["k41"] == (1, 1)
    assert of_b["k15"] == (1, 1)
    assert of_b["k37"] == (0, 0)


def test_a_result_in_the_posts_hands_after_midnight_counts_on_the_new_day():
    march = counted(CALLS, first=date(2020, 3, 1), end=date(2020, 4, 1))
    april = counted(CALLS, first=date(2020, 4, 1), end=date(2020, 5, 1))
    assert march["k16"] == (0, 2)
    assert april["k16"] == (1, 1)


def test_procedures_are_as_they_were_on_the_last_day():
    assert counted(CALLS, end=date(2020, 6, 1))["k06"] == (0, 2)
    assert counted(CALLS, end=date(2020, 6, 2))["k06"] == (1, 2)
    assert growth(read(CALLS), "H", date(2020, 5, 1), date(2020, 6, 1)) == (1, 0)
    assert growth(read(CALLS), "H", date(2020, 6, 1), date(2020, 6, 2)) == (2, 1)
    assert growth(read(CALLS), "H", date(2020, 6, 2), date(2020, 7, 1)) == (2, 0)


def test_an_end_that_was_claimed_is_dated_by_the_history_behind_it():
    events = [
        {"code": code, "at": f"2020-03-{day}T09:00:00+07:00"} for code, day in ((7, 30), (14, 31))
    ]
    history = call("POST", "/sandbox/items", [{"itemCode": "OUT", "events": events}])
    claimed = told_by_the_post("02/04/2020 08:00:00", ("OUT", 14))
    assert counted([*CALLS, history], end=date(2020, 4, 1))["k16"] == (0, 2)
    assert counted([*CALLS, history, claimed], end=date(2020, 4, 1))["k16"] == (1, 3)


def test_an_agency_has_the_procedures_of_its_level_and_those_that_name_it():
    calls = [
        *CALLS,
        procedure("P4", "ho-tich", 3, by_post=False),
        procedure("P5", "ho-tich", 3, by_post=False, since="2020-05-01"),
    ]
    calls[-2]["body"]["levels"] = ["commune"]
    calls[-1]["body"]["agencies"] = ["A"]
    assert counted(calls, "A")["k08"] == (0, 3)
    assert counted(calls, "B")["k08"] == (0, 2)
    assert counted(calls, "A", end=date(2020, 5, 1))["k08"] == (0, 1)


def test_reports_count_once_another_has_approved_them():
    def reported(name, series, **told):
        path = f"/v1/indicators/{series}/reports"
        return call("POST", path, {"agency": "H", **told}, {"id": name}, 201)

    def approved(name, status=200):
        return call("POST", f"/v1/reports/{name}/approve", None, {}, status)

    quarter = {"period_from": "2020-01-01", "period_to": "2020-04-01", "count": 9, "among": 10}
    calls = [
        *CALLS,
        call("PUT", "/v1/agencies/W1", {"kind": "ward", "parent": "B"}),
        call("PUT", "/v1/agencies/W2", {"kind": "ward", "parent": "B"}),
        reported("r1", "k43", **quarter),
        approved("r1"),
        reported("r2", "k43", **quarter | {"period_from": "2020-04-01", "period_to": "2020-07-01"}),
        reported("r3", "k47", about="W1", occurred_on="2020-03-31"),
        approved("r3"),
        reported("r4", "k47", about="W2", occurred_on="2020-03-31"),
        approved("r4", status=409),
    ]
    told = read(calls)
    assert documents(told, "H", *YEAR) == (9, 10)
    assert documents(told, "H", date(2020, 1, 2), YEAR[1]) == (0, 0)
    assert inspected(told, "H", *YEAR) == (1, 2)
    assert inspected(told, "H", date(2020, 4, 1), YEAR[1]) == (0, 2)


def test_household_businesses_are_counted_where_a_district_registers_them():
    calls = [*CALLS, procedure("P3", "ho-kinh-doanh", 2, by_post=False)]
    for code, agency in (("A-7", "A"), ("B-7", "B")):
        calls += filed(code, agency, "online", "2020-03-16T09:00:00+07:00", procedure="P3")
        calls.append(progress(code, ("accepted", DONE), ("done", DONE)))
    assert counted(calls)["k12"] == (1, 1)


def test_what_the_post_sent_and_nobody_took_counts_for_nothing():
    calls = [one for one in CALLS if "carriers" not in one["path"]]
    ignored = told_by_the_post("18/03/2020 10:00:00", ("OUT", 7), outcome="quarantined")
    assert counted([*calls, ignored])["k16"] == (0, 2)


def test_what_was_kept_before_it_was_worked_out_counts():
    calls = [one for one in CALLS if "carriers" not in one["path"]]
    stored = told_by_the_post("18/03/2020 10:00:00", ("OUT", 7), outcome="stored")
    assert counted([*calls, stored])["k16"] == (1, 3)


def test_a_dossier_that_was_handed_over_yesterday_is_no_silent_one_yet():
    day_after = datetime(2020, 3, 19, tzinfo=VIETNAM)
    march = figures(read(CALLS), "A", date(2020, 3, 1), date(2020, 4, 1), day_after)
    assert march["k36"] == (2, 2)


@pytest.mark.parametrize(
    ("tampered", "with_", "figure", "was", "is_"),
    [
        (("A-1", "done"), LATE, "k41", (3, 4), (2, 4)),
        (("A-3", "accepted"), "2021-03-17T08:00:00+07:00", "k15", (1, 4), (1, 3)),
        (("B-1", "done"), "2021-01-01T00:00:00+07:00", "k41", (3, 4), (2, 4)),
    ],
)
def test_one_moment_of_a_record_moves_the_figures_that_it_counts_in(
    tampered, with_, figure, was, is_
):
    calls = deepcopy(CALLS)
    code, status = tampered
    [row] = [
        row
        for one in calls
        if one["path"] == f"/v1/dossiers/{code}/progress"
        for row in one["body"]["items"]
        if row["status"] == status
    ]
    row["occurred_at"] = with_
    assert counted(CALLS)[figure] == was
    assert counted(calls)[figure] == is_


def test_a_rating_that_is_changed_in_the_record_moves_satisfaction():
    calls = deepcopy(CALLS)
    next(one for one in calls if one["path"] == "/v1/ratings")["body"]["answers"]["overall"] = "3"
    assert counted(calls)["k37"] == (0, 2)


def test_a_call_without_an_answer_counts_for_nothing():
    lost = [*filed("A-9", "A", "counter", "2020-03-16T09:00:00+07:00")]
    lost[0] |= {"status": None, "answer": None}
    assert counted([*CALLS, *lost])["k15"] == (1, 4)


def test_a_record_that_ends_too_early_says_so():
    with pytest.raises(ValueError, match="A-1"):
        read([one for one in CALLS if one["path"] != "/v1/dossiers/A-1"])


def test_a_line_that_was_cut_short_is_passed_over(tmp_path):
    file = tmp_path / "calls.ndjson"
    lines = [json.dumps(one) for one in CALLS]
    file.write_text("\n".join([*lines[:3], lines[3][:20], *lines[3:]]), "utf-8")
    assert figures(read(lines_of(file)), "H", *YEAR, LONG_AFTER) == counted(CALLS)
