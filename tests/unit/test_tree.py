"""The shape of the source tree: names, sizes and docstrings of its modules."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("acd", "campaigns", "crm", "cti", "ivr", "recordings", "web")
OLD_NAMES = {"deeds", "house", "keeping", "readable", "settled", "shelter", "vouched"}
MOST_LINES = 400
MOST_IN_WEB = 12  # modules that are in no feature and no other folder of web

# What is wrong today. Entries are only ever removed.
KNOWN_CLASSES: set[str] = set()
KNOWN_LONG: set[str] = set()
KNOWN_OLD_NAMES: set[str] = set()
KNOWN_WITHOUT_DOCSTRING: set[str] = set()


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the packages and of the programs beside them."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return tuple(sorted(path for path in found if "node_modules" not in path.parts))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def told(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def check(wrong: set[str], known: set[str], advice: str) -> None:
    """Fail on what is newly wrong, and on what is wrong no longer and still listed."""
    new, mended = sorted(wrong - known), sorted(known - wrong)
    assert new == [], advice
    assert mended == [], "these are mended: remove them from the list of this file"


def test_no_class_name_is_defined_in_two_modules() -> None:
    places: defaultdict[str, set[Path]] = defaultdict(set)
    for path in modules():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                places[node.name].add(path)
    twice = {name for name, paths in places.items() if len(paths) > 1}

    check(twice, KNOWN_CLASSES, "name the class for what only it is")


def test_no_module_is_too_long() -> None:
    wrong = {told(p) for p in modules() if len(p.read_text().splitlines()) > MOST_LINES}

    check(wrong, KNOWN_LONG, "split the idea, not only the file")


def test_no_file_of_tests_is_too_long() -> None:
    wrong = {
        told(p)
        for p in (ROOT / "tests").rglob("*.py")
        if len(p.read_text().splitlines()) > MOST_LINES
    }

    assert wrong == set(), "a file of tests is about one idea: split it by what is tested"


@pytest.mark.parametrize("folder", [*PACKAGES, "tests"])
def test_no_module_has_one_of_the_old_names(folder: str) -> None:
    paths = (path for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts)
    wrong = {told(p) for p in paths if p.stem.removeprefix("test_") in OLD_NAMES}
    known = {one for one in KNOWN_OLD_NAMES if one.startswith(f"{folder}/")}

    check(wrong, known, "name the module for what it holds, in the words of the trade")


def test_few_modules_are_in_the_root_of_web() -> None:
    there = sorted(path.name for path in (ROOT / "web").glob("*.py"))

    assert len(there) <= MOST_IN_WEB, "put the module into its feature, kit, live or ops"


def test_every_module_has_a_docstring() -> None:
    wrong = {
        told(path)
        for path in modules()
        if parsed(path).body and not ast.get_docstring(parsed(path))
    }

    check(wrong, KNOWN_WITHOUT_DOCSTRING, "say in one line which idea the module holds")
