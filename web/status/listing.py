"""The list of the system's processes."""

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.table import Cell
from web.kit.listing.usual import missing_first, number_column, search, time_column
from web.ops.services import STATE_TONES, STATES
from web.status.actions import label_of, processes_of, size, status_of
from web.status.shapes import ProcessShape


def _service(one: ProcessShape, reader: Reader) -> str:
    return label_of(reader, one.name)


def _state(one: ProcessShape, reader: Reader) -> Cell:
    name = STATES.get(one.state, one.state)
    return Cell(reader.gettext(name), badge=STATE_TONES.get(one.state, "out"))


def _cpu(one: ProcessShape, reader: Reader) -> str:
    return "" if one.cpu is None else reader.percent(one.cpu)


PROCESSES: Listing[ProcessShape] = Listing(
    name="processes",
    url="/status",
    title=N_("Processes"),
    right=Right.STATUS_SEE,
    export_url="/status/processes/export",
    rows=lambda _session, query: processes_of(status_of(query.state)),
    columns=(
        Column("name", N_("Service"), _service, order=lambda one: one.name, required=True),
        Column("state", N_("State"), _state, order=lambda one: one.state),
        time_column("since", N_("Since"), lambda one: one.since),
        Column(
            "pid",
            N_("PID"),
            lambda one, _: str(one.pid or ""),
            order=lambda one: one.pid,
            value=lambda one, _: one.pid,
            align="end",
        ),
        number_column("restarts", N_("Crashes"), lambda one: one.restarts),
        Column(
            "cpu",
            N_("CPU"),
            _cpu,
            order=lambda one: missing_first(one.cpu),
            value=lambda one, _: one.cpu,
            align="end",
        ),
        Column(
            "memory",
            N_("Memory"),
            lambda one, _: size(one.memory_bytes),
            order=lambda one: missing_first(one.memory_bytes),
            value=lambda one, _: one.memory_bytes,
            align="end",
        ),
    ),
    filters=(
        search(),
        Filter("state", N_("State"), FilterKind.CHOICE, STATES, of=lambda one: one.state),
    ),
    row_id=lambda one: one.name,
    empty=N_("No process supervisor is running here, so process states are unknown."),
    empty_icon="heartbeat",
)
