"""The form of a voicemail box."""

from sqlalchemy.orm import Session

from web.groups.actions import group_choices
from web.kit.body_form import fields_of, read_body
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.voicemail_boxes.actions import agent_choices, settings_of
from web.voicemail_boxes.shapes import BoxBody, BoxChange, BoxShape, BoxWithPin

KEPT = N_("A PIN is set. Leave empty to keep it.")


def box_form(session: Session, reader: Reader, shape: BoxShape | None) -> Form:
    """Make the form for a new box, or for an existing one; a PIN is never shown."""
    chosen = shape.agent.id if shape and shape.agent else None
    options = {"agent": agent_choices(session, chosen), "group": group_choices(session)}
    body = BoxWithPin if shape and shape.has_pin else BoxBody
    form = Form(
        f"/voicemail-boxes/{shape.id}" if shape else "/voicemail-boxes",
        fields_of(body, reader, _values(reader, shape), options),
        version=etag_of(settings_of(shape)) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add voicemail box")),
        cancel_url="/voicemail-boxes",
        name="voicemail-box",
    )
    if body is BoxWithPin:
        form.field("pin").help = reader.gettext(KEPT)
    return form


def read_change(shape: BoxShape, sent: Posted) -> BoxChange:
    """Read the form of an existing box; an empty PIN keeps the one that is set."""
    read = read_body(BoxWithPin if shape.has_pin else BoxBody, sent)
    given = dict(read)
    removed = given.pop("remove_pin", False)
    if not given["pin"]:
        given["pin"] = "" if removed else None
    return BoxChange(**given)


def _values(reader: Reader, shape: BoxShape | None) -> dict[str, object]:
    return dict(shape) if shape else {"language": reader.language}
