"""The form of a ring group."""

from sqlalchemy.orm import Session

from acd.store import agents
from web.destinations.actions import fields, posted
from web.destinations.targets import targets_of
from web.kit.body_form import fields_of, read_body
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.kit.shapes import Choice
from web.ring_groups.shapes import RingGroupBody, RingGroupForm, RingGroupShape


def ring_group_form(session: Session, reader: Reader, shape: RingGroupShape | None) -> Form:
    """Make the form for a new group, or for an existing one."""
    chosen = [one.id for one in shape.members] if shape else []
    values: dict[str, object] = dict(shape) if shape else {}
    found = fields_of(RingGroupForm, reader, values, {"members": _choices(session, chosen)})
    found += fields(
        "then",
        N_("If nobody answers"),
        shape.then if shape else "",
        targets_of(session),
        reader,
        required=False,
        placeholder=N_("Say so and hang up"),
    )
    return Form(
        f"/ring-groups/{shape.id}" if shape else "/ring-groups",
        found,
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add ring group")),
        cancel_url="/ring-groups",
        name="ring-group",
    )


def read_form(sent: Posted) -> RingGroupBody:
    """Read the form of a group; ValidationError names the fields that are wrong."""
    return RingGroupBody(**dict(read_body(RingGroupForm, sent)), then=posted(sent, "then"))


def _choices(session: Session, chosen: list[int]) -> list[Choice]:
    """Give the members in their order, then the others who take calls by name."""
    place = {id_: at for at, id_ in enumerate(chosen)}
    known = [one for one in agents(session) if one.enabled or one.id in place]
    known.sort(key=lambda one: (place.get(one.id, len(place)), one.name.casefold()))
    return [Choice(key=str(one.id), name=f"{one.name} ({one.extension})") for one in known]
