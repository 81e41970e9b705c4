"""The public door: who may come in, what may come in, and what it never lets out."""

import json

import httpx
import pytest

from chassis.settings import Settings
from contracts.vocabulary import Scope
from gateway.door import openings
from suite.together import together
from tests.conftest import Suite

PLACES = {"code": "000.00.19.H29-200316-0001", "id": "k07", "token": "t" * 43}
PLACES |= {"interface": "vnpost-d", "account": "city", "agency": "H29", "occasion": "returned"}
PLACES |= {"kind": "plan", "key": "nowhere", "number": "1"}
PERIOD = "?from=2020-01-01&to=2021-01-01"


@pytest.fixture
async def city(tmp_path, embedded):
    settings = Settings(data=tmp_path, settle_seconds=0.05)
    embedded.fill(settings)
    async with together(settings) as at_work:
        yield Suite(at_work.running, at_work.app)


def address(opening) -> str:
    path = opening.path.format(**PLACES)
    return path + (PERIOD if "/indicators/" in path else "")


guarded = [opening for opening in openings() if opening.scopes is not None]
public = [opening for opening in openings() if opening.scopes is None]


def named(opening) -> str:
    return f"{opening.method} {opening.path}"


async def send(client: httpx.AsyncClient, opening, **told) -> httpx.Response:
    if opening.method in {"POST", "PUT"} and "content" not in told:
        told["json"] = told.get("json", {})
    return await client.request(opening.method, address(opening), **told)


async def test_every_guarded_route_asks_who_is_there_and_what_they_may(city):
    assert len(guarded) >= 18
    async with city.public() as stranger:
        for opening in guarded:
            bare = await send(stranger, opening)
            assert (bare.status_code, bare.json()["code"]) == (401, "token-missing"), named(opening)
            assert bare.headers["www-authenticate"] == "Bearer"
            forged = await send(stranger, opening, headers={"Authorization": "Bearer a.b.c"})
            assert (forged.status_code, forged.json()["code"]) == (401, "token-invalid"), named(
                opening
            )
    for opening in guarded:
        others = " ".join(str(s) for s in Scope if s not in opening.scopes)
        async with city.partner("H29", others) as partner:
            refused = await send(partner, opening)
            assert (refused.status_code, refused.json()["code"]) == (403, "scope-missing"), named(
                opening
            )


async def test_a_token_of_another_issuer_or_for_another_purpose_is_no_token(city):
    from joserfc import jwt
    from joserfc.jwk import ECKey

    from gateway.keys import SigningKey

    own = city.running["gateway"].own(SigningKey)
    foreign = ECKey.generate_key("P-256")
    genuine = own.token("c", "H29", ["dossiers:read"])
    claims = {
        "iss": "motcua",
        "aud": "motcua",
        "sub": "c",
        "iat": 1577836800,
        "exp": 4102444800,
        "scope": "dossiers:read",
    }
    kid = own.public_dict()["kid"]
    header = {"alg": "ES256", "typ": "at+jwt", "kid": kid}
    forgeries = [
        jwt.encode(header, claims, foreign, algorithms=["ES256"]),
        genuine[:-4] + "AAAA",
        genuine.split(".")[0] + "." + genuine.split(".")[1] + ".",
        "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0." + genuine.split(".")[1] + ".",
        "é" * 20,
        "x" * 100_000,
    ]
    for change in ({"aud": "other"}, {"iss": "other"}, {"exp": 1}, {"aud": None}, {"sub": None}):
        told = {k: v for k, v in (claims | change).items() if v is not None}
        forgeries.append(jwt.encode(header, told, own._key, algorithms=["ES256"]))
    typ = header | {"typ": "JWT"}
    forgeries.append(jwt.encode(typ, claims, own._key, algorithms=["ES256"]))
    async with city.public() as stranger:
        for token in forgeries:
            raw = f"Bearer {token}".encode()
            answer = await stranger.get("/v1/dossiers", headers={"Authorization": raw})
            assert answer.status_code == 401, token[:60]
            assert answer.headers["content-type"] == "application/problem+json"
        good = jwt.encode(header, claims, own._key, algorithms=["ES256"])
        answer = await stranger.get("/v1/dossiers", headers={"Authorization": f"Bearer {good}"})
        assert answer.status_code in {200, 404}


NASTY = {
    "empty": b"",
    "text": b"hello",
    "nul": b'{"code":"a\\u0000b","token":"\\u0000","name":"\\u0000"}',
    "surrogate": b'{"code":"\\ud800","token":"\\udfff","name":"\\ud800"}',
    "nan": b'{"code":NaN}',
    "infinity": b'{"code":-Infinity}',
    "huge number": b'{"amount":' + b"9" * 5000 + b"}",
    "1e999": b'{"amount":1e999}',
    "duplicate keys": b'{"code":"a","code":"b"}',
    "deep": b'{"a":' * 4000 + b"1" + b"}" * 4000,
    "wide": b"{" + b",".join(b'"k%d":1' % n for n in range(30_000)) + b"}",
    "utf-16": '{"code":"a"}'.encode("utf-16"),
    "bom": b'\xef\xbb\xbf{"code":"a"}',
    "trailing": b"{} {}",
    "array": b"[1,2,3]",
    "null": b"null",
    "ten megabytes": b'{"code":"' + b"x" * 10_000_000 + b'"}',
}


@pytest.mark.parametrize("kind", NASTY)
async def test_no_body_whatever_makes_a_server_error(city, kind):
    async with city.partner() as partner:
        for opening in openings():
            if opening.method in {"POST", "PUT"}:
                answer = await partner.request(
                    opening.method,
                    address(opening),
                    content=NASTY[kind],
                    headers={"content-type": "application/json"},
                )
                assert 400 <= answer.status_code < 500, (named(opening), answer.status_code)
                assert answer.headers["content-type"] == "application/problem+json"
                json.loads(answer.content)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": ""}, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
    ],
)
async def test_a_body_of_another_type_is_refused(city, headers, status):
    async with city.partner() as partner:
        answer = await partner.post("/v1/dossiers", content=b"{}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, "body-not-json")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/dossiers/%00",
        "/v1/dossiers/%ff%fe",
        "/v1/dossiers/" + "x" * 5000,
        "/v1/dossiers?limit=99999999999999999999",
        "/v1/dossiers?limit=-1",
        "/v1/dossiers?from=yesterday",
        "/v1/dossiers?cursor=%00",
        "/v1/indicators/k07/value?from=0001-01-01&to=9999-12-31",
        "/v1/indicators/k07/value?from=2021-01-01&to=2020-01-01",
        "/v1/indicators/%F0%9F%92%A9/value?from=2020-01-01&to=2021-01-01",
        "/v1/shipments/%2e%2e%2fetc",
        "/v1/rating-forms/x",
        "/v1/rating-forms/" + "x" * 3000,
        "/r/" + "x" * 43,
        "/no/such/page",
        "/v1",
    ],
)
async def test_no_address_whatever_makes_a_server_error(city, path):
    async with city.partner() as partner:
        for method in ("GET", "HEAD", "POST", "DELETE", "PATCH", "OPTIONS"):
            answer = await partner.request(method, path)
            assert 400 <= answer.status_code < 500, (method, answer.status_code)


async def test_the_token_endpoint_answers_as_the_standard_says(city):
    async with city.public() as client:
        form = {"grant_type": "client_credentials"}
        cases = [
            (form, None, 401, "invalid_client"),
            (form, ("c-nobody", "x"), 401, "invalid_client"),
            ({"grant_type": "password"}, ("c", "x"), 400, "unsupported_grant_type"),
            ({"scope": "x"}, ("c", "x"), 400, "unsupported_grant_type"),
        ]
        for data, auth, status, error in cases:
            answer = await client.post("/oauth/token", data=data, auth=auth)
            assert (answer.status_code, answer.json()["error"]) == (status, error)
            assert answer.headers["cache-control"] == "no-store"
        wrong = await client.post("/oauth/token", json=form)
        assert (wrong.status_code, wrong.json()["error"]) == (415, "invalid_request")
        keys = (await client.get("/.well-known/jwks.json")).json()["keys"]
        assert [sorted(key) for key in keys] == [["alg", "crv", "kid", "kty", "use", "x", "y"]]


async def test_a_refusal_speaks_vietnamese_first_and_english_when_asked(city):
    async with city.public() as client:
        vietnamese = (await client.get("/v1/dossiers")).json()
        english = (await client.get("/v1/dossiers", headers={"accept-language": "en"})).json()
        assert vietnamese["title"] == "Thiếu mã truy cập"
        assert english["title"] == "The request carries no access token"
        assert vietnamese["code"] == english["code"] == "token-missing"


async def test_every_answer_carries_a_request_id_and_keeps_a_good_one(city):
    async with city.public() as client:
        given = await client.get("/v1/dossiers", headers={"x-request-id": "my-id-1"})
        assert given.headers["x-request-id"] == given.json()["request_id"] == "my-id-1"
        bad = await client.get("/v1/dossiers", headers={"x-request-id": "x\ty" * 90})
        assert len(bad.headers["x-request-id"]) == 32
        assert given.headers["x-content-type-options"] == "nosniff"


async def test_pages_are_closed_to_scripts_and_strangers(city):
    async with city.public() as client:
        for path in ("/", "/board", "/board/hcmc-2020", "/docs", "/r/" + "x" * 43):
            page = await client.get(path)
            assert "default-src 'none'" in page.headers["content-security-policy"], path
            assert page.headers["referrer-policy"] == "no-referrer"
            assert "<script" not in page.text
        assert "no-store" in (await client.get("/r/" + "x" * 43)).headers["cache-control"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/v1/dossiers/search", "POST"),
        ("PUT", "/v1/dossiers/import", "POST"),
        ("DELETE", "/v1/dossiers", "GET, HEAD, POST"),
        ("DELETE", "/v1/dossiers/A-1", "GET, HEAD, PUT"),
    ],
)
async def test_an_address_asked_in_the_wrong_way_tells_the_right_ones(city, method, path, allow):
    async with city.partner() as partner:
        answer = await partner.request(method, path, json={} if method == "PUT" else None)
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-taken"), answer.text
        assert answer.headers["allow"] == allow


async def test_an_address_that_is_none_says_where_those_are_that_there_are(city):
    async with city.public() as client:
        answer = await client.get("/v1/dossier")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert "/docs" in answer.json()["detail"]
