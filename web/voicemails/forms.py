"""The form of a voicemail: its owner, whether it is handled, and a note."""

from sqlalchemy.orm import Session

from crm.voicemail.message import MessageState
from web.kit.body_form import fields_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice
from web.voicemails.shapes import CareBody, VoicemailDetail
from web.voicemails.views import carers, version_of


def care_form(session: Session, reader: Reader, shape: VoicemailDetail) -> Form:
    """Make the form of a message."""
    people = [Choice(key=str(one.id), name=one.name) for one in carers(session)]
    now = shape.assigned_to
    if now is not None and str(now.id) not in {one.key for one in people}:
        people.append(Choice(key=str(now.id), name=now.name))
    values = {**dict(shape), "handled": shape.state is MessageState.HANDLED}
    return Form(
        f"/voicemails/{shape.id}",
        fields_of(CareBody, reader, values, {"assigned_to": people}),
        version=version_of(shape),
        submit=reader.gettext(N_("Save")),
        name="voicemail",
        columns=1,
    )
