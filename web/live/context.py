"""One web process's parts of the live state: link to the engine, mirror, subscriptions."""

from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import HTTPConnection

from web.kit.context import AppContext
from web.kit.metrics import WebMetrics
from web.live.engine_link import EngineLink
from web.live.mirror import Mirror
from web.live.subscriptions import Subscriptions


@dataclass(frozen=True, slots=True)
class LiveContext:
    """The live parts that all requests share."""

    link: EngineLink
    mirror: Mirror
    sockets: Subscriptions


def live_of(connection: HTTPConnection) -> LiveContext:
    """Give the live parts of the application that received this request."""
    found: LiveContext = connection.app.state.live
    return found


def set_up_live(app: FastAPI) -> None:
    """Make the live parts of an application; nothing is connected yet."""
    context: AppContext = app.state.context
    metrics: WebMetrics = app.state.metrics
    mirror = Mirror()
    link = EngineLink(context.settings.engine_socket, mirror)
    app.state.live = LiveContext(link, mirror, Subscriptions())
    metrics.add_gauge(
        "hotline_web_engine_linked",
        "1 while the engine can be asked.",
        lambda: float(not link.away),
    )
