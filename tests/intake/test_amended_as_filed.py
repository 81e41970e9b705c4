"""However a dossier came to be what it is, it stands as if it had been filed so at once."""

import random

import pytest

from tests.builders import AGENCY, PROCEDURE, procedure, step
from tests.intake.personal import PERSON, city_of, file_of

OTHER = "000.00.15.H29"
LIMIT = {"amount": 1, "unit": "working_day"}


def content(choose: random.Random) -> dict:
    """Something that can be filed."""
    received = choose.choice([None, *(f"2020-03-{day}T09:00:00+07:00" for day in (16, 17, 19))])
    told = {
        "procedure": choose.choice([PROCEDURE, "1.2"]),
        "channel": choose.choice(["counter", "online", "post"]),
        "return_mode": choose.choice(["counter", "post"]),
        "submitted_at": choose.choice([None, "2020-03-13T08:00:00+07:00"]),
        "received_at": received,
        "competent_agency": choose.choice([None, OTHER]),
        "flags": {"digitised": choose.random() < 0.5},
        "stages": choose.choice([[], [{"id": "a", "agency": OTHER, "time_limit": LIMIT}]]),
        "applicant": choose.choice([PERSON, {"kind": "business", "name": "Công ty B"}]),
        "particulars": choose.choice([None, {"fax": "1"}, {"note": "x", "databases": ["7"]}]),
    }
    return {name: value for name, value in told.items() if value is not None}


def body(number: int, told: dict) -> dict:
    base = {name: value for name, value in file_of(number).items() if name != "received_at"}
    return base | told


def rows(choose: random.Random) -> list[dict]:
    statuses = ["accepted", "processing", "waiting_supplement", "processing", "done", "returned"]
    told = [
        step(status, f"2020-03-{16 + place}T1{place}:00:00+07:00", note=f"bước {place}")
        for place, status in enumerate(statuses[: choose.randint(0, 6)])
    ]
    choose.shuffle(told)
    return told


def apart_from(view: dict) -> dict:
    return {
        name: value for name, value in view.items() if name not in {"code", "revision", "links"}
    }


@pytest.mark.parametrize("seed", range(6))
async def test_an_amended_dossier_stands_as_if_it_had_been_filed_so(lone, seed):
    choose = random.Random(seed)
    async with city_of(lone) as (_, client):
        limits = {"time_limits": {"online": LIMIT}}
        await client.put("/v1/procedures/1.2", json=procedure(field="khac", **limits))
        for number in range(1, 11, 2):
            contents = [content(choose) for _ in range(choose.randint(2, 4))]
            steps = rows(choose)
            filed = await client.post("/v1/dossiers", json=body(number, contents[0]))
            assert filed.status_code == 201, filed.text
            moves = [("PUT", one) for one in contents[1:]]
            for row in steps:
                moves.insert(choose.randint(0, len(moves)), ("POST", row))
            here = f"/v1/dossiers/{body(number, {})['code']}"
            for method, told in moves:
                if method == "PUT":
                    answer = await client.put(here, json=body(number, told))
                else:
                    answer = await client.post(f"{here}/progress", json={"items": [told]})
                assert answer.status_code == 200, answer.text
            straight = body(number + 1, contents[-1])
            assert (await client.post("/v1/dossiers", json=straight)).status_code == 201
            there = f"/v1/dossiers/{straight['code']}"
            if steps:
                answer = await client.post(f"{there}/progress", json={"items": steps})
                assert answer.status_code == 200, answer.text
            mine, theirs = [(await client.get(at)).json() for at in (here, there)]
            assert apart_from(mine) == apart_from(theirs), (contents, steps)
            ours, others = [(await client.get(f"{at}/record")).json() for at in (here, there)]
            assert ours["filing"] | {"code": ""} == others["filing"] | {"code": ""}
            assert mine["agency"] == AGENCY
