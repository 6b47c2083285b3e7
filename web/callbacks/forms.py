"""The forms of a callback: a new one, and the number and the time of one that waits."""

from datetime import datetime

from sqlalchemy.orm import Session

from crm.people.person import SignedIn
from web.callbacks.actions import queue_choices
from web.callbacks.shapes import CallbackBody, CallbackForm, CallbackShape
from web.callbacks.views import version_of
from web.kit.body_form import fields_of
from web.kit.clock import now
from web.kit.forms import Form
from web.kit.i18n import N_, Reader

ORDER = ("number", "queue", "at", "note")


def new_form(session: Session, reader: Reader, who: SignedIn, number: str = "") -> Form:
    """Make the form of a callback that a user adds."""
    queues = queue_choices(session, reader, who)
    fields = fields_of(CallbackBody, reader, {"number": number}, {"queue": queues})
    fields.sort(key=lambda one: ORDER.index(one.name))
    form = Form("/callbacks", fields, name="callback", cancel_url="/callbacks")
    form.submit = reader.gettext(N_("Add callback"))
    form.field("at").least = _local(reader, now())
    return form


def change_form(reader: Reader, shape: CallbackShape) -> Form:
    """Make the form of a callback that waits."""
    due = shape.due_at
    values = {"number": shape.number, "at": "" if due is None else _local(reader, due)}
    fields = fields_of(CallbackForm, reader, values, {})
    form = Form(f"/callbacks/{shape.id}", fields, name="callback", columns=1)
    form.submit, form.version = reader.gettext(N_("Save")), version_of(shape)
    return form


def _local(reader: Reader, at: datetime) -> str:
    return reader.local(at).strftime("%Y-%m-%dT%H:%M")
