"""The whole floor, for supervisors' scripts."""

from fastapi import APIRouter, Request

from web.api.shapes import LiveShape
from web.auth import Overseer
from web.house import House
from web.link import EngineAwayError
from web.request import house_of

router = APIRouter()


@router.get("/live")
async def read_live(request: Request, _who: Overseer) -> LiveShape:
    """Show everything that is alive."""
    return show_floor(house_of(request))


def show_floor(house: House) -> LiveShape:
    """Read the mirror; EngineAwayError when it is old."""
    mirror = house.mirror
    if mirror.away:
        raise EngineAwayError
    engine = mirror.value("engine", "engine")
    return LiveShape(
        boot=mirror.boot,
        number=mirror.number,
        agents=[dict(value) for value in mirror.values("agent")],
        calls=[dict(value) for value in mirror.values("call")],
        queues=[dict(value) for value in mirror.values("queue")],
        nodes=[dict(value) for value in mirror.values("node")],
        engine=dict(engine) if engine is not None else None,
    )
