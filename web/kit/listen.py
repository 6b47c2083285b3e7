"""What the database tells: one connection of this process listens, and passes on who must know.

A notice may be missed while the connection is away. So after every connect all watchers ask again
what they may see, and all who have notices waiting are told of them.
"""

import asyncio
import select
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from crm.notices.notice import Notice
from crm.notices.store import counted, notices_after
from crm.sql.db import CHANNEL, connect
from web.kit.context import AppContext
from web.kit.request import reader
from web.kit.settings_cache import TABLES
from web.live.changes import write
from web.live.subscriptions import Subscription
from web.notices.shapes import show_notice

log = structlog.get_logger()

RETRY_SECONDS = 1.0
LOOK_SECONDS = 1.0
IDLE_LOOKS = 30  # then the connection is asked whether it lives
EVERYTHING = "*"  # what is passed on after a connect

Heard = Callable[[Sequence[str]], None]


async def follow(context: AppContext) -> None:
    """Hear what changed and tell who must know, until cancelled."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[Sequence[str]] = asyncio.Queue()

    def pass_on(payloads: Sequence[str]) -> None:
        loop.call_soon_threadsafe(heard.put_nowait, payloads)

    # Its own connection: those of the pool are for requests.
    engine = connect(context.settings.database_url, pool_size=1, statement_timeout_ms=10_000)
    ended = threading.Event()
    threading.Thread(target=_listen, args=(engine, pass_on, ended), daemon=True).start()
    try:
        while True:
            news = _sorted(await heard.get())
            if news.settings:
                context.settings_cache.forget()
            for subscription in context.sockets.of():
                if news.concerns(subscription):
                    subscription.doubt()
            await _tell_notices(context, news.notices)
    finally:
        ended.set()


@dataclass(frozen=True, slots=True)
class News:
    """What changed: whose rights, which sessions, for whom there are notices; None is all."""

    people: frozenset[int] | None
    sessions: frozenset[int]
    notices: frozenset[int] | None
    settings: bool

    def concerns(self, subscription: Subscription) -> bool:
        """Whether a watcher must ask again who he is."""
        if self.people is None or subscription.session in self.sessions:
            return True
        return subscription.seen.who.user.id in self.people


def _sorted(payloads: Iterable[str]) -> News:
    found: dict[str, set[int]] = defaultdict(set)
    for payload in payloads:
        table, _, id_ = payload.partition(":")
        found[table].add(int(id_) if id_.isascii() and id_.isdecimal() else 0)
    all_ = EVERYTHING in found
    rights = all_ or bool(found.keys() & {"roles", "user_groups"})
    return News(
        people=None if rights else frozenset(found["users"]),
        sessions=frozenset(found["sessions"]),
        notices=None if all_ else frozenset(found["notices"]),
        settings=all_ or not TABLES.isdisjoint(found),
    )


async def _tell_notices(context: AppContext, people: frozenset[int] | None) -> None:
    subscriptions: dict[int, list[Subscription]] = defaultdict(list)
    for subscription in context.sockets.of():
        whose = int(subscription.seen.who.user.id)
        if people is None or whose in people:
            subscriptions[whose].append(subscription)
    for person, his in subscriptions.items():
        after = min(subscription.told_notice for subscription in his)
        try:
            unread, fresh = await run_in_threadpool(_waiting, context, person, after)
        except SQLAlchemyError:
            return  # the connection that listens will be made again as well, and all told then
        for subscription in his:
            _tell(context, subscription, unread, fresh)


def _waiting(context: AppContext, person: int, after: int) -> tuple[int, list[Notice]]:
    with context.database.begin() as session:
        unread, _ = counted(session, person)
        return unread, notices_after(session, person, after)


def _tell(
    context: AppContext, subscription: Subscription, unread: int, fresh: Iterable[Notice]
) -> None:
    user = subscription.seen.who.user
    say = reader(user.language, user.timezone, context.zone, context.settings.region)
    for notice in fresh:
        if notice.id > subscription.told_notice:
            shown = show_notice(notice, say).model_dump(mode="json")
            subscription.say(write({"notice": shown, "unread": unread}))
            subscription.told_notice = notice.id
    subscription.say(write({"unread": unread}))


def _listen(engine: Engine, heard: Heard, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            _listen_once(engine, heard, ended)
        except Exception as error:  # noqa: BLE001 - whatever the driver raises, we connect again
            if not ended.is_set():
                log.info("not listening to the database", why=type(error).__name__)
                ended.wait(RETRY_SECONDS)
    engine.dispose()


def _listen_once(engine: Engine, heard: Heard, ended: threading.Event) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"LISTEN {CHANNEL}"))
        wire = connection.connection.driver_connection
        if wire is None:
            return
        heard([EVERYTHING])
        idle = 0
        while not ended.is_set():
            ready, _, _ = select.select([wire], [], [], LOOK_SECONDS)
            idle = 0 if ready else idle + 1
            if idle >= IDLE_LOOKS:
                connection.execute(text("SELECT 1"))
                idle = 0
            wire.poll()
            if wire.notifies:
                payloads = [notice.payload for notice in wire.notifies]
                wire.notifies.clear()
                heard(payloads)
