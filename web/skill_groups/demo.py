"""The skill groups of the demo."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from acd.queue import AgentId, SkillGroupId
from acd.skill_groups.store import SkillGroup, add_skill_group
from crm.people.person import User

SECOND_LINE = "Second line"
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (SECOND_LINE, "Helps out when callers wait long.", ("zhang.min", "john.smith")),
    ("English speakers", "", ("li.wei", "john.smith")),
)


def add_demo_skill_groups(session: Session, users: Mapping[str, User]) -> None:
    """Add two groups of the demo's agents."""
    for name, description, logins in GROUPS:
        members = tuple(AgentId(users[login].id) for login in logins if login in users)
        add_skill_group(session, SkillGroup(SkillGroupId(0), name, description, members))
