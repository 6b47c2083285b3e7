"""The role of the demo."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from crm.people.person import User
from crm.people.rights import Extent, Right
from crm.people.roles.store import RoleDraft, add_role

# An example of a role that a site makes itself; no user has it yet.
TEAM_LEADER = RoleDraft(
    "Team leader",
    "组长",
    {
        Right.DESK: Extent.ALL,
        Right.FLOOR_SEE: Extent.TEAM,
        Right.CALLS_SEE: Extent.TEAM,
        Right.RECORDINGS_HEAR: Extent.TEAM,
        Right.CUSTOMERS_SEE: Extent.ALL,
        Right.CUSTOMERS_EDIT: Extent.ALL,
    },
)


def add_demo_role(session: Session, _users: Mapping[str, User]) -> None:
    """Add the role of a team leader."""
    add_role(session, TEAM_LEADER)
