"""Everything that one web process holds: put together once, handed to every request."""

import hashlib
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from web.limits import Limits
from web.link import EngineLink
from web.live import Sockets
from web.mirror import Mirror
from web.pages.render import Pages
from web.settings import Settings

ROOT = Path(__file__).resolve().parent
# Threads of the web that may wait for the database at the same time.
POOL_SIZE = 20
STATEMENT_TIMEOUT_MS = 10_000


@dataclass(frozen=True, slots=True)
class House:
    """The parts that requests use; nothing in it is one request's own."""

    settings: Settings
    engine: Engine
    database: sessionmaker[Session]
    link: EngineLink
    mirror: Mirror
    limits: Limits
    pages: Pages
    sockets: Sockets
    zone: tzinfo
    build: str

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
    for folder, pattern in (("static", "**/*"), ("templates", "**/*.html"), ("locale", "**/*.po")):
        for path in sorted((ROOT / folder).glob(pattern)):
            if path.is_file():
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
