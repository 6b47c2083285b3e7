"""The list of one's own notices."""

from sqlalchemy.orm import Session

from crm.notices import store
from crm.sql.page import Page
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Button, Cell
from web.kit.listing.usual import time_column
from web.notices.shapes import NoticeShape, show_notice


def _fetch(session: Session, query: ListQuery) -> Page[NoticeShape]:
    page = store.notices(
        session,
        query.who.user.id,
        unread=bool(query.values.get("unread")),
        newest_first=query.descending,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page(tuple(show_notice(one, query.reader) for one in page.items), page.next)


def _open(one: NoticeShape, _reader: Reader) -> Cell:
    """Draw a notice as a button that marks it as read and opens its page."""
    url = f"/notices/{one.id}/read"
    return Cell(button=Button(one.text, url, name="notice", look="notice-line"))


def _state(one: NoticeShape, reader: Reader) -> Cell:
    name = N_("Read") if one.read else N_("New")
    return Cell(reader.gettext(name), badge="out" if one.read else "info")


NOTICES: Listing[NoticeShape] = Listing(
    name="notices",
    url="/notices",
    title=N_("Notifications"),
    right=None,
    in_person=True,
    fetch=_fetch,
    sort="-at",
    columns=(
        Column("text", N_("Notification"), _open, value=lambda one, _: one.text, required=True),
        time_column("at", N_("When"), lambda one: one.at, "at"),
        Column("state", N_("State"), _state),
    ),
    filters=(Filter("unread", N_("Only new ones"), FilterKind.FLAG),),
    row_id=lambda one: one.id,
    row_off=lambda one: one.read,
    empty=N_("No new notifications"),
    empty_icon="bell",
)
