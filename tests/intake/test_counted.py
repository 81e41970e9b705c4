"""What is announced of a dossier for national scores, and of its clock for the figures."""

import json
from datetime import datetime, timedelta

import pytest

from contracts.intake import Component, DossierFiling, DossierFlags, DossierParticulars
from contracts.vocabulary import VIETNAM
from services.intake.clock.spent import agency_days
from services.intake.commands.position import clocked
from services.intake.domain import counted_flags
from tests.builders import PROCEDURE, procedure, step
from tests.intake.lives import at, filed, life
from tests.intake.lives import step as row
from tests.intake.personal import PERSON, ask, city_of, file_of

CODE = file_of()["code"]


def flags(particulars=None, components=(), **told):
    filing = DossierFiling.model_validate(
        file_of(flags=told, components=[one.model_dump() for one in components])
        | ({"particulars": particulars} if particulars else {})
    )
    return counted_flags(filing)


@pytest.mark.parametrize(
    ("particulars", "name"),
    [
        ({"files": [{"name": "a", "digitised": True}]}, "digitised"),
        ({"files": [{"name": "a", "reused": 1}]}, "reused"),
        ({"files": [{"name": "a", "reused": 2}]}, "reused"),
        ({"files": [{"name": "a", "from_national_store": True}]}, "reused"),
        ({"databases": ["7"]}, "connected_data"),
        ({"fees": [{"name": "Lệ phí", "amount": 100_000}]}, "fee_due"),
        ({"fees": [{"name": "Lệ phí"}]}, "fee_due"),
        ({"results": [{"name": "Giấy phép", "code": "KQ.G15.000342"}]}, "electronic_result"),
        ({"results": [{"name": "Giấy phép", "url": "https://x.example"}]}, "electronic_result"),
    ],
)
def test_a_paper_shows_what_scores_count(particulars, name):
    told = flags(particulars).model_dump()
    assert [flag for flag, said in told.items() if said] == [name]


@pytest.mark.parametrize(
    "particulars",
    [
        {"files": [{"name": "a", "digitised": True, "deleted": True}]},
        {"files": [{"name": "a", "digitised": False, "reused": 0}]},
        {"fees": [{"name": "Miễn phí", "amount": 0}]},
        {"results": [{"name": "Giấy phép"}]},
        {"paid_through": "not_online"},
        {"paid_through": "other"},
        {},
    ],
)
def test_a_paper_that_shows_nothing_counts_for_nothing(particulars):
    assert not any(flags(particulars).model_dump().values())


def test_a_payment_counts_through_two_gateways_and_makes_a_fee_due():
    for through in ("national", "local"):
        told = flags({"paid_through": through})
        assert (told.paid_online, told.fee_due) == (True, True)
    told = flags({"paid_through": "other", "fees": [{"name": "Phí"}]}, paid_online=True)
    assert (told.paid_online, told.fee_due) == (False, True)
    assert flags(paid_online=True).paid_online is True


def test_what_was_told_in_so_many_words_stands_against_what_papers_show():
    shown = {"fees": [{"name": "Phí"}], "results": [{"name": "Giấy phép", "code": "K"}]}
    told = flags(shown, fee_due=False, electronic_result=False)
    assert (told.fee_due, told.electronic_result) == (False, False)
    told = flags(fee_due=True, electronic_result=True, certified_copy=True)
    assert (told.fee_due, told.electronic_result, told.certified_copy) == (True, True, True)


def test_a_digitised_component_makes_a_dossier_digitised():
    assert flags(components=[Component(name="Đơn", digitised=True)]).digitised is True
    assert flags(components=[Component(name="Đơn")]).digitised is False
    assert DossierFlags().model_dump(exclude_none=True).keys() <= flags().model_dump().keys()
    assert DossierParticulars().databases == []


async def told_last(intake, topic: str) -> dict:
    rows = await ask(intake, f"SELECT envelope FROM outbox WHERE topic = '{topic}' ORDER BY id")
    body = rows[-1][0]
    return (json.loads(body) if isinstance(body, str) else body)["data"]


async def test_results_and_payments_told_later_are_announced_and_nothing_of_a_person_is(lone):
    async with city_of(lone) as (intake, client):
        await client.put(
            f"/v1/procedures/{PROCEDURE}", json=procedure(online_level=4, valid_from="2019-01-01")
        )
        body = file_of()
        assert (await client.post("/v1/dossiers", json=body)).status_code == 201
        filing = await told_last(intake, "dossier.filed")
        assert (filing["online_service"], filing["flags"]["electronic_result"]) == ("full", False)
        later = {
            "paid_through": "national",
            "results": [{"name": "Giấy phép của bà Sen", "url": "https://x.example/sen.pdf"}],
        }
        answer = await client.put(f"/v1/dossiers/{CODE}", json=body | {"particulars": later})
        assert answer.status_code == 200, answer.text
        amended = await told_last(intake, "dossier.amended")
        assert amended["flags"] == filing["flags"] | {
            **dict.fromkeys(("fee_due", "paid_online", "electronic_result"), True)
        }
        assert amended["revision"] > filing["revision"]
        assert amended["online_service"] == "full"
        everything = json.dumps([filing, amended], ensure_ascii=False)
        assert "Sen" not in everything
        assert not any(str(one) in everything for one in PERSON.values() if len(str(one)) > 8)


async def test_a_filing_without_the_later_flags_is_the_same_filing_when_it_comes_again(lone):
    async with city_of(lone) as (_, client):
        assert (await client.post("/v1/dossiers", json=file_of())).status_code == 201
        again = file_of(flags={"fee_due": None, "certified_copy": None})
        assert (await client.post("/v1/dossiers", json=again)).status_code == 200
        other = file_of(flags={"certified_copy": True})
        answer = await client.post("/v1/dossiers", json=other)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (
            409,
            "/flags/certified_copy",
        )


async def test_requests_for_papers_and_the_agencys_days_are_announced_with_the_progress(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        # Received on Monday the 16th of March 2020.
        items = [
            step("processing", "2020-03-17T08:00:00+07:00"),
            step("waiting_supplement", "2020-03-18T08:00:00+07:00"),
            step("processing", "2020-03-24T08:00:00+07:00"),
            step("done", "2020-03-26T08:00:00+07:00"),
        ]
        await client.post(f"/v1/dossiers/{CODE}/progress", json={"items": items})
        told = await told_last(intake, "dossier.progressed")

        def instant(name: str) -> datetime:
            return datetime.fromisoformat(told[name])

        assert instant("supplement_requested_at") == at("2020-03-18 08:00")
        assert instant("supplement_waited_until") == at("2020-03-24 08:00")
        assert told["supplement_again_at"] is None
        # Eight working days from the 16th to the 26th, four of them the applicant's.
        assert told["agency_days"] == 4


def days(standing) -> int | None:
    return clocked(standing)["agency_days"]


def test_the_agencys_days_are_working_days_without_those_of_the_applicant():
    week = filed("2025-07-07")
    assert days(life(week)) is None
    assert days(life(week, row("done", "2025-07-07"))) == 0
    assert days(life(week, row("done", "2025-07-14"))) == 5
    asked = (row("waiting_supplement", "2025-07-08"), row("processing", "2025-07-11"))
    assert days(life(week, *asked, row("done", "2025-07-14"))) == 2
    # Ended while the applicant was waited for: its time ended with the request.
    assert days(life(week, asked[0], row("stopped", "2025-07-28"))) == 1
    assert days(life(filed(None, "2025-07-07"), row("refused", "2025-07-09"))) is None


def test_a_dossier_that_ended_before_it_began_took_no_time_that_can_be_told():
    standing = life(filed("2025-07-07"), row("done", "2025-07-03"))
    assert days(standing) is None
    reading, office = standing.case.reading, standing.case.office
    since = reading.runs[0].since
    assert agency_days(reading, since - timedelta(seconds=1), office) is None
    assert agency_days(reading, since, office) == 0
    assert since.tzinfo is VIETNAM
