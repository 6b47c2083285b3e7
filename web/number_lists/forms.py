"""The forms of a number list and of new entries."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from crm.number_lists.lists import EFFECTS, EffectKind, ListKind
from web.kit.body_form import fields_of, read_body
from web.kit.date_input import until_end
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.number_lists.actions import settings_of
from web.number_lists.shapes import EntriesBody, EntriesForm, ListBody, ListForm, ListShape
from web.number_lists.words import AS_LIST
from web.queues.actions import queue_choices


def list_form(session: Session, reader: Reader, shape: ListShape | None) -> Form:
    """Make the form for a new list, or for an existing one, which keeps its type."""
    values: Mapping[str, object] = dict(shape) if shape else {}
    options = {"queue": queue_choices(session, reader, [shape.queue] if shape else ())}
    form = Form(
        f"/number-lists/{shape.id}" if shape else "/number-lists",
        fields_of(ListForm if shape else ListBody, reader, values, options),
        version=etag_of(settings_of(shape)) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add list")),
        cancel_url=f"/number-lists/{shape.id}" if shape else "/number-lists",
        name="number-list",
    )
    _put_last(form, ("effect", "priority", "queue", "note"))
    if shape:
        _keep_effects(form, shape.kind)
    return form


def entries_form(
    session: Session, reader: Reader, shape: ListShape, expires: datetime | None
) -> Form:
    """Make the form of new entries of a list; `expires` is suggested."""
    day = reader.local(expires).date().isoformat() if expires else ""
    form = Form(
        f"/number-lists/{shape.id}/entries",
        fields_of(EntriesForm, reader, {"expires": day}, {"queue": queue_choices(session, reader)}),
        submit=reader.gettext(N_("Add numbers")),
        name="entries",
    )
    form.field("effect").placeholder = reader.gettext(AS_LIST)
    _put_last(form, ("effect", "priority", "queue"))
    _keep_effects(form, shape.kind)
    return form


def read_entries(sent: Posted, reader: Reader) -> EntriesBody:
    """Read the form of new entries; an expiry is the end of its day in the reader's zone."""
    typed = read_body(EntriesForm, sent)
    until = until_end(typed.expires, reader, "expires") if typed.expires else None
    return EntriesBody(
        numbers=_lines(typed.numbers),
        segment=typed.segment,
        direction=typed.direction,
        reason=typed.reason,
        expires_at=until,
        effect=typed.effect,
        priority=typed.priority,
        queue=typed.queue,
    )


def _lines(text: str) -> list[str]:
    return [one.strip() for one in text.splitlines() if one.strip()]


def _keep_effects(form: Form, kind: ListKind) -> None:
    """Offer the effects that a kind of list can have, and their fields."""
    possible = EFFECTS[kind]
    effect = form.field("effect")
    effect.options = [one for one in effect.options if one.key in possible]
    needed = {
        "effect": bool(possible),
        "priority": EffectKind.PRIORITY in possible,
        "queue": EffectKind.QUEUE in possible,
    }
    form.fields[:] = [one for one in form.fields if needed.get(one.name, True)]


def _put_last(form: Form, names: tuple[str, ...]) -> None:
    """Move fields that a body inherits behind its own."""
    last = [form.field(name) for name in names if name in form.names()]
    form.fields[:] = [one for one in form.fields if one not in last] + last
