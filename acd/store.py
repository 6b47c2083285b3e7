"""The settings of agents and their queues, and not-ready reasons."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from acd.agent import Outbound
from acd.models import AgentRow, PauseReasonRow, QueueMemberRow, QueueRow
from acd.queue import AgentId, QueueKey
from acd.queues.store import notify_queue
from acd.seats import SIGNED_IN
from acd.skill_levels.store import levels
from acd.skills import Levels
from acd.tasks import NO_ANSWER
from crm.kernel.errors import InvalidError, MissingError, TakenError
from crm.kernel.names import is_visible
from crm.kernel.text import clean
from crm.parameters.store import parameters
from crm.people.models import UserRow
from crm.sql.db import notify, whole_table

FIRST_EXTENSION = 1001  # if there is no extension yet


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """The settings of an agent and the agent's phone."""

    id: AgentId
    name: str
    extension: str
    sip_secret: str = field(repr=False)
    enabled: bool  # as an agent and as a user
    caller_number: str = ""  # E.164, shown when the agent calls out; "" is the site's
    outbound: Outbound = Outbound.BY_RULE
    outbound_until: datetime | None = None  # then it is by the rules again
    skills: Levels = field(default_factory=dict)
    calls_at_once: int = 1  # a second one is offered while the first is on hold
    idle_minutes: int = 0  # not ready for longer, they are signed out; 0: never


@dataclass(frozen=True, slots=True)
class AgentDraft:
    """What can be set for an agent."""

    extension: str
    caller_number: str = ""
    outbound: Outbound = Outbound.BY_RULE
    outbound_until: datetime | None = None
    calls_at_once: int = 1
    queues: tuple[QueueKey, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueNames:
    """The name of a queue in both languages."""

    en: str
    zh: str
    enabled: bool = True


# The system sets these; agents cannot choose them, but a state that shows them needs a name.
SYSTEM_REASONS = frozenset({NO_ANSWER, SIGNED_IN})


class CountedIn(StrEnum):
    """The scope in which agents who are not ready for a reason are counted."""

    GROUP = "group"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class PauseReason:
    """A not-ready reason, of those that agents can choose and of `SYSTEM_REASONS`."""

    key: str
    name_en: str
    name_zh: str
    position: int = 0
    enabled: bool = True
    paid: bool = True
    most_minutes: int = 0  # longer is overdue; 0: no limit
    most_at_once: int = 0  # agents; 0: no limit
    counted_in: CountedIn = CountedIn.GROUP


def agents(session: Session) -> list[AgentSettings]:
    """Give all agents by extension; the disabled ones too, because their phones are known."""
    return _agents(session, select(AgentRow).order_by(AgentRow.extension))


def agent_names(session: Session) -> dict[int, str]:
    """Give only the names of all agents, the disabled ones too."""
    users, theirs = whole_table(UserRow), whole_table(AgentRow)
    query = select(users.c.id, users.c.name).join(theirs, theirs.c.user_id == users.c.id)
    return {id_: name for id_, name in session.execute(query)}  # noqa: C416 - rows are no tuples


def agents_among(session: Session, people: Iterable[int]) -> dict[int, AgentSettings]:
    """Give those of some users who are agents, disabled ones too."""
    theirs = select(AgentRow).where(AgentRow.user_id.in_(set(people)))
    return {found.id: found for found in _agents(session, theirs)}


def working_agents(session: Session, people: Iterable[int]) -> set[int]:
    """Give those of some users who are enabled as agents, whether they may sign in or not."""
    query = select(AgentRow.user_id).where(AgentRow.user_id.in_(set(people)), AgentRow.enabled)
    return set(session.scalars(query))


def next_extension(session: Session) -> str:
    """Suggest the first free extension above the lowest that is in use."""
    taken = {int(one) for one in session.scalars(select(AgentRow.extension))}
    free = min(taken, default=FIRST_EXTENSION)
    while free in taken:
        free += 1
    return str(free)


def add_agent(
    session: Session, user: int, extension: str, sip_secret: str, draft: AgentDraft | None = None
) -> None:
    """Make a user an agent; TakenError if they are one or the extension is taken."""
    more = draft or AgentDraft(extension)
    added = insert(AgentRow).values(
        user_id=user,
        extension=_extension(extension),
        sip_secret=sip_secret,
        enabled=True,
        caller_number=clean(more.caller_number, 32),
        outbound=more.outbound,
        outbound_until=more.outbound_until,
        calls_at_once=more.calls_at_once,
    )
    made = session.scalars(added.on_conflict_do_nothing().returning(AgentRow.user_id))
    if made.one_or_none() is None:
        raise _taken(extension)
    notify(session, f"agents:{user}")


def change_agent(
    session: Session, agent: int, extension: str, *, enabled: bool, draft: AgentDraft | None = None
) -> None:
    """Change an agent's settings, or disable the agent; TakenError if the extension is taken."""
    values: dict[str, object] = {"extension": _extension(extension), "enabled": enabled}
    if draft is not None:
        values |= {
            "caller_number": clean(draft.caller_number, 32),
            "outbound": draft.outbound,
            "outbound_until": draft.outbound_until,
            "calls_at_once": draft.calls_at_once,
        }
    changed = update(AgentRow).where(AgentRow.user_id == agent).values(values)
    try:
        with session.begin_nested():
            found = session.scalars(changed.returning(AgentRow.user_id)).one_or_none()
    except IntegrityError:
        raise _taken(extension) from None
    if found is None:
        raise MissingError("There is no agent {agent}.", agent=agent)
    notify(session, f"agents:{agent}")


def set_sip_secret(session: Session, agent: int, secret: str) -> None:
    """Set the password of an agent's desk phone; the engine gives it to Asterisk."""
    changed = update(AgentRow).where(AgentRow.user_id == agent).values(sip_secret=secret)
    if session.scalars(changed.returning(AgentRow.user_id)).one_or_none() is None:
        raise MissingError("There is no agent {agent}.", agent=agent)
    notify(session, f"agents:{agent}")


def queues_of(session: Session, people: Iterable[int]) -> dict[int, list[QueueKey]]:
    """Give the queues of some agents."""
    found: dict[int, list[QueueKey]] = defaultdict(list)
    query = (
        select(QueueMemberRow.agent_id, QueueRow.key)
        .join(QueueRow, QueueRow.id == QueueMemberRow.queue_id)
        .where(QueueMemberRow.agent_id.in_(set(people)))
        .order_by(QueueRow.key)
    )
    for agent, key in session.execute(query):
        found[agent].append(QueueKey(key))
    return dict(found)


def set_queues_of(session: Session, agent: int, wanted: Iterable[QueueKey]) -> None:
    """Set the queues of an agent; InvalidError names one that does not exist."""
    keys = set(wanted)
    known = {QueueKey(key): id_ for key, id_ in session.execute(select(QueueRow.key, QueueRow.id))}
    for missing in sorted(keys - known.keys()):
        raise InvalidError("“{key}” is not one of the options.", field="queues", key=missing)
    before = set(queues_of(session, [agent]).get(agent, ()))
    gone = [known[key] for key in before - keys]
    theirs = QueueMemberRow.agent_id == agent
    session.execute(delete(QueueMemberRow).where(theirs, QueueMemberRow.queue_id.in_(gone)))
    if new := sorted(keys - before):
        rows = [{"queue_id": known[key], "agent_id": agent} for key in new]
        session.execute(insert(QueueMemberRow), rows)
    for changed in sorted(before ^ keys):
        notify_queue(session, changed)


def queue_names(session: Session) -> dict[QueueKey, QueueNames]:
    """Give the names of the queues, the inactive ones too."""
    columns = (QueueRow.key, QueueRow.name, QueueRow.name_zh, QueueRow.enabled)
    found = session.execute(select(*columns).order_by(QueueRow.key))
    return {QueueKey(key): QueueNames(en, zh or en, on) for key, en, zh, on in found}


def pause_reasons(session: Session, *, disabled_too: bool = False) -> list[PauseReason]:
    """Give the not-ready reasons in their order."""
    query = select(PauseReasonRow).order_by(PauseReasonRow.position, PauseReasonRow.key)
    if not disabled_too:
        query = query.where(PauseReasonRow.enabled)
    return [
        PauseReason(
            row.key,
            row.name_en,
            row.name_zh,
            row.position,
            row.enabled,
            row.paid,
            row.most_minutes,
            row.most_at_once,
            CountedIn(row.counted_in),
        )
        for row in session.scalars(query)
    ]


def save_pause_reason(session: Session, reason: PauseReason) -> None:
    """Add a not-ready reason, or replace the one with its key."""
    key = clean(reason.key.strip(), 50)
    if not key or not (is_visible(reason.name_en) or is_visible(reason.name_zh)):
        raise InvalidError("An option needs a key and a name.", field="key")
    columns = {
        "name_en": clean(reason.name_en.strip(), 100),
        "name_zh": clean(reason.name_zh.strip(), 100),
        "position": reason.position,
        "enabled": reason.enabled,
        "paid": reason.paid,
        "most_minutes": reason.most_minutes,
        "most_at_once": reason.most_at_once,
        "counted_in": reason.counted_in.value,
    }
    saved = insert(PauseReasonRow).values(key=key, **columns)
    session.execute(saved.on_conflict_do_update(index_elements=[PauseReasonRow.key], set_=columns))
    notify(session, f"pause_reasons:{key}")


def set_outside_number(session: Session, agent: int, number: str) -> None:
    """Keep the number outside (E.164) at which an agent takes calls."""
    columns = {"outside_number": clean(number, 32)}
    session.execute(update(AgentRow).where(AgentRow.user_id == agent).values(columns))
    notify(session, f"agents:{agent}")


def outside_number(session: Session, agent: int) -> str:
    """Give the number outside at which an agent took calls last; "" if there is none."""
    query = select(AgentRow.outside_number).where(AgentRow.user_id == agent)
    return session.scalars(query).one_or_none() or ""


def _agents(session: Session, wanted: Select[AgentRow]) -> list[AgentSettings]:
    query = (
        wanted.add_columns(UserRow.name, UserRow.enabled)
        .join(UserRow, UserRow.id == AgentRow.user_id)
        .execution_options(populate_existing=True)
    )
    found = session.execute(query).all()
    skilled = levels(
        session, None if wanted.whereclause is None else [r.user_id for r, *_ in found]
    )
    idle = parameters(session).number("idle_sign_out_minutes")
    return [
        AgentSettings(
            id=AgentId(row.user_id),
            name=name,
            extension=row.extension,
            sip_secret=row.sip_secret,
            enabled=row.enabled and may_sign_in,
            caller_number=row.caller_number,
            outbound=Outbound(row.outbound),
            outbound_until=row.outbound_until,
            skills=skilled.get(AgentId(row.user_id), {}),
            calls_at_once=row.calls_at_once,
            idle_minutes=idle,
        )
        for row, name, may_sign_in in found
    ]


def _taken(extension: str) -> TakenError:
    return TakenError("The extension {extension} is taken.", "extension", extension=extension)


def _extension(extension: str) -> str:
    # The extension is the phone's name in Asterisk, and what colleagues dial.
    if not (extension.isascii() and extension.isdigit() and 2 <= len(extension) <= 6):  # noqa: PLR2004
        raise InvalidError("An extension is 2 to 6 digits.", field="extension")
    return extension
