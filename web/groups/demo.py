"""The user groups of the demo."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.people.groups.group import GroupDraft
from crm.people.groups.store import add_group, set_members
from crm.people.person import User

# A department and the teams below it: name, parent, logins of the members.
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("客户服务部", "", ("chen.jing",)),
    ("销售组", "客户服务部", ("li.wei", "wang.fang")),
    ("技术支持组", "客户服务部", ("zhang.min", "john.smith")),
)


def add_demo_groups(session: Session, users: Mapping[str, User]) -> None:
    """Add a department with two teams."""
    made: dict[str, int] = {}
    for name, parent, logins in GROUPS:
        group = add_group(session, GroupDraft(name, parent=made.get(parent)))
        set_members(session, group.id, [users[login].id for login in logins])
        made[name] = group.id
