"""A person's dossiers by a number: found however it is written, masked, within reach, audited."""

from services.intake import domain
from tests.builders import AGENCY
from tests.intake.personal import PERSON, ask, city_of, file_of

HEALTH = "000.00.15.H29"


def of(number, **applicant):
    return file_of(number, applicant={"kind": "citizen", "name": "Lê B"} | applicant)


async def codes(client, **search):
    answer = await client.post("/v1/dossiers/search", json=search)
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["items"]]


async def test_an_identity_number_is_found_however_it_is_written(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        await client.post("/v1/dossiers", json=of(2, id_number="079190654322"))
        for asked in ("079190654321", "079 190 654 321", "079.190.654.321", "079-190654/321"):
            assert await codes(client, id_number=asked) == [file_of()["code"]]


async def test_a_telephone_number_is_found_however_it_is_dialled(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        await client.post("/v1/dossiers", json=of(2, phone="0987654322"))
        await client.post("/v1/dossiers", json=of(3, id_number="0987654321"))
        for asked in ("0987654321", "+84987654321", "0084 987.654.321", "84987654321"):
            assert await codes(client, phone=asked) == [file_of()["code"]]


async def test_what_is_found_is_shown_with_the_last_three_digits_alone(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=file_of())
        answer = await client.post("/v1/dossiers/search", json={"id_number": PERSON["id_number"]})
        [item] = answer.json()["items"]
        assert item["applicant_masked"] == {
            "kind": "citizen",
            "name": PERSON["name"],
            "id_number": "*********321",
            "phone": "************321",
        }
        view = (await client.get(f"/v1/dossiers/{item['code']}")).json()
        assert {name: item[name] for name in view} == view
        for secret in (PERSON["id_number"], PERSON["phone"], PERSON["email"], PERSON["address"]):
            assert secret not in answer.text


async def test_an_old_and_a_new_paper_and_a_passport_are_kept_apart(lone):
    async with city_of(lone) as (_, client):
        await client.post("/v1/dossiers", json=of(1, id_number="024123456"))
        await client.post("/v1/dossiers", json=of(2, id_number="079024123456"))
        await client.post("/v1/dossiers", json=of(3, id_number="C1234567"))
        assert await codes(client, id_number="024123456") == [of(1)["code"]]
        assert await codes(client, id_number="c1234567") == [of(3)["code"]]


async def test_a_search_ends_at_the_callers_agencies(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await client.post("/v1/dossiers", json=file_of(2, agency=HEALTH))
        number = PERSON["id_number"]
        assert len(await codes(client, id_number=number)) == 2
        assert await codes(client, id_number=number, agency=HEALTH) == [file_of(2)["code"]]
        async with intake.calls(HEALTH) as health:
            assert await codes(health, id_number=number) == [file_of(2)["code"]]
            beyond = await health.post(
                "/v1/dossiers/search", json={"id_number": number, "agency": AGENCY}
            )
            assert (beyond.status_code, beyond.json()["code"]) == (404, "unknown-agency")
        async with intake.calls("H29", "dossiers:write") as writer:
            answer = await writer.post("/v1/dossiers/search", json={"id_number": number})
            assert answer.json()["code"] == "scope-missing"


async def test_pages_of_a_search_join_without_gap_or_repeat(lone):
    async with city_of(lone) as (_, client):
        for number in range(1, 8):
            agency = HEALTH if number % 2 else AGENCY
            await client.post("/v1/dossiers", json=file_of(number, agency=agency))
        found, cursor = [], None
        while True:
            body = {"phone": PERSON["phone"], "limit": 3} | ({"cursor": cursor} if cursor else {})
            page = (await client.post("/v1/dossiers/search", json=body)).json()
            found += [item["code"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert found == [file_of(number)["code"] for number in range(1, 8)]


async def test_a_search_leaves_a_trace_without_the_number(lone):
    async with city_of(lone) as (intake, client):
        await client.post("/v1/dossiers", json=file_of())
        await client.post(
            "/v1/dossiers/search",
            json={"id_number": PERSON["id_number"]},
            headers={"X-Request-Id": "look-1"},
        )
        await client.post("/v1/dossiers/search", json={"phone": "0900000000"})
        told = "SELECT client, agency, action, object, request_id FROM audit ORDER BY seq"
        rows = await ask(intake, told)
        assert [row[:4] for row in rows] == [
            ("c-test", "H29", "dossiers.search", "id_number"),
            ("c-test", "H29", "applicant.read", file_of()["code"]),
            ("c-test", "H29", "dossiers.search", "phone"),
        ]
        assert [row[4] for row in rows[:2]] == ["look-1", "look-1"]
        assert PERSON["id_number"] not in repr(rows)


NO_SEARCHES = (
    {},
    {"id_number": "079190654321", "phone": "0987654321"},
    {"id_number": ""},
    {"id_number": 79190654321},
    {"phone": "số của tôi"},
    {"name": "Trần"},
    {"id_number": "079190654321", "limit": 0},
    {"id_number": "079190654321", "limit": 201},
    {"id_number": "079190654321\u0000"},
)


async def test_a_search_for_nothing_or_everything_is_refused_without_an_echo(lone):
    async with city_of(lone) as (intake, client):
        for body in NO_SEARCHES:
            answer = await client.post("/v1/dossiers/search", json=body)
            assert answer.status_code == 422, body
            assert answer.headers["content-type"] == "application/problem+json"
            assert "190654321" not in answer.text
        assert await ask(intake, "SELECT count(*) FROM audit") == [(0,)]


def test_numbers_of_one_person_are_one_however_written():
    assert domain.normalised_phone("(028) 3822 1234") == "02838221234"
    assert domain.normalised_phone("+44 20 7946 0958") == "442079460958"
    assert domain.normalised_id_number("0312345678-001") == "0312345678001"
