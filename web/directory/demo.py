"""The contacts of the demo's address book."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.directory.contact import ContactDraft, ContactNumber
from crm.directory.store import add_contacts, checked_draft, remove_unchanged
from crm.people.person import User

CONTACTS = (
    ContactDraft(
        "刘强",
        "顺达快递",
        "包裹查询与理赔。",
        (ContactNumber("+862161230001", "客服"), ContactNumber("+8613911110001", "手机")),
    ),
    ContactDraft(
        "赵丽",
        "安居物业",
        "大楼门禁和停车。",
        (ContactNumber("+861065550002", "前台"),),
    ),
    ContactDraft(
        "Sarah Collins",
        "Harbour Insurance",
        "Claims team; ask for the claim number first.",
        (ContactNumber("+442079460123", "Claims"), ContactNumber("+447700900222", "Mobile")),
    ),
    ContactDraft(
        "Tom Becker",
        "CloudNet Support",
        "Internet line of the office, day and night.",
        (ContactNumber("+4930555010444", "Hotline"),),
    ),
)


def add_demo_contacts(session: Session, _users: Mapping[str, User]) -> None:
    """Add four contacts outside."""
    add_contacts(session, [checked_draft(one) for one in CONTACTS])


def remove_demo_contacts(session: Session) -> None:
    """Remove the demo's contacts that were never changed."""
    remove_unchanged(session, CONTACTS)
