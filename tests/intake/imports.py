"""Files of dossiers for tests, and an import followed to its end."""

import json

from services.intake.bulk.work import run_imports
from tests.builders import AGENCY, PROCEDURE, filing, procedure

NDJSON = "application/x-ndjson"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

OWN_HEADER = "code,procedure,agency,channel,received_at,applicant.kind,applicant.name"


def ndjson(*rows: object) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def many(count: int, first: int = 1) -> bytes:
    return ndjson(*(filing(number) for number in range(first, first + count)))


def own_row(number: int = 1, received: str = "2020-03-16T09:00:00+07:00", **cells: str) -> str:
    row = {
        "code": f"{AGENCY}-200316-{number:04d}",
        "procedure": PROCEDURE,
        "agency": AGENCY,
        "channel": "counter",
        "received_at": received,
        "applicant.kind": "citizen",
        "applicant.name": "Nguyễn Văn A",
    } | cells
    return ",".join(row.values())


async def prepare(client) -> None:
    city = {"name": "Thành phố Hồ Chí Minh", "kind": "city"}
    assert (await client.put("/v1/agencies/H29", json=city)).status_code == 200
    department = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
    assert (await client.put(f"/v1/agencies/{AGENCY}", json=department)).status_code == 200
    assert (await client.put(f"/v1/procedures/{PROCEDURE}", json=procedure())).status_code == 200


async def hand_over(client, content: bytes, kind: str = NDJSON, **options: str):
    return await client.post(
        "/v1/dossiers/import", content=content, params=options, headers={"content-type": kind}
    )


async def imported(intake, client, content: bytes, kind: str = NDJSON, **options: str) -> dict:
    """The import of a file as it ended."""
    answer = await hand_over(client, content, kind, **options)
    assert answer.status_code in {200, 202}, answer.text
    await run_imports(intake.running)
    return (await client.get(answer.json()["links"]["self"])).json()


async def results(client, view: dict) -> list[dict]:
    answer = await client.get(view["links"]["results"], params={"format": "ndjson"})
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.content.splitlines()]


async def outcomes(client, view: dict) -> list[tuple]:
    """Line, outcome and reasons of every row, as (code, field)."""
    return [
        (row["line"], row["outcome"], [(r["code"], r["field"]) for r in row["reasons"]])
        for row in await results(client, view)
    ]
