"""An agency chooses what its citizens are asked, for itself and those below it, from a day on."""

from datetime import timedelta

from contracts.vocabulary import VIETNAM, Occasion, Scope
from services.rating import service
from services.rating.choosing import in_force
from services.rating.tables import QuestionnaireChoice
from tests.builders import AGENCY
from tests.rating.builders import CODE, STRANGER, agency, directory, filed, links, returned

CHOICES = "/v1/rating-questionnaires/choices"
UNIT = "000.01.19.H29"


def today(rating):
    return rating.running.database.now().astimezone(VIETNAM).date()


async def choose(client, whose, questionnaire, occasion="returned", **body):
    told = {"questionnaire": questionnaire, **body}
    return await client.put(f"{CHOICES}/{whose}/{occasion}", json=told)


async def asked_of(rating, code):
    """What the citizen of a dossier is asked."""
    async with rating.calls() as client, rating.anonymous() as citizen:
        token = (await links(client, code))[0]["token"]
        return (await citizen.get(f"/v1/rating-forms/{token}")).json()


async def test_new_invitations_ask_what_the_agency_above_chose_and_old_ones_what_they_asked(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        await rating.hear(filed(), returned())
        chosen = await choose(client, "H29", "hcmc-2017/1")
        assert chosen.status_code == 200, chosen.text
        assert chosen.json()["valid_from"] == str(today(rating))
        await rating.hear(filed("A-2"), returned("A-2"))
        assert (await asked_of(rating, CODE))["questionnaire"] == "overall-5/1"
        form = await asked_of(rating, "A-2")
        assert form["questionnaire"] == "hcmc-2017/1"
        assert [question["id"] for question in form["questions"]] == [
            *("time", "clarity", "attitude"),
        ]
        assert "score" not in str(form)


async def test_the_choice_of_the_nearest_agency_decides_and_it_can_go_back(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory(), agency(UNIT, AGENCY))
        await choose(client, "H29", "hcmc-2017/1")
        await choose(client, AGENCY, "overall-3/1")
        await rating.hear(filed("A-1", agency=UNIT), returned("A-1", agency=UNIT))
        await rating.hear(filed("A-2", agency=STRANGER), returned("A-2", agency=STRANGER))
        assert (await asked_of(rating, "A-1"))["questionnaire"] == "overall-3/1"
        assert (await asked_of(rating, "A-2"))["questionnaire"] == "hcmc-2017/1"
        back = await choose(client, AGENCY, None)
        assert back.json()["revision"] == 2
        await rating.hear(filed("A-3", agency=UNIT), returned("A-3", agency=UNIT))
        assert (await asked_of(rating, "A-3"))["questionnaire"] == "hcmc-2017/1"


async def test_a_choice_holds_from_its_day_on(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        await rating.hear(filed(), returned())
        tomorrow = today(rating) + timedelta(days=1)
        told = await choose(client, AGENCY, "sipas/1", valid_from=str(tomorrow))
        assert told.status_code == 200, told.text
        assert (await asked_of(rating, CODE))["questionnaire"] == "overall-5/1"
        listed = (await client.get("/v1/rating-questionnaires")).json()["choices"]
        assert {"agency": AGENCY, "questionnaire": "sipas/1"}.items() <= listed[-1].items()
        yesterday = today(rating) - timedelta(days=1)
        past = await choose(client, AGENCY, "sipas/1", valid_from=str(yesterday))
        assert (past.status_code, past.json()["code"]) == (422, "choice-in-the-past")


async def test_what_cannot_be_asked_is_not_chosen(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        for whose, questionnaire, occasion, status, code in [
            (AGENCY, "overall-5/9", "returned", 422, "unknown-questionnaire"),
            (AGENCY, "tt01-2018/1", "received", 422, "questionnaire-for-other-occasions"),
            ("nobody", "overall-5/1", "returned", 404, "unknown-agency"),
        ]:
            told = await choose(client, whose, questionnaire, occasion)
            assert (told.status_code, told.json()["code"]) == (status, code)
        assert (await choose(client, AGENCY, "overall-5/1", "birthday")).status_code == 422


async def test_a_stranger_neither_chooses_nor_sees_what_is_chosen(lone):
    async with lone(service) as rating, rating.calls() as client:
        await rating.hear(*directory())
        await choose(client, AGENCY, "overall-3/1")
        async with rating.calls(STRANGER) as stranger:
            told = await choose(stranger, AGENCY, "overall-5/1")
            assert (told.status_code, told.json()["code"]) == (404, "unknown-agency")
            listed = (await stranger.get("/v1/rating-questionnaires")).json()["choices"]
            assert {one["agency"] for one in listed} == {None}
        async with rating.calls("H29", str(Scope.RATINGS_READ)) as reader:
            assert (await choose(reader, AGENCY, "overall-5/1")).status_code == 403
            assert (await reader.get("/v1/rating-questionnaires")).status_code == 200


async def test_partners_read_every_version_with_what_each_option_counts_as(lone):
    async with lone(service) as rating, rating.calls() as client:
        told = (await client.get("/v1/rating-questionnaires")).json()
        assert told["portal_mapping"] == "portal-3/1"
        forms = {form["id"]: form for form in told["items"]}
        nine = forms["tt01-2018/1"]
        assert [q["criterion"] for q in nine["questions"]] == list(range(1, 10))
        assert [q["id"] for q in nine["questions"] if q["asked"]] == [
            *("contacts", "agencies", "publication", "attitude"),
        ]
        assert "not read" in nine["source"]
        assert nine["overall_because"]
        levels = [(one["score"], one["portal_level"]) for one in forms["overall-5/1"]["overall"]]
        assert levels == [(5, "very_good"), (4, "good"), (3, "bad"), (2, "bad"), (1, "bad")]
        assert forms["hcmc-2017/1"]["remarks"] == [
            "question attitude: 1 levels count as positive, 3 as negative"
        ]


def test_a_choice_of_the_future_and_one_gone_back_on_are_looked_through():
    from datetime import date

    def row(whose, day, questionnaire):
        return QuestionnaireChoice.of(
            agency=whose,
            occasion=Occasion.RETURNED,
            valid_from=date(2026, 1, day),
            questionnaire=questionnaire,
        )

    rows = [row("H29", 1, "a/1"), row("H29", 9, "a/2"), row("unit", 3, "b/1"), row("unit", 5, None)]
    line = ["unit", "H29"]
    told = [in_force(line, rows, date(2026, 1, day)) for day in (1, 2, 3, 4, 5, 8, 9)]
    assert told == ["a/1", "a/1", "b/1", "b/1", "a/1", "a/1", "a/2"]
    assert in_force(line, rows, date(2025, 12, 31)) is None
