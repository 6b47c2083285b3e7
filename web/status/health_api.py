"""Health checks for a monitor: whether the process lives, and whether it can work."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from web.kit.request import context_of
from web.live.context import live_of

router = APIRouter()


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """Tell that the process is alive."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Tell whether the database and the engine can be reached; 503 if not both."""
    context = context_of(request)
    database = await run_in_threadpool(context.database_answers)
    engine = not live_of(request).link.away
    headers = {} if database and engine else {"Retry-After": "2"}
    status = 503 if headers else 200
    return JSONResponse({"database": database, "engine": engine}, status, headers)
