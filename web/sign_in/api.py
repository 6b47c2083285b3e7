"""The API of signing in and out, for scripts."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from crm.people.person import SessionKind, User
from web.kit import auth
from web.live.context import live_of
from web.sign_in import actions as way_in
from web.sign_in.shapes import SessionShape, SignIn, UserShape

router = APIRouter()


@router.post("/session", status_code=201)
def sign_in(request: Request, body: SignIn) -> SessionShape:
    """Give a bearer token for a login, its password, and a code if one is required."""
    user = way_in.sign_in(request, body.login, body.password, body.code)
    opened = way_in.open_session(request, user, SessionKind.API)
    return SessionShape(token=opened.token, user=show_user(user), expires_at=opened.expires_at)


@router.delete("/session", status_code=204)
async def sign_out(request: Request, who: auth.PasswordChanger) -> Response:
    """End this session; its live sockets close with 4401."""
    await run_in_threadpool(way_in.close_session, request, who)
    live_of(request).sockets.end(who.id)
    return Response(status_code=204)


def show_user(user: User) -> UserShape:
    """Show a user with their rights."""
    return UserShape(
        id=user.id,
        login=user.login,
        name=user.name,
        role=user.role.key,
        role_name=user.role.name(user.language),
        rights={right.value: extent.value for right, extent in user.role.rights.items()},
        language=user.language,
    )
