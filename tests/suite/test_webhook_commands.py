"""`motcua webhook` as an operator types it."""

import asyncio
import json

from typer.testing import CliRunner

from chassis.settings import Settings
from contracts.problems import Problem
from contracts.webhooks import Signing, WebhookState
from gateway.commands import add_partner
from gateway.deliveries import approval
from gateway.tables import Webhook, WebhookProgress
from suite.cli import app
from suite.tasks import at_hand


def motcua(*arguments, data):
    return CliRunner().invoke(app, ["webhook", *arguments, "--data", str(data)])


async def waits(data):
    """A webhook whose networks one operator has approved over the API."""
    settings = Settings(data=data, webhook_networks_confirmed=True)

    async def add(client, uow):
        webhook = Webhook.of(
            id="wh-1",
            client=client,
            agency="H29",
            url="http://10.20.0.5:8081/hooks",
            signing=Signing.ED25519,
            state=WebhookState.UNVERIFIED,
            key="sealed",
            networks=["10.20.0.0/24"],
            added_at=uow.now,
        )
        uow.add(webhook)
        uow.add(WebhookProgress.of(webhook=webhook.id))
        await approval.approve(webhook, "c-operator", uow)

    async with at_hand(settings, "gateway") as (gateway,):
        made = await gateway.do(add_partner, "Đối tác", "H29", ["webhooks:manage"])
        await gateway.do(add, made.client_id)


def test_networks_that_wait_are_shown_and_confirmed_as_they_were_looked_at(tmp_path):
    asyncio.run(waits(tmp_path))
    assert "10.20.0.0/24" in motcua("waiting", data=tmp_path).output
    [line] = json.loads(motcua("waiting", "--json", data=tmp_path).output)
    assert (line["id"], line["approved_by"], line["revision"]) == ("wh-1", "c-operator", 1)
    for arguments in (("wh-1", "--revision", "7"), ("wh-0", "--revision", "1")):
        refused = motcua("confirm", *arguments, data=tmp_path)
        assert isinstance(refused.exception, Problem)
    assert motcua("confirm", "wh-1", "--revision", "1", data=tmp_path).exit_code == 0
    assert json.loads(motcua("waiting", "--json", data=tmp_path).output) == []
