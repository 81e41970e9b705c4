"""The house rules that can be read off the tree: rooms, sizes, sentences, names."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("contracts", "chassis", "services", "gateway", "suite")
SEVEN = ("__init__", "domain", "tables", "queries", "commands", "routes", "consumers")
SPECIALITY = {
    "services/intake": "clock",
    "services/rating": "questionnaires",
    "services/postal": "carriers",
    "services/kpi": "indicators",
    "gateway": "web",
}
BANNED = re.compile(r"(Manager|Helper|Util|Handler|Impl|DTO)s?$|^(process|do)_|^(data|info)$")


SQLALCHEMYS = {"process_bind_param", "process_result_value"}


def modules() -> list[Path]:
    found = [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]
    assert len(found) > 60
    return found


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def told(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


@pytest.mark.parametrize("room", SPECIALITY)
def test_every_service_has_the_seven_names_and_its_speciality(room):
    folder = ROOT / room
    rooms = {path.stem for path in folder.glob("*.py")}
    rooms |= {path.parent.name for path in folder.glob("*/__init__.py")}
    assert [name for name in SEVEN if name not in rooms] == []
    assert (folder / SPECIALITY[room]).is_dir()
    assert (folder / "migrations" / "HEAD").exists()


def test_no_module_is_over_400_lines():
    long = [(told(p), n) for p in modules() if (n := len(p.read_text("utf-8").splitlines())) > 400]
    assert long == []


def test_no_function_is_over_40_lines():
    long = []
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                first = body[0].lineno if body else node.lineno
                if node.end_lineno - first + 1 > 40:
                    long.append(told(path, node.lineno))
    assert long == []


def test_everything_public_says_what_it_is_in_a_sentence():
    silent = []
    for path in modules():
        module = tree(path)
        if not ast.get_docstring(module) and module.body:
            silent.append(told(path))
        silent += [
            told(path, node.lineno) + " " + node.name
            for node in public(module)
            if not ast.get_docstring(node)
        ]
    assert silent == []


def public(room):
    """Public classes and functions, and the public methods of public classes."""
    for node in room.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def test_names_tell_what_a_thing_is():
    vague = []
    for path in modules():
        for node in ast.walk(tree(path)):
            named = isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            if named and BANNED.search(node.name.lstrip("_")) and node.name not in SQLALCHEMYS:
                vague.append(told(path, node.lineno) + " " + node.name)
    assert vague == []


def test_every_silenced_rule_has_its_reason():
    bare = []
    for path in modules():
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if "# noqa" in line and not re.search(r"# noqa: [A-Z0-9, ]+ ?- \S", line):
                bare.append(told(path, number))
    assert bare == []


def test_nothing_names_a_registry_or_a_folder_of_one_machine():
    hosts = re.compile(r"pypi\.org|registry\.npmjs|deb\.debian\.org|(?<![a-z.])/(work|root)/")
    named = []
    for path in sorted(ROOT.rglob("*")):
        inside = path.relative_to(ROOT).parts
        cache = any(part.startswith(".") and part.endswith("cache") for part in inside)
        skipped = {".git", ".venv", "var", "__pycache__", ".hypothesis"} & set(inside)
        if path.is_file() and not skipped and not cache:
            text = path.read_text("utf-8", errors="ignore")
            if path != Path(__file__) and hosts.search(text):
                named.append("/".join(inside))
    assert named == []


def test_the_readme_shows_the_makefiles_two_commands():
    for readme in ("README.md", "README.vi.md"):
        text = (ROOT / readme).read_text("utf-8")
        commands = set(re.findall(r"^(?:\$ )?(make \w+)$", text, flags=re.MULTILINE))
        assert {"make demo", "make test"} <= commands, readme
        targets = set(
            re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        )
        assert {command.split()[1] for command in commands} <= targets, readme
