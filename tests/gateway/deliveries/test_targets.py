"""Where webhooks may go: nothing inside is reached by an address that a partner writes."""

import ipaddress

import pytest

from gateway.deliveries.targets import (
    Names,
    WebhookUrlRefused,
    canonical,
    is_public,
    target_of,
)
from tests.gateway.deliveries.office import LOOPBACK, office, until
from tests.gateway.deliveries.receivers import receiving

REFUSED = [
    ("http://hooks.example.vn/", "scheme"),
    ("ftp://hooks.example.vn/", "scheme"),
    ("file:///etc/passwd", "scheme"),
    ("gopher://hooks.example.vn:443/", "scheme"),
    ("//hooks.example.vn/", "scheme"),
    ("hooks.example.vn", "scheme"),
    ("https://", "scheme"),
    ("https:///x", "scheme"),
    ("https://hooks.example.vn:22/", "port"),
    ("https://hooks.example.vn:5672/", "port"),
    ("https://hooks.example.vn:80/", "port"),
    ("https://hooks.example.vn:99999/", "malformed"),
    ("https://user@hooks.example.vn/", "userinfo"),
    ("https://user:password@hooks.example.vn/", "userinfo"),
    ("https://hooks.example.vn@127.0.0.1/", "userinfo"),
    ("https://@hooks.example.vn/", "userinfo"),
    ("https://hooks.example.vn/#x", "malformed"),
    ("https://hooks.example.vn\\@127.0.0.1/", "malformed"),
    ("https://hooks.example.vn /", "malformed"),
    ("https://hooks.example.vn/\r\nHost: inside", "malformed"),
    ("https://127.0.0.1/", "ip-literal"),
    ("https://8.8.8.8/", "ip-literal"),
    ("https://2130706433/", "ip-literal"),
    ("https://0177.0.0.1/", "ip-literal"),
    ("https://0x7f000001/", "ip-literal"),
    ("https://0x7f.1/", "ip-literal"),
    ("https://127.1/", "ip-literal"),
    ("https://0/", "ip-literal"),
    ("https://0.0.0.0/", "ip-literal"),
    ("https://127.0.0.1./", "ip-literal"),
    ("https://[::1]/", "ip-literal"),
    ("https://[::]/", "ip-literal"),
    ("https://[::ffff:127.0.0.1]/", "ip-literal"),
    ("https://[::ffff:7f00:1]/", "ip-literal"),
    ("https://[64:ff9b::7f00:1]/", "ip-literal"),
    ("https://[fec0::1]/", "ip-literal"),
    ("https://[fe80::1%25eth0]/", "ip-literal"),
    ("https://169.254.169.254/latest/meta-data/", "ip-literal"),
    ("https://localhost/", "address-not-public"),
    ("https://localhost./", "address-not-public"),
    ("https://LOCALHOST/", "address-not-public"),
    ("https://a.localhost/", "address-not-public"),
    ("https://intake/", "address-not-public"),
    ("https://rabbitmq.internal/", "address-not-public"),
    ("https://printer.local/", "address-not-public"),
]

INSIDE = [
    *("127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("0.0.0.0", "100.64.0.1", "100.100.100.200", "192.0.0.8", "192.0.2.1", "198.18.0.1"),
    *("192.88.99.1", "168.63.129.16", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1"),
    *("64:ff9b:1::1", "2002:0a00:0001::1", "2001::1", "2001:db8::1", "3fff::1", "5f00::1"),
    *("fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "100::1", "fe80::1%eth0"),
    "not-an-address",
]


@pytest.mark.parametrize(("url", "reason"), REFUSED)
def test_an_address_that_could_lead_inside_is_refused_with_what_to_change(url, reason):
    with pytest.raises(WebhookUrlRefused) as refused:
        target_of(url, [])
    assert refused.value.reason == reason


@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(address):
    async def resolve(host, port):
        return ["93.184.216.34", address]

    with pytest.raises(WebhookUrlRefused) as refused:
        await Names(resolve).checked(target_of("https://hooks.example.vn/", []))
    assert refused.value.reason == "address-not-public"
    plain = canonical(address)
    assert plain is None or not is_public(plain)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "203.162.4.190"])
async def test_a_name_that_leads_outside_is_taken(address):
    async def resolve(host, port):
        return [address]

    target = target_of("https://hooks.example.vn:8443/a?b=c", [])
    assert await Names(resolve).checked(target) == [address]


async def test_a_name_nobody_knows_and_one_that_keeps_silent_are_unresolvable():
    async def unknown(host, port):
        raise OSError("no such name")

    async def empty(host, port):
        return []

    for resolve in (unknown, empty):
        with pytest.raises(WebhookUrlRefused) as refused:
            await Names(resolve).checked(target_of("https://hooks.example.vn/", []))
        assert refused.value.reason == "unresolvable"


def test_what_an_operator_approves_opens_that_network_and_no_other():
    target = target_of("http://10.20.0.5:8081/hooks", ["10.20.0.0/16"])
    assert target.allows("10.20.7.7")
    assert target.allows("::ffff:10.20.7.7")
    for address in ("10.21.0.1", "127.0.0.1", "93.184.216.34", "169.254.169.254"):
        assert not target.allows(address), address
    # Within what was approved, and never called all the same.
    assert not target_of("https://x.example.vn/", ["168.0.0.0/8"]).allows("168.63.129.16")
    with pytest.raises(WebhookUrlRefused):
        target_of("http://10.21.0.5/", ["10.20.0.0/16"])


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        ("0.0.0.0/0", "network-too-wide"),
        ("::/0", "network-too-wide"),
        ("10.0.0.1/8", "network-unreadable"),
        ("ten", "network-unreadable"),
        ("127.0.0.0/8", "network-loopback"),
        ("127.0.0.1/32", "network-loopback"),
        ("::1/128", "network-loopback"),
        ("::/16", "network-loopback"),
        ("169.254.0.0/16", "network-never"),
        ("169.254.169.254/32", "network-never"),
        ("fe80::/64", "network-never"),
    ],
)
def test_a_network_that_is_none_or_is_everything_is_not_approved(network, reason):
    with pytest.raises(WebhookUrlRefused) as refused:
        target_of("https://hooks.example.vn/", [network])
    assert refused.value.reason == reason


@pytest.mark.parametrize(("url", "reason"), REFUSED[::5])
async def test_a_refused_address_is_a_problem_with_a_pointer(lone, url, reason):
    async with office(lone) as one:
        answer = await one.client.post("/v1/webhooks", json={"url": url})
        assert (answer.status_code, answer.json()["code"]) == (422, "webhook-url-refused")
        [error] = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/url", reason)


async def test_a_name_that_leads_inside_after_it_was_checked_is_not_called(lone):
    """DNS rebinding: public when registered, ourselves when called."""
    looked_up = []

    async def resolve(host, port):
        looked_up.append(host)
        return ["93.184.216.34"] if len(looked_up) == 1 else ["127.0.0.1"]

    async with office(lone, resolve) as one, receiving() as receiver:
        # A public https address on an approved port: only the check at the connection can refuse.
        answer = await one.client.post("/v1/webhooks", json={"url": "https://hooks.example.vn/"})
        assert answer.status_code == 201
        named = answer.json()["id"]
        async with one.delivering():

            async def tried():
                [delivery] = await one.deliveries(named)
                return delivery["log"]

            [attempt] = await until(tried)
        assert (attempt["problem"], attempt["status"]) == ("address-not-public", None)
        assert len(looked_up) == 2
        assert receiver.arrivals == []


async def test_an_approved_address_is_called_by_number_over_http(lone):
    async with office(lone) as one, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        assert webhook["networks"] == [LOOPBACK]
        async with one.delivering():
            await until(lambda: receiver.arrivals)
        assert ipaddress.ip_address("127.0.0.1") in ipaddress.ip_network(webhook["networks"][0])


async def test_a_redirect_is_a_failure_and_is_not_followed(lone):
    async with office(lone) as one, receiving() as inner, receiving() as receiver:
        webhook = await one.subscribe(receiver)
        async with one.delivering():
            await until(lambda: receiver.arrivals)
            receiver.always, receiver.headers = 307, {"Location": inner.url}
            await one.tell("a")

            async def failed():
                return [
                    d
                    for d in await one.deliveries(webhook["id"])
                    if d["log"] and d["kind"] == "event"
                ]

            [delivery] = await until(failed)
        assert delivery["state"] == "waiting"
        assert delivery["log"][0]["status"] == 307
        assert inner.arrivals == []
