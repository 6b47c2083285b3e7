"""The API of users: who may sign in, with which role, groups and phone."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import NotModifiedError, check_match, not_modified
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.logins.shapes import PresentList
from web.people import actions, sip_actions
from web.people.listing import SESSIONS, USERS
from web.people.shapes import FirstPassword, SipAccount, UserBody, UserChange, UserFile, UserFiles

router = APIRouter(prefix="/users", tags=["people"])
PeopleKeeper = Annotated[SignedIn, Depends(needs(Right.PEOPLE_MANAGE))]


@router.get("")
def list_users(
    request: Request,
    query: Annotated[ListQuery, Depends(asked(USERS))],
    *,
    descending: bool = False,
) -> UserFiles:
    """List users, also disabled ones; `descending` reverses the order."""
    query = replace(query, descending=query.descending or descending)
    return answer_page(request, USERS, query, UserFiles)


@router.get("/{user}")
def read_user(request: Request, response: Response, user: IdPath, _who: PeopleKeeper) -> UserFile:
    """Show a user; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return _tagged(session, request, response, user)


@router.get("/{user}/sessions")
def list_sessions(
    user: IdPath,  # noqa: ARG001 - the list reads it from the address
    request: Request,
    query: Annotated[ListQuery, Depends(asked(SESSIONS))],
) -> PresentList:
    """List the open sessions of a user, the last active first unless another order is asked for."""
    return answer_page(request, SESSIONS, query, PresentList)


@router.post("", status_code=201)
def add_user(request: Request, body: UserBody, who: PeopleKeeper) -> FirstPassword:
    """Add a user. The first password is only in this answer; the user must change it."""
    with context_of(request).database.begin() as session:
        added = actions.add(session, request, who, body)
        file = actions.show_file(session, reader_of(request), added.user)
    return FirstPassword(user=file, password=added.password, sip_secret=added.sip_secret)


@router.patch("/{user}")
def change_user(
    request: Request, response: Response, user: IdPath, body: UserChange, who: PeopleKeeper
) -> UserFile:
    """Change the given fields of a user; with `If-Match` only if they have not changed."""
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
    """Make a new password for a user; all their sessions end, and they must change it."""
    with context_of(request).database.begin() as session:
        password, ended = actions.reset_password(session, request, who, user)
        file = actions.show_file(session, reader_of(request), user)
    actions.shut(request, ended)
    return FirstPassword(user=file, password=password)


@router.post("/{user}/sip-secret")
def reset_sip_secret(request: Request, user: IdPath, who: PeopleKeeper) -> SipAccount:
    """Make a new password for a user's desk phone; the old one no longer registers."""
    with context_of(request).database.begin() as session:
        return sip_actions.reset_sip_secret(session, request, who, user)


@router.post("/{user}/password-link", status_code=204)
def send_link(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Mail a user a link to set their password; it works once, for half an hour."""
    with context_of(request).database.begin() as session:
        actions.send_link(session, request, who, user)
    return Response(status_code=204)


@router.post("/{user}/second-factor-reset")
def reset_second_factor(request: Request, user: IdPath, who: PeopleKeeper) -> UserFile:
    """Let a user sign in without the second factor, for example after the phone was lost."""
    with context_of(request).database.begin() as session:
        actions.reset_second_factor(session, request, who, user)
        return actions.show_file(session, reader_of(request), user)


@router.post("/{user}/sign-in-unblock")
def unblock_sign_in(request: Request, user: IdPath, who: PeopleKeeper) -> UserFile:
    """Let a user sign in again at once after too many failed attempts on their username."""
    with context_of(request).database.begin() as session:
        actions.unlock(session, request, who, user)
        return actions.show_file(session, reader_of(request), user)


@router.post("/{user}/sessions-end")
def end_sessions(request: Request, user: IdPath, who: PeopleKeeper) -> UserFile:
    """End all sessions of a user."""
    with context_of(request).database.begin() as session:
        ended = actions.end_all(session, request, who, user)
        file = actions.show_file(session, reader_of(request), user)
    actions.shut(request, ended, [user])
    return file


@router.post("/{user}/disable")
def disable_user(request: Request, user: IdPath, who: PeopleKeeper) -> UserFile:
    """Switch a user off at once: sessions end, the agent is signed out. Users are never deleted."""
    with context_of(request).database.begin() as session:
        ended = actions.disable(session, request, who, user)
        file = actions.show_file(session, reader_of(request), user)
    actions.shut(request, ended, [user])
    return file


@router.post("/{user}/enable")
def enable_user(request: Request, user: IdPath, who: PeopleKeeper) -> UserFile:
    """Switch a user on again."""
    with context_of(request).database.begin() as session:
        actions.enable(session, request, who, user)
        return actions.show_file(session, reader_of(request), user)


def _tagged(session: Session, request: Request, response: Response, user: int) -> UserFile:
    file = actions.show_file(session, reader_of(request), user)
    etag = actions.version_of(file)
    if request.method == "GET" and not_modified(request, etag):
        raise NotModifiedError(etag)
    response.headers["ETag"] = etag
    return file
