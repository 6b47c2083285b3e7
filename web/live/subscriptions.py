"""Live subscriptions: one for each open page or API stream."""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from crm.people.person import SessionKind, SignedIn
from crm.people.rights import NOBODY, Reach, Right
from web.kit.clock import now
from web.live.changes import write
from web.live.mirror import Mirror
from web.live.scope import Cursor, Scope, desk_of

log = structlog.get_logger()

PING_SECONDS = 15.0
# Ended sessions and changed rights are notified; this is for a session that expires.
CHECK_SECONDS = 60.0
# How often figures are sent, to some desks at a time: all at once would delay other messages.
NUDGE_SECONDS = 1.0
NUDGES = 20
FLOOR_SECONDS = 0.1  # the shortest time between two messages to a floor
CHECKS_AT_ONCE = 4


class Topic(StrEnum):
    """What a subscriber watches: the own desk, or the floor as far as its rights reach."""

    DESK = "desk"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A subscriber's current session and rights; `floor` is None without the right."""

    who: SignedIn
    floor: Scope | None
    unread: int = 0
    newest: int = 0  # id of the newest notice
    pick_up: Reach = NOBODY  # the agents whose ringing calls may be picked up
    hidden: bool = False  # a new password is due: nothing may be shown yet

    def scope(self, topic: Topic | None) -> Scope:
        """Give the scope of a topic; without one the widest."""
        if self.hidden or not self.shows(topic):
            return desk_of(0)
        if self.floor is None or topic is Topic.DESK:
            return desk_of(self.who.user.id)
        return self.floor

    def shows(self, topic: Topic | None) -> bool:
        """Whether a topic, or without one any topic, may be shown."""
        if topic is Topic.DESK or self.floor is None:
            return self.has_desk
        return True

    @property
    def has_desk(self) -> bool:
        """Whether the own desk may be shown; an API token needs the permission."""
        return not self.by_token or self.who.may(Right.DESK)

    @property
    def by_token(self) -> bool:
        """Whether an API token subscribes; it hears none of its owner's notices."""
        return self.who.kind is SessionKind.TOKEN


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One message to a subscriber: its name, its JSON, and the cursor after it ("" for none)."""

    name: str
    text: str
    cursor: str = ""


FindViewer = Callable[[], Viewer | None]  # queries the database; called in a thread


class Subscription:
    """One open page or stream: its messages in order, and the repeated check of its rights."""

    def __init__(
        self, mirror: Mirror, seen: Viewer, topic: Topic | None, cursor: Cursor | None, build: str
    ) -> None:
        """`seen` decides the scope; `cursor` is where an earlier subscription stopped."""
        self.session = seen.who.id
        self.seen = seen
        self.told_notice = seen.newest
        self.over = False
        self.shows_lamps = False
        self._knows_lamps = False
        self._told_ringing = write({"ringing": []})
        self._mirror = mirror
        self._topic = topic
        self._build = build
        self._listener = mirror.listen(seen.scope(topic), cursor)
        self._said: deque[str] = deque([] if seen.by_token else [_unread(seen.unread)])
        self._first = True
        self._was_away = False
        self._pings = 0
        self._ping_due = False
        self._checking: asyncio.Task[None] | None = None
        self._doubtful = False

    def end(self) -> None:
        """Close soon, because the session has ended."""
        self.over = True
        self._listener.wake()

    def say(self, text: str) -> None:
        """Send a message that is not a change, such as a notice; on the event loop."""
        self._said.append(text)
        self._listener.wake()

    def tell_ringing(self, text: str) -> None:
        """Send the calls that ring at colleagues, if they are others than before."""
        if text != self._told_ringing:
            self._told_ringing = text
            self.say(text)

    def show_lamps(self, *, on: bool) -> None:
        """Send the states of colleagues from now on, or no longer."""
        self.shows_lamps, self._knows_lamps = on, False

    def tell_lamps(self, whole: str, changed: str) -> None:
        """Send the states of colleagues: all the first time, then what has changed, if anything."""
        text, self._knows_lamps = changed if self._knows_lamps else whole, True
        if text:
            self.say(text)

    def doubt(self) -> None:
        """Check session and rights again soon."""
        self._doubtful = True
        self._listener.wake()

    def choose(self, topic: Topic) -> None:
        """Send another topic from now on."""
        self._topic = topic
        self._follow(self.seen)

    async def events(self, look: FindViewer) -> AsyncGenerator[LiveEvent, None]:
        """Give the messages until the session ends; pings in between."""
        loop = asyncio.get_running_loop()
        check_at = loop.time() + CHECK_SECONDS
        ping = loop.call_later(PING_SECONDS, self._ping_soon)
        try:
            while not self.over:
                for event in self._take():
                    yield event
                if self._doubtful and (self._checking is None or self._checking.done()):
                    self._doubtful = False
                    self._checking = asyncio.create_task(self._check(look))
                await self._listener.wait()
                if self._ping_due:
                    # Waiting messages go before the ping, which has the number of the last change.
                    for event in (*self._take(), self._ping()):
                        yield event
                    ping = loop.call_later(PING_SECONDS, self._ping_soon)
                if loop.time() >= check_at:
                    check_at = loop.time() + CHECK_SECONDS
                    self._doubtful = True
        finally:
            ping.cancel()
            self._mirror.forget(self._listener)
            if self._checking is not None:
                self._checking.cancel()

    def _take(self) -> list[LiveEvent]:
        events = []
        away = self._mirror.away
        if away != self._was_away:
            build = {"build": self._build} if self._first else {}
            events.append(LiveEvent("away", write({"away": away} | build)))
        if away:
            self._listener.rest()
        else:
            events += self._changes()
        self._first, self._was_away = self._first and away, away
        while self._said:
            events.append(LiveEvent("notice", self._said.popleft()))
        return events

    def _changes(self) -> list[LiveEvent]:
        mirror, scope = self._mirror, self._listener.scope
        taken = mirror.take(self._listener)
        here = Cursor(mirror.boot, mirror.number, scope.key)
        about = {"boot": mirror.boot, "number": mirror.number, "scope": scope.key}
        if taken is None:
            about |= {"topic": "floor" if scope.floor else "desk", "now": now().isoformat()}
            head = write(about | {"items": []}).removesuffix("[]}")
            tail = write({"build": self._build, "away": False}).removeprefix("{")
            text = f'{{"snapshot":{head}{mirror.snapshot_text(scope)}}},{tail}'
            return [LiveEvent("snapshot", text, str(here))]
        events_now = [
            LiveEvent("change", one.text, str(Cursor(mirror.boot, one.number, scope.key)))
            for one in taken
        ]
        if self._first:
            resumed = about | {"build": self._build, "now": now().isoformat()}
            events_now.append(LiveEvent("resumed", write({"resumed": resumed}), str(here)))
        return events_now

    def _ping_soon(self) -> None:
        self._ping_due = True
        self._listener.wake()

    def _ping(self) -> LiveEvent:
        self._ping_due = False
        self._pings += 1
        message: dict[str, object] = {"ping": self._pings}
        if self._mirror.away:
            return LiveEvent("ping", write(message))
        here = Cursor(self._mirror.boot, self._listener.number, self._listener.scope.key)
        return LiveEvent("ping", write(message | {"at": self._listener.number}), str(here))

    async def _check(self, look: FindViewer) -> None:
        try:
            async with _CHECKS:
                seen = await run_in_threadpool(look)
        except SQLAlchemyError:
            # The database is away: no session can have been ended in the meantime.
            log.info("a live session could not be checked")
            return
        if seen is None or seen.who.id != self.session:
            self.end()
        else:
            self._follow(seen)

    def _follow(self, seen: Viewer) -> None:
        self.seen = seen
        scope = seen.scope(self._topic)
        if scope != self._listener.scope:
            self._mirror.move(self._listener, scope)


# When roles change all subscriptions check at once; the database must serve others as well.
_CHECKS = asyncio.Semaphore(CHECKS_AT_ONCE)


class Subscriptions:
    """The open subscriptions by session and by user; use it on the event loop."""

    def __init__(self) -> None:
        """Begin empty."""
        self._open: dict[int, set[Subscription]] = defaultdict(set)

    def add(self, subscription: Subscription) -> None:
        """Add a subscription."""
        self._open[subscription.session].add(subscription)

    def remove(self, subscription: Subscription) -> None:
        """Remove a subscription."""
        self._open[subscription.session].discard(subscription)
        if not self._open[subscription.session]:
            del self._open[subscription.session]

    def end(self, session: int) -> None:
        """Close all subscriptions of a session that ended."""
        for subscription in self._open.get(session, ()):
            subscription.end()

    def doubt(self, person: int | None = None) -> None:
        """Let the subscriptions of a person, or all, check their rights again."""
        for subscription in self.of(person):
            subscription.doubt()

    def of(self, person: int | None = None) -> list[Subscription]:
        """Give the subscriptions of a person, or all."""
        every: Iterable[Subscription] = (one for opened in self._open.values() for one in opened)
        return [one for one in every if person in {None, one.seen.who.user.id}]

    @property
    def count(self) -> int:
        """How many are open."""
        return sum(len(opened) for opened in self._open.values())


async def send_figures(mirror: Mirror) -> None:
    """Send figures to the desks, once a second; until cancelled."""
    while True:
        desks = mirror.desks_to_nudge()
        turns = min(NUDGES, len(desks)) or 1
        for turn in range(turns):
            for desk in desks[turn::turns]:
                desk.wake()
            await asyncio.sleep(NUDGE_SECONDS / turns)


async def wake_floors(mirror: Mirror) -> None:
    """Wake the floors for their changes, several at a time; until cancelled."""
    while True:
        await mirror.floors_due()
        mirror.wake_floors()
        await asyncio.sleep(FLOOR_SECONDS)


def _unread(count: int) -> str:
    return write({"unread": count})
