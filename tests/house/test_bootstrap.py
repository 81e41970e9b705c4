"""What a fresh machine runs first pins everything, tells what it lacks in a sentence, hides no failure."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", ".ci/installer.lock"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
TOOLS = ["cat", "dirname", "env", "grep", "head", "make", "mktemp", "rm", "sh", "tail", "tr"]


def pins(lock: str) -> dict[str, str]:
    """Reads name -> version, names as registries normalise them."""
    found = PIN.findall((ROOT / lock).read_text())
    return {name.lower().replace("_", "-"): version for name, version in found}


def asked_for(extra: str | None) -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = project["optional-dependencies"][extra] if extra else project["dependencies"]
    split = [re.split(r"\[[^]]*\]==|==", line) for line in lines]
    return {name.lower().replace("_", "-"): version for name, version in split}


@pytest.mark.parametrize(
    ("lock", "extra"),
    [
        ("requirements.lock", None),
        ("requirements-dev.lock", None),
        ("requirements-dev.lock", "dev"),
    ],
)
def test_a_lock_holds_the_versions_that_the_project_asks_for(lock, extra):
    locked = pins(lock)
    wanted = asked_for(extra)
    assert wanted
    assert {name: locked.get(name) for name in wanted} == wanted


def test_the_locks_agree_and_hold_what_builds_the_project():
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runtime.items() <= dev.items()
    assert {"hatchling", "editables"} <= runtime.keys()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_hash_for_everything_and_an_address_for_nothing(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def pretend(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def bare_machine(tmp_path):
    """A copy of the start-up files and a search path with the plainest tools, neither Python nor uv."""
    here = tmp_path / "checkout"
    here.mkdir()
    shutil.copytree(ROOT / ".ci", here / ".ci")
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, here)
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in TOOLS:
        (programs / tool).symlink_to(shutil.which(tool) or pytest.fail(f"no {tool}"))
    # Nobody is root here: the scripts must not install anything on the machine that runs this test.
    pretend(programs / "id", "echo 1000")
    return here


def call(here: Path, *command: str) -> subprocess.CompletedProcess[str]:
    bin_ = here.parent / "bin"
    environment = {"PATH": str(bin_), "HOME": str(here.parent)}
    return subprocess.run(
        [str(bin_ / command[0]), *command[1:]],
        cwd=here,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_python_the_setup_asks_for_python(bare_machine):
    called = call(bare_machine, "sh", ".ci/setup", "run")
    assert called.returncode == 1
    assert called.stderr.splitlines() == [
        "motcua: install Python 3.11 or newer, or name it with PYTHON=/path/to/python3."
    ]


def test_without_pip_and_uv_the_setup_asks_for_them(bare_machine):
    bare = f"""case "$*" in *ensurepip*|"-m pip"*) exit 1 ;; esac; exec {sys.executable} "$@" """
    pretend(bare_machine.parent / "bin" / "python3", bare)
    called = call(bare_machine, "sh", ".ci/setup", "run")
    assert called.returncode == 1
    assert len(called.stderr.splitlines()) == 1
    assert "install pip or uv" in called.stderr


@pytest.mark.parametrize("missing", ["postgresql", "rabbitmq-server chromium"])
def test_without_a_server_the_tests_name_it_and_do_not_run(bare_machine, missing):
    pretend(bare_machine / ".venv/bin/python", f"printf '%s\\n' {missing}")
    called = call(bare_machine, "sh", ".ci/servers")
    assert called.returncode == 1
    assert len(called.stderr.splitlines()) == 1
    assert f"install {missing} " in called.stderr


def test_with_every_server_there_nothing_is_said(bare_machine):
    pretend(bare_machine / ".venv/bin/python", "exit 0")
    called = call(bare_machine, "sh", ".ci/servers")
    assert (called.returncode, called.stdout, called.stderr) == (0, "", "")


@pytest.mark.parametrize(("summary", "status"), [("3 passed in 0.1s", 0), ("1 failed in 0.1s", 1)])
def test_ci_ends_with_the_summary_of_the_tests_and_their_verdict(bare_machine, summary, status):
    (bare_machine / "Makefile").write_text(
        f"test:\n\t@test ! -t 0 && test ! -t 1 && echo '{summary}' && exit {status}\n"
    )
    called = call(bare_machine, "env", shutil.which("bash") or "bash", ".ci/run")
    assert (called.returncode == 0) == (status == 0)
    assert called.stdout.splitlines()[-1] == summary


def test_every_target_is_told_by_make_help():
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    told = {line.split()[0] for line in listed.splitlines()}
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    assert told == set(phony[1].split()) - {"runtime"}
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
