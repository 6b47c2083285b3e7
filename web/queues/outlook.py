"""Who would get the next call, and why a caller still waits: the engine's answer in sentences."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from acd.decision import COULD_NOT, Rule, Verdict
from acd.queue import QueueKey
from acd.queues.store import queue_of
from acd.store import AgentSettings, agents
from acd.waiting.reason import Blocked
from crm.hours.group import is_open
from crm.hours.store import time_group
from crm.kernel.errors import MissingError
from web.calls.decision_views import verdict_name
from web.kit.clock import now
from web.kit.i18n import N_, Reader, duration
from web.kit.shapes import Named
from web.queues.outlook_shapes import OutlookShape, SeenShape, WaitShape
from web.queues.steps import StepWords, step_words
from web.queues.words import BLOCKED, STRATEGIES

NEXT = N_("The next call would go to {agent}: {strategy}.")
NEXT_ONLY = N_("The next call would go to {agent}, the only free agent.")
NEXT_AFTER = N_("Callers who are served first: {ahead}.")
NEXT_WAITS = N_("The next caller would wait: {blocked}.")
RINGS_AT = N_("It rings at {agents} now.")
STILL_WAITS = N_("Waiting for {waited}: {blocked}.")
STILL_AFTER = N_("Waiting for {waited}; callers who are served first: {ahead}.")
STILL_SOON = N_("Waiting for {waited}; {agent} is free and is offered the call now.")
IS_CLOSED = N_("The queue is closed now.")
SIGNED_OUT = N_("Agents of this queue who are not signed in: {count}.")


def next_call(
    session: Session, reader: Reader, key: str, answer: Mapping[str, Any]
) -> OutlookShape:
    """Say who would get the next call of a queue."""
    seen = _Seen(session, reader, key, answer)
    if seen.agent is None:
        text = reader.say(NEXT_WAITS, blocked=seen.blocked_words)
    else:
        name = seen.named(seen.agent)
        strategy = reader.gettext(STRATEGIES[seen.strategy]).lower()
        alone = sum(one.verdict not in COULD_NOT for one in seen.considered) == 1
        text = reader.say(NEXT_ONLY if alone else NEXT, agent=name, strategy=strategy)
    if seen.ahead:
        text += _space(reader) + reader.say(NEXT_AFTER, ahead=seen.ahead)
    return OutlookShape(**seen.fields(), text=text + seen.closed())


def waiting_call(session: Session, reader: Reader, answer: Mapping[str, Any]) -> WaitShape:
    """Say why a caller still waits."""
    seen = _Seen(session, reader, str(answer["queue"]), answer)
    seconds = float(answer["waited_seconds"])
    waited = duration(seconds)
    ringing = [seen.named(one) for one in answer["ringing"]]
    if ringing:
        text = reader.say(RINGS_AT, agents=reader.joined(ringing))
    elif seen.agent is None:
        text = reader.say(STILL_WAITS, waited=waited, blocked=seen.blocked_words)
    elif seen.ahead:
        text = reader.say(STILL_AFTER, waited=waited, ahead=seen.ahead)
    else:
        text = reader.say(STILL_SOON, waited=waited, agent=seen.named(seen.agent))
    return WaitShape(**seen.fields(), text=text + seen.closed(), waited_seconds=seconds)


def _space(reader: Reader) -> str:
    return "" if reader.language.startswith("zh") else " "


class _Seen:
    """The engine's answer with the names of its agents."""

    def __init__(
        self, session: Session, reader: Reader, key: str, answer: Mapping[str, Any]
    ) -> None:
        known = queue_of(session, key)
        self._session, self._reader, self._queue = session, reader, known.queue
        self._answer = answer
        self._agents: Mapping[int, AgentSettings] = {int(one.id): one for one in agents(session)}
        self._words: StepWords = step_words(session, reader)
        self.strategy = known.queue.strategy
        self.agent: int | None = answer["agent"]
        self.ahead = int(answer["ahead"])
        self.considered = [self._one(one) for one in answer["considered"]]

    @property
    def blocked_words(self) -> str:
        """Why nobody gets the call, as a part of a sentence."""
        return self._reader.gettext(BLOCKED[Blocked(self._answer["blocked"] or Blocked.BUSY)])

    def named(self, agent: int) -> str:
        """Give an agent's name and extension."""
        known = self._agents.get(agent)
        return f"{known.name} ({known.extension})" if known else str(agent)

    def closed(self) -> str:
        """Add that the queue is closed, if it is."""
        if self._queue.hours is None:
            return ""
        try:
            hours = time_group(self._session, self._queue.hours).group
        except MissingError:
            return ""
        if is_open(hours, now()):
            return ""
        return _space(self._reader) + self._reader.gettext(IS_CLOSED)

    def fields(self) -> dict[str, Any]:
        """Give what both answers have."""
        return {
            "queue": self._queue.key,
            "queue_name": self._words.queue(QueueKey(self._queue.key)),
            "agent": self._named(self.agent) if self.agent is not None else None,
            "rule": Rule(self.strategy.value),
            "blocked": self._answer["blocked"] or None,
            "considered": self.considered,
            "signed_out": int(self._answer["signed_out"]),
            "ahead": self.ahead,
            "step": int(self._answer["step"]),
        }

    def _named(self, agent: int) -> Named:
        known = self._agents.get(agent)
        return Named(id=agent, name=known.name if known else str(agent))

    def _one(self, said: Mapping[str, Any]) -> SeenShape:
        verdict, agent = Verdict(said["verdict"]), int(said["agent"])
        known = self._agents.get(agent)
        return SeenShape(
            agent=self._named(agent),
            extension=known.extension if known else "",
            idle_seconds=float(said["idle_seconds"]),
            verdict=verdict,
            verdict_name=verdict_name(
                verdict, str(said["lacks"]), self._words.skills, self._reader
            ),
        )
