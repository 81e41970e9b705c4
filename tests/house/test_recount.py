"""The recount is worth something because it shares nothing with the engine it checks."""

import ast
import sys
from pathlib import Path

import pytest

RECOUNT = Path(__file__).parents[1] / "recount"
MODULES = sorted(path for path in RECOUNT.glob("*.py") if not path.name.startswith("test_"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_the_recount_is_there():
    assert {"reading.py", "counting.py", "__main__.py"} <= {path.name for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_recount_knows_the_standard_library_and_itself_alone(path):
    foreign = [
        name
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not name.startswith("tests.recount")
    ]
    assert foreign == []
