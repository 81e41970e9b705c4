"""A folder of an operator's own definition files, read beside those of the suite."""

from __future__ import annotations

from pathlib import Path

from services.kpi.indicators.faults import DefinitionInvalid
from services.kpi.indicators.library import Files, read, shipped
from services.kpi.indicators.versions import Definitions


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
