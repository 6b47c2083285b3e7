"""Updates the to-do list on open pages when a user's appointments have changed."""

from fastapi import FastAPI

from web.kit.database_changes import DatabaseChanges
from web.live.changes import write
from web.live.context import LiveContext
from web.live.schema import ItemKind


async def tell_pages(app: FastAPI, changes: DatabaseChanges) -> None:
    """Let the pages of those with a desk read again what they have to do."""
    people = changes.of("appointments")
    if not people:
        return
    live: LiveContext = app.state.live
    for subscription in live.sockets.of():
        person = int(subscription.seen.who.user.id)
        has_desk = live.mirror.value(ItemKind.AGENT, person) is not None
        if person in people and has_desk and not subscription.seen.by_token:
            subscription.say(write({"todo": True}))
