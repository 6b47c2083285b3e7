"""Step types are files: found by scanning, read by their fields, described by a JSON schema."""

import copy
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.ivr import documents
from unit.ivr.schema import valid

from crm.kernel.errors import InvalidError
from ivr import steps
from ivr.flow import read_flow
from ivr.registry import STEP_TYPES, flow_schema, json_schema, scan
from ivr.run import enter, hear, start
from ivr.step import Key, Say

CLOCK = '''
"""Tell the time."""

from dataclasses import dataclass, field

from ivr.fields import FieldKind, spec
from ivr.step import Do, Goto, Key, Say, StepId, StepType, WaitsFor


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFields:
    """The zone, and the step after it."""

    zone: str = field(default="UTC", metadata=spec("Zone", FieldKind.TEXT))
    then: StepId = field(metadata=spec("Then", FieldKind.OUTPUT))


STEP = StepType(
    "clock",
    "Tell the time",
    ClockFields,
    lambda fields, _: Do(Say((fields.zone,)), WaitsFor.PROMPTS),
    lambda _, __, heard: None if isinstance(heard, Key) else Goto("then"),
    onward="then",
    asks=False,
)
'''


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package of step types that holds the tree's own and one file more."""
    package = ModuleType("more_steps")
    package.__path__ = [str(tmp_path), str(Path(steps.__file__).parent)]
    monkeypatch.setitem(sys.modules, "more_steps", package)
    yield package, tmp_path
    for name in [name for name in sys.modules if name.startswith("more_steps.")]:
        del sys.modules[name]


def test_the_step_types_are_the_files_of_the_folder():
    there = {path.stem for path in Path(steps.__file__).parent.glob("[!_]*.py")}

    assert set(STEP_TYPES) == there
    assert [STEP_TYPES[name].word for name in ("play", "menu", "queue", "hangup")] == [
        "play", "menu", "toqueue", "hangup",
    ]  # fmt: skip


def test_a_new_step_type_is_one_file(folder):
    package, path = folder
    (path / "clock.py").write_text(CLOCK)
    types = scan(package)
    document = copy.deepcopy(documents.WELCOME)
    document["start"] = "time"
    document["nodes"]["time"] = {"type": "clock", "zone": "Asia/Shanghai", "then": "greet"}
    flow = read_flow(1, 1, "Welcome", document, types)

    assert start(flow).order == Say(("Asia/Shanghai",))
    assert hear(flow, start(flow).run, Key("1")).choice == "sales"
    assert enter(flow, start(flow).run, "time").entered[0].word == "clock"
    assert valid(flow_schema(types), document)
    assert not valid(flow_schema(), document)
    with pytest.raises(InvalidError, match="unknown type: clock"):
        read_flow(1, 1, "Welcome", document)


def test_two_files_cannot_be_the_same_step_type(folder):
    package, path = folder
    (path / "other.py").write_text(CLOCK.replace('"clock"', '"play"'))

    with pytest.raises(TypeError, match="play"):
        scan(package)


def test_the_schema_of_a_step_says_what_a_form_asks_for():
    assert json_schema(STEP_TYPES["menu"]) == {
        "title": "Menu",
        "type": "object",
        "properties": {
            "type": {"const": "menu"},
            "name": {"description": "What people call the step; a text."},
            "error": {"type": "string"},
            "prompts": {
                "title": "Prompts", "type": "array", "items": {"type": "string"}, "minItems": 1,
            },
            "choices": {
                "title": "Keys and steps",
                "type": "object",
                "propertyNames": {"enum": list("0123456789*#")},
                "additionalProperties": {"type": "string"},
                "minProperties": 1,
            },
            "wrong": {
                "title": "Prompts after a wrong key", "type": "array", "items": {"type": "string"},
            },
            "otherwise": {"title": "After the last try", "type": "string"},
            "wait_seconds": {
                "title": "Seconds to wait for a key", "type": "number", "minimum": 1, "maximum": 60,
            },
            "barge_in": {"title": "A key stops the prompts", "type": "boolean"},
            "type_ahead": {"title": "Keys pressed before the menu count", "type": "boolean"},
            "tries": {"title": "Tries", "type": "integer", "minimum": 1, "maximum": 9},
        },
        "required": ["type", "prompts", "choices", "otherwise"],
    }  # fmt: skip


@given(documents.documents(), st.data())
def test_what_is_read_fits_the_schema(document, data):
    if data.draw(st.booleans()):
        node = document["nodes"][data.draw(st.sampled_from(sorted(document["nodes"])))]
        node[data.draw(st.sampled_from([*node, "wait_seconds", "error", "name"]))] = data.draw(
            documents.JSON
        )
    try:
        read_flow(1, 1, "Any", document)
    except InvalidError:
        return
    assert valid(flow_schema(), document)


@pytest.mark.parametrize(
    ("place", "value"),
    [("type", "teleport"), ("prompts", []), ("prompts", "menu"), ("choices", {"A": "sales"}),
     ("choices", {}), ("wait_seconds", 0), ("wait_seconds", "6"), ("tries", 10), ("tries", 1.5),
     ("tries", True), ("otherwise", 1), ("error", None)],
)  # fmt: skip
def test_what_the_schema_refuses_is_not_read_either(place, value):
    document = copy.deepcopy(documents.WELCOME)
    document["nodes"]["menu"][place] = value

    assert not valid(flow_schema(), document)
    with pytest.raises(InvalidError):
        read_flow(1, 1, "Welcome", document)
