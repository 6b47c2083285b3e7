"""Notices, as the API and the open pages are given them."""

from datetime import datetime

from pydantic import BaseModel

from crm.notices.notice import Notice, NoticeKind
from web.kit.i18n import Reader


class NoticeShape(BaseModel):
    """A notice in its reader's language; `url` is where to see more, or ""."""

    id: int
    kind: NoticeKind
    text: str
    url: str
    at: datetime
    read: bool


class NoticeList(BaseModel):
    """A page of notices, newest first, and how many were not read of all."""

    items: list[NoticeShape]
    next: str | None
    unread: int


class ReadShape(BaseModel):
    """How many notices were new and are read now."""

    read: int


def show_notice(notice: Notice, reader: Reader) -> NoticeShape:
    """Show a notice as its reader reads it."""
    return NoticeShape(
        id=notice.id,
        kind=notice.kind,
        text=reader.say(notice.sentence, **notice.values),
        url=notice.url,
        at=notice.at,
        read=notice.read_at is not None,
    )
