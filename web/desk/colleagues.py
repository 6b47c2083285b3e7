"""Colleagues with what they do now, for the panel that shows a lamp for each of them."""

from fastapi import APIRouter, Request
from pydantic import BaseModel

from crm.kernel.names import comparable, spellings
from web.directory.shapes import ColleagueShape
from web.directory.views import show_colleagues
from web.kit.auth import AtDesk
from web.kit.request import context_of, reader_of
from web.live.context import live_of
from web.live.lamps import Lamp, lamp_of
from web.live.mirror import Mirror
from web.live.schema import ItemKind

router = APIRouter(prefix="/desk")


class ColleagueAtDesk(BaseModel):
    """A colleague who takes calls, and what they do now."""

    id: int
    name: str
    extension: str
    group: str  # the names of their groups
    spellings: str  # name, pinyin and groups, one a line, as a filter compares them
    lamp: Lamp | None  # null while it is not known


class ColleaguesAtDesk(BaseModel):
    """The other agents, by name."""

    items: list[ColleagueAtDesk]


@router.get("/colleagues")
def read_colleagues(request: Request, who: AtDesk) -> ColleaguesAtDesk:
    """List the other agents by name, with what they do now; never which party they speak with."""
    mirror = live_of(request).mirror
    with context_of(request).database.begin() as session:
        found = show_colleagues(session, reader_of(request), mirror)
    return ColleaguesAtDesk(items=[_show(one, mirror) for one in found if one.id != who.user.id])


def _show(one: ColleagueShape, mirror: Mirror) -> ColleagueAtDesk:
    value = None if mirror.away else mirror.value(ItemKind.AGENT, one.id)
    group = ", ".join(one.groups)
    known = [*spellings(one.name), *(text for name in one.groups for text in spellings(name))]
    return ColleagueAtDesk(
        id=one.id,
        name=one.name,
        extension=one.extension,
        group=group,
        spellings="\n".join([*known, comparable(group)]),
        lamp=None if value is None else lamp_of(value),
    )
