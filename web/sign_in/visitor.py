"""Dependencies for pages that visitors without a session may open too."""

from typing import Annotated

from fastapi import Depends, Request

from crm.kernel.errors import RefusedError
from crm.people.person import SignedIn
from web.kit import auth
from web.kit.request import same_origin


def visitor(request: Request) -> SignedIn | None:
    """Give the session, if there is one."""
    return auth.find_session(request)


async def not_forged(
    request: Request, who: Annotated[SignedIn | None, Depends(visitor)]
) -> SignedIn | None:
    """Refuse a form that did not come from a page of ours."""
    if not same_origin(request):
        raise RefusedError("This page has expired. Reload it and try again.")
    await auth.check_csrf(request)
    return who


Visitor = Annotated[SignedIn | None, Depends(visitor)]


OurVisitor = Annotated[SignedIn | None, Depends(not_forged)]
