"""The forms of a custom destination: its settings, and the call of a test."""

from crm.custom_destinations.custom import CustomId
from crm.kernel.destination import DestinationKind
from web.custom_destinations.actions import destination_of, settings_of
from web.custom_destinations.shapes import (
    CustomBody,
    CustomChange,
    CustomForm,
    CustomShape,
    TestBody,
)
from web.destinations.actions import fields, posted
from web.destinations.targets import DestinationTargets
from web.kit.body_form import fields_of, read_body
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted

ORDER = ("name", "url", "seconds", "fallback", "fallback_number", "inside", "active")


def custom_form(reader: Reader, targets: DestinationTargets, shape: CustomShape | None) -> Form:
    """Make the form for a new custom destination, or for an existing one."""
    found = fields_of(CustomForm, reader, dict(shape) if shape else {}, {})
    found += fields(
        "fallback",
        N_("Without a usable response"),
        shape.fallback if shape else "",
        targets,
        reader,
        required=False,
        placeholder=N_("Say that the call cannot be taken, and hang up"),
        help_=N_("Where calls go when the other system does not respond in time, or wrongly."),
    )
    by_name = {one.name: one for one in found}
    if shape is not None:
        own = str(destination_of(CustomId(shape.id)))
        fallback = by_name["fallback"]
        fallback.groups = [
            (heading, [one for one in choices if one.key != own])
            for heading, choices in fallback.groups
        ]
    return Form(
        f"/custom-destinations/{shape.id}" if shape else "/custom-destinations",
        [by_name[name] for name in ORDER],
        version=etag_of(settings_of(shape)) if shape else "",
        submit=reader.gettext(N_("Save") if shape else N_("Add custom destination")),
        cancel_url="/custom-destinations",
        name="custom-destination",
    )


def test_form(reader: Reader, id_: int, body: TestBody) -> Form:
    """Make the form of a test, filled with what was asked."""
    return Form(
        f"/custom-destinations/{id_}/test",
        fields_of(TestBody, reader, dict(body), {}),
        submit=reader.gettext(N_("Test")),
        name="test",
    )


def read_new(sent: Posted) -> CustomBody:
    """Read the form of a new one as the body that the API takes."""
    typed = read_body(CustomForm, sent)
    return CustomBody(**dict(typed), fallback=_fallback(sent))


def read_change(sent: Posted) -> CustomChange:
    """Read the form of an existing one."""
    typed = read_body(CustomForm, sent)
    return CustomChange(**dict(typed), fallback=_fallback(sent))


def _fallback(sent: Posted) -> str:
    text = posted(sent, "fallback")
    return "" if text == DestinationKind.CUSTOM else text
