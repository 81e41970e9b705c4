"""Every trick with a signed token that is known is refused, with a code, and never a server error."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from uuid import uuid4

from joserfc import jws
from joserfc.jwk import ECKey

from gateway import commands, service
from gateway.commands.showing import ASSERTION_TYPE
from gateway.keyfiles import public_jwk
from tests.gateway.test_partners import door, entered

CASES = json.loads((Path(__file__).parent / "cases.json").read_text("utf-8"))["cases"]
TYPS = {"assertion": "client-authentication+jwt", "access": "at+jwt"}
CLAIMS = {"iss": "{iss}", "sub": "{id}", "aud": "{aud}", "iat": "{now}", "exp": "{now+60}"}
LONG = "x" * 100_000


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class World:
    """A client with a key, another with a key, a stranger with a key, and what a token says of them."""

    def __init__(self, kind: str, owner: ECKey, other_id: str, client_id: str) -> None:
        self.kind, self.owner, self.stranger = kind, owner, ECKey.generate_key("P-256")
        aud = "http://127.0.0.1:8080" if kind == "assertion" else "motcua"
        iss = client_id if kind == "assertion" else "motcua"
        now = int(time.time())
        [other] = [typ for name, typ in TYPS.items() if name != kind]
        self.told = {"{aud}": aud, "{AUD}": aud.upper(), "{iss}": iss, "{id}": client_id}
        self.told |= {"{other id}": other_id, "{typ}": TYPS[kind], "{other typ}": other}
        self.told |= {"{kid}": owner.kid, "{long}": LONG, "{digits}": "9" * 5000}
        self.told |= {"{deep}": '{"a":' * 900 + "1" + "}" * 900, "{null}": None}
        self.told |= {"{stranger}": self.stranger.as_dict(private=False)}
        self.told |= {"{owner}": owner.as_dict(private=False)}
        for seconds in (-160, -40, 0, 10, 20, 60, 90, 120, 121):
            name = f"{{now{seconds:+d}}}" if seconds else "{now}"
            self.told |= {name: now + seconds, f"{name[:-1]} as text}}": str(now + seconds)}

    def value(self, told):
        if isinstance(told, str):
            return self.told.get(told, told)
        if isinstance(told, list):
            return [self.value(one) for one in told]
        if isinstance(told, dict):
            return {self.value(name): self.value(one) for name, one in told.items()}
        return told

    def text(self, told: str) -> str:
        for name, value in self.told.items():
            told = told.replace(name, str(value))
        return told

    def part(self, standard: dict, case: dict, name: str) -> str:
        if f"raw_{name}" in case:
            return b64(self.text(case[f"raw_{name}"]).encode())
        kept = standard | case.get(name, {})
        left = {k: v for k, v in kept.items() if v is not None}
        return b64(json.dumps(self.value(left)).encode())

    def token(self, case: dict) -> str:
        header = {"alg": "ES256", "kid": self.owner.kid, "typ": "{typ}"}
        h = self.part(header, case, "header")
        p = self.part(CLAIMS | {"jti": uuid4().hex}, case, "claims")
        s = self.signature(f"{h}.{p}".encode(), case.get("sign", "owner"))
        form = case.get("text", "{h}.{p}.{s}")
        for name, value in {"{h}": h, "{p}": p, "{s}": s, "{long}": LONG}.items():
            form = form.replace(name, value)
        return form

    def signature(self, signed: bytes, by: str) -> str:
        if by == "hmac":
            return b64(hmac.new(self.owner.as_pem(private=False), signed, hashlib.sha256).digest())
        key = self.stranger if by == "stranger" else self.owner
        return b64(jws.JWSRegistry.algorithms["ES256"].sign(signed, key))


async def keyed(lone, **told):
    """A client that signs, and its key."""
    made = await entered(lone, signs=True, **told)
    key = ECKey.generate_key("P-256")
    key.ensure_kid()
    jwk = public_jwk(json.dumps(key.as_dict(private=False)).encode())
    await lone.running.do(commands.add_key, made.client_id, jwk, False, "an.operator")
    return made.client_id, key


async def ask(client, assertion, **more):
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
    return await client.post("/oauth/token", data=form | {"client_assertion": assertion} | more)


def of(kind):
    return [case for case in CASES if case.get("of", kind) == kind]


async def test_every_trick_with_an_assertion_is_refused(lone):
    async with lone(service) as one, door(one) as client:
        client_id, key = await keyed(one)
        other_id, _ = await keyed(one)
        world = World("assertion", key, other_id, client_id)
        good = await ask(client, world.token({}))
        assert good.status_code == 200, good.text
        raw = next(case["raw_claims"] for case in CASES if case["name"] == "exp a fraction")
        whole = await ask(client, world.token({"raw_claims": raw.replace(".5", "")}))
        assert whole.status_code == 200, whole.text
        for case in of("assertion"):
            token = world.token(case)
            answer = await ask(client, token)
            told = answer.json()
            expected = {(401, "invalid_client")}
            if len(token) > 30_000:
                expected = {(413, "invalid_request")}
            assert (answer.status_code, told["error"]) in expected, (case["name"], answer.text)
            assert told["error_description"], case["name"]


async def test_every_trick_with_an_access_token_is_refused(lone):
    async with lone(service) as one, door(one) as client:
        world = World("access", one.key._key, "c-other", "c-one")
        granted = {"claims": {"scope": "dossiers:read", "client_id": "{id}"}}
        good = {"Authorization": f"Bearer {world.token(granted)}"}
        assert (await client.get("/v1/dossiers", headers=good)).status_code == 204
        for case in of("access"):
            claims = granted["claims"] | case.get("claims", {})
            token = world.token(case | {"claims": claims})
            header = {"Authorization": f"Bearer {token}".encode()}
            answer = await client.get("/v1/dossiers", headers=header)
            assert answer.status_code == 401, (case["name"], answer.status_code)
            assert answer.json()["code"] == "token-invalid", case["name"]


async def test_an_assertion_is_good_once_whoever_is_quicker(lone):
    import asyncio

    async with lone(service) as one, door(one) as client:
        client_id, key = await keyed(one)
        token = World("assertion", key, "c-other", client_id).token({})
        answers = await asyncio.gather(*(ask(client, token) for _ in range(12)))
        assert sorted(answer.status_code for answer in answers) == [200] + [401] * 11
        again = await ask(client, token)
        assert "jti" in again.json()["error_description"]
        # The same jti in another assertion is as spent; of another client it is another one.
        other_id, other_key = await keyed(one)
        for whose, signer, status in (
            (client_id, key, 401),
            (other_id, other_key, 200),
        ):
            world = World("assertion", signer, "c-other", whose)
            claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
            answer = await ask(client, world.token({"claims": {"jti": claims["jti"]}}))
            assert answer.status_code == status


async def test_an_assertion_of_one_client_is_none_of_anothers(lone):
    async with lone(service) as one, door(one) as client:
        client_id, key = await keyed(one)
        other_id, other_key = await keyed(one)
        world = World("assertion", key, other_id, client_id)
        beside = await ask(client, world.token({}), client_id=other_id)
        assert (beside.status_code, beside.json()["error"]) == (401, "invalid_client")
        borrowed = World("assertion", other_key, other_id, client_id)
        assert (await ask(client, borrowed.token({}))).status_code == 401
        assert (await ask(client, world.token({}), client_id=client_id)).status_code == 200
