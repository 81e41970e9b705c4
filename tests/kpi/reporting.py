"""Two clients, one that reports and one that approves, and the smallest reports there are."""

from contextlib import asynccontextmanager

EVIDENCE = {
    "document_no": "34/BC-SNN",
    "title": "Báo cáo kết quả quý I",
    "issued_on": "2020-04-10",
    "signer": {"position": "Phó Giám đốc"},
    "file": {
        "name": "34-BC-SNN.pdf",
        "sha256": "a" * 64,
        "size": 48213,
        "media_type": "application/pdf",
    },
}
QUARTER = {"period_from": "2020-01-01", "period_to": "2020-04-01"}
YEAR = {"period_from": "2020-01-01", "period_to": "2021-01-01"}


def ratio(agency="A", count=95, among=100, **told):
    figures = {"count": count, "among": among, "evidence": EVIDENCE}
    return {"agency": agency, **QUARTER, **figures, **told}


@asynccontextmanager
async def client(kpi, name, agency="H29", *scopes):
    from contracts.vocabulary import Scope

    token = kpi.key.token(name, agency, scopes or [str(scope) for scope in Scope])
    async with kpi.anonymous() as http:
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


@asynccontextmanager
async def two(kpi, agency="H29"):
    """Who reports, and who approves."""
    async with client(kpi, "c-one", agency) as one, client(kpi, "c-two", agency) as other:
        yield one, other


async def sent(http, series, told, status=201):
    answer = await http.post(f"/v1/indicators/{series}/reports", json=told)
    assert answer.status_code == status, answer.text
    return answer.json()


async def decided(http, report, act, status=200, **told):
    answer = await http.post(f"/v1/reports/{report}/{act}", json=told or None)
    assert answer.status_code == status, answer.text
    return answer.json()
