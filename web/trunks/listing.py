"""The list of trunks, with their state lamps."""

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import missing_first, search, text_column, time_column
from web.trunks.actions import show_trunks
from web.trunks.shapes import TrunkLine
from web.trunks.words import LAMPS, TONES, TRANSPORTS


def _lamp(one: TrunkLine, reader: Reader) -> Cell:
    return Cell(reader.gettext(LAMPS[one.now.state]), badge=TONES[one.now.state])


def _channels(one: TrunkLine, reader: Reader) -> str:
    used = reader.number(one.now.channels)
    return f"{used} / {reader.number(one.max_channels)}" if one.max_channels else used


def _transport(one: TrunkLine, reader: Reader) -> str:
    return reader.gettext(TRANSPORTS[one.transport])


TRUNKS: Listing[TrunkLine] = Listing(
    name="trunks",
    url="/trunks",
    title=N_("Trunks"),
    note=N_("The lines to carriers, SIP providers and other PBXs. Changes apply immediately."),
    right=Right.LINES_MANAGE,
    rows=lambda session, query: show_trunks(session, query.state, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column("state", N_("State"), _lamp, order=lambda one: one.now.state),
        Column(
            "channels",
            N_("Channels in use"),
            _channels,
            order=lambda one: one.now.channels,
            align="end",
        ),
        text_column("host", N_("Host"), lambda one: f"{one.host}:{one.port}"),
        Column("transport", N_("Transport"), _transport, order=lambda one: one.transport),
        time_column("since", N_("Since"), lambda one: one.now.since),
        text_column("error", N_("Last error"), lambda one: one.now.error),
        Column(
            "error_at",
            N_("Time of the error"),
            lambda one, reader: reader.moment(one.now.error_at),
            order=lambda one: missing_first(one.now.error_at),
            value=lambda one, _: one.now.error_at,
        ),
    ),
    filters=(
        search(),
        Filter("state", N_("State"), FilterKind.CHOICE, LAMPS, of=lambda one: one.now.state),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/trunks/{one.id}",
    row_off=lambda one: not one.active,
    empty=N_("There are no trunks yet: calls come only from this machine."),
    empty_icon="plug-connected",
    add_url="/trunks/new",
    add_label=N_("Add trunk"),
)
