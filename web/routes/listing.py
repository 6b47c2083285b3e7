"""The list of routes in their order, and the list of the tester's saved cases."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Column, Listing, ListQuery
from web.kit.listing.table import Cell, RowButton, RowForm
from web.kit.listing.usual import (
    on_or_off,
    order_column,
    search,
    state_cell,
    text_column,
    time_column,
)
from web.routes.actions import show_routes
from web.routes.case_actions import show_cases
from web.routes.case_shapes import CaseShape
from web.routes.shapes import RouteLine


class ListedRoute(RouteLine):
    """A route in the list, and whether others stand before and after it."""

    first: bool = False
    last: bool = False


def _rows(session: Session, query: ListQuery) -> Sequence[ListedRoute]:
    found = show_routes(session, query.reader)
    return [
        ListedRoute(**dict(one), first=one.position == 1, last=one.position == len(found))
        for one in found
    ]


def _pattern(pattern: str, reader: Reader) -> str:
    if not pattern:
        return reader.gettext(N_("Any"))
    return pattern if {"*", "?"} & set(pattern) else reader.phone(pattern)


def _closed(one: ListedRoute, reader: Reader) -> str:
    if one.time_group is None:
        return ""
    return one.closed_name or reader.gettext(N_("Next route"))


def _time_group(one: ListedRoute, reader: Reader) -> str:
    return one.time_group.name if one.time_group else reader.gettext(N_("At any time"))


def _state(one: ListedRoute, reader: Reader) -> Cell:
    if one.fault:
        return Cell(reader.gettext(N_("Fault")), badge="danger", note=one.fault)
    if one.hidden_by:
        said = reader.say(N_("“{name}” takes all its calls."), name=one.hidden_by.name)
        return Cell(reader.gettext(N_("Never reached")), badge="paused", note=said)
    return state_cell(reader, on=one.active)


ROUTES: Listing[ListedRoute] = Listing(
    name="routes",
    url="/routes",
    title=N_("Routes"),
    note=N_(
        "Where calls go that arrive: the first route that applies decides, else the number's own"
        " call flow. Changes apply to the next call."
    ),
    right=Right.LINES_MANAGE,
    rows=_rows,
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column(
            "called",
            N_("Called number"),
            lambda one, reader: _pattern(one.called, reader),
            order=lambda one: one.called,
        ),
        Column(
            "caller",
            N_("Caller's number"),
            lambda one, reader: _pattern(one.caller, reader),
            order=lambda one: one.caller,
        ),
        Column("time_group", N_("Time group"), _time_group),
        text_column("destination", N_("Destination"), lambda one: one.destination_name),
        Column("closed", N_("Outside of its hours"), _closed),
        Column("state", N_("State"), _state, order=lambda one: one.active),
        order_column("route", "/routes"),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/routes/{one.id}",
    row_off=lambda one: not one.active,
    row_name=lambda one, _: one.name,
    order_url="/api/v1/routes/order",
    empty=N_("There are no routes yet: each call goes to the call flow of its number."),
    empty_icon="git-merge",
    add_url="/routes/new",
    add_label=N_("Add route"),
)


def _result(one: CaseShape, reader: Reader) -> Cell:
    if one.as_expected:
        return Cell(reader.gettext(N_("As expected")), badge="ready")
    return Cell(reader.gettext(N_("Different")), badge="danger")


def _case_buttons(one: CaseShape, reader: Reader) -> Cell:
    accept = RowButton("accept", reader.gettext(N_("Expect this from now on")), "check")
    delete = RowButton("delete", reader.gettext(N_("Delete")), "trash", only_icon=True)
    buttons = (delete,) if one.as_expected else (accept, delete)
    return Cell(form=RowForm(f"case-{one.id}", f"/routes/cases/{one.id}", {}, buttons))


ROUTE_CASES: Listing[CaseShape] = Listing(
    name="route_cases",
    url="/routes/test",
    title=N_("Test cases"),
    right=Right.LINES_MANAGE,
    export_url="/routes/cases/export",
    rows=lambda session, query: show_cases(session, query.reader),
    columns=(
        Column(
            "caller",
            N_("Caller"),
            lambda one, reader: reader.phone(one.caller),
            order=lambda one: one.caller,
            required=True,
        ),
        Column(
            "called",
            N_("Called number"),
            lambda one, reader: reader.phone(one.called),
            order=lambda one: one.called,
        ),
        time_column("at", N_("Time"), lambda one: one.at),
        text_column("destination", N_("Expected"), lambda one: one.destination_name),
        text_column("now", N_("Result now"), lambda one: one.now_name),
        Column("result", N_("Result"), _result, order=lambda one: one.as_expected),
        Column("do", N_("Actions"), _case_buttons, align="end", required=True, in_file=False),
    ),
    filters=(search(),),
    row_id=lambda one: one.id,
    empty=N_("No test cases yet. Test a call and save it: each change is then checked."),
    empty_icon="clipboard-list",
)
