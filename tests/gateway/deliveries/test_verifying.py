"""Programs that are not ours check our signatures and read our events; two of them stand on the page."""

import os
import subprocess
import time
from base64 import b64decode

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook, WebhookVerificationError

from tests.gateway.deliveries.office import office, until
from tests.gateway.deliveries.receivers import receiving
from tests.guide.pages import blocks_of
from tests.servers import find_openssl


def ed25519_accepts(public_key, headers, body):
    """A verifier from the text of the specification, with nothing of ours."""
    key = Ed25519PublicKey.from_public_bytes(b64decode(public_key.removeprefix("whpk_")))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    for entry in headers["webhook-signature"].split(" "):
        version, _, told = entry.partition(",")
        if version != "v1a":
            continue
        try:
            key.verify(b64decode(told), content)
        except InvalidSignature:
            continue
        return True
    return False


async def delivered(one, receiver, *subjects):
    await one.tell(*subjects)
    await until(lambda: set(subjects) <= set(receiver.subjects))
    return next(a for a in reversed(receiver.arrivals) if a.event["subject"] == subjects[-1])


async def test_the_standard_library_accepts_our_hmac_and_notices_a_changed_byte(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver, signing="v1")
        async with one.delivering():
            arrival = await delivered(one, receiver, "a")
        verifier = Webhook(webhook["secret"])
        assert verifier.verify(arrival.body, arrival.headers)["subject"] == "a"
        assert verifier.verify(receiver.arrivals[0].body, receiver.arrivals[0].headers)
        with pytest.raises(WebhookVerificationError):
            verifier.verify(arrival.body.replace(b'"a"', b'"b"'), arrival.headers)
        with pytest.raises(WebhookVerificationError):
            verifier.verify(arrival.body, arrival.headers | {"webhook-id": "other"})


async def test_a_verifier_written_by_hand_accepts_our_ed25519(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        async with one.delivering():
            arrival = await delivered(one, receiver, "a")
        headers, body = arrival.headers, arrival.body
        assert ed25519_accepts(webhook["public_key"], headers, body)
        assert not ed25519_accepts(webhook["public_key"], headers, body + b" ")
        late = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}
        assert not ed25519_accepts(webhook["public_key"], late, body)
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 30
        assert headers["webhook-id"] == arrival.event["id"]
        assert "." not in headers["webhook-id"]


async def test_while_keys_overlap_both_are_accepted_and_then_the_new_one_alone(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        address = f"/v1/webhooks/{webhook['id']}"
        async with one.delivering():
            await delivered(one, receiver, "before")
            rotated = (await one.client.post(f"{address}/rotate", json={"overlap_hours": 1})).json()
            old, new = webhook["public_key"], rotated["public_key"]
            assert old != new
            arrival = await delivered(one, receiver, "between")
            assert len(arrival.headers["webhook-signature"].split(" ")) == 2
            assert ed25519_accepts(old, arrival.headers, arrival.body)
            assert ed25519_accepts(new, arrival.headers, arrival.body)
            one.pass_time(hours=2)
            arrival = await delivered(one, receiver, "after")
            assert not ed25519_accepts(old, arrival.headers, arrival.body)
            assert ed25519_accepts(new, arrival.headers, arrival.body)
            at_once = (await one.client.post(f"{address}/rotate", json={"overlap_hours": 0})).json()
            arrival = await delivered(one, receiver, "leaked")
            assert ed25519_accepts(at_once["public_key"], arrival.headers, arrival.body)
            assert not ed25519_accepts(new, arrival.headers, arrival.body)


async def test_the_cloudevents_library_reads_our_events(lone):
    async with office(lone) as one, receiving() as receiver:
        await one.subscribe(receiver)
        async with one.delivering():
            arrival = await delivered(one, receiver, "000.00.19.H29-200316-0001")
        headers = {name.lower(): value for name, value in arrival.headers.items()}
        event = from_http_event(HTTPMessage(headers, arrival.body))
        assert event.get_type() == "vn.motcua.dossier.filed"
        assert event.get_subject() == "000.00.19.H29-200316-0001"
        assert event.get_extension("agency") == "000.00.19.H29"
        assert event.get_extension("revision") == 1
        assert event.get_time().tzinfo is not None


def of_the_page(kind, word):
    """The one block of the partners' page that holds a word."""
    [found] = [b for b in blocks_of("webhooks.md") if b.kind == kind and word in b.text]
    return found


def signed_in_a_shell(folder, secret, headers, body):
    """What the commands of the page print for a delivery."""
    (folder / "body.json").write_bytes(body)
    told = {
        "SECRET": secret,
        "ID": headers["webhook-id"],
        "TIMESTAMP": headers["webhook-timestamp"],
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", of_the_page("sh", "openssl").text],
        cwd=folder,
        env=os.environ | told,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return f"v1,{done.stdout.strip()}"


@pytest.mark.servers
async def test_the_shell_commands_of_the_page_come_to_the_signature_of_a_delivery(lone, tmp_path):
    find_openssl()
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver, signing="v1")
        async with one.delivering():
            arrival = await delivered(one, receiver, "hồ sơ")
            headers, secret = arrival.headers, webhook["secret"]
            signed = signed_in_a_shell(tmp_path, secret, headers, arrival.body)
            assert signed == headers["webhook-signature"]
            changed = signed_in_a_shell(tmp_path, secret, headers, arrival.body + b"\n")
            assert changed != headers["webhook-signature"]
            address = f"/v1/webhooks/{webhook['id']}/rotate"
            rotated = (await one.client.post(address, json={"overlap_hours": 1})).json()
            arrival = await delivered(one, receiver, "between")
        told = arrival.headers["webhook-signature"].split(" ")
        assert len(told) == 2
        for known in (secret, rotated["secret"]):
            assert signed_in_a_shell(tmp_path, known, arrival.headers, arrival.body) in told


async def test_the_python_of_the_page_takes_our_deliveries_and_nothing_changed(lone):
    scope = {}
    block = of_the_page("python", "def is_ours")
    exec(compile(block.text, block.place, "exec"), scope)
    is_ours = scope["is_ours"]
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        async with one.delivering():
            arrival = await delivered(one, receiver, "a")
        key, headers, body = webhook["public_key"], arrival.headers, arrival.body
        assert is_ours(key, headers, body)
        assert not is_ours(key, headers, body + b" ")
        assert not is_ours(key, headers | {"webhook-id": "other"}, body)
        old = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 301)}
        assert not is_ours(key, old, body)
