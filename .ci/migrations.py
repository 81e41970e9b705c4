# noqa: INP001 -- a script of the Makefile, not part of a package
"""Writes the next migration of every service whose declared tables have moved on from its last one.

``make migrations ARGS="a second address for agencies"`` names the step; it is to be read before it is
committed, because a rename looks to Alembic like a column dropped and another one added.
"""

import sys
import tempfile
from pathlib import Path

from chassis import migrations
from chassis.service import Service
from suite.services import SERVICES


def next_revision(service: Service) -> str:
    """Gives the number after the last one, as in 0002."""
    versions = migrations.folder_of(service.package) / "versions"
    numbers = [int(step.name.split("_")[0]) for step in versions.glob("[0-9]*_*.py")]
    return f"{max(numbers, default=0) + 1:04}"


def write_what_is_missing(service: Service, step: str, room: Path) -> str | None:
    """Brings an empty database to the last migration and writes the one that leads on, if any is needed."""
    url = f"sqlite:///{room / service.name}.sqlite"
    migrations.upgrade(service.package, url)
    if not migrations.drift(service.metadata, url):
        return None
    revision = next_revision(service)
    migrations.autogenerate(service.package, url, step, revision)
    return revision


def main() -> None:
    """Goes through the services and tells what it wrote."""
    step = " ".join(sys.argv[1:]) or "tables change"
    with tempfile.TemporaryDirectory() as room:
        for service in SERVICES.values():
            revision = write_what_is_missing(service, step, Path(room))
            told = f"migration {revision} written" if revision else "up to date"
            sys.stdout.write(f"{service.name}: {told}\n")


if __name__ == "__main__":
    main()
