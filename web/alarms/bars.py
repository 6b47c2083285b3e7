"""The bar on every page while a critical alarm is open that nobody has acknowledged."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import FastAPI, Request
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from crm.alarms import store
from crm.alarms.alarm import Alarm, AlarmLevel, AlarmSettings
from web.alarms.actions import is_muted, kinds
from web.kit.cached import Cached
from web.kit.database_changes import DatabaseChanges
from web.kit.i18n import N_
from web.kit.page_bar import PageBar
from web.kit.request import context_of, reader_of, session_of
from web.live.changes import write
from web.live.context import LiveContext

SEVERAL = N_("{count} critical alarms are open.")


@dataclass(frozen=True, slots=True)
class OpenAlarms:
    """The critical alarms that nobody has acknowledged, and who is told of which kind."""

    alarms: Sequence[Alarm]
    settings: Mapping[str, AlarmSettings]


class AlarmsNow:
    """The open alarms as this process knows them; the database announces each change."""

    def __init__(self) -> None:
        """Begin empty; the first page asks the database."""
        self._known = Cached(_read, seconds=math.inf)

    def forget(self) -> None:
        """Read again, after a change."""
        self._known.forget()

    def forget_after(self, session: Session) -> None:
        """Read again as soon as the session has committed."""
        event.listen(session, "after_commit", lambda _session: self.forget())

    def read(self, connection: HTTPConnection) -> OpenAlarms | None:
        """Give what is open; with the database away, what was open before."""
        known = self._known.fresh()
        if known is not None:
            return known
        try:
            with context_of(connection).database.begin() as session:
                return self._known.read(session)
        except SQLAlchemyError:
            return self._known.value


def alarms_now(connection: HTTPConnection) -> AlarmsNow:
    """Give the cache of this process."""
    found: AlarmsNow = connection.app.state.alarms_now
    return found


def set_up(app: FastAPI) -> None:
    """Keep the cache in the app."""
    app.state.alarms_now = AlarmsNow()


def bars_of(request: Request) -> list[PageBar]:
    """Give the bar of the open critical alarms that the user is told of."""
    known, who = alarms_now(request).read(request), session_of(request)
    if known is None or who is None or not known.alarms:
        return []
    mine = [one for one in known.alarms if who.may(known.settings[one.kind].right)]
    if not mine:
        return []
    reader, newest = reader_of(request), mine[0]
    alone = len(mine) == 1
    loud = next((one for one in mine if known.settings[one.kind].sound), None)
    return [
        PageBar(
            "alarm",
            reader.say(newest.sentence, **newest.values)
            if alone
            else reader.say(SEVERAL, count=len(mine)),
            icon="bell",
            url="/alarms?state=open",
            label=reader.gettext(N_("Alarms")),
            sound=f"{loud.id}" if loud is not None and not _muted(request) else "",
            do_url=f"/alarms/{newest.id}/acknowledge" if alone else "",
            do_label=reader.gettext(N_("Acknowledge")),
        )
    ]


async def tell_pages(app: FastAPI, changes: DatabaseChanges) -> None:
    """Forget what was read, and let all open pages draw their bars again."""
    if not changes.touch("alarms"):
        return
    cache: AlarmsNow = app.state.alarms_now
    cache.forget()
    live: LiveContext = app.state.live
    for subscription in live.sockets.of():
        if not subscription.seen.by_token:
            subscription.say(write({"bars": True}))


def _read(session: Session) -> OpenAlarms:
    known = kinds()
    found = [
        one
        for one in store.unseen(session)
        if one.level is AlarmLevel.CRITICAL and one.kind in known
    ]
    return OpenAlarms(found, store.all_settings(session, list(known.values())))


def _muted(request: Request) -> bool:
    who = session_of(request)
    if who is None:
        return True
    try:
        with context_of(request).database.begin() as session:
            return is_muted(session, who)
    except SQLAlchemyError:
        return True
