"""Actions on queues that pages and API share: show, add, change, delete."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.forwarding.store import forwarding_to
from acd.queue import AgentId, CallbackRule, Queue, QueueKey, QueueMember, SkillGroupId
from acd.queue_steps.store import queues_leading_to
from acd.queue_successor.store import remove_queue
from acd.queues import store
from acd.queues.store import QueueGroup, QueueSettings
from acd.store import agent_names, agents
from crm.dictionary.item import both_names
from crm.hours.group import TimeGroupId
from crm.hours.store import time_group
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.people.person import SignedIn
from cti.routes.store import forced_handling, routes_to
from ivr.flow import queues as queues_of_flow
from ivr.store import numbers, published_flows
from web.destinations.actions import read
from web.destinations.targets import DestinationTargets, targets_of
from web.destinations.usage import check_no_fallback
from web.kit.audit import note
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.kit.shapes import Choice
from web.live.context import live_of
from web.live.schema import ItemKind
from web.music.actions import is_music
from web.queues import announcements
from web.queues.row_shapes import MemberBody, QueueGroupBody
from web.queues.shapes import MembersBody, QueueBody, QueueChange, QueueShape
from web.queues.steps import read_needs, read_steps
from web.queues.usage import lead_all, uses_of, uses_sentence
from web.queues.views import noted, queue_words, show
from web.queues.words import WAITED_IN

LONGEST_KEY = 30  # letters; a number may be put behind it
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")

RESERVED = frozenset({"new", "check", "export"})  # addresses of pages

SINGLE = (
    "strategy",
    "priority",
    "weight",
    "ageing",
    "ring_seconds",
    "wrapup_seconds",
    "max_misses",
    "record",
    "max_wait_seconds",
    "max_length",
    "service_seconds",
)
DESTINATIONS = ("timed_out", "full", "closed", "empty")
NEEDS_SUCCESSOR = N_("This queue is in use. Name the queue that replaces it: {uses}.")
OWN_SUCCESSOR = N_("A queue cannot replace itself.")


def show_queues(session: Session, reader: Reader) -> list[QueueShape]:
    """Show all queues, the inactive ones too."""
    words = queue_words(session, reader)
    return [show(one, words) for one in store.queue_settings(session)]


def show_queue(session: Session, reader: Reader, key: str) -> QueueShape:
    """Show one queue with its agents by name."""
    return show(store.queue_of(session, key), queue_words(session, reader))


def make_queue(session: Session, request: Request, who: SignedIn, body: QueueBody) -> QueueKey:
    """Add a queue; its key is made from its English name."""
    key = store.free_key(session, _key_of(body.name_en))
    queue = Queue(key=key, name="", fallback=store.free_fallback(session))
    made = wanted(session, request, QueueSettings(queue, "", enabled=True), body)
    _save(session, made)
    after = noted(store.queue_of(session, key), queue_words(session, reader_of(request)))
    note(session, request, who, "queue.added", "queues", key, {}, after)
    _forget_names(request, session)
    return key


def write_queue(
    session: Session, request: Request, who: SignedIn, key: str, body: QueueChange
) -> None:
    """Change the given fields of a queue; the engine uses them for the next offer."""
    known = store.queue_to_change(session, key)
    changed = wanted(session, request, known, body)
    if known.enabled and not changed.enabled:
        _check_unused(session, known.queue.key)
    _save(session, changed)
    words = queue_words(session, reader_of(request))
    before, after = noted(known, words), noted(store.queue_of(session, key), words)
    if before != after:
        note(session, request, who, "queue.changed", "queues", known.queue.key, before, after)
        _forget_names(request, session)


def write_members(
    session: Session, request: Request, who: SignedIn, key: str, body: MembersBody
) -> None:
    """Set the agents and skill groups of a queue."""
    change = QueueChange(members=body.members, groups=body.groups)
    write_queue(session, request, who, key, change)


def delete_queue(
    session: Session, request: Request, who: SignedIn, key: str, successor: str
) -> None:
    """Delete a queue; what leads to it leads to the successor from now on."""
    known = store.queue_to_change(session, key)
    reader, old = reader_of(request), known.queue.key
    uses = uses_of(session, old)
    after: dict[str, Any] = {}
    new: QueueKey | None = None
    if successor:
        new = _successor(session, old, successor)
        lead_all(session, old, new, who.user.id)
        after = {"successor": new, "changed": uses_sentence(uses, reader)}
    elif uses:
        raise ConflictError(NEEDS_SUCCESSOR, uses=uses_sentence(uses, reader))
    elif is_waited_in(request, old):
        raise ConflictError(WAITED_IN)
    remove_queue(session, old, new)
    before = noted(known, queue_words(session, reader))
    note(session, request, who, "queue.removed", "queues", old, before, after)
    _forget_names(request, session)


def is_waited_in(request: Request, key: str) -> bool:
    """Whether callers wait in a queue now, as far as the engine tells."""
    value = live_of(request).mirror.value(ItemKind.QUEUE, key)
    return value is not None and bool(value.get("waiting"))


def wanted(
    session: Session, request: Request, known: QueueSettings, body: QueueBody | QueueChange
) -> QueueSettings:
    """Give a queue's settings with the given fields of a body; InvalidError names a wrong one."""
    targets, region = targets_of(session), context_of(request).settings.region
    queue = known.queue
    given: dict[str, Any] = {
        name: value for name in SINGLE if (value := getattr(body, name)) is not None
    }
    if body.music is not None:
        given["music"] = _music(session, body.music)
    if body.service_percent is not None:
        given["service_share"] = body.service_percent / 100
    if body.members is not None:
        given["members"] = _members(queue, body.members)
    if body.needs is not None:
        given["needs"] = read_needs(body.needs)
    if body.steps is not None:
        given["steps"] = read_steps(body.steps, targets, region)
    if "hours" in body.model_fields_set:
        given["hours"] = _hours(session, body.hours)
    for name in DESTINATIONS:
        if (text := getattr(body, name)) is not None:
            given[name] = _destination(text, targets, region, name)
    given["preferred"] = replace(
        queue.preferred,
        last_agent_days=_or(body.last_agent_days, queue.preferred.last_agent_days),
        owner=_or(body.prefer_owner, queue.preferred.owner),
        patience_seconds=_or(body.patience_seconds, queue.preferred.patience_seconds),
    )
    given["announcements"] = announcements.given(body, queue.announcements)
    given["callback"] = CallbackRule(
        _or(body.callback_tries, queue.callback.tries),
        _or(body.callback_pause_seconds, queue.callback.pause_seconds),
        _or(body.callback_choose_time, queue.callback.choose_time),
    )
    groups = known.groups if body.groups is None else _groups(body.groups)
    enabled = known.enabled if body.active is None else body.active
    changed = replace(known, queue=replace(queue, **given), groups=groups, enabled=enabled)
    if body.name_en is None and body.name_zh is None:
        return changed
    english = queue.name if body.name_en is None else body.name_en
    chinese = known.name_zh if body.name_zh is None else body.name_zh
    return _named(changed, english, chinese)


def agent_choices(session: Session, chosen: Iterable[int] = ()) -> list[Choice]:
    """Give the agents who can be members of a queue, and those who are."""
    kept = set(chosen)
    return [
        Choice(key=str(one.id), name=f"{one.name} ({one.extension})")
        for one in sorted(agents(session), key=lambda agent: agent.name.casefold())
        if one.enabled or one.id in kept
    ]


def queue_choices(session: Session, reader: Reader, chosen: Iterable[str] = ()) -> list[Choice]:
    """Give the active queues, and those that are chosen already."""
    kept = set(chosen)
    return [
        Choice(key=one.key, name=one.name)
        for one in show_queues(session, reader)
        if one.active or one.key in kept
    ]


def _or(given: Any, present: Any) -> Any:
    return present if given is None else given


def _members(queue: Queue, bodies: Sequence[int | MemberBody]) -> tuple[QueueMember, ...]:
    ranks = {one.agent: one.rank for one in queue.members}
    found: dict[AgentId, QueueMember] = {}
    for one in bodies:
        agent = AgentId(one.agent if isinstance(one, MemberBody) else one)
        rank = one.rank if isinstance(one, MemberBody) else ranks.get(agent, 1)
        found[agent] = QueueMember(agent, rank)
    return tuple(found[agent] for agent in sorted(found))


def _groups(bodies: Sequence[QueueGroupBody]) -> tuple[QueueGroup, ...]:
    return tuple(QueueGroup(SkillGroupId(one.group), one.rank) for one in bodies)


def _hours(session: Session, id_: int | None) -> TimeGroupId | None:
    if id_ is None:
        return None
    try:
        return TimeGroupId(time_group(session, id_).group.id)
    except MissingError:
        raise InvalidError("“{key}” is not one of the options.", "hours", key=id_) from None


def _destination(
    text: str, targets: DestinationTargets, region: str, field: str
) -> Destination | None:
    return read(text, targets, region, field) if text.strip() else None


def _successor(session: Session, old: QueueKey, successor: str) -> QueueKey:
    try:
        found = store.queue_of(session, successor)
    except MissingError as error:
        raise InvalidError(error.sentence, "successor", **error.values) from None
    if found.queue.key == old:
        raise InvalidError(OWN_SUCCESSOR, "successor")
    if not found.enabled:
        raise InvalidError("The queue “{name}” is inactive.", "successor", name=found.queue.name)
    return found.queue.key


def _key_of(name: str) -> str:
    """Make a key from a name: lower-case letters, digits and hyphens; `queue` if none are left."""
    words = _BETWEEN_WORDS.sub("-", name.lower()).strip("-")[:LONGEST_KEY].strip("-") or "queue"
    return f"{words}-queue" if words in RESERVED else words


def _named(known: QueueSettings, english: str, chinese: str) -> QueueSettings:
    """Name a queue; InvalidError if there is no name."""
    english, chinese = both_names(english, chinese)
    return replace(known, queue=replace(known.queue, name=english), name_zh=chinese)


def _music(session: Session, name: str) -> str:
    if not is_music(session, name):
        raise InvalidError("“{key}” is not among the choices.", field="music", key=name)
    return name


def _save(session: Session, changed: QueueSettings) -> None:
    key = changed.queue.key
    store.save_queue(session, changed.queue, changed.name_zh)
    store.set_queue_groups(session, key, changed.groups)
    store.set_queue_enabled(session, key, enabled=changed.enabled)
    announcements.speak(session, changed.queue)


def _check_unused(session: Session, key: QueueKey) -> None:
    """Refuse to deactivate a queue that an active number's flow, or a route, leads callers into."""
    flows = {one.id: one for one in published_flows(session)}
    for number in numbers(session):
        flow = flows.get(number.flow)
        if number.enabled and flow is not None and key in queues_of_flow(flow):
            raise ConflictError(
                "Callers of {number} are led into this queue. Change that number first.",
                number=number.number,
            )
    here = Destination(DestinationKind.QUEUE, key)
    if names := routes_to(session, here):
        raise ConflictError(
            "These routes lead into this queue: {routes}. Change them first.",
            routes=", ".join(names),
        )
    if agents_to := forwarding_to(session, here):
        known = agent_names(session)
        raise ConflictError(
            "The extensions of these agents are forwarded to this queue: {agents}. Change that "
            "first.",
            agents=", ".join(known.get(one, str(one)) for one in agents_to),
        )
    if any(one.forced.destination == here for one in forced_handling(session)):
        raise ConflictError("Forced handling sends calls into this queue. Turn it off first.")
    if queues := queues_leading_to(session, here):
        raise ConflictError(
            "These queues send callers into this queue: {queues}. Change them first.",
            queues=", ".join(queues),
        )
    check_no_fallback(session, here)


def _forget_names(request: Request, session: Session) -> None:
    context_of(request).settings_cache.forget_after(session)
