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
from web.account import api as account_api
from web.account import pages as account
from web.account import second_factor_api
from web.account import security_pages as security
from web.audit import api as audit_api
from web.audit import pages as audit
from web.calls import api as calls_api
from web.calls import pages as calls
from web.components import pages as components
from web.customers import api as customers_api
from web.customers import pages as customers
from web.desk import api as desk_api
from web.desk import pages as desk
from web.dictionaries import api as dictionaries_api
from web.dictionaries import pages as dictionaries
from web.docs import pages as docs
from web.groups import api as groups_api
from web.groups import pages as groups
from web.kit import lists
from web.kit.context import POOL_SIZE, STATEMENT_TIMEOUT_MS, AppContext, build_id
from web.kit.i18n import site_zone
from web.kit.idempotency import Idempotency
from web.kit.listen import follow
from web.kit.metrics import MetricsMiddleware, WebMetrics
from web.kit.middleware import SecurityHeaders
from web.kit.openapi import describe
from web.kit.problems import MEDIA_TYPE, install_problems
from web.kit.rate_limit import API as API_PATH
from web.kit.rate_limit import RateLimit
from web.kit.render import Pages
from web.kit.settings import Settings, load_settings
from web.kit.settings_cache import SettingsCache
from web.kit.shapes import ProblemShape
from web.live import sockets as live
from web.live import stream_api as stream
from web.live.engine_link import EngineLink
from web.live.mirror import Mirror
from web.live.subscriptions import Subscriptions, keep_nudging, keep_telling
from web.logins import api as logins_api
from web.logins import pages as logins
from web.mail import api as mail_api
from web.mail import pages as mail
from web.monitor import api as live_api
from web.monitor import pages as floor
from web.notices import api as notices_api
from web.notices import pages as notices
from web.ops.logs import write_lines
from web.ops.system_notices import watch_system
from web.parameters import api as parameters_api
from web.parameters import pages as parameters
from web.people import api as users_api
from web.people import pages as users
from web.roles import api as roles_api
from web.roles import pages as roles
from web.search import api as search_api
from web.search import pages as search
from web.sign_in import api as session
from web.sign_in import forgotten_pages as forgotten
from web.sign_in import pages as entrance
from web.sign_in.attempts import Limits
from web.sign_in.oidc import IdentityProvider
from web.status import api as status_api
from web.status import health_api as health
from web.status import metrics_api as metrics
from web.status import pages as status
from web.status.report import Upkeep
from web.try_it import pages as try_it
from web.webhooks import api as webhooks_api
from web.webhooks import pages as webhooks

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
    context = furnish(settings or load_settings())
    app = FastAPI(
        title="Hotline",
        version="1",
        openapi_url=f"{API_PATH}openapi.json",
        docs_url=None,  # their scripts come from elsewhere, which our pages do not allow
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.context = context
    app.state.metrics = WebMetrics(context)
    app.state.upkeep = Upkeep(context)
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
    app.add_middleware(Idempotency)
    app.add_middleware(RateLimit)
    # Within the manners: their request's id stands in the line that tells of a request.
    app.add_middleware(MetricsMiddleware, metrics=app.state.metrics)
    app.add_middleware(SecurityHeaders, build=context.build)
    return app


def furnish(settings: Settings) -> AppContext:
    """Put a house's parts together; nothing is connected yet."""
    engine = connect(
        settings.database_url, pool_size=POOL_SIZE, statement_timeout_ms=STATEMENT_TIMEOUT_MS
    )
    mirror, settings_cache = Mirror(), SettingsCache()
    build = build_id()
    return AppContext(
        settings=settings,
        engine=engine,
        database=settings_cache.lend(sessions(engine)),
        link=EngineLink(settings.engine_socket, mirror),
        mirror=mirror,
        limits=Limits(),
        pages=Pages(build, try_it=settings.try_it),
        sockets=Subscriptions(),
        settings_cache=settings_cache,
        provider=IdentityProvider(settings.provider) if settings.provider else None,
        zone=site_zone(settings.region),
        build=build,
    )


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: AppContext = app.state.context
    tasks = [
        asyncio.create_task(context.link.run(), name="engine link"),
        asyncio.create_task(keep_nudging(context.mirror), name="nudge"),
        asyncio.create_task(keep_telling(context.mirror), name="floors"),
        asyncio.create_task(follow(context), name="listen"),
        asyncio.create_task(watch_system(context), name="house watch"),
    ]
    log.info("the web is open", build=context.build)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        context.engine.dispose()
