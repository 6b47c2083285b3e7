"""The settings of agents and queues, and the log of the agents' states."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, delete, func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from acd.agent import PAST, AgentEvent, AgentState, Outbound, Phone
from acd.models import AgentEventRow, AgentRow, PauseReasonRow, QueueMemberRow, QueueRow
from acd.queue import AgentId, Queue, QueueKey
from acd.seats import SIGNED_IN
from acd.tasks import NO_ANSWER
from crm.calls.record import CallId, FactId
from crm.kernel.errors import InvalidError, MissingError, TakenError
from crm.kernel.names import is_visible, needed_name
from crm.kernel.text import clean, clean_detail
from crm.people.models import UserRow
from crm.sql.db import insert_rows, notify, whole_table

FIRST_EXTENSION = 1001  # if there is no extension yet
_NEWEST_FIRST = (AgentEventRow.at.desc(), AgentEventRow.number.desc())
_EVENT = [one.key for one in AgentEventRow.__mapper__.column_attrs if one.key != "number"]
_NEW_EVENTS = insert_rows(whole_table(AgentEventRow), _EVENT).on_conflict_do_nothing(
    index_elements=[AgentEventRow.fact]
)


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """The settings of an agent and the agent's phone."""

    id: AgentId
    name: str
    extension: str
    sip_secret: str = field(repr=False)
    enabled: bool  # as an agent and as a user
    caller_number: str = ""  # E.164, shown when the agent calls out; "" is the site's
    outbound: Outbound = Outbound.INTERNAL


@dataclass(frozen=True, slots=True)
class AgentDraft:
    """What can be set for an agent."""

    extension: str
    caller_number: str = ""
    outbound: Outbound = Outbound.INTERNAL
    queues: tuple[QueueKey, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueNames:
    """The name of a queue in both languages."""

    en: str
    zh: str
    enabled: bool = True


# The system sets these; agents cannot choose them, but a state that shows them needs a name.
SYSTEM_REASONS = frozenset({NO_ANSWER, SIGNED_IN})


@dataclass(frozen=True, slots=True)
class PauseReason:
    """A not-ready reason, of those that agents can choose and of `SYSTEM_REASONS`."""

    key: str
    name_en: str
    name_zh: str
    position: int = 0
    enabled: bool = True


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
    session.execute(delete(QueueMemberRow).where(QueueMemberRow.agent_id == agent))
    if keys:
        rows = [{"queue_id": known[key], "agent_id": agent} for key in sorted(keys)]
        session.execute(insert(QueueMemberRow), rows)
    for changed in sorted(before ^ keys):
        notify(session, f"queues:{changed}")


def queues(session: Session, keys: Collection[QueueKey] | None = None) -> list[Queue]:
    """Give active queues with their members, by key: those named, or all."""
    members: dict[int, list[AgentId]] = defaultdict(list)
    in_order = select(QueueMemberRow).order_by(QueueMemberRow.agent_id)
    wanted = select(QueueRow).where(QueueRow.enabled).order_by(QueueRow.key)
    if keys is not None:
        wanted = wanted.where(QueueRow.key.in_(keys))
        named = select(QueueRow.id).where(QueueRow.key.in_(keys))
        in_order = in_order.where(QueueMemberRow.queue_id.in_(named))
    for member in session.scalars(in_order):
        members[member.queue_id].append(AgentId(member.agent_id))
    found = session.scalars(wanted.execution_options(populate_existing=True))
    return [
        Queue(
            key=QueueKey(row.key),
            name=row.name,
            members=tuple(members[row.id]),
            ring_seconds=row.ring_seconds,
            wrapup_seconds=row.wrapup_seconds,
            max_misses=row.max_misses,
            priority=row.priority,
            record=row.record,
            music=row.music,
            fallback=row.fallback,
        )
        for row in found
    ]


def queue_names(session: Session) -> dict[QueueKey, QueueNames]:
    """Give the names of the queues, the inactive ones too."""
    columns = (QueueRow.key, QueueRow.name, QueueRow.name_zh, QueueRow.enabled)
    found = session.execute(select(*columns).order_by(QueueRow.key))
    return {QueueKey(key): QueueNames(en, zh or en, on) for key, en, zh, on in found}


def save_queue(session: Session, queue: Queue, name_zh: str) -> None:
    """Add a queue, or replace the settings and members of the one with its key."""
    _check_queue(queue)
    columns = {
        "name": clean(queue.name.strip(), 100),
        "name_zh": clean(name_zh.strip(), 100),
        "ring_seconds": queue.ring_seconds,
        "wrapup_seconds": queue.wrapup_seconds,
        "max_misses": queue.max_misses,
        "priority": queue.priority,
        "record": queue.record,
        "music": clean(queue.music, 50),
        "fallback": queue.fallback,
    }
    saved = insert(QueueRow).values(key=queue.key, **columns)
    saved = saved.on_conflict_do_update(index_elements=[QueueRow.key], set_=columns)
    id_ = session.scalars(saved.returning(QueueRow.id)).one()
    session.execute(delete(QueueMemberRow).where(QueueMemberRow.queue_id == id_))
    if members := set(queue.members):
        known = set(session.scalars(select(AgentRow.user_id).where(AgentRow.user_id.in_(members))))
        for agent in sorted(members - known):
            raise InvalidError("There is no agent {agent}.", field="members", agent=agent)
        session.execute(
            insert(QueueMemberRow),
            [{"queue_id": id_, "agent_id": agent} for agent in sorted(members)],
        )
    notify(session, f"queues:{queue.key}")


def pause_reasons(session: Session, *, disabled_too: bool = False) -> list[PauseReason]:
    """Give the not-ready reasons in their order."""
    query = select(PauseReasonRow).order_by(PauseReasonRow.position, PauseReasonRow.key)
    if not disabled_too:
        query = query.where(PauseReasonRow.enabled)
    return [
        PauseReason(row.key, row.name_en, row.name_zh, row.position, row.enabled)
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
    }
    saved = insert(PauseReasonRow).values(key=key, **columns)
    session.execute(saved.on_conflict_do_update(index_elements=[PauseReasonRow.key], set_=columns))
    notify(session, f"pause_reasons:{key}")


def keep_agent_events(session: Session, events: Sequence[AgentEvent]) -> None:
    """Store lines of the agents' log, each once, however often they arrive."""
    if events:
        session.execute(_NEW_EVENTS, {"rows": [_event_columns(event) for event in events]})


def last_states(session: Session) -> list[AgentEvent]:
    """Give the last line of each agent's log; an agent who never signed in has none.

    A line that was told late, of a talk that was over by then, is never the last.
    """
    newest = (
        select(AgentEventRow)
        .where(
            AgentEventRow.agent == AgentRow.user_id, ~func.jsonb_exists(AgentEventRow.detail, PAST)
        )
        .order_by(AgentEventRow.number.desc())
        .limit(1)
        .correlate(AgentRow)
        .lateral()
    )
    line = aliased(AgentEventRow, newest)
    query = select(line).select_from(AgentRow).join(newest, true()).order_by(AgentRow.user_id)
    return [_event(row) for row in session.scalars(query)]


def agent_log(session: Session, agent: int, since: datetime, until: datetime) -> list[AgentEvent]:
    """Give an agent's log of a period, oldest line first."""
    query = select(AgentEventRow).where(
        AgentEventRow.agent == agent, AgentEventRow.at >= since, AgentEventRow.at < until
    )
    return [_event(row) for row in session.scalars(query.order_by(*_NEWEST_FIRST))][::-1]


def _agents(session: Session, wanted: Select[AgentRow]) -> list[AgentSettings]:
    query = (
        wanted.add_columns(UserRow.name, UserRow.enabled)
        .join(UserRow, UserRow.id == AgentRow.user_id)
        .execution_options(populate_existing=True)
    )
    return [
        AgentSettings(
            id=AgentId(row.user_id),
            name=name,
            extension=row.extension,
            sip_secret=row.sip_secret,
            enabled=row.enabled and may_sign_in,
            caller_number=row.caller_number,
            outbound=Outbound(row.outbound),
        )
        for row, name, may_sign_in in session.execute(query)
    ]


def _taken(extension: str) -> TakenError:
    return TakenError("The extension {extension} is taken.", "extension", extension=extension)


def _extension(extension: str) -> str:
    # The extension is the phone's name in Asterisk, and what colleagues dial.
    if not (extension.isascii() and extension.isdigit() and 2 <= len(extension) <= 6):  # noqa: PLR2004
        raise InvalidError("An extension is 2 to 6 digits.", field="extension")
    return extension


def _check_queue(queue: Queue) -> None:
    key = queue.key
    if not (key.isascii() and key.replace("-", "").isalnum() and len(key) <= 40):  # noqa: PLR2004
        raise InvalidError("A queue's key can contain letters, digits and “-”.", field="key")
    needed_name(queue.name, 100)
    if not 1 <= queue.ring_seconds <= 300 or not 0 <= queue.wrapup_seconds <= 3600:  # noqa: PLR2004
        raise InvalidError(
            "A queue rings 1 to 300 seconds and allows 0 to 3600 for wrap-up.", field="ring_seconds"
        )
    if queue.max_misses < 1:
        raise InvalidError(
            "An agent must be allowed to miss at least one call.", field="max_misses"
        )
    if not 1 <= queue.fallback <= 32:  # noqa: PLR2004
        raise InvalidError("The fallback queue must be a number from 1 to 32.", field="fallback")


def _event_columns(event: AgentEvent) -> dict[str, object]:
    return {
        "fact": clean(event.fact),
        "agent": event.agent,
        "at": event.at.isoformat(),
        "state": event.state.value,
        "reason": clean(event.reason, 200),
        "cause": clean(event.cause, 200),
        "call": None if event.call is None else clean(event.call),
        "phone": None if event.phone is None else event.phone.value,
        "inferred": event.inferred,
        "detail": clean_detail(event.detail),
    }


def _event(row: AgentEventRow) -> AgentEvent:
    return AgentEvent(
        fact=FactId(row.fact),
        agent=AgentId(row.agent),
        at=row.at,
        state=AgentState(row.state),
        reason=row.reason,
        cause=row.cause,
        call=None if row.call is None else CallId(row.call),
        phone=None if row.phone is None else Phone(row.phone),
        inferred=row.inferred,
        detail=row.detail,
    )
