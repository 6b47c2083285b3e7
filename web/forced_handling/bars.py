"""The red bar on every page while forced handling is on."""

from fastapi import FastAPI, Request

from crm.people.rights import Right
from web.forced_handling.actions import ForcedNow, forced_now
from web.forced_handling.shapes import ForcedShape
from web.kit.database_changes import DatabaseChanges
from web.kit.i18n import N_, Reader
from web.kit.page_bar import PageBar
from web.kit.request import reader_of, session_of
from web.live.changes import write
from web.live.context import LiveContext

TABLES = ("forced_handling", "users", "queues", "agents", "flows")  # what the bar is made of


def set_up(app: FastAPI) -> None:
    """Keep the cache in the app."""
    app.state.forced_now = ForcedNow()


def bars_of(request: Request) -> list[PageBar]:
    """Give the bar, with a button for users who may turn it off."""
    on = forced_now(request).show(request)
    who, reader = session_of(request), reader_of(request)
    if not on or who is None:
        return []
    may = who.may(Right.FORCED_SWITCH)
    return [
        PageBar(
            "forced",
            " ".join(_sentence(one, reader) for one in on),
            url="/forced-handling" if may else "",
            label=reader.gettext(N_("Forced handling")),
            do_url="/forced-handling/off" if may else "",
            do_label=reader.gettext(N_("Turn off")),
            do_name="every",
        )
    ]


async def tell_pages(app: FastAPI, changes: DatabaseChanges) -> None:
    """Forget what was read, and let all open pages draw their bars again."""
    if not changes.touch(*TABLES):
        return
    cache: ForcedNow = app.state.forced_now
    cache.forget()
    if not changes.touch("forced_handling"):
        return
    live: LiveContext = app.state.live
    for subscription in live.sockets.of():
        if not subscription.seen.by_token:
            subscription.say(write({"bars": True}))


def _sentence(one: ForcedShape, reader: Reader) -> str:
    values = {
        "number": reader.phone(one.number),
        "destination": one.destination_name,
        "name": one.by.name,
        "since": reader.moment(one.since),
        "until": reader.moment(one.until),
    }
    if one.number:
        said = N_("All calls to {number} go to {destination}.")
    else:
        said = N_("All calls go to {destination}.")
    when = (
        N_("Turned on by {name}, {since}, until {until}.")
        if one.until
        else N_("Turned on by {name}, {since}.")
    )
    parts = (reader.say(said, **values), reader.say(when, **values), one.reason)
    return " ".join(part for part in parts if part)
