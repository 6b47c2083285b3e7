"""A flow is checked before callers hear it; errors name the wrong step."""

import contextlib
import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.ivr.documents import JSON
from unit.ivr.documents import WELCOME as DOCUMENT

from crm.kernel.errors import InvalidError
from ivr.flow import queues, read_flow
from ivr.steps.hangup import HangUpFields
from ivr.steps.menu import MenuFields
from ivr.steps.play import PlayFields
from ivr.steps.queue import QueueFields


def test_a_document_is_read_into_steps() -> None:
    flow = read_flow(1, 3, "Welcome", DOCUMENT)

    assert (flow.id, flow.version, flow.start) == (1, 3, "greet")
    assert {key: step.fields for key, step in flow.steps.items()} == {
        "greet": PlayFields(prompts=("greeting",), then="menu"),
        "menu": MenuFields(
            prompts=("menu",),
            choices={"1": "sales", "*": "bye"},
            wrong=("wrong-key",),
            otherwise="sales",
            wait_seconds=6.0,
            tries=3,
        ),
        "sales": QueueFields(queue="sales", priority=2),
        "bye": HangUpFields(prompts=("goodbye",)),
    }
    assert flow.steps["menu"].outputs == {"1": "sales", "*": "bye", "otherwise": "sales"}


def test_every_step_may_say_where_its_failure_leads():
    document = copy.deepcopy(DOCUMENT)
    document["nodes"]["menu"]["error"] = "sales"

    assert read_flow(1, 1, "Welcome", document).steps["menu"].outputs["error"] == "sales"


def test_the_queue_of_a_caller_who_presses_no_key_comes_first():
    document = copy.deepcopy(DOCUMENT)
    document["nodes"]["menu"]["otherwise"] = "operator"
    document["nodes"]["operator"] = {"type": "queue", "queue": "operator"}

    assert queues(read_flow(1, 1, "Welcome", document)) == ["operator", "sales"]


Spoil = Callable[[dict[str, Any]], Any]
SPOILT: list[tuple[str, Spoil]] = [
    ("start", lambda d: d.update(start="nowhere")),
    ("nodes", lambda d: d.update(nodes={})),
    ("nodes", lambda d: d.update(nodes=["greet"])),
    ("greet", lambda d: d["nodes"]["greet"].update(then="nowhere")),
    ("greet", lambda d: d["nodes"]["greet"].update(prompts=[])),
    ("greet", lambda d: d["nodes"]["greet"].update(then="greet")),
    ("greet", lambda d: d["nodes"]["greet"].pop("then")),
    ("menu", lambda d: d["nodes"]["menu"].update(choices={"A": "sales"})),
    ("menu", lambda d: d["nodes"]["menu"].update(choices={"12": "sales"})),
    ("menu", lambda d: d["nodes"]["menu"].update(choices={})),
    ("menu", lambda d: d["nodes"]["menu"].update(choices="12")),
    ("menu", lambda d: d["nodes"]["menu"].update(wait_seconds=0)),
    ("menu", lambda d: d["nodes"]["menu"].update(wait_seconds="long")),
    ("menu", lambda d: d["nodes"]["menu"].update(tries=10)),
    ("menu", lambda d: d["nodes"]["menu"].update(otherwise="nowhere")),
    ("sales", lambda d: d["nodes"].update(sales="queue")),
    ("sales", lambda d: d["nodes"]["sales"].update(priority=True)),
    ("sales", lambda d: d["nodes"]["sales"].update(priority=0.5)),
    ("sales", lambda d: d["nodes"]["sales"].update(error="nowhere")),
    ("sales", lambda d: d["nodes"]["sales"].update(error="sales")),
    ("sales", lambda d: d["nodes"]["sales"].update(error=["bye"])),
    ("sales", lambda d: d["nodes"]["sales"].update(type=["queue"])),
    ("sales", lambda d: d["nodes"]["sales"].pop("type")),
    ("greet", lambda d: d["nodes"]["greet"].update(prompts="greeting")),
    ("greet", lambda d: d["nodes"]["greet"].update(prompts=[1])),
]


@pytest.mark.parametrize(("field", "spoil"), SPOILT)
def test_a_step_that_is_wrong_is_named(field: str, spoil: Spoil) -> None:
    document = copy.deepcopy(DOCUMENT)
    spoil(document)

    with pytest.raises(InvalidError) as refused:
        read_flow(1, 1, "Welcome", document)

    assert refused.value.field == field


SENTENCES: list[tuple[str, Spoil]] = [
    ("The flow has no steps.", lambda d: d.update(nodes={})),
    ("The flow has no first step.", lambda d: d.pop("start")),
    (
        "The step “sales” has an unknown type: teleport.",
        lambda d: d["nodes"]["sales"].update(type="teleport"),
    ),
    ("The step “sales” lacks “queue”.", lambda d: d["nodes"]["sales"].pop("queue")),
    ("The step “sales” cannot be read.", lambda d: d["nodes"].update(sales="queue")),
    (
        "The step “greet” leads to “nowhere”, which does not exist.",
        lambda d: d["nodes"]["greet"].update(then="nowhere"),
    ),
    ("The step “greet” plays nothing.", lambda d: d["nodes"]["greet"].update(prompts=[])),
    (
        "The step “greet” is part of a loop.",
        lambda d: d["nodes"]["greet"].update(then="greet"),
    ),
    ("The menu “menu” needs a prompt and a choice.", lambda d: d["nodes"]["menu"].pop("prompts")),
    (
        "The menu “menu” accepts only the keys 0 to 9, * and #.",
        lambda d: d["nodes"]["menu"].update(choices={"A": "sales"}),
    ),
    (
        "The menu “menu” waits 1 to 60 seconds and asks 1 to 9 times.",
        lambda d: d["nodes"]["menu"].update(tries=0),
    ),
]


@pytest.mark.parametrize(("sentence", "spoil"), SENTENCES)
def test_a_wrong_flow_is_explained_in_a_sentence(sentence: str, spoil: Spoil) -> None:
    document = copy.deepcopy(DOCUMENT)
    spoil(document)

    with pytest.raises(InvalidError) as refused:
        read_flow(1, 1, "Welcome", document)

    assert str(refused.value) == sentence


@given(st.sampled_from(["greet", "menu", "sales", "bye"]), st.text(max_size=9), JSON)
def test_any_json_is_read_or_refused(node: str, key: str, value: Any) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["nodes"][node][key] = value
    document["nodes"][f"{node} "] = value

    with pytest.raises(InvalidError):
        read_flow(1, 1, "Welcome", document)


@given(
    st.sampled_from(
        ["prompts", "choices", "wrong", "otherwise", "wait_seconds", "tries", "type", "error"]
    ),
    JSON,
)
def test_any_value_in_a_known_place_is_read_or_refused(key: str, value: Any) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["nodes"]["menu"][key] = value

    with contextlib.suppress(InvalidError):
        read_flow(1, 1, "Welcome", document)
