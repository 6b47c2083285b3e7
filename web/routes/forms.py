"""The form of a route, and the tester's question."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from cti.routes.store import RouteSettings
from ivr.store import numbers
from web.destinations.actions import fields, posted
from web.destinations.targets import DestinationTargets
from web.kit.body_form import fields_of, read_body
from web.kit.etag import etag_of
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.routes.shapes import RouteBody, RouteForm
from web.routes.views import version_of
from web.time_groups.actions import time_group_choices

ORDER = (
    "name",
    "called",
    "caller",
    "destination",
    "destination_number",
    "time_group",
    "closed",
    "closed_number",
    "active",
)


def route_form(
    session: Session,
    reader: Reader,
    targets: DestinationTargets,
    known: RouteSettings | None,
    *,
    copied: RouteSettings | None = None,
) -> Form:
    """Make the form for a new route, perhaps a copy of another one, or for an existing one."""
    values = _values(reader, known or copied, copied=known is None and copied is not None)
    options = {"time_group": time_group_choices(session)}
    found = fields_of(RouteForm, reader, values, options)
    found += fields(
        "destination", N_("Destination"), str(values.get("destination", "")), targets, reader
    )
    found += fields(
        "closed",
        N_("Destination outside of its hours"),
        str(values.get("closed", "")),
        targets,
        reader,
        required=False,
        placeholder=N_("None: the next route decides"),
        help_=N_("Only with a time group."),
    )
    by_name = {one.name: one for one in found}
    return Form(
        f"/routes/{known.rule.id}" if known else "/routes",
        [by_name[name] for name in ORDER],
        version=etag_of(version_of(known)) if known else "",
        submit=reader.gettext(N_("Save")) if known else reader.gettext(N_("Add route")),
        cancel_url="/routes",
        name="route",
    )


def read_form(sent: Posted) -> RouteBody:
    """Read the form of a route; ValidationError names the fields that are wrong."""
    typed = read_body(RouteForm, sent)
    destination, closed = posted(sent, "destination"), posted(sent, "closed")
    return RouteBody(**dict(typed), destination=destination, closed=closed)


def test_form(session: Session, reader: Reader, asked: Mapping[str, str]) -> Form:
    """Make the form of the tester's question, filled with what was asked."""
    ours = [one.number for one in numbers(session) if one.enabled]
    called = asked.get("called") or (reader.phone(ours[0]) if ours else "")
    return Form(
        "/routes/test",
        [
            Field("called", reader.gettext(N_("Called number")), "tel", called, required=True),
            Field("caller", reader.gettext(N_("Caller's number")), "tel", asked.get("caller", "")),
            Field(
                "at",
                reader.gettext(N_("Time")),
                "datetime-local",
                asked.get("at", ""),
                help=reader.gettext(N_("Empty for now.")),
            ),
        ],
        name="test",
    )


def _values(reader: Reader, known: RouteSettings | None, *, copied: bool) -> Mapping[str, object]:
    if known is None:
        return {}
    values: dict[str, object] = dict(version_of(known))
    if copied:
        values["name"] = reader.say(N_("{name} (copy)"), name=known.rule.name)[:100]
    return values
