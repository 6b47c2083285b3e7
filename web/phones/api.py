"""The API of phones: extensions, what is registered as them, and their desk phones' passwords."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.phones import actions
from web.phones.listing import PHONES
from web.phones.shapes import ExtensionShape, ExtensionShapes, MadePhones, PhonesBody, ResetPhone

router = APIRouter(prefix="/phones")
PhoneManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_phones(
    request: Request, query: Annotated[ListQuery, Depends(asked(PHONES))]
) -> ExtensionShapes:
    """List all extensions with the phones that are registered now, the inactive ones too."""
    return answer_page(request, PHONES, query, ExtensionShapes)


@router.get("/{user}")
def read_phone(request: Request, user: IdPath, _who: PhoneManager) -> ExtensionShape:
    """Show a user's extension with the phones that are registered now."""
    with context_of(request).database.begin() as session:
        return actions.show_phone(session, request.app.state, user)


@router.post("", status_code=201)
def add_phones(request: Request, body: PhonesBody, who: PhoneManager) -> MadePhones:
    """Make extensions for users who have none and for new users, all or none.

    New users need the permission to manage users. Passwords are shown only once.
    """
    with context_of(request).database.begin() as session:
        return MadePhones(items=actions.make_phones(session, request, who, body))


@router.post("/{user}/secret")
def reset_secret(request: Request, user: IdPath, who: PhoneManager) -> ResetPhone:
    """Make a new password for a desk phone; the old one no longer registers."""
    with context_of(request).database.begin() as session:
        return actions.reset_phone(session, request, who, user)
