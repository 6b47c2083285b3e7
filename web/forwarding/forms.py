"""The form of the forwarding of an extension."""

from web.destinations.actions import fields, posted
from web.destinations.targets import DestinationTargets
from web.forwarding.shapes import ForwardsBody, ForwardsShape
from web.forwarding.words import FORWARDS, HELP, KINDS
from web.kit.etag import etag_of
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted


def forwards_form(
    reader: Reader, shape: ForwardsShape, targets: DestinationTargets, url: str
) -> Form:
    """Make the form: a destination for each reason."""
    found: list[Field] = []
    for name in KINDS:
        chosen, number = fields(
            name,
            FORWARDS[name],
            str(getattr(shape, name)),
            targets,
            reader,
            required=False,
            placeholder=N_("Not forwarded"),
            help_=HELP[name],
        )
        kind = reader.gettext(FORWARDS[name])
        number.label = reader.say(N_("Outside number ({reason})"), reason=kind)
        found += (chosen, number)
    for one in found:
        one.groups = [
            (heading, [choice for choice in choices if choice.key != "hangup"])
            for heading, choices in one.groups
        ]
    return Form(
        url,
        found,
        version=etag_of(shape),
        submit=reader.gettext(N_("Save")),
        name="forwarding",
        columns=1,
    )


def read_form(sent: Posted) -> ForwardsBody:
    """Read the form as the body that the API takes."""
    return ForwardsBody(**{name: posted(sent, name) for name in KINDS})
