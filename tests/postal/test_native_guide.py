"""What the page for carriers of our own format shows is what happens."""

import re
from datetime import UTC, datetime
from pathlib import Path

from standardwebhooks import Webhook

from contracts.vocabulary import Carrier, MoneyStep
from services.postal.carriers import INTERFACES
from services.postal.carriers.base import Account
from services.postal.carriers.native import Native

PAGE = (Path(__file__).parents[2] / "docs" / "partners" / "postal-native.md").read_text("utf-8")


def block(kind: str) -> str:
    [found] = re.findall(rf"```{kind}\n(.*?)\n```", PAGE, re.DOTALL)
    return found


def cell(name: str) -> str:
    [found] = re.findall(rf"^\| {name} \| `([^`]+)` \|$", PAGE, re.MULTILINE)
    return found


SECRET = cell("secret")
HEADERS = {
    name: cell(f"`{name}`") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
}
SIGNED_AT = datetime.fromtimestamp(int(HEADERS["webhook-timestamp"]), UTC)


def test_the_worked_example_is_taken_as_it_stands():
    account = Account(name="city", interface=Carrier.NATIVE, secret=SECRET)
    batch = Native(clock=lambda: SIGNED_AT).read(block("json").encode(), HEADERS, account)
    [record] = batch.records
    assert (record.item_code, record.status, record.slip) == ("CV497960035VN", "delivered", "BP-17")
    assert (record.receiver_name, record.receiver_relation) == ("Nguyễn Văn A", "con")
    assert [one.kind for one in record.evidence] == ["signature"]
    assert batch.sent_at == SIGNED_AT


def test_the_program_of_the_page_signs_the_example_as_it_says():
    told: dict = {}
    exec(block("python"), told)
    number, seconds = HEADERS["webhook-id"], HEADERS["webhook-timestamp"]
    made = told["signature"](SECRET, number, seconds, block("json").encode())
    assert made == HEADERS["webhook-signature"]
    assert made == Webhook(SECRET).sign(number, SIGNED_AT, block("json"))


def test_the_page_names_every_code_and_every_step():
    _, rows = PAGE.split("| code | |\n|---|---|\n", 1)
    table, _ = rows.split("\n\n", 1)
    named = re.findall(r"`([a-z_]+)`", "\n".join(row.split("|")[1] for row in table.splitlines()))
    assert sorted(named) == sorted(INTERFACES[Carrier.NATIVE].meanings)
    assert all(f"`{step}`" in PAGE for step in MoneyStep)
