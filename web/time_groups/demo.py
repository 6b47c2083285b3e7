"""The time group of the demo."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.hours.group import Interval, WeeklyHours
from crm.hours.settings import TimeGroupSettings
from crm.hours.store import add_time_group
from crm.people.person import User

OFFICE_HOURS = TimeGroupSettings(
    name="Office hours",
    zone="Asia/Shanghai",
    weekly=(WeeklyHours(frozenset(range(5)), Interval(9 * 60, 18 * 60)),),
    country="CN",
)


def add_demo_time_groups(session: Session, _users: Mapping[str, User]) -> None:
    """Add office hours with China's holidays and working weekends."""
    add_time_group(session, OFFICE_HOURS)
