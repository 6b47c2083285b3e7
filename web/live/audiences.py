"""The agents that each live item concerns, updated with every change. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from web.live.changes import Key
from web.live.schema import (
    ENGINE_KEY,
    ItemKind,
    Value,
    Visibility,
    calls_of_agent,
    is_parked,
    line_of_call,
    parties_of_call,
    queues_of_agent,
    visibility_of,
)
from web.live.scope import ALL, NOBODY, Audience

NO_AGENTS: frozenset[int] = frozenset()


class AudienceIndex:
    """The agents of calls and queues, found in time proportional to the answer."""

    def __init__(self) -> None:
        """Start empty."""
        # call → agents with a task for it
        self._with_task: dict[str, set[int]] = defaultdict(set)
        # agent → calls that name the agent
        self._named: dict[int, set[str]] = defaultdict(set)
        # queue → agents who serve it
        self._serving: dict[str, frozenset[int]] = {}
        # queue → calls that wait in it
        self._line: dict[str, set[str]] = defaultdict(set)
        # the agents there are, and the parked calls, which concern all of them
        self._agents: frozenset[int] = NO_AGENTS
        self._parked: set[str] = set()

    def clear(self) -> None:
        """Forget everything."""
        for index in (self._with_task, self._named, self._serving, self._line):
            index.clear()
        self._agents = NO_AGENTS
        self._parked.clear()

    def put(self, key: Key, old: Value | None, new: Value | None) -> None:
        """Note the new value of an item; None when it is gone."""
        kind, id_ = key
        if kind == ItemKind.AGENT:
            agent = int(id_)
            if (old is None) is not (new is None):
                self._agents ^= {agent}
            _move(self._with_task, calls_of_agent(old), calls_of_agent(new), agent)
            for queue in queues_of_agent(old) ^ queues_of_agent(new):
                self._serving[queue] = self._serving.get(queue, NO_AGENTS) ^ {agent}
        elif kind == ItemKind.CALL:
            _move(self._named, parties_of_call(old), parties_of_call(new), id_)
            _move(self._line, _some(line_of_call(old)), _some(line_of_call(new)), id_)
            if is_parked(new):
                self._parked.add(id_)
            else:
                self._parked.discard(id_)

    def audience(self, key: Key, value: Value | None) -> Audience:
        """Give the agents that an item concerns."""
        if value is None:
            return NOBODY
        kind, id_ = key
        match visibility_of(kind):
            case Visibility.AGENT:
                return Audience(frozenset({int(id_)}))
            case Visibility.PARTIES:
                parties = parties_of_call(value) | self._with_task.get(id_, NO_AGENTS)
                if is_parked(value):
                    parties |= self._agents
                waiting = self._serving.get(line_of_call(value) or "", NO_AGENTS)
                return Audience(parties, waiting)
            case Visibility.QUEUE_AGENTS:
                return Audience(self._serving.get(id_, NO_AGENTS))
            case Visibility.EVERYBODY:
                return ALL
            case Visibility.WHOLE_FLOOR:
                return NOBODY

    def moved(self, key: Key, old: Value | None, new: Value | None) -> Iterator[Key]:
        """Give the other items whose audience changes with this item."""
        if key[0] != ItemKind.AGENT:
            return
        for call in calls_of_agent(old) ^ calls_of_agent(new):
            yield (ItemKind.CALL.value, call)
        if (old is None) is not (new is None):
            yield from ((ItemKind.CALL.value, call) for call in self._parked)
        for queue in queues_of_agent(old) ^ queues_of_agent(new):
            yield (ItemKind.QUEUE.value, queue)
            yield from ((ItemKind.CALL.value, call) for call in self._line.get(queue, ()))

    def seen_keys(self, person: int, own: Value | None, *, floor: bool) -> Iterator[Key]:
        """Give the items that concern a user: `own` is the user's agent item, if there is one.

        `floor` adds the calls waiting in the queues of that agent.
        """
        queues = sorted(queues_of_agent(own))
        calls = calls_of_agent(own) | self._named.get(person, set())
        if own is not None:
            calls |= self._parked
        if floor:
            calls = calls.union(*(self._line.get(queue, ()) for queue in queues))
        yield ENGINE_KEY
        yield (ItemKind.AGENT.value, str(person))
        yield from ((ItemKind.QUEUE.value, queue) for queue in queues)
        yield from ((ItemKind.CALL.value, call) for call in sorted(calls))


def _some(queue: str | None) -> frozenset[str]:
    return frozenset() if queue is None else frozenset({queue})


def _move(
    index: dict[Any, set[Any]], old: frozenset[Any], new: frozenset[Any], member: object
) -> None:
    """Move a member of an index from its old keys to its new ones."""
    for key in old - new:
        index[key].discard(member)
        if not index[key]:
            del index[key]
    for key in new - old:
        index[key].add(member)
