"""Notices for the API and the open pages."""

from datetime import datetime

from pydantic import BaseModel

from crm.notices.notice import Notice, NoticeKind
from web.kit.i18n import Reader
from web.kit.shapes import Items


class NoticeShape(BaseModel):
    """A notice in its reader's language; `url` is the page with more, or ""."""

    id: int
    kind: NoticeKind
    text: str
    url: str
    at: datetime
    read: bool


class NoticeList(Items[NoticeShape]):
    """A page of notices, newest first, and the number of all unread ones."""

    unread: int


class ReadShape(BaseModel):
    """The number of notices that are read now."""

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
