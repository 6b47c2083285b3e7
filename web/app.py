"""The web application, put together: `uvicorn --factory web.app:create_app`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.routing import Match
from starlette.types import Scope

from crm.sql.db import connect, sessions
from web import live
from web.api import account as account_api
from web.api import audit as audit_api
from web.api import calls as calls_api
from web.api import customers as customers_api
from web.api import desk as desk_api
from web.api import dictionaries as dictionaries_api
from web.api import groups as groups_api
from web.api import health, metrics, session, stream
from web.api import live as live_api
from web.api import logins as logins_api
from web.api import mail as mail_api
from web.api import notices as notices_api
from web.api import parameters as parameters_api
from web.api import roles as roles_api
from web.api import search as search_api
from web.api import second_factor as second_factor_api
from web.api import status as status_api
from web.api import users as users_api
from web.api import webhooks as webhooks_api
from web.api.shapes import ProblemShape
from web.house import POOL_SIZE, STATEMENT_TIMEOUT_MS, House, build_id
from web.house_notices import watch_house
from web.i18n import house_zone
from web.idempotency import Once
from web.limits import Limits
from web.link import EngineLink
from web.listen import follow
from web.logs import write_lines
from web.metrics import Measured, WebMetrics
from web.middleware import Manners
from web.mirror import Mirror
from web.oidc import IdentityProvider
from web.openapi import describe
from web.pages import (
    account,
    audit,
    calls,
    components,
    customers,
    desk,
    dictionaries,
    docs,
    entrance,
    floor,
    forgotten,
    groups,
    lists,
    logins,
    mail,
    notices,
    parameters,
    roles,
    search,
    security,
    status,
    try_it,
    users,
    webhooks,
)
from web.pages.render import Pages
from web.problems import MEDIA_TYPE, install_problems
from web.rate import API as API_PATH
from web.rate import Limited
from web.settings import Settings, load_settings
from web.settled import Settled
from web.status import Upkeep
from web.watch import Watchers, keep_nudging, keep_telling

log = structlog.get_logger()
# Routes are tried in their order: what is asked for most often stands first.
API = (
    desk_api,
    calls_api,
    session,
    account_api,
    second_factor_api,
    customers_api,
    live_api,
    stream,
    notices_api,
    users_api,
    roles_api,
    groups_api,
    logins_api,
    audit_api,
    dictionaries_api,
    parameters_api,
    search_api,
    webhooks_api,
    mail_api,
    status_api,
)
PAGES = (
    desk,
    calls,
    customers,
    floor,
    entrance,
    forgotten,
    account,
    security,
    try_it,
    users,
    roles,
    groups,
    logins,
    audit,
    dictionaries,
    parameters,
    webhooks,
    mail,
    status,
    components,
    notices,
    lists,
    search,
    docs,
)
STATIC = Path(__file__).resolve().parent / "static"
PROBLEMS = {
    status: {"model": ProblemShape, "content": {MEDIA_TYPE: {}}}
    for status in (401, 403, 404, 409, 422, 429, 503)
}


class Api(APIRouter):
    """All of the API's rooms; a page's address is not held against each of their routes."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Look for a route, under the API's own prefix only."""
        if not scope["path"].startswith(API_PATH):
            return Match.NONE, {}
        return super().matches(scope)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application; the environment is read unless settings are given."""
    if not structlog.is_configured():
        write_lines()
    house = furnish(settings or load_settings())
    app = FastAPI(
        title="Hotline",
        version="1",
        openapi_url=f"{API_PATH}openapi.json",
        docs_url=None,  # their scripts come from elsewhere, which our pages do not allow
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.house = house
    app.state.metrics = WebMetrics(house)
    app.state.upkeep = Upkeep(house)
    api = Api(prefix=API_PATH.removesuffix("/"), responses=PROBLEMS)  # type: ignore[arg-type]
    for room in API:
        api.include_router(room.router)
    app.include_router(api)
    for room in (health, metrics, live):
        app.include_router(room.router)
    for page in PAGES:
        app.include_router(page.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")
    install_problems(app)
    describe(app)
    app.add_middleware(Once)
    app.add_middleware(Limited)
    # Within the manners: their request's id stands in the line that tells of a request.
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.add_middleware(Manners, build=house.build)
    return app


def furnish(settings: Settings) -> House:
    """Put a house's parts together; nothing is connected yet."""
    engine = connect(
        settings.database_url, pool_size=POOL_SIZE, statement_timeout_ms=STATEMENT_TIMEOUT_MS
    )
    mirror, settled = Mirror(), Settled()
    build = build_id()
    return House(
        settings=settings,
        engine=engine,
        database=settled.lend(sessions(engine)),
        link=EngineLink(settings.engine_socket, mirror),
        mirror=mirror,
        limits=Limits(),
        pages=Pages(build, try_it=settings.try_it),
        sockets=Watchers(),
        settled=settled,
        provider=IdentityProvider(settings.provider) if settings.provider else None,
        zone=house_zone(settings.region),
        build=build,
    )


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    house: House = app.state.house
    tasks = [
        asyncio.create_task(house.link.run(), name="engine link"),
        asyncio.create_task(keep_nudging(house.mirror), name="nudge"),
        asyncio.create_task(keep_telling(house.mirror), name="floors"),
        asyncio.create_task(follow(house), name="listen"),
        asyncio.create_task(watch_house(house), name="house watch"),
    ]
    log.info("the web is open", build=house.build)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        house.engine.dispose()
