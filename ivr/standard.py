"""The standard flow: a greeting, a menu that leads to queues, and a queue for everyone else.

It is edited as a simple form; its document consists of the existing step types.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GREET, MENU = "greet", "menu"
WRONG_KEY = "wrong-key"
WAIT_SECONDS, TRIES = 6, 3


@dataclass(frozen=True, slots=True)
class StandardFlow:
    """A greeting, the queue of each key, and the queue of callers who press none.

    Without choices there is no menu: callers go on to the queue after the greeting. Prompts are
    names; their texts are kept elsewhere.
    """

    otherwise: str  # a queue's key
    choices: Mapping[str, str] = field(default_factory=dict[str, str])  # key → a queue's key
    greeting: str = "greeting"
    menu: str = "menu"

    @property
    def queues(self) -> list[str]:
        """The queues, each once, in the order of the keys."""
        return list(dict.fromkeys([*self.choices.values(), self.otherwise]))


def document_of(flow: StandardFlow) -> dict[str, Any]:
    """Give the flow's document, as `ivr.flow.read_flow` reads it."""
    after = MENU if flow.choices else _step(flow.otherwise)
    nodes: dict[str, Any] = {GREET: {"type": "play", "prompts": [flow.greeting], "then": after}}
    if flow.choices:
        nodes[MENU] = {
            "type": "menu",
            "prompts": [flow.menu],
            "choices": {key: _step(queue) for key, queue in flow.choices.items()},
            "wrong": [WRONG_KEY],
            "otherwise": _step(flow.otherwise),
            "wait_seconds": WAIT_SECONDS,
            "tries": TRIES,
        }
    for queue in flow.queues:
        nodes[_step(queue)] = {"type": "queue", "queue": queue, "priority": 0}
    return {"start": GREET, "nodes": nodes}


def read_standard(document: Mapping[str, Any]) -> StandardFlow | None:
    """Read a document back; None if the flow has steps that the simple form does not know."""
    try:
        return _read(document)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _read(document: Mapping[str, Any]) -> StandardFlow | None:
    nodes = document["nodes"]
    queues = {key: one["queue"] for key, one in nodes.items() if one["type"] == "queue"}
    (greeting,) = nodes[GREET]["prompts"]
    menu = nodes.get(MENU)
    if menu is None:
        found = StandardFlow(queues[nodes[GREET]["then"]], greeting=greeting)
    else:
        (prompt,) = menu["prompts"]
        choices = {key: queues[step] for key, step in menu["choices"].items()}
        found = StandardFlow(queues[menu["otherwise"]], choices, greeting, prompt)
    # The same steps, whatever they are called and however long the menu waits.
    same = _shape(document_of(found)) == _shape(document)
    return found if same else None


def _shape(document: Mapping[str, Any]) -> tuple[object, list[tuple[str, str]]]:
    kinds = ((str(one["type"]), str(one.get("queue", ""))) for one in document["nodes"].values())
    return document["start"], sorted(kinds)


def _step(queue: str) -> str:
    """Name the step of a queue by its key, by which pages find the queue's name."""
    return f"queue-{queue}" if queue in {GREET, MENU} else queue
