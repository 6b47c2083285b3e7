"""Metrics for Prometheus: the web's own, then the engine's. Needs a token with STATUS_SEE."""

import contextlib
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from crm.kernel.errors import HotlineError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.metrics import WebMetrics
from web.live.context import live_of

router = APIRouter()
StatusReader = Annotated[SignedIn, Depends(needs(Right.STATUS_SEE))]


@router.get("/metrics", include_in_schema=False)
async def read_metrics(request: Request, _who: StatusReader) -> Response:
    """Give all metrics; without the engine its own are missing, and `engine_linked` is 0."""
    metrics: WebMetrics = request.app.state.metrics
    text = metrics.text()
    # A failed scrape would hide the metrics that show the reason.
    with contextlib.suppress(HotlineError):
        text += str((await live_of(request).link.ask("metrics")).get("text", ""))
    return Response(text, media_type=CONTENT_TYPE_LATEST)
