"""The list of addresses with unauthorized attempts."""

from crm.people.rights import Right
from web.bans.actions import show_attempts
from web.bans.shapes import SipAttemptShape
from web.bans.words import BAN_STATES
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.table import Action, Cell
from web.kit.listing.usual import missing_first, number_column, search, text_column, time_column


def _state_of(one: SipAttemptShape) -> str:
    return "banned" if one.banned_until else "free"


def _state(one: SipAttemptShape, reader: Reader) -> Cell:
    if one.banned_until is None:
        return Cell(reader.gettext(BAN_STATES["free"]), badge="out")
    return Cell(
        reader.gettext(BAN_STATES["banned"]),
        badge="danger",
        note=reader.say(N_("until {time}"), time=reader.moment(one.banned_until)),
    )


ATTEMPTS: Listing[SipAttemptShape] = Listing(
    name="sip_attempts",
    url="/bans",
    title=N_("Attempts and bans"),
    note=N_(
        "Addresses that tried to register a phone or to call without a valid password. Too many "
        "attempts ban an address; the limits are system settings."
    ),
    right=Right.LINES_MANAGE,
    rows=lambda session, _: show_attempts(session),
    columns=(
        text_column("address", N_("IP address"), lambda one: one.address, required=True),
        number_column("count", N_("Attempts"), lambda one: one.count),
        Column("names", N_("Names tried"), lambda one, reader: reader.joined(one.names)),
        time_column("first", N_("First attempt"), lambda one: one.first_at),
        time_column("last", N_("Last attempt"), lambda one: one.last_at),
        Column(
            "state",
            N_("State"),
            _state,
            order=lambda one: missing_first(one.banned_until),
            value=lambda one, _: one.banned_until,
        ),
    ),
    filters=(
        search(),
        Filter("state", N_("State"), FilterKind.CHOICE, BAN_STATES, of=_state_of),
    ),
    row_id=lambda one: one.address,
    actions=(
        Action(
            "release",
            N_("Release ban"),
            "/bans/release",
            icon="lock-open",
            confirm=N_("Release the selected addresses? They are served again at once."),
            right=Right.LINES_MANAGE,
        ),
    ),
    empty=N_("No attempts without a valid password."),
    empty_icon="lock",
)
