"""Fields of administration are entered with their days and what takes their place, and everybody is told."""

import pytest

from contracts.vocabulary import Scope
from services.intake import service

LAND = {"name": "Đất đai", "name_en": "Land"}
EARTH = {"name": "Địa chính", "abolished_on": "2025-07-01", "successors": ["dat-dai"]}


async def put(client, code, status=200, etag=None, **entry):
    headers = {"If-Match": etag} if etag else {}
    answer = await client.put(f"/v1/fields/{code}", json=entry, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_field_is_entered_changed_read_and_announced(lone):
    async with lone(service) as intake, intake.calls() as client:
        assert await put(client, "dat-dai", **LAND) == {
            "code": "dat-dai",
            **LAND,
            "valid_from": None,
            "abolished_on": None,
            "successors": [],
        }
        await put(client, "dat-dai", **LAND)
        old = await put(client, "dia-chinh", **EARTH)
        assert (old["abolished_on"], old["successors"]) == ("2025-07-01", ["dat-dai"])
        twice = await put(client, "dia-chinh", **EARTH | {"successors": ["dat-dai", "dat-dai"]})
        assert twice["successors"] == ["dat-dai"]
        read = await client.get("/v1/fields/dia-chinh")
        assert read.json() == old
        tag = read.headers["etag"]
        changed = EARTH | {"valid_from": "2014-07-01"}
        await put(client, "dia-chinh", etag=tag, **changed)
        refused = await put(client, "dia-chinh", 412, etag=tag, **EARTH)
        assert refused["code"] == "entry-changed"
        news = await intake.announced("field.entered")
        assert [(one["code"], one["revision"]) for one in news] == [
            ("dat-dai", 1),
            ("dia-chinh", 1),
            ("dia-chinh", 2),
        ]
        assert {**news[-1]} == {"code": "dia-chinh", "name_en": None, "revision": 2, **changed}
        envelopes = [one for one in await intake.envelopes() if one.topic == "field.entered"]
        assert {(one.agency, one.subject) for one in envelopes} == {
            ("*", "dat-dai"),
            ("*", "dia-chinh"),
        }


async def test_fields_are_listed_by_code_in_pages(lone):
    async with lone(service) as intake, intake.calls() as client:
        for code in ("c", "a", "b"):
            await put(client, code, name=f"Lĩnh vực {code}")
        first = (await client.get("/v1/fields?limit=2")).json()
        assert ([one["code"] for one in first["items"]], first["next_cursor"]) == (["a", "b"], "b")
        rest = (await client.get("/v1/fields?limit=2&cursor=b")).json()
        assert ([one["code"] for one in rest["items"]], rest["next_cursor"]) == (["c"], None)
        assert (await client.get("/v1/fields/x")).json()["code"] == "field-not-found"


@pytest.mark.parametrize(
    ("entry", "status", "code", "pointer"),
    [
        (
            {"valid_from": "2025-07-01", "abolished_on": "2025-07-01"},
            422,
            "field-validity-invalid",
            "/abolished_on",
        ),
        ({"successors": ["new", "nobody"]}, 422, "unknown-field-successor", "/successors/1"),
        ({"successors": ["old"]}, 409, "field-successor-cycle", None),
        ({"successors": ["new"]}, 200, None, None),
        ({"name": ""}, 422, "request-invalid", "/name"),
        ({"kind": "field"}, 422, "request-invalid", "/kind"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(lone, entry, status, code, pointer):
    async with lone(service) as intake, intake.calls() as client:
        await put(client, "new", name="Mới")
        await put(client, "old", name="Cũ")
        told = await put(client, "old", status, **{"name": "Cũ"} | entry)
        if code is None:
            circle = await put(client, "new", 409, name="Mới", successors=["old"])
            assert circle["code"] == "field-successor-cycle"
            return
        assert told["code"] == code
        assert [one["pointer"] for one in told.get("errors", [])] == ([pointer] if pointer else [])


async def test_who_may_read_the_catalogue_does_not_change_it(lone):
    async with (
        lone(service) as intake,
        intake.calls("H29", Scope.CATALOGUE_READ) as reader,
    ):
        assert (await put(reader, "dat-dai", 403, **LAND))["code"] == "scope-missing"
        assert (await reader.get("/v1/fields")).json()["items"] == []
