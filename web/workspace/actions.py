"""Arranging the workspace: of a role, and of a user within it."""

from collections.abc import Callable

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.people.roles.store import role as find_role
from crm.workspace.layout import (
    AREAS,
    USUAL,
    Area,
    Panel,
    PanelLayout,
    arranged,
    moved,
    stored,
    with_shown,
)
from crm.workspace.store import own_layout, role_layout, save_own_layout, save_role_layout
from web.kit.audit import note
from web.kit.i18n import N_, Reader
from web.workspace.shapes import LayoutBody, LayoutShape, PanelShape
from web.workspace.words import AREAS as AREA_NAMES
from web.workspace.words import PANELS

Step = Callable[[PanelLayout], PanelLayout]


def layout_of(session: Session, who: SignedIn) -> PanelLayout:
    """Give the layout that a user sees."""
    return own_layout(session, who.user.id, who.user.role.id)


def show_layout(reader: Reader, layout: PanelLayout, base: PanelLayout = USUAL) -> LayoutShape:
    """Show the panels of a layout; what its base hides is left out."""
    return LayoutShape(
        items=[
            PanelShape(
                panel=one,
                name=reader.gettext(PANELS[one]),
                area=AREAS[one],
                shown=one not in layout.hidden,
            )
            for one in layout.order
            if one not in base.hidden
        ]
    )


def by_area(reader: Reader, shape: LayoutShape) -> list[tuple[str, list[PanelShape]]]:
    """Give the panels below the names of their places."""
    found = [
        (reader.gettext(AREA_NAMES[area]), [one for one in shape.items if one.area is area])
        for area in Area
    ]
    return [(name, panels) for name, panels in found if panels]


def show_own(session: Session, reader: Reader, who: SignedIn) -> LayoutShape:
    """Show the panels that a user may arrange."""
    return show_layout(reader, layout_of(session, who), role_layout(session, who.user.role.id))


def show_of_role(session: Session, reader: Reader, role: int) -> LayoutShape:
    """Show the panels of a role."""
    return show_layout(reader, role_layout(session, find_role(session, role).id))


def write_own(session: Session, who: SignedIn, layout: PanelLayout | None) -> None:
    """Store a user's own layout; None is that of their role."""
    save_own_layout(session, who.user.id, layout)


def write_of_role(
    session: Session, request: Request, who: SignedIn, role: int, layout: PanelLayout | None
) -> None:
    """Store a role's layout; None is the usual one."""
    known = find_role(session, role)
    before = role_layout(session, known.id)
    after = arranged(layout)
    if after == before:
        return
    save_role_layout(session, known.id, layout)
    note(
        session, request, who, "workspace.arranged", "workspace_layouts", role,
        stored(before), stored(after),
    )  # fmt: skip


def arrange_own(session: Session, who: SignedIn, done: str) -> None:
    """Do what a button of the menu says, such as `up:todo`."""
    hidden = role_layout(session, who.user.role.id).hidden
    step = read_step(done, hidden)
    write_own(session, who, None if step is None else step(layout_of(session, who)))


def arrange_role(session: Session, request: Request, who: SignedIn, role: int, done: str) -> None:
    """Do what a button of a role's page says."""
    step = read_step(done)
    before = role_layout(session, find_role(session, role).id)
    write_of_role(session, request, who, role, None if step is None else step(before))


def read_step(done: str, fixed: frozenset[Panel] = frozenset()) -> Step | None:
    """Read `up:todo`, `down:todo`, `hide:todo`, `show:todo`; None for `reset`."""
    what, _, name = done.partition(":")
    if done == "reset":
        return None
    if name not in set(Panel):
        raise InvalidError(N_("There is no such panel."), "do")
    panel = Panel(name)
    steps: dict[str, Step] = {
        "up": lambda layout: moved(layout, panel, -1, fixed),
        "down": lambda layout: moved(layout, panel, 1, fixed),
        "hide": lambda layout: with_shown(layout, panel, shown=False),
        "show": lambda layout: with_shown(layout, panel, shown=True),
    }
    if what not in steps:
        raise InvalidError(N_("There is no such panel."), "do")
    return steps[what]


def layout_from(body: LayoutBody) -> PanelLayout | None:
    """Read a layout of the API; an empty one is the usual."""
    if not body.order and not body.hidden:
        return None
    named = tuple(dict.fromkeys(body.order))
    rest = tuple(one for one in AREAS if one not in named)
    return PanelLayout((*named, *rest), frozenset(body.hidden))
