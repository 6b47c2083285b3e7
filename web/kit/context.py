"""The context of one web process: the parts that all its requests share."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from starlette.requests import Request
from starlette.responses import Response

from crm.parameters.parameter import Parameters
from web.kit.i18n import site_zone
from web.kit.problem import Problem
from web.kit.settings import Settings
from web.kit.settings_cache import SettingsCache

ROOT = Path(__file__).resolve().parent.parent
# Threads of the web that may wait for the database at the same time.
POOL_SIZE = 20
STATEMENT_TIMEOUT_MS = 10_000


class PageRenderer(Protocol):
    """Makes pages from templates; `web.kit.render.Pages` is the real one.

    A protocol, because rendering needs the request's session and language, and finding those needs
    this module.
    """

    build: str

    def page(
        self,
        request: Request,
        template: str,
        shown: Mapping[str, Any],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Render a page, or the part of it that htmx asks for."""
        ...

    def error(self, request: Request, problem: Problem) -> Response:
        """Render an error page."""
        ...

    def boot(self, request: Request, **more: object) -> dict[str, object]:
        """Give the start values of the page's scripts."""
        ...


@dataclass(frozen=True, slots=True)
class AppContext:
    """The parts that all requests share; nothing in it belongs to a single request."""

    settings: Settings
    engine: Engine
    database: sessionmaker[Session]
    pages: PageRenderer
    settings_cache: SettingsCache
    build: str

    @property
    def zone(self) -> tzinfo:
        """The zone of users who chose none; never waits for the database."""
        chosen = self.settings_cache.known().text("timezone")
        return site_zone(self.settings.region, chosen)

    def parameters(self) -> Parameters:
        """Give the site's parameters as they were at most two seconds ago; for a thread.

        With the database away the last known ones are given.
        """
        return self.settings_cache.read(self.database)

    def database_answers(self) -> bool:
        """Whether the database answers; called in a thread."""
        try:
            # Taking a connection from the pool tests it.
            self.engine.connect().close()
        except SQLAlchemyError:
            return False
        return True


def build_id() -> str:
    """Hash pages and scripts: an open page of another build should reload."""
    digest = hashlib.sha256()
    for pattern in ("static/**/*", "*/templates/**/*.html", "locale/**/*.po"):
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
