"""Many dossiers from one file: what becomes of rows, again and again, on both engines."""

import csv
import io

from services.intake import service
from tests.builders import AGENCY, filing, step
from tests.intake.imports import (
    CSV,
    hand_over,
    imported,
    many,
    ndjson,
    outcomes,
    prepare,
    results,
)


async def test_a_file_of_dossiers_is_filed_as_if_each_had_been_sent_alone(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        alone = (await client.post("/v1/dossiers", json=filing(9000))).json()
        answer = await hand_over(client, many(1203))
        assert answer.status_code == 202, answer.text
        assert answer.json()["state"] == "queued"
        assert answer.headers["location"] == answer.json()["links"]["self"]
        view = await imported(intake, client, many(1203))
        assert (view["state"], view["rows_done"], view["rows_total"]) == ("done", 1203, 1203)
        assert view["counts"]["filed"] == 1203
        assert view["rows_per_second"] > 0
        one = (await client.get(f"/v1/dossiers/{filing(77)['code']}")).json()
        same = set(one) - {"code", "links"}
        assert {k: one[k] for k in same} == {k: alone[k] for k in same}
        assert len(await intake.announced("dossier.filed")) == 1204
        assert [row["line"] for row in await results(client, view)] == list(range(1, 1204))


async def test_the_same_file_again_is_the_import_it_was(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        first = await imported(intake, client, many(5))
        answer = await hand_over(client, many(5))
        assert answer.status_code == 200
        assert answer.json() == first
        once_more = await imported(intake, client, many(5), again="true")
        assert once_more["id"] != first["id"]
        assert once_more["counts"] == {
            **dict.fromkeys(("filed", "progressed", "conflict", "invalid"), 0),
            "repeated": 5,
        }
        assert len(await intake.announced()) == 5 + 3  # two agencies and a procedure
        assert list(intake.running.settings.data.joinpath("imports").iterdir()) == []


async def test_one_bad_row_never_fails_its_neighbours(lone):
    rows = [filing(number) for number in range(1, 8)]
    rows[1] = filing(2, channel="pigeon")
    rows[2] = filing(1, channel="online")
    rows[3] = filing(1)
    rows[4] = filing(5, procedure="9.999999")
    rows[5] = filing(6, agency="000.00.99.H29")
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, ndjson(*rows) + b"{nonsense\n\n[1]\n")
        assert await outcomes(client, view) == [
            (1, "filed", []),
            (2, "invalid", [("enum", "/channel")]),
            (3, "conflict", [("differs", "/channel")]),
            (4, "repeated", []),
            (5, "invalid", [("unknown-procedure", "")]),
            (6, "invalid", [("unknown-agency", "")]),
            (7, "filed", []),
            (8, "invalid", [("row-unreadable", "")]),
            (10, "invalid", [("row-unreadable", "")]),
        ]
        counted = view["counts"]
        assert sum(counted.values()) == view["rows_done"] == 9
        assert len(await intake.announced("dossier.filed")) == 2


async def test_a_row_may_carry_what_happened_since(lone):
    returned = {
        "status": "returned",
        "due_at": "2020-03-20T17:00:00+07:00",
        "done_at": "2020-03-18T10:00:00+07:00",
        "returned_at": "2020-03-19T08:00:00+07:00",
        "unit": "Phòng Kinh tế",
    }
    waits = {"progress": [step("waiting_supplement", "2020-03-17T10:00:00+07:00")]}
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        rows = [filing(1, **returned), filing(2, **waits), filing(3, status="processing")]
        view = await imported(intake, client, ndjson(*rows))
        assert view["counts"]["filed"] == 3
        one, two, three = [
            (await client.get(f"/v1/dossiers/{filing(n)['code']}")).json() for n in (1, 2, 3)
        ]
        assert (one["status"], two["status"]) == ("returned", "waiting_supplement")
        assert three["status"] == "processing"
        assert one["due_at"] == returned["due_at"]
        assert (one["done_at"], one["returned_at"]) == (
            returned["done_at"],
            returned["returned_at"],
        )
        assert len(await intake.announced("dossier.returned")) == 1
        [told] = await intake.announced("dossier.returned")
        assert told["code"] == filing(1)["code"]
        timeline = (await client.get(f"/v1/dossiers/{filing(1)['code']}/timeline")).json()["items"]
        assert [(row["status"], row["unit"]) for row in timeline] == [
            ("accepted", "Phòng Kinh tế"),
            ("done", "Phòng Kinh tế"),
            ("returned", "Phòng Kinh tế"),
        ]
        later = [filing(1, **returned), filing(2, **waits, done_at="2020-03-20T10:00:00+07:00")]
        view = await imported(intake, client, ndjson(*later))
        assert [row["outcome"] for row in await results(client, view)] == ["repeated", "progressed"]


async def test_a_status_without_its_date_is_not_guessed(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        rows = [
            filing(1, status="done"),
            filing(2, status="returned", done_at="2020-03-18T10:00:00+07:00"),
            filing(3, status="withdrawn"),
            filing(4, status="processing", done_at="2020-03-18T10:00:00+07:00"),
        ]
        del rows[2]["received_at"]
        rows[2]["submitted_at"] = "2020-03-16T07:00:00+07:00"
        view = await imported(intake, client, ndjson(*rows))
        assert await outcomes(client, view) == [
            (1, "invalid", [("missing", "/done_at")]),
            (2, "invalid", [("missing", "/returned_at")]),
            (3, "filed", [("moment-assumed", "/status_at")]),
            (4, "filed", [("status-disagrees", "/status")]),
        ]


async def test_a_dry_run_checks_everything_and_files_nothing(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        await client.post("/v1/dossiers", json=filing(1))
        before = await intake.announced()
        rows = [filing(1), filing(1, channel="online"), filing(2), filing(3, channel="pigeon")]
        view = await imported(intake, client, ndjson(*rows), dry_run="true")
        assert view["dry_run"] is True
        assert [row["outcome"] for row in await results(client, view)] == [
            "repeated",
            "conflict",
            "filed",
            "invalid",
        ]
        assert (await client.get(f"/v1/dossiers/{filing(2)['code']}")).status_code == 404
        assert await intake.announced() == before
        really = await imported(intake, client, ndjson(*rows))
        assert really["id"] != view["id"]
        assert really["counts"] == view["counts"]
        assert (await client.get(f"/v1/dossiers/{filing(2)['code']}")).status_code == 200


async def test_an_import_is_seen_by_its_agency_and_those_above_it(lone):
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        other = {"name": "Sở Y tế", "kind": "department", "parent": "H29"}
        await client.put("/v1/agencies/000.00.15.H29", json=other)
        async with intake.calls(AGENCY) as partner, intake.calls("000.00.15.H29") as stranger:
            view = await imported(intake, partner, many(2))
            assert (await client.get(view["links"]["self"])).status_code == 200
            for link in view["links"].values():
                answer = await stranger.get(link)
                assert (answer.status_code, answer.json()["code"]) == (404, "unknown-import")
            nowhere = await stranger.get("/v1/imports/nothing")
            assert nowhere.json()["detail"] == answer.json()["detail"]
            taken = await imported(intake, stranger, many(1))
            assert await outcomes(stranger, taken) == [
                (1, "conflict", [("dossier-code-taken", "")])
            ]
            mine = await imported(intake, stranger, ndjson(filing(50)))
            assert await outcomes(stranger, mine) == [(1, "invalid", [("unknown-agency", "")])]


async def test_results_open_in_a_spreadsheet_and_execute_nothing(lone):
    header = "code,procedure,agency,channel,applicant.kind,applicant.name,=HYPERLINK(1)"
    bad = ndjson(filing(1, **{"=cmd|'/c calc'!A1": 1}), filing(2, code="=1+1"))
    async with lone(service) as intake, intake.calls() as client:
        await prepare(client)
        view = await imported(intake, client, bad)
        answer = await client.get(view["links"]["results"])
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [(row["line"], row["outcome"], row["outcome_vi"]) for row in rows] == [
            ("1", "invalid", "Chưa hợp lệ"),
            ("2", "invalid", "Chưa hợp lệ"),
        ]
        assert rows[0]["field"] == "/=cmd|'~1c calc'!A1"
        assert rows[1]["code"] == "'=1+1"
        view = await imported(intake, client, f"{header}\n".encode(), CSV)
        assert view["warnings"] == [
            {
                "code": "unused-column",
                "field": "=HYPERLINK(1)",
                "detail": "The column is not used.",
            }
        ]
