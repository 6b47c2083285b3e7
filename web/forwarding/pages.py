"""The pages of the forwarding of an extension: of a user, and of one's own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from acd.forwarding import store
from crm.kernel.errors import ConflictError
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.people.store import user_by_id
from web.account.tabs import account_tabs
from web.forwarding import actions
from web.forwarding.forms import forwards_form, read_form
from web.kit.auth import InPerson, needs
from web.kit.bodies import IdPath
from web.kit.editing import NotSaved, save, saved
from web.kit.forms import Form
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of

router = APIRouter()
PeopleKeeper = Annotated[SignedIn, Depends(needs(Right.PEOPLE_MANAGE))]
OWN = "/account/forwarding"


@router.get("/users/{user}/forwarding")
def forwarding_page(request: Request, user: IdPath, who: PeopleKeeper) -> Response:
    """Show where calls to a user's extension go."""
    return _page(request, who, user, f"/users/{user}/forwarding")


@router.post("/users/{user}/forwarding")
def change_forwarding(
    request: Request, user: IdPath, who: PeopleKeeper, sent: SentForm
) -> Response:
    """Change where calls to a user's extension go."""
    return _change(request, who, user, sent, f"/users/{user}/forwarding")


@router.get(OWN)
def own_forwarding_page(request: Request, who: InPerson) -> Response:
    """Show where calls to one's own extension go."""
    return _page(request, who, who.user.id, OWN)


@router.post(OWN)
def change_own_forwarding(request: Request, who: InPerson, sent: SentForm) -> Response:
    """Change where calls to one's own extension go."""
    return _change(request, who, who.user.id, sent, OWN)


def _page(request: Request, who: SignedIn, user: int, url: str) -> Response:
    with context_of(request).database.begin() as session:
        try:
            form = _form(request, session, user, url)
        except ConflictError as error:
            return _show(request, session, who, user, url, reason=reader_of(request).error(error))
        return _show(request, session, who, user, url, form=form)


def _change(request: Request, who: SignedIn, user: int, sent: SentForm, url: str) -> Response:
    with context_of(request).database.begin() as session:
        store.lock_forwards(session)
        form = _form(request, session, user, url)

        def write() -> None:
            actions.write_forwards(session, request, who, user, read_form(sent))

        outcome = save(session, reader_of(request), form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(request, session, who, user, url, form=form, status=outcome.status)
    return saved(url)


def _form(request: Request, session: Session, user: int, url: str) -> Form:
    shape = actions.show_forwards(session, user)
    return forwards_form(reader_of(request), shape, actions.targets(session), url)


def _show(  # noqa: PLR0913 - what a page shows
    request: Request,
    session: Session,
    who: SignedIn,
    user: int,
    url: str,
    *,
    form: Form | None = None,
    reason: str = "",
    status: int = 200,
) -> Response:
    own = url == OWN
    shown = {
        "person": user_by_id(session, user),
        "own": own,
        "form": form,
        "reason": reason,
        "tabs": account_tabs(request, who) if own else [],
    }
    pages = context_of(request).pages
    return pages.page(request, "forwarding.html", shown, status=status)
