"""Walk a caller through a flow: from a position and what happened to the next position and orders.

The same function answers real callers, the simulator and the tests. It knows no clock: it says how
long to listen, and is told when that time is over.
"""

from dataclasses import dataclass
from enum import StrEnum

from ivr.flow import Flow, HangUp, Menu, Node, NodeId, Play, ToQueue


class Doing(StrEnum):
    """What the caller meets at a node."""

    HEARING = "hearing"  # prompts are playing
    CHOOSING = "choosing"  # the menu's prompts are over, a key is awaited
    LEAVING = "leaving"  # the last words before we hang up


class Heard(StrEnum):
    """What may happen to a caller in a flow, beside a key."""

    PROMPTS_OVER = "prompts over"
    TIME_OVER = "time over"


@dataclass(frozen=True, slots=True)
class Position:
    """Where in a flow a caller is."""

    node: NodeId
    doing: Doing
    tries: int = 0  # wrong keys and time-outs at this menu


@dataclass(frozen=True, slots=True)
class Say:
    """Play prompts; their end is `PROMPTS_OVER`."""

    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for a key; `TIME_OVER` after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Enqueue:
    """The flow is over: put the caller in line."""

    queue: str
    priority: int


@dataclass(frozen=True, slots=True)
class End:
    """The flow is over: hang up."""


Order = Say | Listen | Enqueue | End


@dataclass(frozen=True, slots=True)
class Walk:
    """One step's outcome: the position, what to do now, and what the timeline should say."""

    position: Position
    order: Order
    entered: NodeId | None = None
    choice: NodeId | None = None  # where a pressed key leads; None when no branch takes it


def start(flow: Flow) -> Walk:
    """Begin a flow."""
    return enter(flow, flow.start)


def enter(flow: Flow, key: NodeId) -> Walk:
    """Come to a node."""
    match flow.nodes[key]:
        case Play(prompts=prompts) | Menu(prompts=prompts):
            return Walk(Position(key, Doing.HEARING), Say(prompts), key)
        case ToQueue(queue=queue, priority=priority):
            return Walk(Position(key, Doing.LEAVING), Enqueue(queue, priority), key)
        case HangUp(prompts=prompts):
            order = Say(prompts) if prompts else End()
            return Walk(Position(key, Doing.LEAVING), order, key)


def step(flow: Flow, at: Position, heard: Heard) -> Walk:
    """Go on after the prompts have ended or the time is over."""
    node = flow.nodes[at.node]
    if at.doing is Doing.LEAVING:
        return Walk(at, End())
    if isinstance(node, Play):
        return enter(flow, node.then)
    if not isinstance(node, Menu):
        return Walk(at, End())
    if heard is Heard.PROMPTS_OVER and at.doing is Doing.HEARING:
        return Walk(Position(at.node, Doing.CHOOSING, at.tries), Listen(node.wait_seconds))
    return _again(flow, at, node, ())


def queues(flow: Flow) -> list[str]:
    """The flow's queues: first the one where a caller comes who presses no key, then the others."""
    way: list[NodeId] = []
    at: NodeId | None = flow.start
    while at is not None and at not in way:
        way.append(at)
        match flow.nodes[at]:
            case Play(then=after) | Menu(otherwise=after):
                at = after
            case _:
                at = None
    nodes = [flow.nodes[key] for key in (*reversed(way), *flow.nodes)]
    return list(dict.fromkeys(node.queue for node in nodes if isinstance(node, ToQueue)))


def press(flow: Flow, at: Position, digit: str) -> Walk | None:
    """Take a key, also while the menu still speaks; None where keys mean nothing.

    Who knows the menu need not hear the greeting before it: a key that it knows counts already.
    """
    node = flow.nodes[at.node]
    if isinstance(node, Play):
        return _ahead(flow, node, digit)
    if not isinstance(node, Menu) or at.doing is Doing.LEAVING:
        return None
    target = node.choices.get(digit)
    if target is None:
        return _again(flow, at, node, node.wrong)
    walk = enter(flow, target)
    return Walk(walk.position, walk.order, walk.entered, target)


def _ahead(flow: Flow, node: Play, digit: str) -> Walk | None:
    after: Node = node
    while isinstance(after, Play):
        after = flow.nodes[after.then]
    if not isinstance(after, Menu) or digit not in after.choices:
        return None
    walk = enter(flow, after.choices[digit])
    return Walk(walk.position, walk.order, walk.entered, after.choices[digit])


def _again(flow: Flow, at: Position, node: Menu, first: tuple[str, ...]) -> Walk:
    tries = at.tries + 1
    if tries >= node.tries:
        return enter(flow, node.otherwise)
    return Walk(Position(at.node, Doing.HEARING, tries), Say((*first, *node.prompts)))
