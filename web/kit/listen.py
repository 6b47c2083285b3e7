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
from web.kit.context import House
from web.kit.request import reader
from web.kit.settings_cache import TABLES
from web.live.changes import write
from web.live.subscriptions import Watcher
from web.notices.api import show_notice

log = structlog.get_logger()

RETRY_SECONDS = 1.0
LOOK_SECONDS = 1.0
IDLE_LOOKS = 30  # then the connection is asked whether it lives
EVERYTHING = "*"  # what is passed on after a connect

Heard = Callable[[Sequence[str]], None]


async def follow(house: House) -> None:
    """Hear what changed and tell who must know, until cancelled."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Queue[Sequence[str]] = asyncio.Queue()

    def pass_on(payloads: Sequence[str]) -> None:
        loop.call_soon_threadsafe(heard.put_nowait, payloads)

    # Its own connection: those of the pool are for requests.
    engine = connect(house.settings.database_url, pool_size=1, statement_timeout_ms=10_000)
    ended = threading.Event()
    threading.Thread(target=_listen, args=(engine, pass_on, ended), daemon=True).start()
    try:
        while True:
            news = _sorted(await heard.get())
            if news.settings:
                house.settled.forget()
            for watcher in house.sockets.of():
                if news.concerns(watcher):
                    watcher.doubt()
            await _tell_notices(house, news.notices)
    finally:
        ended.set()


@dataclass(frozen=True, slots=True)
class News:
    """What changed: whose rights, which sessions, for whom there are notices; None is all."""

    people: frozenset[int] | None
    sessions: frozenset[int]
    notices: frozenset[int] | None
    settings: bool

    def concerns(self, watcher: Watcher) -> bool:
        """Whether a watcher must ask again who he is."""
        if self.people is None or watcher.session in self.sessions:
            return True
        return watcher.seen.who.user.id in self.people


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


async def _tell_notices(house: House, people: frozenset[int] | None) -> None:
    watchers: dict[int, list[Watcher]] = defaultdict(list)
    for watcher in house.sockets.of():
        whose = int(watcher.seen.who.user.id)
        if people is None or whose in people:
            watchers[whose].append(watcher)
    for person, his in watchers.items():
        after = min(watcher.told_notice for watcher in his)
        try:
            unread, fresh = await run_in_threadpool(_waiting, house, person, after)
        except SQLAlchemyError:
            return  # the connection that listens will be made again as well, and all told then
        for watcher in his:
            _tell(house, watcher, unread, fresh)


def _waiting(house: House, person: int, after: int) -> tuple[int, list[Notice]]:
    with house.database.begin() as session:
        unread, _ = counted(session, person)
        return unread, notices_after(session, person, after)


def _tell(house: House, watcher: Watcher, unread: int, fresh: Iterable[Notice]) -> None:
    user = watcher.seen.who.user
    say = reader(user.language, user.timezone, house.zone, house.settings.region)
    for notice in fresh:
        if notice.id > watcher.told_notice:
            shown = show_notice(notice, say).model_dump(mode="json")
            watcher.say(write({"notice": shown, "unread": unread}))
            watcher.told_notice = notice.id
    watcher.say(write({"unread": unread}))


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
