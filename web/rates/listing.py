"""The list of rates."""

from crm.charges.rate import CLASSES
from crm.people.rights import Right
from web.imports.views import import_option
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.table import Action, Cell
from web.kit.listing.usual import number_column, search, text_column
from web.outbound.words import CLASSES as CLASS_NAMES
from web.rates.actions import price, show_rates
from web.rates.shapes import RateShape


def _begins(one: RateShape, reader: Reader) -> Cell:
    if one.begins in CLASSES:
        return Cell(reader.gettext(CLASS_NAMES[one.begins]))
    return Cell(one.begins)


RATES: Listing[RateShape] = Listing(
    name="rates",
    url="/rates",
    title=N_("Rates"),
    note=N_(
        "What calls over trunks cost. The longest beginning that fits decides, else the kind of "
        "number. Changes apply to calls that end from now on."
    ),
    right=Right.LINES_MANAGE,
    rows=lambda session, query: show_rates(session, query.id("import")),
    columns=(
        Column(
            "begins",
            N_("Numbers that begin with"),
            _begins,
            order=lambda one: one.begins,
            value=lambda one, _: one.begins,
            required=True,
        ),
        text_column("name", N_("Name"), lambda one: one.name),
        Column(
            "per_minute",
            N_("Price per minute"),
            lambda one, _: one.per_minute,
            order=lambda one: price(one.per_minute, ""),
            align="end",
        ),
        Column(
            "connection_fee",
            N_("Connection fee"),
            lambda one, _: one.connection_fee,
            order=lambda one: price(one.connection_fee, ""),
            align="end",
        ),
        number_column("first_seconds", N_("First step (seconds)"), lambda one: one.first_seconds),
        number_column("step_seconds", N_("Further steps (seconds)"), lambda one: one.step_seconds),
        text_column("trunk", N_("Trunk"), lambda one: one.trunk.name if one.trunk else ""),
    ),
    filters=(
        search(),
        Filter("import", N_("Import"), FilterKind.ID, import_option, only_used=True),
    ),
    sort="begins",
    row_id=lambda one: one.id,
    row_url=lambda one: f"/rates/{one.id}",
    actions=(
        Action(
            "remove",
            N_("Delete"),
            "/rates/remove",
            icon="trash",
            confirm=N_("Delete the selected rates? Calls that were charged stay as they are."),
            danger=True,
        ),
    ),
    empty=N_("There are no rates yet: calls are listed without a cost."),
    empty_icon="list",
    add_url="/rates/new",
    add_label=N_("Add rate"),
    import_target="rates",
    import_right=Right.LINES_MANAGE,
)
