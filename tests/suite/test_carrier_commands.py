"""`motcua carrier` as an operator types it: accounts are shown with what they lack, and never a secret."""

import asyncio
import json

from typer.testing import CliRunner

from chassis.settings import Settings
from contracts.vocabulary import Carrier
from services.postal import feeds
from services.postal.carriers.base import FeedPage
from suite.cli import app
from suite.tasks import at_hand
from tests.postal.recordings.vnpost_d import private_key, private_pem, public_pem

KEY = (Carrier.VNPOST_B, "city", "status")


def motcua(*arguments, data):
    return CliRunner().invoke(app, ["carrier", *map(str, arguments), "--data", str(data)])


async def read_once(data):
    """What the worker does: the list is read once, and cannot be read the next time."""
    async with at_hand(Settings(data=data), "postal") as (postal,):
        await postal.do(feeds.open_feeds)
        turn = await postal.do(feeds.claim, KEY)
        await postal.do(feeds.take_page, turn, FeedPage((), "1" * 24, more=True))
        again = feeds.Turn(KEY, "1" * 24, turn.account)
        await postal.do(feeds.failed, again, "carrier-unavailable")


def test_accounts_are_listed_with_what_they_lack_and_no_secret(tmp_path):
    data = tmp_path / "data"
    public, private = tmp_path / "public.pem", tmp_path / "private.pem"
    public.write_text(public_pem(private_key("carrier")))
    private.write_text(private_pem(private_key("receiver")))
    secrets = {"username": "one-stop", "password": "correct horse", "secret": "battery-staple"}
    credentials = tmp_path / "credentials.json"
    credentials.write_text(json.dumps(secrets | {"customer_code": "KH-1"}))
    url = ("--base-url", "https://post.example/x")
    keys = ("--public-key", public, "--private-key", private)
    for arguments in (
        ("add", "vnpost-a", "--account", "city", *url, "--agency", "H29"),
        ("add", "vnpost-b", "--account", "city", *url, "--credentials", credentials),
        ("add", "vnpost-b", "--account", "city", "--option", "lgsp=yes", "--option", "district=1"),
        ("add", "vnpost-b", "--account", "city", "--option", "district="),
        ("add", "vnpost-c", "--account", "ward", "--credentials", credentials),
        ("add", "vnpost-d", "--account", "city", *keys),
        ("add", "vnpost-d", "--account", "ward", *keys, *url, "--credentials", credentials),
    ):
        done = motcua(*arguments, data=data)
        assert done.exit_code == 0, done.output
        assert ("/events" in done.output) is (arguments[1] in {"vnpost-c", "vnpost-d"})
    asyncio.run(read_once(data))
    listed = motcua("list", "--json", data=data)
    shown = {(one["interface"], one["account"]): one for one in json.loads(listed.output)}
    assert shown["vnpost-a", "city"]["agency"] == "H29"
    assert shown["vnpost-a", "city"]["lacks"] == {
        "orders": ["secret", "customer_code"],
        "feeds": ["secret"],
    }
    assert shown["vnpost-c", "ward"]["lacks"] == {"messages": ["public_key_pem"]}
    assert set(shown["vnpost-d", "city"]["lacks"]) == {"orders", "history"}
    assert shown["vnpost-d", "ward"]["lacks"] == {}
    [feed] = shown["vnpost-b", "city"]["feeds"]
    assert feed["problem"] == "carrier-unavailable"
    assert feed["heard_at"].endswith("+07:00")
    assert 0 <= feed["age_seconds"] < 600
    told = motcua("list", data=data).output
    assert "carrier-unavailable" in told
    assert "it lacks: public_key_pem" in told
    for secret in ("correct horse", "battery-staple", *private.read_text().splitlines()):
        assert secret not in listed.output + told

    async def options(uow):
        [row] = [one for one in await feeds.queries.accounts(uow) if one.interface == "vnpost-b"]
        return row.options

    async def kept():
        async with at_hand(Settings(data=data), "postal") as (postal,):
            return await postal.do(options)

    assert asyncio.run(kept()) == {"lgsp": "yes"}
