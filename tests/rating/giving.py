"""Citizens who rate, and offices that answer them, for the tests of what follows."""

from contracts.vocabulary import Scope
from tests.builders import AGENCY
from tests.rating.builders import directory, filed, links, published, returned

WORKER = str(Scope.RATINGS_CASES)
INTEGRITY = str(Scope.RATINGS_INTEGRITY)
ORIGINALS = str(Scope.RATINGS_ORIGINALS)
LATE = "Chờ lâu quá."


def code(number):
    return f"000.00.19.H29-200316-{number:04}"


async def told(rating, number=1, option="1", agency=AGENCY, **given):
    """A citizen rates a dossier of an agency: the link they did it by."""
    await rating.hear(*directory(), published(), filed(code(number), agency=agency))
    await rating.hear(returned(code(number), agency=agency))
    async with rating.calls() as client:
        token = (await links(client, code(number)))[0]["token"]
    async with rating.anonymous() as citizen:
        body = {"token": token, "answers": {"overall": option}} | given
        answer = await citizen.post("/v1/ratings", json=body)
        assert answer.status_code == 201, answer.text
    return token


async def cases(client, query=""):
    answer = await client.get(f"/v1/rating-cases{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def comments(client, query=""):
    answer = await client.get(f"/v1/rating-comments{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def post(client, address, body, status=200):
    answer = await client.post(address, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()
