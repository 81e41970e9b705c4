"""Settings that would open what they are meant to shut are refused at the start."""

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from chassis.settings import Settings


@pytest.mark.parametrize("told", ["", "127.0.0.1", "10.0.0.5, 10.1.0.0/16", "fd00::/8,::1"])
def test_proxies_are_addresses_and_networks(told):
    assert Settings(trusted_proxies=told).trusted_proxies == told


@pytest.mark.parametrize(
    "told",
    ["*", "127.0.0.1,*", "10.0.0.300", "proxy", "10.0.0.5/8", "10.0.0.5,", "10.0.0.5 10.0.0.6"],
)
def test_a_proxy_that_matches_nobody_or_anybody_is_refused(told):
    with pytest.raises(ValidationError, match=r"Write the addresses .* \(10\.0\.0\.5\)"):
        Settings(trusted_proxies=told)


@pytest.mark.parametrize("told", ["0.0.0.0/0", "::/0", "127.0.0.1,::/0", "::ffff:0:0/96", "::/64"])
def test_everybody_is_no_proxy(told):
    with pytest.raises(ValidationError, match="everybody"):
        Settings(trusted_proxies=told)


def test_the_command_line_names_the_setting_and_what_to_write(monkeypatch, tmp_path):
    from suite.cli import app

    monkeypatch.setenv("MOTCUA_TRUSTED_PROXIES", "*")
    ended = CliRunner().invoke(app, ["partner", "list", "--data", str(tmp_path)])
    assert ended.exit_code == 1
    assert ended.output.startswith("motcua: MOTCUA_TRUSTED_PROXIES: * is no address of a proxy.")
    assert "pydantic" not in ended.output
