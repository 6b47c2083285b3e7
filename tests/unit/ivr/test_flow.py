"""A flow is checked before callers hear it: whoever writes one is told which step is wrong."""

import contextlib
import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.kernel.errors import InvalidError
from ivr.flow import HangUp, Menu, Play, ToQueue, read_flow

DOCUMENT: dict[str, Any] = {
    "start": "greet",
    "nodes": {
        "greet": {"type": "play", "prompts": ["greeting"], "then": "menu"},
        "menu": {
            "type": "menu",
            "prompts": ["menu"],
            "choices": {"1": "sales", "*": "bye"},
            "wrong": ["wrong-key"],
            "otherwise": "sales",
        },
        "sales": {"type": "queue", "queue": "sales", "priority": 2},
        "bye": {"type": "hangup", "prompts": ["goodbye"]},
    },
}


def test_a_document_is_read_into_steps() -> None:
    flow = read_flow(1, 3, "Welcome", DOCUMENT)

    assert (flow.id, flow.version, flow.start) == (1, 3, "greet")
    assert flow.nodes == {
        "greet": Play(("greeting",), flow.start.__class__("menu")),
        "menu": Menu(("menu",), {"1": "sales", "*": "bye"}, ("wrong-key",), "sales", 6.0, 3),  # type: ignore[dict-item,arg-type]
        "sales": ToQueue("sales", 2),
        "bye": HangUp(("goodbye",)),
    }


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
]


@pytest.mark.parametrize(("field", "spoil"), SPOILT)
def test_a_step_that_is_wrong_is_named(field: str, spoil: Spoil) -> None:
    document = copy.deepcopy(DOCUMENT)
    spoil(document)

    with pytest.raises(InvalidError) as refused:
        read_flow(1, 1, "Welcome", document)

    assert refused.value.field == field


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.sampled_from(["greet", "menu", "sales", "bye"]), st.text(max_size=9), JSON)
def test_any_json_is_read_or_refused(node: str, key: str, value: Any) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["nodes"][node][key] = value
    document["nodes"][f"{node} "] = value

    with pytest.raises(InvalidError):
        read_flow(1, 1, "Welcome", document)


@given(
    st.sampled_from(["prompts", "choices", "wrong", "otherwise", "wait_seconds", "tries", "type"]),
    JSON,
)
def test_any_value_in_a_known_place_is_read_or_refused(key: str, value: Any) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["nodes"]["menu"][key] = value

    with contextlib.suppress(InvalidError):
        read_flow(1, 1, "Welcome", document)
