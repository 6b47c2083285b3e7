"""The list of phones: every extension, and what is registered as it."""

from collections.abc import Iterable

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import missing_first, on_or_off, search, state_column, text_column
from web.phones.actions import show_phones
from web.phones.shapes import ExtensionShape, RegistrationShape
from web.phones.words import REGISTERED, TONES

SIGNED_IN = {"in": N_("Phone connected"), "out": N_("Disconnected")}


def _kind(one: ExtensionShape) -> str:
    if not one.known:
        return "unknown"
    if one.desk_phone and one.softphone:
        return "both"
    return "desk" if one.desk_phone else "softphone" if one.softphone else "none"


def _registered(one: ExtensionShape, reader: Reader) -> Cell:
    kind = _kind(one)
    return Cell(reader.gettext(REGISTERED[kind]), badge=TONES[kind])


def _each(one: ExtensionShape) -> Iterable[RegistrationShape]:
    return (phone for phone in (one.desk_phone, one.softphone) if phone)


def _since(one: ExtensionShape, reader: Reader) -> str:
    return reader.joined(reader.moment(phone.since) for phone in _each(one))


def _signed_in(one: ExtensionShape) -> str:
    return "in" if one.signed_in else "out"


PHONES: Listing[ExtensionShape] = Listing(
    name="phones",
    url="/phones",
    title=N_("Phones"),
    note=N_("Every extension with its user, and the phones that are registered as it now."),
    right=Right.LINES_MANAGE,
    rows=lambda session, query: show_phones(session, query.state),
    columns=(
        text_column("extension", N_("Extension"), lambda one: one.extension, required=True),
        text_column("user", N_("User"), lambda one: one.user.name),
        Column("registered", N_("Registered"), _registered, order=_kind),
        text_column(
            "address",
            N_("IP address"),
            lambda one: ", ".join(phone.address for phone in _each(one)),
        ),
        text_column(
            "model",
            N_("Model"),
            lambda one: ", ".join(phone.user_agent for phone in _each(one)),
        ),
        Column(
            "since",
            N_("Since"),
            _since,
            order=lambda one: missing_first(min((p.since for p in _each(one)), default=None)),
        ),
        Column(
            "signed_in",
            N_("Agent"),
            lambda one, reader: reader.gettext(SIGNED_IN[_signed_in(one)]),
            order=_signed_in,
        ),
        state_column(lambda one: one.active),
    ),
    filters=(
        search(),
        Filter("registered", N_("Registered"), FilterKind.CHOICE, REGISTERED, of=_kind),
        on_or_off(lambda one: one.active),
    ),
    row_id=lambda one: one.user.id,
    row_url=lambda one: f"/phones/{one.user.id}",
    row_off=lambda one: not one.active,
    empty=N_("There are no extensions yet."),
    empty_icon="device-landline-phone",
    add_url="/phones/new",
    add_label=N_("Add extensions"),
)
