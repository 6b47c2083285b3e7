"""The form of a queue."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from web.kit.body_form import fields_of
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.queues.actions import agent_choices
from web.queues.shapes import QueueBody, QueueShape


def queue_form(session: Session, reader: Reader, shape: QueueShape | None) -> Form:
    """Make the form for a new queue, or for an existing one."""
    members = [one.id for one in shape.members] if shape else []
    options = {"members": agent_choices(session, members)}
    return Form(
        f"/queues/{shape.key}" if shape else "/queues",
        fields_of(QueueBody, reader, _values(shape), options),
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add queue")),
        cancel_url="/queues",
        name="queue",
    )


def _values(shape: QueueShape | None) -> Mapping[str, object]:
    if shape is None:
        return {}
    seconds = {key: round(getattr(shape, key)) for key in ("ring_seconds", "wrapup_seconds")}
    return {**dict(shape), **seconds}
