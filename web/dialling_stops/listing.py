"""The list of dialling stops."""

from collections.abc import Mapping

from crm.people.rights import Right
from web.dialling_stops.actions import show_stops
from web.dialling_stops.shapes import StopShape
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.table import Action, Button, Cell
from web.kit.listing.usual import missing_first, search, text_column, time_column

STATES: Mapping[str, str] = {"stopped": N_("Stopped"), "released": N_("Released")}


def _state_of(one: StopShape) -> str:
    return "released" if one.released_at else "stopped"


def _state(one: StopShape, reader: Reader) -> Cell:
    if one.released_at is None:
        return Cell(reader.gettext(STATES["stopped"]), badge="danger")
    by = one.released_by.name if one.released_by else ""
    said = N_("by {name}, {time}")
    note = reader.say(said, name=by, time=reader.moment(one.released_at))
    return Cell(reader.gettext(STATES["released"]), badge="out", note=note)


def _do(one: StopShape, reader: Reader) -> Cell:
    if one.released_at is not None:
        return Cell()
    url = f"/dialling-stops/{one.place}/release"
    return Cell(button=Button(reader.gettext(N_("Release stop")), url, name="release-stop"))


STOPS: Listing[StopShape] = Listing(
    name="dialling_stops",
    url="/dialling-stops",
    title=N_("Stopped outbound calls"),
    note=N_(
        "Persons and trunks with too many expensive calls. They can dial extensions and emergency "
        "numbers only, until you release them. The limits are system settings."
    ),
    right=Right.LINES_MANAGE,
    rows=lambda session, query: show_stops(session, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        text_column("why", N_("Reason"), lambda one: one.sentence),
        time_column("since", N_("Since"), lambda one: one.since),
        Column(
            "state",
            N_("State"),
            _state,
            order=lambda one: missing_first(one.released_at),
            value=lambda one, _: one.released_at,
        ),
        Column("do", N_("Action"), _do, in_file=False),
    ),
    filters=(
        search(),
        Filter("state", N_("State"), FilterKind.CHOICE, STATES, of=_state_of),
    ),
    sort="-since",
    row_id=lambda one: one.id,
    row_off=lambda one: one.released_at is not None,
    actions=(
        Action(
            "release",
            N_("Release stop"),
            "/dialling-stops/release",
            icon="lock-open",
            confirm=N_("Release the selected stops? These outbound calls are possible again."),
        ),
    ),
    empty=N_("No outbound calls are stopped."),
    empty_icon="phone-outgoing",
)
