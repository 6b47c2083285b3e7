"""The form of new extensions."""

from sqlalchemy.orm import Session

from acd.store import next_extension
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.body_form import fields_of
from web.kit.forms import Form, choices_of
from web.kit.i18n import N_, Reader
from web.phones.actions import without_extension
from web.phones.shapes import PhonesForm


def phones_form(session: Session, reader: Reader, who: SignedIn) -> Form:
    """Make the form; new users can be entered by those who may add users."""
    options = {"users": choices_of(without_extension(session))}
    values = {"start": next_extension(session)}
    fields = fields_of(PhonesForm, reader, values, options)
    if not who.may(Right.PEOPLE_MANAGE):
        fields = [one for one in fields if one.name != "people"]
    return Form(
        "/phones",
        fields,
        submit=reader.gettext(N_("Add extensions")),
        cancel_url="/phones",
        name="phones",
        columns=1,
    )
