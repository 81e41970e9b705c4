"""`motcua kiosk` as an operator types it."""

import asyncio
import json

from typer.testing import CliRunner

from chassis.settings import Settings
from contracts.rating.kiosks import KioskEnrolled, PublicKeyJwk
from services.rating.kiosks import commands
from suite.cli import app
from suite.tasks import at_hand
from tests.rating.builders import directory
from tests.rating.kiosk_device import Key


def motcua(*arguments, data):
    return CliRunner().invoke(app, ["kiosk", *arguments, "--data", str(data)])


async def hear_directory(data):
    async def hear(uow):
        for entry in directory():
            uow.write("known_agency", entry.model_dump(), verb="put")

    async with at_hand(Settings(data=data), "rating") as (rating,):
        await rating.do(hear)


async def enrol(data, code):
    key = Key()
    wanted = KioskEnrolled(
        code=code,
        public_key=PublicKeyJwk(**key.public),
        proof=key.held(code.replace("-", "")),
    )
    async with at_hand(Settings(data=data), "rating") as (rating,):
        return (await rating.do(commands.enrol, wanted)).kiosk.id


def test_a_kiosk_is_enrolled_listed_released_and_revoked(tmp_path):
    asyncio.run(hear_directory(tmp_path))
    counter = ("--agency", "000.00.19.H29", "--counter", "Quầy số 3")
    made = motcua("enrol", *counter, "--json", data=tmp_path)
    assert made.exit_code == 0, made.output
    kiosk = asyncio.run(enrol(tmp_path, json.loads(made.output)["code"]))
    spoken = motcua("enrol", *counter, data=tmp_path)
    assert "/kiosk" in spoken.output
    listed = motcua("list", "--agency", "H29", "--json", data=tmp_path)
    [one] = json.loads(listed.output)
    assert (one["id"], one["state"], one["counter"]) == (kiosk, "ready", "Quầy số 3")
    released = motcua("release", kiosk, "--reason", "Đoàn khách", data=tmp_path)
    assert "0 counted" in released.output
    revoked = motcua("revoke", kiosk, data=tmp_path)
    assert "revoked" in revoked.output
    assert "revoked" in motcua("list", data=tmp_path).output


def test_a_command_about_a_kiosk_or_an_agency_there_is_not_says_so(tmp_path):
    for arguments in (
        ("revoke", "nothing"),
        ("release", "nothing", "--reason", "x"),
        ("enrol", "--agency", "H98", "--counter", "1"),
    ):
        done = motcua(*arguments, data=tmp_path)
        assert done.exit_code != 0
