"""The shape of the source tree: names, sizes and docstrings of its modules."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("acd", "campaigns", "crm", "cti", "ivr", "recordings", "web")
# Metaphors and riddles that modules were once named with.
OLD_NAMES = {"deeds", "house", "keeping", "readable", "settled", "shelter", "telling", "vouched"}
MOST_LINES = 400
MOST_IN_WEB = 12  # modules of web outside of features, kit, live and ops


@cache
def modules(folder: str = "") -> tuple[Path, ...]:
    """Give every Python file below a folder, by default below all packages."""
    folders = (folder,) if folder else PACKAGES
    found = [path for one in folders for path in (ROOT / one).rglob("*.py")]
    return tuple(sorted(path for path in found if "node_modules" not in path.parts))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_class_name_is_defined_in_two_modules() -> None:
    places: defaultdict[str, set[str]] = defaultdict(set)
    for path in modules():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                places[node.name].add(name(path))
    twice = {class_: paths for class_, paths in places.items() if len(paths) > 1}

    assert twice == {}, "name the class for what only it is"


def test_no_module_is_too_long() -> None:
    wrong = [name(p) for p in modules() if len(p.read_text().splitlines()) > MOST_LINES]

    assert wrong == [], "split the idea, not only the file"


def test_no_file_of_tests_is_too_long() -> None:
    wrong = {
        name(p)
        for p in (ROOT / "tests").rglob("*.py")
        if len(p.read_text().splitlines()) > MOST_LINES
    }

    assert wrong == set(), "a file of tests is about one idea: split it by what is tested"


@pytest.mark.parametrize("folder", [*PACKAGES, "tests"])
def test_no_module_has_one_of_the_old_names(folder: str) -> None:
    wrong = [name(p) for p in modules(folder) if p.stem.removeprefix("test_") in OLD_NAMES]

    assert wrong == [], "name the module for what it holds, in the words of the trade"


def test_few_modules_are_in_the_root_of_web() -> None:
    found = sorted(path.name for path in (ROOT / "web").glob("*.py"))

    assert len(found) <= MOST_IN_WEB, "put the module into its feature, kit, live or ops"


def test_every_module_has_a_docstring() -> None:
    wrong = [name(p) for p in modules() if parsed(p).body and not ast.get_docstring(parsed(p))]

    assert wrong == [], "say in one line which idea the module holds"
