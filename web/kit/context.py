"""Everything that one web process holds: put together once, handed to every request."""

import hashlib
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from crm.parameters.parameter import Parameters
from web.kit.render import Pages
from web.kit.settings import Settings
from web.kit.settings_cache import SettingsCache
from web.live.engine_link import EngineLink
from web.live.mirror import Mirror
from web.live.subscriptions import Subscriptions
from web.sign_in.attempts import Limits
from web.sign_in.oidc import IdentityProvider

ROOT = Path(__file__).resolve().parent.parent
# Threads of the web that may wait for the database at the same time.
POOL_SIZE = 20
STATEMENT_TIMEOUT_MS = 10_000


@dataclass(frozen=True, slots=True)
class AppContext:
    """The parts that requests use; nothing in it is one request's own."""

    settings: Settings
    engine: Engine
    database: sessionmaker[Session]
    link: EngineLink
    mirror: Mirror
    limits: Limits
    pages: Pages
    sockets: Subscriptions
    settings_cache: SettingsCache
    provider: IdentityProvider | None
    zone: tzinfo
    build: str

    def parameters(self) -> Parameters:
        """Give the site's parameters as they were at most two seconds ago; for a thread.

        With the database away the last known ones hold.
        """
        return self.settings_cache.read(self.database)

    def try_it_open(self) -> bool:
        """Whether anybody may call from his browser; what the installation closed stays closed."""
        return self.settings.try_it and self.parameters().flag("try_it")

    def database_answers(self) -> bool:
        """Whether the database can be asked; for a thread."""
        try:
            # Taking a connection from the pool asks it whether it lives.
            self.engine.connect().close()
        except SQLAlchemyError:
            return False
        return True


def build_id() -> str:
    """Name this version of pages and scripts: an open page of another one should load again."""
    digest = hashlib.sha256()
    for pattern in ("static/**/*", "*/templates/**/*.html", "locale/**/*.po"):
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
