"""What the catalogue tells beside limits: levels, posting, fees, days of publication, ends and successors."""

import pytest

from contracts.intake import ProcedureEntry, ProcedurePublished, ProcedureView
from services.intake import service
from tests.builders import PROCEDURE
from tests.intake.test_procedures import publish

TOLD = {
    "published_on": "2020-02-05",
    "decided_on": "2020-02-03",
    "updated_on": "2020-02-28",
    "levels": ["province", "commune"],
    "agencies": ["000.00.19.H29", "nobody-knows"],
    "posted_at_office": True,
    "posted_online": False,
    "content_complete": True,
    "iso": False,
    "electronic_dossiers": True,
    "eligible_online": False,
    "fees_due": True,
    "online_payment": False,
    "payment_integrated": True,
    "abolished_on": "2030-01-01",
    "successors": ["2.000001", "nobody-knows"],
}
NOT_TOLD = {name: [] if isinstance(value, list) else None for name, value in TOLD.items()}


def told_by(answer):
    return {name: answer[name] for name in TOLD}


def test_whatever_an_entry_can_say_is_shown_and_announced():
    of_filings = {"time_limit", "time_limits", "retention"}
    entry = set(ProcedureEntry.model_fields)
    assert entry <= set(ProcedureView.model_fields)
    assert entry - of_filings <= set(ProcedurePublished.model_fields)


async def test_each_version_keeps_what_it_told_and_is_announced_with_it(lone):
    async with lone(service) as intake, intake.calls() as client:
        await publish(client)
        second = await publish(client, valid_from="2020-03-01", **TOLD)
        assert (second["version"], told_by(second)) == (2, TOLD)
        third = await publish(client, valid_from="2021-01-01")
        assert (third["version"], told_by(third)) == (3, NOT_TOLD)
        for day, expected in [
            ("2020-02-29", NOT_TOLD),
            ("2020-03-01", TOLD),
            ("2020-12-31", TOLD),
            ("2021-01-01", NOT_TOLD),
        ]:
            answer = await client.get(f"/v1/procedures/{PROCEDURE}?on={day}")
            assert told_by(answer.json()) == expected, day
        news = await intake.announced("procedure.published")
        assert [told_by(one) for one in news] == [NOT_TOLD, TOLD, NOT_TOLD]


async def test_what_is_said_again_makes_no_version_and_what_is_unsaid_is_not_told_any_more(lone):
    async with lone(service) as intake, intake.calls() as client:
        first = await publish(client, **TOLD)
        assert await publish(client, **TOLD) == first
        again = {"valid_from": "1900-01-01"}
        assert (await publish(client, **again, **TOLD | {"iso": True}))["iso"] is True
        unsaid = {name: value for name, value in TOLD.items() if name != "iso"}
        assert (await publish(client, **again, **unsaid))["iso"] is None
        assert len(await intake.announced("procedure.published")) == 3


async def test_an_agency_is_named_by_any_of_its_codes_and_kept_by_its_own(lone):
    async with lone(service) as intake, intake.calls() as client:
        known = {"name": "Thành phố", "kind": "city", "other_codes": ["HCM"]}
        await client.put("/v1/agencies/H29", json=known)
        first = await publish(client, agencies=["HCM", "nobody-knows", "H29", "nobody-knows"])
        assert first["agencies"] == ["H29", "nobody-knows"]
        assert await publish(client, agencies=["H29", "nobody-knows"]) == first
        [news] = await intake.announced("procedure.published")
        assert news["agencies"] == ["H29", "nobody-knows"]


async def judged(intake):
    return [
        (one["published_on_time"], one["updated_on_time"])
        for one in await intake.announced("procedure.published")
    ]


# Decided on Monday 3 February 2020, the fifth working day after is Monday the 10th, the tenth Monday the
# 17th, the twentieth Monday 2 March.
MONDAY = "2020-02-03"
DAYS = [
    (["province"], MONDAY, "2020-02-10", "2020-02-10", (True, True)),
    (["province"], MONDAY, "2020-02-11", "2020-02-11", (False, False)),
    ([], MONDAY, "2020-02-11", "2020-02-10", (False, True)),
    (["ministry"], MONDAY, "2020-03-02", "2020-02-17", (True, True)),
    (["ministry"], MONDAY, "2020-03-03", "2020-02-18", (False, False)),
    (["ministry", "commune"], MONDAY, "2020-02-11", "2020-02-10", (False, True)),
    (["province"], MONDAY, None, "2020-02-10", (None, True)),
    (["province"], MONDAY, "2020-02-10", None, (True, None)),
    (["province"], None, "2020-02-10", "2020-02-10", (None, None)),
    # Tết is from 23 to 29 January: of five days after Friday the 17th the last is Friday the 31st.
    (["province"], "2020-01-17", "2020-01-31", "2020-02-03", (True, False)),
]


@pytest.mark.parametrize(("levels", "decided", "published", "updated", "expected"), DAYS)
async def test_publication_is_judged_in_working_days_after_the_decision(
    lone, levels, decided, published, updated, expected
):
    days = {"decided_on": decided, "published_on": published, "updated_on": updated}
    async with lone(service) as intake, intake.calls() as client:
        await publish(client, levels=levels, **days)
        assert await judged(intake) == [expected]


@pytest.mark.parametrize(("levels", "expected"), [(["province"], True), (["ministry"], False)])
async def test_the_working_days_allowed_are_settings(lone, levels, expected):
    days = {"decided_on": MONDAY, "published_on": "2020-02-05", "updated_on": "2020-02-06"}
    limits = {
        "publication_days": 2,
        "publication_update_days": 3,
        "publication_days_ministry": 1,
        "publication_update_days_ministry": 2,
    }
    async with lone(service, **limits) as intake, intake.calls() as client:
        await publish(client, levels=levels, **days)
        assert await judged(intake) == [(expected, expected)]


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"levels": ["village"]}, "/levels/0"),
        ({"levels": ["ward"]}, "/levels/0"),
        ({"levels": ["commune"] * 5}, "/levels"),
        ({"agencies": ["two words"]}, "/agencies/0"),
        ({"successors": ["1.1", ""]}, "/successors/1"),
        ({"abolished_on": "01/07/2025"}, "/abolished_on"),
        ({"decided_on": "0001-01-01"}, "/decided_on"),
        ({"iso": "perhaps"}, "/iso"),
    ],
)
async def test_an_entry_that_cannot_be_read_names_what_is_wrong(lone, told, pointer):
    async with lone(service) as intake, intake.calls() as client:
        problem = await publish(client, status=422, **told)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
        assert (await client.get(f"/v1/procedures/{PROCEDURE}")).status_code == 404


OLD = (
    "INSERT INTO procedure (code, name, field, time_limits, online_level, by_post, on_national_portal,"
    " same_day, version, valid_from, revision)"
    " VALUES ('old', 'Cũ', 'f', '{}', 3, false, false, false, 1, '1900-01-01', 7)"
)


async def test_of_a_procedure_of_an_earlier_release_nothing_more_is_told(lone):
    async with lone(service, earlier=("0010", [OLD])) as intake, intake.calls() as client:
        assert told_by((await client.get("/v1/procedures/old")).json()) == NOT_TOLD
        same = {"name": "Cũ", "field": "f", "time_limit": None}
        assert (await publish(client, "old", **same))["version"] == 1
        assert await intake.announced("procedure.published") == []
        await publish(client, "old", valid_from="2020-01-01", **TOLD)
        versions = (await client.get("/v1/procedures/old/versions")).json()["items"]
        assert [told_by(one) for one in versions] == [NOT_TOLD, TOLD]
