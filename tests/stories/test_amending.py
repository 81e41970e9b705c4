"""A dossier was filed wrong and is put right: everybody who keeps a copy follows."""

from services.kpi.commands import verify
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step

CODE = filing()["code"]


async def test_an_amended_dossier_is_counted_as_it_was_put_right(suite):
    async with suite.partner() as partner:
        await partner.put("/v1/agencies/H29", json={"name": "Thành phố", "kind": "city"})
        department = {"name": "Sở A", "kind": "department", "parent": "H29"}
        await partner.put(f"/v1/agencies/{AGENCY}", json=department)
        await partner.put(f"/v1/procedures/{PROCEDURE}", json=procedure())
        assert (await partner.post("/v1/dossiers", json=filing())).status_code == 201
        rows = {"items": [step("done"), step("returned", "2020-03-19T08:00:00+07:00")]}
        await partner.post(f"/v1/dossiers/{CODE}/progress", json=rows)
        tag = (await partner.get(f"/v1/dossiers/{CODE}")).headers["etag"]
        body = filing(channel="online", particulars={"abstract": "Cấp mới"})
        headers = {"If-Match": tag}
        amended = await partner.put(f"/v1/dossiers/{CODE}", json=body, headers=headers)
        assert amended.status_code == 200, amended.text
        assert (await partner.post("/v1/dossiers", json=body)).status_code == 200
        assert (await partner.get(f"/v1/dossiers/{CODE}/record")).status_code == 404
        await suite.settle()
        page = (await partner.get("/v1/events?types=dossier.amended")).json()
        assert [(one["subject"], one["revision"]) for one in page["items"]] == [(CODE, 3)]
        value = await partner.get(
            "/v1/indicators/k07/value?agency=H29&from=2020-01-01&to=2021-01-01"
        )
        assert (value.json()["count"], value.json()["among"]) == (1, 1)
        assert await verify(suite.running["kpi"].database) == []
