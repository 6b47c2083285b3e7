"""Actions on queues that pages and API share: show, add, change."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.queue import AgentId, Queue, QueueKey
from acd.queues import store
from acd.queues.store import QueueSettings
from acd.store import agents, save_queue
from crm.kernel.errors import ConflictError, InvalidError
from crm.people.person import Language, SignedIn
from ivr.flow import queues as queues_of_flow
from ivr.store import numbers, published_flows
from web.kit.audit import note
from web.kit.i18n import Reader
from web.kit.request import context_of
from web.kit.shapes import Choice, Named
from web.queues.shapes import QueueBody, QueueChange, QueueShape
from web.queues.words import MUSIC

LONGEST_KEY = 30  # letters; a number may be put behind it
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")


def show_queues(session: Session, reader: Reader) -> list[QueueShape]:
    """Show all queues, the inactive ones too."""
    names = {one.id: one.name for one in agents(session)}
    return [_show(one, reader, names) for one in store.queue_settings(session)]


def show_queue(session: Session, reader: Reader, key: str) -> QueueShape:
    """Show one queue with its agents by name."""
    names = {one.id: one.name for one in agents(session)}
    return _show(store.queue_of(session, key), reader, names)


def make_queue(session: Session, request: Request, who: SignedIn, body: QueueBody) -> QueueKey:
    """Add a queue; its key is made from its English name."""
    key = store.free_key(session, _key_of(body.name_en))
    queue = Queue(
        key=key,
        name="",
        members=tuple(map(AgentId, sorted(set(body.members)))),
        ring_seconds=body.ring_seconds,
        wrapup_seconds=body.wrapup_seconds,
        max_misses=body.max_misses,
        record=body.record,
        music=_music(body.music),
        fallback=store.free_fallback(session),
    )
    made = QueueSettings(queue, "", enabled=True)
    _save(session, _named(made, body.name_en, body.name_zh), enabled=body.active)
    after = _noted(store.queue_of(session, key))
    note(session, request, who, "queue.added", "queues", key, {}, after)
    _forget_names(request, session)
    return key


def write_queue(
    session: Session, request: Request, who: SignedIn, key: str, body: QueueChange
) -> None:
    """Change the given fields of a queue; the engine uses them for the next offer."""
    known = store.queue_to_change(session, key)
    given: dict[str, Any] = {
        name: value
        for name in ("ring_seconds", "wrapup_seconds", "max_misses", "record", "music")
        if (value := getattr(body, name)) is not None
    }
    if body.members is not None:
        given["members"] = tuple(map(AgentId, sorted(set(body.members))))
    if "music" in given:
        given["music"] = _music(given["music"])
    changed = replace(known, queue=replace(known.queue, **given))
    if body.name_en is not None or body.name_zh is not None:
        english = changed.queue.name if body.name_en is None else body.name_en
        chinese = changed.name_zh if body.name_zh is None else body.name_zh
        changed = _named(changed, english, chinese)
    enabled = known.enabled if body.active is None else body.active
    if known.enabled and not enabled:
        _check_unused(session, known.queue.key)
    _save(session, changed, enabled=enabled)
    before, after = _noted(known), _noted(store.queue_of(session, key))
    if before != after:
        note(session, request, who, "queue.changed", "queues", key, before, after)
        _forget_names(request, session)


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


def _key_of(name: str) -> str:
    """Make a key from a name: lower-case letters, digits and hyphens; `queue` if none are left."""
    words = _BETWEEN_WORDS.sub("-", name.lower()).strip("-")
    return words[:LONGEST_KEY].strip("-") or "queue"


def _named(known: QueueSettings, english: str, chinese: str) -> QueueSettings:
    """Name a queue; a queue with one name only is called so in both languages."""
    english, chinese = english.strip(), chinese.strip()
    if not (english or chinese):
        raise InvalidError("A name is needed.", field="name_en")
    return replace(
        known, queue=replace(known.queue, name=english or chinese), name_zh=chinese or english
    )


def _music(name: str) -> str:
    if name not in MUSIC:
        raise InvalidError("“{key}” is not among the choices.", field="music", key=name)
    return name


def _save(session: Session, wanted: QueueSettings, *, enabled: bool) -> None:
    save_queue(session, wanted.queue, wanted.name_zh)
    store.set_queue_enabled(session, wanted.queue.key, enabled=enabled)


def _check_unused(session: Session, key: QueueKey) -> None:
    """Refuse to deactivate a queue that an active number's flow leads callers into."""
    flows = {one.id: one for one in published_flows(session)}
    for number in numbers(session):
        flow = flows.get(number.flow)
        if number.enabled and flow is not None and key in queues_of_flow(flow):
            raise ConflictError(
                "Callers of {number} are led into this queue. Change that number first.",
                number=number.number,
            )


def _forget_names(request: Request, session: Session) -> None:
    context_of(request).settings_cache.forget_after(session)


def _show(known: QueueSettings, reader: Reader, names: Mapping[AgentId, str]) -> QueueShape:
    queue = known.queue
    chinese = reader.language is Language.CHINESE
    members = [Named(id=one, name=names.get(one, str(one))) for one in queue.members]
    return QueueShape(
        key=queue.key,
        name=(known.name_zh or queue.name) if chinese else queue.name,
        name_en=queue.name,
        name_zh=known.name_zh,
        members=sorted(members, key=lambda one: one.name.casefold()),
        ring_seconds=queue.ring_seconds,
        wrapup_seconds=queue.wrapup_seconds,
        max_misses=queue.max_misses,
        priority=queue.priority,
        record=queue.record,
        music=queue.music,
        active=known.enabled,
    )


def _noted(known: QueueSettings) -> dict[str, Any]:
    queue = known.queue
    return {
        "name_en": queue.name,
        "name_zh": known.name_zh,
        "members": list(queue.members),
        "ring_seconds": queue.ring_seconds,
        "wrapup_seconds": queue.wrapup_seconds,
        "max_misses": queue.max_misses,
        "record": queue.record,
        "music": queue.music,
        "active": known.enabled,
    }
