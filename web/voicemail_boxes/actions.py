"""Actions on voicemail boxes that pages and API share: show, add, change, remove."""

from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.store import agent_names, agents
from crm.jobs.job import NewJob
from crm.jobs.store import revive
from crm.kernel.destination import Destination, DestinationKind
from crm.people.groups.store import groups
from crm.people.person import SignedIn
from crm.voicemail.box import BoxDraft, BoxId, BoxSettings, read_addresses, read_pin
from crm.voicemail.boxes import store
from crm.voicemail.store import greeting_of
from web.destinations.usage import check_unused
from web.kit.audit import note
from web.kit.clock import now
from web.kit.passwords import hash_password
from web.kit.shapes import Choice, Named
from web.numbers.words import SPEAK
from web.voicemail_boxes.shapes import BoxBody, BoxChange, BoxShape

PLAIN = ("name", "language", "greeting", "most_seconds", "keep_days")
COUNTED = frozenset({"messages", "waiting"})


def show_boxes(session: Session) -> list[BoxShape]:
    """Show all boxes by name, the inactive ones too."""
    people, teams = agent_names(session), _group_names(session)
    return [_show(one, people, teams) for one in store.boxes(session)]


def show_box(session: Session, box: int) -> BoxShape:
    """Show one box."""
    return _show(store.box(session, box), agent_names(session), _group_names(session))


def settings_of(shape: BoxShape) -> dict[str, object]:
    """Give what can be set of a box, by which its versions are told apart."""
    return {key: value for key, value in dict(shape).items() if key not in COUNTED}


def agent_choices(session: Session, chosen: int | None) -> list[Choice]:
    """Give the agents who may have a box, and the one who has this."""
    return [
        Choice(key=str(one.id), name=f"{one.name} ({one.extension})")
        for one in sorted(agents(session), key=lambda agent: agent.name.casefold())
        if one.enabled or one.id == chosen
    ]


def make_box(session: Session, request: Request, who: SignedIn, body: BoxBody) -> BoxId:
    """Add a box."""
    draft = BoxDraft(
        name=body.name,
        agent=body.agent,
        group=body.group,
        language=body.language,
        greeting=body.greeting.strip(),
        most_seconds=body.most_seconds,
        keep_days=body.keep_days,
        mail_to=read_addresses(body.mail_to),
        pin_hash=_hashed(body.pin),
        enabled=body.active,
    )
    made = store.add_box(session, draft)
    _speak(session, made, draft)
    after = _noted(store.box(session, made).draft)
    note(session, request, who, "voicemail_box.added", "voicemail_boxes", made, {}, after)
    return made


def write_box(session: Session, request: Request, who: SignedIn, box: int, body: BoxChange) -> None:
    """Change the given fields of a box; they count for the next caller."""
    known = store.box_to_change(session, box).draft
    draft = replace(known, **_given(body))
    if known.enabled and not draft.enabled:
        check_unused(session, Destination(DestinationKind.VOICEMAIL, str(box)))
    store.change_box(session, box, draft)
    if (draft.greeting, draft.language) != (known.greeting, known.language):
        _speak(session, BoxId(box), draft)
    before, after = _noted(known), _noted(store.box(session, box).draft)
    if draft.pin_hash != known.pin_hash:
        after["pin_changed"] = True  # never the PIN itself
    if before != after:
        note(session, request, who, "voicemail_box.changed", "voicemail_boxes", box, before, after)


def remove_box(session: Session, request: Request, who: SignedIn, box: int) -> None:
    """Remove a box that nothing leads to and that has no messages."""
    known = store.box_to_change(session, box).draft
    check_unused(session, Destination(DestinationKind.VOICEMAIL, str(box)))
    store.remove_box(session, box)
    before = _noted(known)
    note(session, request, who, "voicemail_box.removed", "voicemail_boxes", box, before, {})


def _given(body: BoxChange) -> dict[str, Any]:
    sent = body.model_fields_set
    given: dict[str, Any] = {
        name: value for name in PLAIN if (value := getattr(body, name)) is not None
    }
    given |= {name: getattr(body, name) for name in ("agent", "group") if name in sent}
    if body.greeting is not None:
        given["greeting"] = body.greeting.strip()
    if body.mail_to is not None:
        given["mail_to"] = read_addresses(body.mail_to)
    if body.pin is not None:
        given["pin_hash"] = _hashed(body.pin)
    if body.active is not None:
        given["enabled"] = body.active
    return given


def _hashed(typed: str) -> str:
    pin = read_pin(typed)
    return hash_password(pin) if pin else ""


def _speak(session: Session, box: BoxId, draft: BoxDraft) -> None:
    """Let a job speak the greeting."""
    if draft.greeting:
        revive(session, SPEAK, [NewJob(greeting_of(box))], now())


def _group_names(session: Session) -> dict[int, str]:
    return {one.id: one.name for one in groups(session)}


def _show(known: BoxSettings, people: dict[int, str], teams: dict[int, str]) -> BoxShape:
    draft = known.draft
    return BoxShape(
        id=known.id,
        name=draft.name,
        agent=_named(draft.agent, people),
        group=_named(draft.group, teams),
        language=draft.language,
        greeting=draft.greeting,
        most_seconds=draft.most_seconds,
        keep_days=draft.keep_days,
        mail_to=list(draft.mail_to),
        has_pin=bool(draft.pin_hash),
        active=draft.enabled,
        messages=known.messages,
        waiting=known.waiting,
    )


def _named(id_: int | None, known: dict[int, str]) -> Named | None:
    return None if id_ is None else Named(id=id_, name=known.get(id_, str(id_)))


def _noted(draft: BoxDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "agent": draft.agent,
        "group": draft.group,
        "language": draft.language.value,
        "greeting": draft.greeting,
        "most_seconds": draft.most_seconds,
        "keep_days": draft.keep_days,
        "mail_to": list(draft.mail_to),
        "active": draft.enabled,
    }
