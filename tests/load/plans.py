"""The statements that a page sends, and PostgreSQL's plan for each, with real times."""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import unquote

from sqlalchemy import event

from web.app import create_app
from web.kit.auth import COOKIE

LARGE = (
    "customers|customer_phones|calls|call_events|call_agents|call_legs|decisions|recordings"
    "|audit_log|login_log|service_records"
)
SCAN = re.compile(rf"Seq Scan on ({LARGE})\b")
TIME = re.compile(r"Execution Time: ([\d.]+) ms")
READ = re.compile(r"Buffers: shared hit=(\d+)(?: read=(\d+))?|Buffers: shared read=(\d+)")


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement and its plan."""

    statement: str
    plan: str
    ms: float
    pages: int  # of eight kilobytes, in memory or read
    scanned: bool  # it reads a large table from end to end


class Witness:
    """An application of our own on the same database; it notes its pages' statements."""

    def __init__(self, settings):
        self._app = create_app(settings)
        self._context = self._app.state.context
        self._asked = []
        event.listen(self._context.engine, "before_cursor_execute", self._hear)

    def plans(self, address, token, inside=""):
        """Request a page; give the plans of all its statements."""
        status = asyncio.run(self._get(address, token, inside))  # the first fills the caches
        assert status < 400, (status, address)
        self._asked.clear()
        asyncio.run(self._get(address, token, inside))
        return [self._explain(*one) for one in list(self._asked) if _reads(one[0])]

    def plans_of(self, ask):
        """Give the plans of a function's statements."""
        self._asked.clear()
        with self._context.database.begin() as session:
            ask(session)
        return [self._explain(*one) for one in list(self._asked) if _reads(one[0])]

    def close(self):
        self._context.engine.dispose()

    def _hear(self, _connection, _cursor, statement, parameters, *_):
        self._asked.append((statement, parameters))

    def _explain(self, statement, parameters):
        with self._context.engine.connect() as connection:
            asked = connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, BUFFERS) {statement}", parameters
            )
            plan = "\n".join(asked.scalars())
        found = READ.search(plan)
        pages = sum(int(part or 0) for part in found.groups()) if found else 0
        ms = float(TIME.search(plan)[1])
        return Plan(statement, plan, ms, pages, SCAN.search(plan) is not None)

    async def _get(self, address, token, inside):
        path, _, query = address.partition("?")
        headers = [(b"host", b"localhost"), (b"cookie", f"{COOKIE}={token}".encode())]
        if inside:
            headers += [(b"hx-request", b"true"), (b"hx-target", inside.encode())]
        status = 0
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
            "state": {},
        }

        asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive():
            # Nothing more comes after the request; the client does not disconnect.
            return next(asked, None) or await asyncio.Event().wait()

        async def send(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]

        await self._app(scope, receive, send)
        return status


def _reads(statement):
    return statement.lstrip().upper().startswith(("SELECT", "WITH"))
