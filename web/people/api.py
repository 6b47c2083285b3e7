"""Users: who may sign in, his role, groups and telephone."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from crm.people.directory.store import UserFilter, find
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import NotModifiedError, check_match, not_modified
from web.kit.request import context_of, reader_of
from web.people import actions
from web.people.shapes import FirstPassword, UserBody, UserChange, UserFile, UserFiles, UserQuery

router = APIRouter(prefix="/users", tags=["people"])
PeopleKeeper = Annotated[SignedIn, Depends(needs(Right.PEOPLE_MANAGE))]


@router.get("")
def list_users(
    request: Request, query: Annotated[UserQuery, Query()], _who: PeopleKeeper
) -> UserFiles:
    """List people; who is switched off is among them."""
    with context_of(request).database.begin() as session:
        page = find(session, user_filter(query), limit=query.limit, cursor=query.cursor or None)
        items = actions.show_files(session, reader_of(request), page.items)
    return UserFiles(items=items, next=page.next)


@router.get("/{user}")
def read_user(request: Request, response: Response, user: IdPath, _who: PeopleKeeper) -> UserFile:
    """Show somebody; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return _tagged(session, request, response, user)


@router.post("", status_code=201)
def add_user(request: Request, body: UserBody, who: PeopleKeeper) -> FirstPassword:
    """Add somebody. His first password is told here and never again; he must change it."""
    with context_of(request).database.begin() as session:
        hired = actions.hire(session, request, who, body)
        file = actions.show_file(session, reader_of(request), hired.user)
    return FirstPassword(user=file, password=hired.password, sip_secret=hired.sip_secret)


@router.patch("/{user}")
def change_user(
    request: Request, response: Response, user: IdPath, body: UserChange, who: PeopleKeeper
) -> UserFile:
    """Change what is given of somebody, unless he is no longer as `If-Match` says."""
    with context_of(request).database.begin() as session:
        before = actions.file_to_change(session, reader_of(request), user)
        check_match(request, actions.version_of(before))
        actions.change(session, request, who, user, body)
        file = _tagged(session, request, response, user)
    gone = before.agent is not None and file.agent is None
    actions.shut(request, (), [user] if gone else ())
    return file


@router.post("/{user}/password-reset")
def reset_password(request: Request, user: IdPath, who: PeopleKeeper) -> FirstPassword:
    """Make a new password for somebody; all his sessions end, and he must change it."""
    with context_of(request).database.begin() as session:
        password, ended = actions.reset_password(session, request, who, user)
        file = actions.show_file(session, reader_of(request), user)
    actions.shut(request, ended)
    return FirstPassword(user=file, password=password)


@router.post("/{user}/password-link", status_code=204)
def send_link(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Mail somebody a link by which he sets his password; it is good once, for half an hour."""
    with context_of(request).database.begin() as session:
        actions.send_link(session, request, who, user)
    return Response(status_code=204)


@router.post("/{user}/second-factor-reset")
def reset_second_factor(request: Request, user: IdPath, who: PeopleKeeper) -> UserFile:
    """Let somebody in without his second factor, as after his telephone was lost."""
    with context_of(request).database.begin() as session:
        actions.reset_second_factor(session, request, who, user)
        return actions.show_file(session, reader_of(request), user)


@router.post("/{user}/sessions-end")
def end_sessions(request: Request, user: IdPath, who: PeopleKeeper) -> UserFile:
    """End all sessions of somebody."""
    with context_of(request).database.begin() as session:
        ended = actions.end_all(session, request, who, user)
        file = actions.show_file(session, reader_of(request), user)
    actions.shut(request, ended)
    return file


@router.post("/{user}/disable")
def disable_user(request: Request, user: IdPath, who: PeopleKeeper) -> UserFile:
    """Shut somebody out at once: his sessions end, his seat is empty. He is never deleted."""
    with context_of(request).database.begin() as session:
        ended = actions.disable(session, request, who, user)
        file = actions.show_file(session, reader_of(request), user)
    actions.shut(request, ended, [user])
    return file


@router.post("/{user}/enable")
def enable_user(request: Request, user: IdPath, who: PeopleKeeper) -> UserFile:
    """Let somebody in again."""
    with context_of(request).database.begin() as session:
        actions.enable(session, request, who, user)
        return actions.show_file(session, reader_of(request), user)


def user_filter(query: UserQuery) -> UserFilter:
    """Read what the list is narrowed to and sorted by."""
    return UserFilter(
        text=query.q,
        role=query.role or None,
        group=query.group or None,
        enabled={"true": True, "false": False}.get(query.enabled),
        order=query.sort,
        descending=query.descending,
    )


def _tagged(session: Session, request: Request, response: Response, user: int) -> UserFile:
    file = actions.show_file(session, reader_of(request), user)
    etag = actions.version_of(file)
    if request.method == "GET" and not_modified(request, etag):
        raise NotModifiedError(etag)
    response.headers["ETag"] = etag
    return file
