"""Signing in and out by script."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from crm.people.person import SessionKind
from web import auth
from web.api.bodies import SignIn
from web.api.shapes import SessionShape, UserShape
from web.request import house_of

router = APIRouter()


@router.post("/session", status_code=201)
def sign_in(request: Request, body: SignIn) -> SessionShape:
    """Give a bearer token for a login and its password."""
    user = auth.sign_in(request, body.login, body.password)
    token, expires_at = auth.open_session(request, user, SessionKind.API)
    shown = UserShape.model_validate(user, from_attributes=True)
    return SessionShape(token=token, user=shown, expires_at=expires_at)


@router.delete("/session", status_code=204)
async def sign_out(request: Request, who: auth.Anybody) -> Response:
    """End this session; its live sockets close with 4401."""
    await run_in_threadpool(auth.close_session, request, who)
    house_of(request).sockets.end(who.id)
    return Response(status_code=204)
