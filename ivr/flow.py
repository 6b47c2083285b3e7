"""An IVR flow as data: nodes that play, ask, queue or end; checked before they are published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NewType

from crm.kernel.errors import InvalidError

NodeId = NewType("NodeId", str)
FlowId = NewType("FlowId", int)

LONGEST_WAIT_SECONDS = 60
MOST_TRIES = 9
DIGITS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True)
class Play:
    """Play prompts one after the other, then go on."""

    prompts: tuple[str, ...]  # names of prompts, e.g. "greeting"
    then: NodeId


@dataclass(frozen=True, slots=True)
class Menu:
    """Play a prompt and wait for one key; a key is taken during the prompt too."""

    prompts: tuple[str, ...]
    choices: Mapping[str, NodeId]  # "1" -> node
    wrong: tuple[str, ...]  # prompts after a wrong key, before asking again
    otherwise: NodeId  # after `tries` wrong keys or time-outs
    wait_seconds: float = 6.0  # after the prompt has ended
    tries: int = 3


@dataclass(frozen=True, slots=True)
class ToQueue:
    """Put the caller in line."""

    queue: str
    priority: int = 0


@dataclass(frozen=True, slots=True)
class HangUp:
    """Say goodbye and end the call."""

    prompts: tuple[str, ...] = ()


Node = Play | Menu | ToQueue | HangUp


@dataclass(frozen=True, slots=True)
class Flow:
    """A published version of a flow."""

    id: FlowId
    version: int
    name: str
    start: NodeId
    nodes: Mapping[NodeId, Node]


def read_flow(id_: int, version: int, name: str, document: Mapping[str, Any]) -> Flow:
    """Read a flow's JSON document as it stands in the database.

    Shape: `{"start": "greet", "nodes": {"greet": {"type": "play", "prompts": ["greeting"],
    "then": "menu"}, "menu": {"type": "menu", "prompts": ["menu"], "choices": {"1": "sales"},
    "wrong": ["wrong-key"], "otherwise": "support", "wait_seconds": 6, "tries": 3},
    "sales": {"type": "queue", "queue": "sales", "priority": 0}, "bye": {"type": "hangup",
    "prompts": ["goodbye"]}}}`. InvalidError names the node that is wrong.
    """
    nodes = document.get("nodes")
    if not isinstance(nodes, Mapping) or not nodes:
        raise InvalidError("The flow has no steps.", field="nodes")
    flow = Flow(
        FlowId(id_),
        version,
        name,
        NodeId(str(document.get("start", ""))),
        {NodeId(str(key)): _read_node(str(key), node) for key, node in nodes.items()},
    )
    _check(flow)
    return flow


def _read_node(key: str, node: Mapping[str, Any]) -> Node:
    try:
        prompts = tuple(str(p) for p in node.get("prompts", ()))
        match node["type"]:
            case "play":
                return Play(prompts, NodeId(str(node["then"])))
            case "menu":
                return Menu(
                    prompts,
                    {str(d): NodeId(str(n)) for d, n in node["choices"].items()},
                    tuple(str(p) for p in node.get("wrong", ())),
                    NodeId(str(node["otherwise"])),
                    float(node.get("wait_seconds", 6.0)),
                    int(node.get("tries", 3)),
                )
            case "queue":
                return ToQueue(str(node["queue"]), int(node.get("priority", 0)))
            case "hangup":
                return HangUp(prompts)
            case other:
                raise InvalidError(
                    "The step “{node}” is of no known type: {type}.",
                    field=key,
                    node=key,
                    type=other,
                )
    except KeyError as error:
        lacks = str(error.args[0])
        raise InvalidError(
            "The step “{node}” lacks “{key}”.", field=key, node=key, key=lacks
        ) from error
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InvalidError("The step “{node}” cannot be read.", field=key, node=key) from error


def targets(node: Node) -> tuple[NodeId, ...]:
    """The nodes that may follow this one."""
    match node:
        case Play():
            return (node.then,)
        case Menu():
            return (*node.choices.values(), node.otherwise)
        case ToQueue() | HangUp():
            return ()


def _check(flow: Flow) -> None:
    if flow.start not in flow.nodes:
        raise InvalidError("The flow does not say with which step it starts.", field="start")
    for key, node in flow.nodes.items():
        for target in targets(node):
            if target not in flow.nodes:
                raise InvalidError(
                    "The step “{node}” leads to “{target}”, which does not exist.",
                    field=key,
                    node=key,
                    target=target,
                )
        if isinstance(node, Play) and not node.prompts:
            raise InvalidError("The step “{node}” plays nothing.", field=key, node=key)
        if isinstance(node, Menu):
            _check_menu(key, node)
    _check_ends(flow)


def _check_menu(key: NodeId, node: Menu) -> None:
    if not node.prompts or not node.choices:
        raise InvalidError("The menu “{node}” needs a prompt and a choice.", field=key, node=key)
    if not set(node.choices) <= DIGITS:
        raise InvalidError(
            "The menu “{node}” knows only the keys 0 to 9, * and #.", field=key, node=key
        )
    if not (1 <= node.wait_seconds <= LONGEST_WAIT_SECONDS and 1 <= node.tries <= MOST_TRIES):
        raise InvalidError(
            "The menu “{node}” waits 1 to 60 seconds and asks 1 to 9 times.", field=key, node=key
        )


def _check_ends(flow: Flow) -> None:
    """A caller must not go round for ever without being asked: a circle of plays has no end."""
    for start in flow.nodes:
        seen: set[NodeId] = set()
        at = start
        while isinstance(node := flow.nodes[at], Play):
            if at in seen:
                raise InvalidError("The step “{node}” goes round in a circle.", field=at, node=at)
            seen.add(at)
            at = node.then
