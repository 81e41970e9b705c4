"""Cells of ratings: whatever happens in whatever order, they are what a count from nothing gives."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chassis.database import Database
from chassis.running import Running
from contracts.vocabulary import VIETNAM, Occasion, OptionClass, Provenance
from services.rating import service
from services.rating.commands import Told, take_rating
from services.rating.counting import compare, digest, rebuild
from services.rating.domain.counting import Counted, Voice, contributions, delta
from services.rating.tables import Invitation
from tests.builders import AGENCY
from tests.rating.builders import CODE, directory, filed, links, published, returned

NOON = datetime(2020, 3, 14, 12, tzinfo=VIETNAM)
CLASSES = {1: "negative", 2: "negative", 3: "neutral", 4: "positive", 5: "positive"}

scores = st.integers(1, 5)
voices = st.builds(
    lambda score, provenance, questionnaire, speed, on: Voice(
        questionnaire,
        score,
        OptionClass(CLASSES[score]),
        provenance,
        (("overall", str(score)), ("speed", speed)),
        on,
    ),
    scores,
    st.sampled_from(Provenance),
    st.sampled_from(["overall-5/1", "other/1"]),
    st.sampled_from("abc"),
    st.dates(date(2020, 3, 1), date(2020, 12, 1)),
)
states = st.builds(
    Counted,
    agency=st.sampled_from([None, "a", "b"]),
    procedure=st.sampled_from([None, "1.1", "1.2"]),
    occasion=st.sampled_from(Occasion),
    questionnaire=st.just("overall-5/1"),
    ratable_at=st.integers(0, 90 * 24).map(lambda hours: NOON + timedelta(hours=hours)),
    void=st.booleans(),
    declined=st.booleans(),
    ignored=st.booleans(),
    voice=st.none() | voices,
    officer=st.sampled_from([None, "x", "y"]),
    voided_on=st.none() | st.dates(date(2020, 3, 1), date(2020, 12, 1)),
)


@given(st.lists(st.tuples(st.integers(0, 3), states), max_size=30))
def test_the_differences_of_any_changes_add_up_to_what_stands_at_the_end(changes):
    total: Counter = Counter()
    standing: dict[int, Counted] = {}
    for which, after in changes:
        before = standing.get(which)
        for cell, amounts in delta(contributions(before), contributions(after)).items():
            total.update({(cell, name): amount for name, amount in amounts.items()})
        standing[which] = after
    wanted: Counter = Counter()
    for one in standing.values():
        for cell, amounts in contributions(one).items():
            wanted.update({(cell, name): amount for name, amount in amounts.items()})
    assert {key: n for key, n in total.items() if n} == dict(wanted)


@given(states)
def test_levels_and_classes_each_add_up_to_the_ratings_of_a_cell(state):
    for (place, _), amounts in contributions(state).items():
        if place in {"half_month", "day"}:
            rated = amounts.get("rated", 0)
            assert sum(amounts.get(f"s{n}", 0) for n in range(1, 6)) == rated
            assert sum(amounts.get(str(one), 0) for one in OptionClass) == rated


def stands(**changes):
    told = {"agency": "a", "procedure": "1.1", "occasion": Occasion.RETURNED}
    told |= {"questionnaire": "overall-5/1", "ratable_at": NOON}
    return Counted(**told | changes)


def voice(score=5, provenance=Provenance.SELF_LINK):
    answers = (("overall", str(score)),)
    return Voice(
        "overall-5/1", score, OptionClass(CLASSES[score]), provenance, answers, NOON.date()
    )


def told_of(state):
    """What a state adds to the half-month of all procedures, by source."""
    return {
        key[-1]: dict(amounts)
        for (place, key), amounts in contributions(state).items()
        if place == "half_month" and key[0] == ""
    }


def test_a_rating_counts_where_its_dossier_became_ratable():
    late = datetime(2020, 3, 14, 18, 30, tzinfo=UTC)
    keys = {key[1] for (place, key) in contributions(stands(ratable_at=late)) if place != "answer"}
    assert keys == {date(2020, 3, 15)}, "half past one of the next morning in Vietnam"


def test_what_stands_is_counted_once_and_what_is_void_is_not():
    asked = {"asked": {"invited": 1}}
    assert told_of(stands()) == asked
    assert told_of(stands(void=True)) == {}
    assert told_of(stands(declined=True)) == {"asked": {"invited": 1, "declined": 1}}
    assert told_of(stands(declined=True, ignored=True)) == told_of(stands(declined=True))
    given_one = asked | {"self_link": {"rated": 1, "s5": 1, "positive": 1}}
    assert told_of(stands(voice=voice())) == given_one
    assert told_of(stands(voice=voice(), void=True, declined=True)) == given_one
    assert told_of(stands(voice=voice(), voided_on=NOON.date())) == {
        "asked": {"invited": 1, "voided": 1}
    }
    assert contributions(stands(agency=None)) == {}


def test_what_an_officer_entered_is_told_apart_and_answers_nothing_else():
    assisted = stands(voice=voice(provenance=Provenance.ASSISTED), officer="x")
    assert set(told_of(assisted)) == {"asked", "assisted"}
    assert {place for place, _ in contributions(assisted)} == {"half_month", "day"}


async def cells_hold(rating):
    """Whether the cells are what they would be if counted from nothing."""
    compared = await compare(rating.running.database)
    assert compared.missing == {}
    assert digest(compared.kept) == digest(compared.wanted)
    return compared.kept


async def test_cells_follow_what_citizens_do(lone):
    async with lone(service) as rating, rating.anonymous() as citizen:
        codes = [f"{CODE[:-1]}{n}" for n in range(1, 6)]
        await rating.hear(*directory(), published(), *map(filed, codes))
        await rating.hear(*map(returned, codes))
        await rating.hear(*map(returned, codes))
        kept = await cells_hold(rating)
        assert sum(n for (_, name), n in kept.items() if name == "invited") == 4 * len(codes)
        async with rating.calls() as client:
            tokens = [(await links(client, code))[0]["token"] for code in codes]
        for token, option in zip(tokens, "55321", strict=True):
            for _ in range(2):
                given_one = {"token": token, "answers": {"overall": option}}
                await citizen.post("/v1/ratings", json=given_one)
        kept = await cells_hold(rating)
        key = ("", date(2020, 3, 15), AGENCY, Occasion.RETURNED, "overall-5/1", "self_link")
        told = {name: n for (cell, name), n in kept.items() if cell == ("half_month", key)}
        assert (told["rated"], told["positive"], told["neutral"], told["negative"]) == (5, 2, 1, 2)
        assert [told.get(f"s{n}", 0) for n in range(1, 6)] == [1, 1, 1, 0, 2]


async def test_cells_that_went_wrong_are_counted_anew(lone):
    async with lone(service) as rating:
        await rating.hear(*directory(), published(), filed())
        await rating.hear(returned())
        await rating.running.database.engine.execute("DELETE FROM rating_cell_day")
        await rating.running.database.engine.execute("UPDATE rating_cell SET invited = 7")
        assert len((await compare(rating.running.database)).missing) == 4
        assert await rebuild(rating.running.database) == 4
        await cells_hold(rating)


INVITED = (
    "INSERT INTO invitation (id, dossier, occasion, questionnaire, agency, procedure, minted_at, "
    "ratable_at, expires_at, used_at, voided_at, revision) VALUES ('{id}', '{id}', 'returned', "
    "'overall-5/1', {place}, '2020-03-14 17:30:00+00:00', '2020-03-14 17:30:00+00:00', "
    "'2020-04-14 17:30:00+00:00', {used}, {voided}, 1)"
)
RATED = (
    "INSERT INTO rating (invitation, questionnaire, answers, score, option_class, provenance, language, "
    "submitted_at, received_at, voided_at) VALUES ('{id}', 'overall-5/1', "
    "'{{\"overall\":\"4\",\"speed\":\"a\"}}', 4, 'positive', '{provenance}', 'vi', "
    "'2020-03-20 00:00:00+00:00', '2020-03-20 00:00:00+00:00', {voided})"
)
AT = "'2020-03-20 00:00:00+00:00'"


async def test_what_was_asked_and_rated_before_there_were_cells_is_counted_by_the_update(
    lone, engine
):
    place = f"'{AGENCY}', '1.001612'"
    before = [
        INVITED.format(id="asked", place=place, used="NULL", voided="NULL"),
        INVITED.format(id="void", place=place, used="NULL", voided=AT),
        INVITED.format(id="nowhere", place="NULL, NULL", used="NULL", voided="NULL"),
        INVITED.format(id="rated", place=place, used=AT, voided="NULL"),
        RATED.format(id="rated", provenance="self_link", voided="NULL"),
        INVITED.format(id="helped", place=place, used=AT, voided="NULL"),
        RATED.format(id="helped", provenance="assisted", voided="NULL"),
        INVITED.format(id="taken-back", place=place, used=AT, voided="NULL"),
        RATED.format(id="taken-back", provenance="self_link", voided=AT),
    ]
    if engine == "sqlite":
        before = [one.replace("+00:00", ".000000") for one in before]
    async with lone(service, earlier=("0005", before)) as rating:
        kept = await cells_hold(rating)
        assert sum(n for (_, name), n in kept.items() if name == "rated") == 9
        assert sum(n for (_, name), n in kept.items() if name == "voided") == 4
        assert sum(n for (_, name), n in kept.items() if name == "chosen") == 1


async def rated_through(database: Database, invitation_id: str, option: str):
    """Take a rating as a service does; whether it was the first of its invitation."""

    async def rate(uow):
        invitation = await uow.get(Invitation, invitation_id)
        if invitation.used_at is not None:
            return False
        told = Told(
            answers={"overall": option},
            language="vi",
            provenance=Provenance.SELF_LINK,
            submitted_at=uow.now,
        )
        await take_rating(invitation, told, uow)
        return True

    return await database.run(rate)


async def test_ratings_through_two_processes_at_once_leave_no_cell_behind(lone):
    """Each with connections and a queue of its own, as two processes have; also on one and the same link."""
    async with lone(service) as rating:
        codes = [f"{CODE[:-4]}{n:04}" for n in range(60)]
        await rating.hear(*directory(), published(), *map(filed, codes))
        await rating.hear(*map(returned, codes))
        other = Running(service, rating.running.settings, rating.running.verifier)
        await other.open()
        try:
            rows = await rating.running.database.select(Invitation.__table__.select())
            ids = sorted(row.id for row in rows)
            first = await asyncio.gather(
                *(rated_through(rating.running.database, one, "5") for one in ids),
                *(rated_through(other.database, one, "1") for one in reversed(ids)),
            )
        finally:
            await other.close()
        assert sum(first) == len(codes)
        kept = await cells_hold(rating)
        assert sum(n for (_, name), n in kept.items() if name == "rated") == 4 * len(codes), (
            "of two grains, of its procedure and of all; results by officer of 2020 are closed"
        )
