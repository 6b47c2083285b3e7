"""A list that shows everything a list can, for the page of components."""

from typing import NamedTuple

from crm.kernel.names import sort_key
from crm.people.rights import Right
from web.kit.i18n import N_
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.table import Action, Cell
from web.kit.listing.usual import number_column, search

LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of the Northern Trading Company"


class Example(NamedTuple):
    """A row of the list."""

    name: str
    state: str
    tone: str
    calls: int


EXAMPLES = (
    Example("Li Wei", "Ready", "ready", 31),
    Example("王小明", "置忙", "paused", 7),
    Example(LONG, "On call", "talking", 1204),
    Example("欧阳娜娜与中华人民共和国北京市朝阳区客户服务中心", "话后处理", "wrap", 0),
    Example("O'Brien <b>", "Signed out", "out", 12),
)
COMPONENTS: Listing[Example] = Listing(
    name="components",
    url="/components",
    title=N_("Components"),
    right=Right.PARAMETERS_EDIT,
    rows=lambda _, __: EXAMPLES,
    columns=(
        Column(
            "name",
            N_("Name"),
            lambda one, _: Cell(one.name, note="+86 138 0013 8000"),
            order=lambda one: sort_key(one.name),
            required=True,
        ),
        Column(
            "state",
            N_("State"),
            lambda one, _: Cell(one.state, badge=one.tone),
            order=lambda one: one.tone,
        ),
        Column("note", N_("Note"), lambda _, __: LONG, shown=False),
        number_column("calls", N_("Calls"), lambda one: one.calls),
    ),
    filters=(
        search(),
        Filter(
            "state",
            N_("State"),
            FilterKind.CHOICE,
            {one.tone: one.state for one in EXAMPLES},
            of=lambda one: one.tone,
        ),
    ),
    row_id=lambda one: EXAMPLES.index(one) + 1,
    row_url=lambda one: f"/components?row={EXAMPLES.index(one) + 1}",
    row_off=lambda one: one.tone == "out",
    actions=(
        Action(
            "delete",
            N_("Delete"),
            "/components",
            icon="trash",
            confirm=N_("Delete the selected rows?"),
            danger=True,
        ),
    ),
    add_url="/components",
)
