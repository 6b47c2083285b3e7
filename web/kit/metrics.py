"""Metrics of a web process: requests by route, sockets, database connections.

The label of a request is its route's template, never the address itself; requests without a route
are counted together.
"""

import time
from collections.abc import Callable, Iterator

import structlog
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.kit.context import AppContext

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"GET", "HEAD", "OPTIONS"})

log = structlog.get_logger()


class WebMetrics:
    """The metrics of one web process."""

    def __init__(self, context: AppContext) -> None:
        """Start with nothing counted."""
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "hotline_web_request_seconds",
            "Requests, by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
            buckets=SECONDS,
        )
        self.sockets_opened = 0
        self.sockets_open = 0
        self.gauges: list[tuple[str, str, Callable[[], float]]] = []
        self.registry.register(_Collector(self, context))

    def add_gauge(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Add a value that is read each time the metrics are."""
        self.gauges.append((name, meaning, read))

    def text(self) -> str:
        """Write everything in Prometheus' text format."""
        return generate_latest(self.registry).decode()


class _Collector(Collector):
    def __init__(self, metrics: WebMetrics, context: AppContext) -> None:
        self._metrics = metrics
        self._context = context

    def describe(self) -> list[Metric]:
        """Describe nothing in advance: `collect` reads the values."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give the current values."""
        name, meaning = "hotline_web_sockets", "Live sockets that are open."
        yield GaugeMetricFamily(name, meaning, self._metrics.sockets_open)
        name, meaning = "hotline_web_sockets_opened", "Live sockets that were opened."
        yield CounterMetricFamily(name, meaning, self._metrics.sockets_opened)
        for name, meaning, read in self._metrics.gauges:
            yield GaugeMetricFamily(name, meaning, read())
        pool = self._context.engine.pool
        if isinstance(pool, QueuePool):
            name, meaning = "hotline_web_database_connections", "Connections in use."
            yield GaugeMetricFamily(name, meaning, pool.checkedout())
            name, meaning = "hotline_web_database_connections_most", "How many there may be."
            yield GaugeMetricFamily(name, meaning, pool.size())


class MetricsMiddleware:
    """Counts and times every request; writes a line for each that changes something."""

    def __init__(self, app: ASGIApp, metrics: WebMetrics) -> None:
        """Wrap an application."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        match scope["type"]:
            case "http":
                await self._request(scope, receive, send)
            case "websocket":
                await self._socket(scope, receive, send)
            case _:
                await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, began = 500, time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            seconds = time.perf_counter() - began
            route, method = route_of(scope), _method(scope)
            self._metrics.requests.labels(route, method, str(status)).observe(seconds)
            if method not in QUIET:
                _log_request(scope, route, status, seconds)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._metrics.sockets_opened += 1
        self._metrics.sockets_open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._metrics.sockets_open -= 1


def route_of(scope: Scope) -> str:
    """Give the template of the route that took the request, with every prefix; "-" for none."""
    # A router within a router has only its own part of the path; the whole is in the context.
    whole = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(whole, "path", None) or getattr(scope.get("route"), "path", None)
    return str(path) if path else "-"


def _method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in METHODS else "other"


def _log_request(scope: Scope, route: str, status: int, seconds: float) -> None:
    who = scope.get("state", {}).get("signed_in")
    log.info(
        "request",
        method=scope["method"],
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
        user=who.user.id if who else None,
        **{k: v for k, v in scope.get("path_params", {}).items() if k == "call"},
    )
