"""Keys of partners, agencies of aggregators, and clumsy token requests."""

import base64
import json
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from gateway import commands, service
from gateway.commands.showing import ASSERTION_TYPE
from gateway.keyfiles import KeyUnusable, PrivateKeyShown, public_jwk
from gateway.tables import ClientGrant
from tests.gateway.jwt.test_tokens import World, ask, keyed
from tests.gateway.test_partners import FORM, bearing, door, entered, history


def jwk_of(key) -> bytes:
    return json.dumps(key.as_dict(private=False)).encode()


async def signed(client, client_id, key, **more):
    return await ask(client, World("assertion", key, "c-other", client_id).token({}), **more)


async def test_one_key_follows_the_other_without_a_gap(lone):
    async with lone(service) as one, door(one) as client:
        client_id, first = await keyed(one)
        second = ECKey.generate_key("P-256", auto_kid=True)
        third = ECKey.generate_key("P-256", auto_kid=True)
        add = (client_id, public_jwk(jwk_of(second)), False, "an.operator")
        await one.running.do(commands.add_key, *add)
        assert (await signed(client, client_id, first)).status_code == 200
        assert (await signed(client, client_id, second)).status_code == 200
        jwk = public_jwk(jwk_of(third))
        with pytest.raises(commands.TwoKeysActive):
            await one.running.do(commands.add_key, client_id, jwk, False, "an.operator")
        retired = (client_id, first.kid, False, "an.operator")
        await one.running.do(commands.retire_key, *retired)
        assert (await signed(client, client_id, first)).status_code == 401
        assert (await signed(client, client_id, second)).status_code == 200
        with pytest.raises(commands.UnknownKey):
            await one.running.do(commands.retire_key, *retired)
        jwk = public_jwk(jwk_of(first))
        with pytest.raises(commands.KeyKnown):
            await one.running.do(commands.add_key, client_id, jwk, False, "an.operator")
        assert [act for act, _ in await history(one, client_id)] == [
            *("added", "key-added", "key-added", "key-retired"),
        ]


async def test_the_tokens_of_a_lost_key_are_refused_with_it(lone):
    async with lone(service) as one, door(one) as client:
        client_id, key = await keyed(one)
        held = await signed(client, client_id, key)
        await one.running.do(commands.retire_key, client_id, key.kid, True, "an.operator")
        answer = await client.get("/v1/dossiers", headers=bearing(held))
        assert (answer.status_code, answer.json()["code"]) == (401, "token-invalid")


async def test_a_key_waits_for_a_second_person_where_the_operator_asks_for_one(lone):
    async with lone(service, partner_keys_confirmed=True) as one, door(one) as client:
        client_id, key = await keyed(one)
        assert (await signed(client, client_id, key)).status_code == 401
        with pytest.raises(commands.SecondPersonNeeded):
            await one.running.do(commands.confirm_key, client_id, key.kid, "an.operator")
        await one.running.do(commands.confirm_key, client_id, key.kid, "another.operator")
        assert (await signed(client, client_id, key)).status_code == 200
        assert (await history(one, client_id))[-1] == ("key-confirmed", "another.operator")


async def test_who_speaks_for_several_agencies_names_one_and_signs(lone):
    async with lone(service) as one, door(one) as client:
        client_id, key = await keyed(one, agencies=["H29", "H30"])
        unnamed = await signed(client, client_id, key)
        assert (unnamed.status_code, unnamed.json()["error"]) == (400, "invalid_request")
        foreign = await signed(client, client_id, key, agency="H31")
        assert (foreign.status_code, foreign.json()["error"]) == (400, "invalid_target")
        named = await signed(client, client_id, key, agency="H30")
        principal = await one.running.verifier.principal(named.json()["access_token"])
        assert (principal.agency, principal.client) == ("H30", client_id)


async def test_a_second_agency_takes_the_secret_out_of_use(lone):
    async with lone(service) as one, door(one) as client:
        made = await entered(one)
        secret = (made.client_id, made.client_secret)
        assert (await client.post("/oauth/token", data=FORM, auth=secret)).status_code == 200
        today = one.running.database.now().date()
        grant = ClientGrant.of(client=made.client_id, agency="H30", valid_from=today)
        await one.running.do(commands.grant_agency, grant, "an.operator")
        refused = await client.post("/oauth/token", data=FORM, auth=secret)
        assert refused.status_code == 401
        assert "signs with a key" in refused.json()["error_description"]
        ended = ClientGrant.of(
            client=made.client_id, agency="H30", valid_from=today, valid_to=today
        )
        await one.running.do(commands.grant_agency, ended, "an.operator")
        assert (await client.post("/oauth/token", data=FORM, auth=secret)).status_code == 200


async def test_a_client_whose_grants_are_over_speaks_for_nobody(lone):
    async with lone(service) as one, door(one) as client:
        client_id, key = await keyed(one)

        async def end(uow):
            [grant] = await uow.all(ClientGrant)
            grant.change(valid_to=date(2020, 1, 1))

        await one.running.do(end)
        answer = await signed(client, client_id, key)
        assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


async def test_secrets_are_taken_no_more_once_the_operator_turns_them_off(lone):
    async with lone(service, client_secrets=False) as one, door(one) as client:
        made = await entered(one)
        secret = (made.client_id, made.client_secret)
        refused = await client.post("/oauth/token", data=FORM, auth=secret)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
        told = (await client.get("/.well-known/oauth-authorization-server")).json()
        assert told["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
        client_id, key = await keyed(one)
        assert (await signed(client, client_id, key)).status_code == 200


def pem(key) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


UNUSABLE = {
    "P-384": lambda: pem(ec.generate_private_key(ec.SECP384R1())),
    "secp256k1": lambda: pem(ec.generate_private_key(ec.SECP256K1())),
    "RSA of 2048 bits": lambda: pem(rsa.generate_private_key(65537, 2048)),
    "Ed448": lambda: pem(ed448.Ed448PrivateKey.generate()),
    "X25519": lambda: pem(x25519.X25519PrivateKey.generate()),
    "DSA": lambda: pem(dsa.generate_private_key(2048)),
    "text": lambda: b"hello",
    "empty": lambda: b"",
    "list": lambda: b"[]",
    "deep": lambda: b"[" * 30_000,
    "two keys": lambda: b'{"keys": [{}, {}]}',
    "no members": lambda: b'{"kty": "EC", "crv": "P-256"}',
    "off the curve": lambda: b'{"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"}',
    "numbers": lambda: b'{"kty": "EC", "crv": "P-256", "x": 1, "y": 2}',
    "for encryption": lambda: json.dumps(
        ECKey.generate_key("P-256").as_dict(private=False) | {"use": "enc"}
    ).encode(),
    "a name with NUL": lambda: json.dumps(
        ECKey.generate_key("P-256").as_dict(private=False) | {"kid": "a\x00"}
    ).encode(),
    "a name that is a number": lambda: json.dumps(
        ECKey.generate_key("P-256").as_dict(private=False) | {"kid": 7}
    ).encode(),
    "broken PEM": lambda: b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    "a megabyte": lambda: b"x" * 1_000_000,
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_what_is_no_key_for_signatures_is_refused_with_what_to_send(kind):
    with pytest.raises(KeyUnusable) as refused:
        public_jwk(UNUSABLE[kind]())
    assert refused.value.detail


def test_a_private_key_is_refused_and_its_owner_told_to_make_another():
    key = ECKey.generate_key("P-256")
    shown = [key.as_pem(private=True), json.dumps(key.as_dict(private=True)).encode()]
    shown.append(json.dumps(OctKey.generate_key(256).as_dict()).encode())
    for content in shown:
        with pytest.raises(PrivateKeyShown):
            public_jwk(content)


def test_keys_are_kept_without_anything_private_or_foreign():
    for key in (ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")):
        for content in (key.as_pem(private=False), jwk_of(key)):
            kept = public_jwk(content)
            assert set(kept) <= {"kty", "crv", "x", "y", "kid"}
    assert set(public_jwk(RSAKey.generate_key(3072).as_pem(private=False))) == {
        *("kty", "n", "e", "kid"),
    }


def basic(text: bytes) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(text).decode()}


async def test_a_clumsy_token_request_is_told_so_and_never_fails(lone):
    async with lone(service) as one, door(one) as client:
        made = await entered(one)
        both = basic(f"{made.client_id}:{made.client_secret}".encode())
        secret = {"client_id": made.client_id, "client_secret": made.client_secret}
        assertion = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": "a.b.c"}
        cases = [
            (basic(b"c-\x00:x"), {}, "invalid_client"),
            (basic(b"\xff\xfe:x"), {}, "invalid_client"),
            (basic(b"no colon"), {}, "invalid_client"),
            (basic(b":"), {}, "invalid_client"),
            (basic(b"%00:%00"), {}, "invalid_client"),
            (basic(b"c-%ed%a0%80:x"), {}, "invalid_client"),
            (basic("đối tác:mật khẩu".encode()), {}, "invalid_client"),
            (basic(b"x" * 20_000 + b":x"), {}, "invalid_client"),
            ({"authorization": "Basic !!!"}, {}, "invalid_client"),
            ({"authorization": "Basic"}, {}, "invalid_client"),
            ({"authorization": "Bearer x"}, {}, "invalid_client"),
            ({"authorization": "Digest username=x"}, {}, "invalid_client"),
            (both, secret, "invalid_request"),
            (both, assertion, "invalid_request"),
            (both, {"client_id": "c-other"}, "invalid_request"),
            ({}, secret | assertion, "invalid_request"),
            ({}, {"client_assertion": "a.b.c"}, "invalid_request"),
            ({}, {"client_assertion_type": ASSERTION_TYPE}, "invalid_request"),
            ({}, assertion | {"client_assertion_type": "x"}, "invalid_request"),
            ({}, {"client_id": made.client_id}, "invalid_client"),
            ({}, secret | {"client_id": "c-\x00"}, "invalid_client"),
            ({}, secret | {"scope": "dossiers:eat"}, "invalid_scope"),
            ({}, secret | {"scope": "\x00"}, "invalid_scope"),
            ({}, secret | {"agency": "H30"}, "invalid_target"),
            ({}, secret | {"agency": "\x00"}, "invalid_target"),
            ({}, secret | {"grant_type": "password"}, "unsupported_grant_type"),
            ({}, secret | {"scope": "x" * 1_000_000}, "invalid_request"),
        ]
        for headers, form, error in cases:
            answer = await client.post("/oauth/token", data=FORM | form, headers=headers)
            assert 400 <= answer.status_code < 500, (headers, form)
            assert answer.json()["error"] == error, (headers, str(form)[:200], answer.text)
            assert answer.headers["cache-control"] == "no-store"
        plain = {"content-type": "application/x-www-form-urlencoded"}
        bodies = [
            b"grant_type=client_credentials&grant_type=client_credentials",
            b"grant_type=client_credentials&client_id=a&client_id=b&client_secret=x",
            b"&".join(b"f%d=1" % n for n in range(60)),
            b"grant_type=\xff",
            b"x" * 1_000_000,
        ]
        for body in bodies:
            answer = await client.post("/oauth/token", content=body, headers=plain)
            assert answer.status_code in {400, 413}
            assert answer.json()["error"] == "invalid_request", body[:60]
        twice = [("authorization", both["authorization"])] * 2
        answer = await client.post("/oauth/token", data=FORM, headers=twice)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
        same = FORM | {"client_id": made.client_id}
        assert (await client.post("/oauth/token", data=same, headers=both)).status_code == 200


async def test_a_key_that_is_added_may_take_the_place_of_the_secret(lone):
    async with lone(service) as one, door(one) as client:
        made = await entered(one)
        key = ECKey.generate_key("P-256", auto_kid=True)
        add = (made.client_id, public_jwk(jwk_of(key)), True, "an.operator")
        await one.running.do(commands.add_key, *add)
        secret = (made.client_id, made.client_secret)
        assert (await client.post("/oauth/token", data=FORM, auth=secret)).status_code == 401
        assert (await signed(client, made.client_id, key)).status_code == 200
        with pytest.raises(commands.SecretNotGiven):
            await one.running.do(
                commands.rotate_secret, made.client_id, timedelta(0), "an.operator"
            )
