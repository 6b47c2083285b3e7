"""The API of drafts: kept while a user types, forgotten when the form is saved or discarded."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from crm.drafts.store import drop_draft, keep_draft
from web.drafts.shapes import DraftBody, DraftForm
from web.kit.auth import InPerson
from web.kit.request import context_of
from web.kit.shapes import Done

router = APIRouter(prefix="/drafts")


@router.put("")
def keep(request: Request, body: DraftBody, who: InPerson) -> Done:
    """Keep what you have typed into a form, in place of what was kept of it before."""
    with context_of(request).database.begin() as session:
        keep_draft(session, who.user.id, body.form, body.values)
    return Done()


@router.delete("")
def forget(request: Request, form: Annotated[DraftForm, Query()], who: InPerson) -> Done:
    """Forget the draft of a form."""
    with context_of(request).database.begin() as session:
        drop_draft(session, who.user.id, form)
    return Done()
