"""An operator's own definition files, read beside those of the suite when kpi starts."""

from __future__ import annotations

import logging
from pathlib import Path

from chassis.running import Running
from services.kpi.indicators.faults import DefinitionInvalid
from services.kpi.indicators.library import SHIPPED, Files, read, shipped
from services.kpi.indicators.linter import findings
from services.kpi.indicators.versions import Definitions

log = logging.getLogger("motcua.kpi")


async def open_definitions(here: Running) -> Definitions:
    """The definitions this installation counts by. Raises `DefinitionInvalid`, and then nothing starts."""
    folder = here.settings.definitions
    if folder is None:
        return SHIPPED
    made = beside_shipped(folder)
    for line in findings(made):
        log.warning("definitions: %s", line)
    return made


def definitions_of(here: Running) -> Definitions:
    """The definitions a service at work counts by."""
    return here.own(Definitions)


def beside_shipped(folder: Path) -> Definitions:
    """What is shipped and the files of a folder together. Raises `DefinitionInvalid`."""
    return read(own_files(folder), beside=shipped())


def own_files(folder: Path) -> Files:
    """The definition files of a folder, by their paths. Raises `DefinitionInvalid`."""
    if not folder.is_dir():
        raise DefinitionInvalid(
            f"{folder}: there is no such folder; make it, or leave MOTCUA_DEFINITIONS empty"
        )
    return {str(path): text_of(path) for path in sorted(folder.glob("*.yaml"))}


def text_of(path: Path) -> str:
    """What a definition file says. Raises `DefinitionInvalid`."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise DefinitionInvalid(f"{path}: it is no text in UTF-8; save it so") from None
    except OSError as refused:
        raise DefinitionInvalid(
            f"{path}: it cannot be read ({refused.strerror}); let the service read it"
        ) from None
