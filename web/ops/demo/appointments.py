"""The demo's appointments: due soon, overdue, later, done, and one of a group."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from crm.appointments import store
from crm.appointments.appointment import (
    AppointmentDraft,
    AppointmentMedium,
    AppointmentState,
    Owner,
)
from crm.appointments.models import AppointmentRow
from crm.customers.store import customer_by_phone
from crm.people.groups.store import groups
from crm.people.person import User

# The owner, the customer's number, minutes from now, what, and how.
PLANNED = (
    ("li.wei", "+8613800138000", 20, "Confirm the offer / 确认报价", AppointmentMedium.CALL),
    ("li.wei", "+447700900101", -45, "Send the contract to Emma", AppointmentMedium.MESSAGE),
    ("li.wei", "+8613600136002", 180, "确认送货时间", AppointmentMedium.CALL),
    ("wang.fang", "+8613500135004", 15, "回访课程安排", AppointmentMedium.CALL),
    ("wang.fang", "", -90, "整理上周的投诉记录", AppointmentMedium.OTHER),
    ("zhang.min", "+8618600186010", 26 * 60, "上门安装验收", AppointmentMedium.VISIT),
    ("john.smith", "+12025550102", 45, "Call James about the delivery", AppointmentMedium.CALL),
    ("chen.jing", "", 240, "Weekly review with the team", AppointmentMedium.OTHER),
)
GROUP, OF_GROUP = "销售组", "Offer the new price list / 介绍新价目表"
DONE, RESULT = "Ask Li Na about the invoice", "Paid on Friday."
WHO_DID, WHOSE_NUMBER = "li.wei", "+8613900139001"
MADE_BEFORE = timedelta(hours=3)


def add_demo_appointments(session: Session, users: Mapping[str, User], now: datetime) -> None:
    """Add a handful for the demo's users; one of a user group, one that is done."""
    at = now - MADE_BEFORE
    for login, number, minutes, title, medium in PLANNED:
        owner = Owner(user=users[login].id)
        draft = _draft(session, title, now + timedelta(minutes=minutes), owner, number, medium)
        store.add_appointment(session, draft, users[login].id, at)
    team = next((one.id for one in groups(session) if one.name == GROUP), None)
    if team is not None:
        draft = _draft(
            session, OF_GROUP, now + timedelta(hours=2), Owner(group=team), "+447700900108"
        )
        store.add_appointment(session, draft, users["chen.jing"].id, at)
    who = users[WHO_DID].id
    draft = _draft(session, DONE, now - timedelta(hours=1), Owner(user=who), WHOSE_NUMBER)
    made = store.add_appointment(session, draft, who, at)
    store.set_state(session, made, AppointmentState.DONE, RESULT, who, now)


def remove_demo_appointments(session: Session) -> None:
    """Remove the demo's appointments, even changed ones if their title is the same."""
    titles = [OF_GROUP, DONE, *(title for _, _, _, title, _ in PLANNED)]
    session.execute(delete(AppointmentRow).where(AppointmentRow.title.in_(titles)))


def _draft(  # noqa: PLR0913, PLR0917 - what an appointment is made of
    session: Session,
    title: str,
    due: datetime,
    owner: Owner,
    number: str,
    medium: AppointmentMedium = AppointmentMedium.CALL,
) -> AppointmentDraft:
    known = customer_by_phone(session, number) if number else None
    return AppointmentDraft(
        title=title,
        due=due.replace(second=0, microsecond=0),
        owner=owner,
        medium=medium,
        customer=known.id if known else None,
    )
