"""A floor for the tests of the monitor: two agents at work, and a supervisor of one of them."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.visitor import Visitor

from crm.audit.entry import AuditEntry
from crm.audit.store import AuditFilter, entries
from crm.notices.store import notices
from crm.people.groups.group import GroupDraft
from crm.people.groups.store import add_group, set_groups_of
from crm.people.person import NewUser
from crm.people.rights import Extent, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user
from web.kit.clock import now

Database = sessionmaker[Session]
WHY = {"reason": "Team meeting"}


@dataclass(frozen=True)
class TeamLead:
    """A supervisor who reaches Li Wei, and not Wang Fang."""

    id: int
    group: int
    visitor: Visitor


def team_lead(database: Database, visitor: Visitor, agent: int) -> TeamLead:
    login = f"lead.{secrets.token_hex(4)}"
    rights = dict.fromkeys(
        (Right.FLOOR_SEE, Right.CALLS_LISTEN, Right.MONITOR_CONTROL, Right.CALLS_SEE), Extent.TEAM
    )
    with database.begin() as session:
        role = add_role(session, RoleDraft(login, "", rights))
        made = int(add_user(session, NewUser(login, "Lead 组长", role, "x")).id)
        group = int(add_group(session, GroupDraft(login)).id)
        for one in (made, agent):
            set_groups_of(session, one, [group])
    visitor.enter(database, login)
    return TeamLead(made, group, visitor)


def calls_on(engine: fake.FakeEngine, people: Any) -> None:
    """Each of the two agents talks with a customer, and a caller waits for support."""
    since = now().isoformat()
    engine.change(
        fake.agent(people.li_wei, state="talking", call="c1", reachable=True, presence="ready"),
        fake.agent(people.wang_fang, "Wang Fang", "1002", state="talking", call="c2"),
        fake.call("c1", people.li_wei, state="talking", agent_name="Li Wei"),
        fake.call("c2", people.wang_fang, state="talking", agent_name="Wang Fang"),
        fake.call("c3", state="waiting", queue="support", waiting_since=since),
        fake.call("c4", state="waiting", queue="vip", queue_name="VIP", waiting_since=since),
    )


def wait_for(visitor: Visitor, call: str) -> None:
    deadline = time.monotonic() + 5
    mirror = visitor.client.app.state.live.mirror  # type: ignore[attr-defined]
    while mirror.value("call", call) is None:
        assert time.monotonic() < deadline, f"{call} does not come"
        time.sleep(0.01)


def last_asked(engine: fake.FakeEngine) -> dict[str, Any]:
    return {key: value for key, value in engine.asked[-1].items() if key != "id"}


def noted(database: Database, action: str, which: str | int) -> AuditEntry:
    return all_noted(database, action, which)[0]


def all_noted(database: Database, action: str, which: str | int) -> Sequence[AuditEntry]:
    with database.begin() as session:
        wanted = AuditFilter(action=action, which=str(which))
        return entries(session, wanted, limit=100).items


def told(database: Database, person: int) -> tuple[str, dict[str, Any]]:
    with database.begin() as session:
        found = notices(session, person, limit=1).items
    return (found[0].sentence, dict(found[0].values)) if found else ("", {})
