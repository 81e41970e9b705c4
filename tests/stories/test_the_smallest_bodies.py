"""The smallest bodies that work, in the order in which a newcomer sends them to an empty installation."""

import asyncio
import json

from typer.testing import CliRunner

from suite.cli import app
from tests.builders import AGENCY, PROCEDURE, filing, procedure, step
from tests.postal.vnpost import ITEM, Post

SCOPES = (
    "catalogue:write,catalogue:read,dossiers:write,dossiers:read,shipments:write,shipments:read,"
    "ratings:read,ratings:write,indicators:read"
)
YEAR = "from=2020-01-01&to=2021-01-01"


async def motcua(suite, *arguments):
    """A command of the operator on the suite's own folder and servers; what it printed as JSON."""
    settings = suite.running["gateway"].settings
    told = {"MOTCUA_DATA": settings.data}
    if settings.database_url:
        told["MOTCUA_DATABASE_URL"] = settings.database_url
    if settings.secrets_dir:
        told["MOTCUA_SECRETS_DIR"] = settings.secrets_dir
    environment = {name: str(value) for name, value in told.items()}
    # The command has an event loop of its own.
    done = await asyncio.to_thread(
        CliRunner().invoke, app, [*map(str, arguments), "--json"], env=environment
    )
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


async def expect(answer, status=200):
    answer = await answer
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_the_smallest_bodies_work_in_their_order_on_an_empty_installation(suite, tmp_path):
    made = await motcua(suite, "partner", "add", "Sở A", "--agency", "H29", "--scopes", SCOPES)
    assert set(made) == {"client_id", "client_secret"}
    old = await motcua(
        suite,
        *("partner", "add", "Một cửa cũ", "--agency", AGENCY),
        *("--scopes", "dossiers:write", "--dialect"),
    )
    assert set(old) == {"username", "password"}
    async with suite.public() as http:
        login = await expect(http.post("/dvcqg/mapi/login", json=old))
        assert login["session"], login
        asked = {"grant_type": "client_credentials", "scope": SCOPES.replace(",", " ")}
        token = await expect(http.post("/oauth/token", data=asked, auth=tuple(made.values())))
        assert set(token) >= {"access_token", "token_type", "expires_in", "scope"}
        http.headers["Authorization"] = f"Bearer {token['access_token']}"
        await _enter_and_file(http)
        await suite.settle()
        await _rate(http)
        await _send(suite, http, tmp_path)
        await suite.settle()
        await _count(http)


async def _enter_and_file(http):
    city = {"name": "Thành phố Hồ Chí Minh", "kind": "city"}
    assert (await expect(http.put("/v1/agencies/H29", json=city)))["kind"] == "city"
    department = {"name": "Sở Nông nghiệp", "kind": "department", "parent": "H29"}
    entered = await expect(http.put(f"/v1/agencies/{AGENCY}", json=department))
    assert (entered["name"], entered["parent"]) == ("Sở Nông nghiệp", "H29")
    await expect(http.put(f"/v1/procedures/{PROCEDURE}", json=procedure()))
    filed = await expect(http.post("/v1/dossiers", json=filing()), 201)
    assert (filed["status"], filed["due_at"]) == ("accepted", "2020-03-19T17:00:00+07:00")
    rows = {"items": [step("done"), step("returned", "2020-03-19T08:30:00+07:00")]}
    told = await expect(http.post(f"/v1/dossiers/{filing()['code']}/progress", json=rows))
    assert told["items"] == [{"outcome": "applied"}] * 2


async def _rate(http):
    path = f"/v1/dossiers/{filing()['code']}/rating-invitations"
    [invitation] = (await expect(http.get(path)))["items"]
    assert set(invitation) >= {"occasion", "token", "url", "expires_at"}
    form = await expect(http.get(f"/v1/rating-forms/{invitation['token']}"))
    [question] = [one for one in form["questions"] if one["id"] == "overall"]
    assert {"id": "5", "label": "Rất hài lòng"}.items() <= question["options"][0].items()
    given = {"token": invitation["token"], "answers": {"overall": "5"}}
    await expect(http.post("/v1/ratings", json=given), 201)


async def _send(suite, http, folder):
    post = Post()
    order = {"dossier": filing()["code"], "leg": "outbound_result", "carrier": "vnpost-d"}
    await expect(http.post("/v1/shipments", json=order | {"item_code": ITEM}), 201)
    file = folder / "post.pem"
    file.write_text(post.public)
    account = ("carrier", "add", "vnpost-d", "--account", "city", "--public-key", file)
    await motcua(suite, *account)
    body = post.callback(7)
    taken = await expect(http.post("/v1/carriers/vnpost-d/events", json=body))
    assert [one["outcome"] for one in taken["items"]] == ["applied"]


async def _count(http):
    figure = await expect(http.get(f"/v1/indicators/k07/value?agency=H29&{YEAR}"))
    assert (figure["count"], figure["among"], figure["state"]) == (0, 1, "ok")
    empty = await expect(
        http.get("/v1/indicators/k07/value?agency=H29&from=2019-01-01&to=2020-01-01")
    )
    assert (empty["state"], empty["verdict"]) == ("empty", "no_data")
    board = await expect(http.get("/v1/plans/hcmc-2020/scoreboard?agency=H29"))
    assert board["plan"] == "hcmc-2020"
    assert set(board["targets"][0]) >= {"id", "title", "operator", "target", "verdict", "source"}
