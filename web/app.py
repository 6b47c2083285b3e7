"""The web application, put together: `uvicorn --factory web.app:create_app`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

from crm.db import connect, sessions
from web import live
from web.api import calls, customers, desk, health, session
from web.api import live as live_api
from web.api.shapes import ProblemShape
from web.house import POOL_SIZE, STATEMENT_TIMEOUT_MS, House, build_id
from web.i18n import house_zone
from web.limits import Limits
from web.link import EngineLink
from web.live import Sockets
from web.logs import write_lines
from web.middleware import Manners
from web.mirror import Mirror
from web.pages import calls as calls_page
from web.pages import desk as desk_page
from web.pages import entrance, floor, try_it
from web.pages.render import Pages
from web.problems import MEDIA_TYPE, install_problems
from web.settings import Settings, load_settings

log = structlog.get_logger()
STATIC = Path(__file__).resolve().parent / "static"
PROBLEMS = {
    status: {"model": ProblemShape, "content": {MEDIA_TYPE: {}}}
    for status in (401, 403, 404, 409, 422, 429, 503)
}


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application; the environment is read unless settings are given."""
    if not structlog.is_configured():
        write_lines()
    house = furnish(settings or load_settings())
    app = FastAPI(
        title="Hotline",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # their scripts come from elsewhere, which our pages do not allow
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.house = house
    api = APIRouter(prefix="/api/v1", responses=PROBLEMS)  # type: ignore[arg-type]
    for room in (session, desk, calls, customers, live_api):
        api.include_router(room.router)
    app.include_router(api)
    app.include_router(health.router)
    app.include_router(live.router)
    for page in (entrance, desk_page, calls_page, floor, try_it):
        app.include_router(page.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")
    install_problems(app)
    app.add_middleware(Manners, build=house.build)
    return app


def furnish(settings: Settings) -> House:
    """Put a house's parts together; nothing is connected yet."""
    engine = connect(
        settings.database_url, pool_size=POOL_SIZE, statement_timeout_ms=STATEMENT_TIMEOUT_MS
    )
    mirror = Mirror()
    build = build_id()
    return House(
        settings=settings,
        engine=engine,
        database=sessions(engine),
        link=EngineLink(settings.engine_socket, mirror),
        mirror=mirror,
        limits=Limits(),
        pages=Pages(build, try_it=settings.try_it),
        sockets=Sockets(),
        zone=house_zone(settings.region),
        build=build,
    )


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    house: House = app.state.house
    link = asyncio.create_task(house.link.run(), name="engine link")
    log.info("the web is open", build=house.build)
    try:
        yield
    finally:
        link.cancel()
        await asyncio.gather(link, return_exceptions=True)
        house.engine.dispose()
