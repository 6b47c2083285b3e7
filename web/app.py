"""The composition root of the web application: `uvicorn --factory web.app:create_app`."""

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
from web.destinations.targets import FAX_INSTALLED
from web.faxes.installed import is_installed
from web.features import features
from web.kit.context import POOL_SIZE, STATEMENT_TIMEOUT_MS, AppContext, build_id
from web.kit.database_changes import follow_database
from web.kit.idempotency import Idempotency
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
from web.ops.logs import write_lines

log = structlog.get_logger()
STATIC = Path(__file__).resolve().parent / "static"
PROBLEMS = {
    status: {"model": ProblemShape, "content": {MEDIA_TYPE: {}}}
    for status in (401, 403, 404, 409, 422, 429, 503)
}


class Api(APIRouter):
    """The API of all features; a request for a page is not compared with each API route."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match a route, under the API's own prefix only."""
        if not scope["path"].startswith(API_PATH):
            return Match.NONE, {}
        return super().matches(scope)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application; the environment is read unless settings are given."""
    if not structlog.is_configured():
        write_lines()
    context = build_context(settings or load_settings())
    app = FastAPI(
        title="Hotline",
        version="1",
        openapi_url=f"{API_PATH}openapi.json",
        docs_url=None,  # their scripts come from another site, which our pages do not allow
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.context = context
    app.state.metrics = WebMetrics(context)
    for feature in features():
        if feature.set_up is not None:
            feature.set_up(app)
    _add_routes(app)
    install_problems(app)
    describe(
        app,
        {word: tag for one in features() for word, tag in one.tags.items()},
        {name: value for one in features() for name, value in one.examples.items()},
        {name: schema for one in features() for name, schema in one.schemas.items()},
    )
    app.add_middleware(Idempotency)
    app.add_middleware(RateLimit)
    # Inside SecurityHeaders, so that the log line of a request has the request id.
    app.add_middleware(MetricsMiddleware, metrics=app.state.metrics)
    app.add_middleware(SecurityHeaders, build=context.build)
    return app


def build_context(settings: Settings) -> AppContext:
    """Make the context that all requests share; nothing is connected yet."""
    engine = connect(
        settings.database_url, pool_size=POOL_SIZE, statement_timeout_ms=STATEMENT_TIMEOUT_MS
    )
    settings_cache = SettingsCache()
    build = build_id()
    return AppContext(
        settings=settings,
        engine=engine,
        database=settings_cache.lend(sessions(engine), {FAX_INSTALLED: is_installed(settings)}),
        pages=Pages(
            build,
            menu=[entry for one in features() for entry in one.menu],
            boots=[one.boot for one in features() if one.boot is not None],
            bars=[one.bars for one in features() if one.bars is not None],
        ),
        settings_cache=settings_cache,
        build=build,
    )


def _add_routes(app: FastAPI) -> None:
    """Add the routes of all features; they are tried in the order of the manifests."""
    api = Api(prefix=API_PATH.removesuffix("/"), responses=PROBLEMS)  # type: ignore[arg-type]
    for router in (router for feature in features() for router in feature.api):
        api.include_router(router)
    app.include_router(api)
    for router in (router for feature in features() for router in feature.plain):
        app.include_router(router)
    for router in (router for feature in features() for router in feature.pages):
        app.include_router(router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), name="static")


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: AppContext = app.state.context
    handlers = [one.on_change for one in features() if one.on_change is not None]
    tasks = [
        asyncio.create_task(task(app), name=task.__name__)
        for feature in features()
        for task in feature.tasks
    ]
    tasks.append(asyncio.create_task(follow_database(app, handlers), name="follow_database"))
    log.info("the web is open", build=context.build)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        context.engine.dispose()
