"""New notices, sent at once to the open pages of their user."""

from collections import defaultdict
from collections.abc import Iterable

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from crm.notices.notice import Notice
from crm.notices.store import counted, notices_after
from web.kit.context import AppContext
from web.kit.database_changes import DatabaseChanges
from web.kit.i18n import reader
from web.live.changes import write
from web.live.context import LiveContext
from web.live.subscriptions import Subscription
from web.notices.shapes import show_notice


async def send_new_notices(app: FastAPI, changes: DatabaseChanges) -> None:
    """Send new notices, and the number of unread ones, to the open pages of their users."""
    context: AppContext = app.state.context
    live: LiveContext = app.state.live
    people = changes.of("notices")
    subscriptions: dict[int, list[Subscription]] = defaultdict(list)
    for subscription in live.sockets.of():
        person = int(subscription.seen.who.user.id)
        if (changes.everything or person in people) and not subscription.seen.by_token:
            subscriptions[person].append(subscription)
    for person, open_pages in subscriptions.items():
        after = min(subscription.told_notice for subscription in open_pages)
        try:
            unread, fresh = await run_in_threadpool(_waiting, context, person, after)
        except SQLAlchemyError:
            return  # after the next connect to the database all users get theirs
        for subscription in open_pages:
            _send(context, subscription, unread, fresh)


def _waiting(context: AppContext, person: int, after: int) -> tuple[int, list[Notice]]:
    with context.database.begin() as session:
        unread, _ = counted(session, person)
        return unread, notices_after(session, person, after)


def _send(
    context: AppContext, subscription: Subscription, unread: int, fresh: Iterable[Notice]
) -> None:
    user = subscription.seen.who.user
    language = reader(user.language, user.timezone, context.zone, context.settings.region)
    for notice in fresh:
        if notice.id > subscription.told_notice:
            shown = show_notice(notice, language).model_dump(mode="json")
            subscription.say(write({"notice": shown, "unread": unread}))
            subscription.told_notice = notice.id
    subscription.say(write({"unread": unread}))
