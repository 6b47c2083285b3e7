"""Actions on lost calls that pages and API share: show, take, note, done."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.lost_calls import store
from crm.lost_calls.lost_call import LostCall, LostCare, LostReach, LostState, care_of, checked_care
from crm.notices.notice import NewNotice
from crm.notices.store import notify
from crm.people.person import SignedIn
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.request import reader_of
from web.lost_calls.shapes import LostCallShape, LostCareChange
from web.lost_calls.views import owners, question, question_within, show_lost


def find_lost(session: Session, request: Request, who: SignedIn, call: str) -> LostCall:
    """Read the entry of a lost call that the user sees; MissingError otherwise."""
    return store.lost_call(session, call, question(session, reader_of(request), who))


def show_one(session: Session, request: Request, known: LostCall) -> LostCallShape:
    """Show one entry."""
    (shape,) = show_lost(session, reader_of(request), [known])
    return shape


def show_known(session: Session, request: Request, known: LostCall) -> LostCallShape:
    """Show an entry to a user who has just changed it, even if it is out of their reach now."""
    reader = reader_of(request)
    asked = question_within(session, reader, LostReach())
    return show_one(session, request, store.lost_call(session, known.id, asked))


def lock(session: Session, request: Request, who: SignedIn, call: str) -> LostCall:
    """Read an entry and let nobody else change it."""
    known = find_lost(session, request, who, call)
    store.lock_lost(session, known)
    return find_lost(session, request, who, call)


def write_care(
    session: Session, request: Request, who: SignedIn, known: LostCall, body: LostCareChange
) -> None:
    """Change the given fields of a locked entry; a new owner is notified."""
    care = care_of(known)
    if "owner" in body.model_fields_set:
        care = replace(care, owner=body.owner)
        if body.owner is None and body.state is None and care.state is LostState.WORK:
            care = replace(care, state=LostState.OPEN)
    if body.state is not None:
        care = replace(care, state=LostState(body.state.value))
    if body.note is not None:
        care = replace(care, note=body.note)
    if care.owner not in {None, known.owner, *(int(one.id) for one in owners(session))}:
        raise InvalidError(N_("Select a user from the list."), "owner")
    _save(session, request, who, known, checked_care(care))


def take(session: Session, request: Request, who: SignedIn, call: str) -> LostCall:
    """Make the user the owner of an entry, in work."""
    known = lock(session, request, who, call)
    care = LostCare(int(who.user.id), LostState.WORK, known.note)
    _save(session, request, who, known, care)
    return find_lost(session, request, who, call)


def finish(session: Session, request: Request, who: SignedIn, calls: Iterable[str]) -> None:
    """Mark entries as done."""
    chosen = list(dict.fromkeys(calls))
    if not chosen:
        raise InvalidError(N_("Select the lost calls first."))
    for call in chosen:
        known = lock(session, request, who, call)
        _save(session, request, who, known, replace(care_of(known), state=LostState.DONE))


def _save(
    session: Session, request: Request, who: SignedIn, known: LostCall, care: LostCare
) -> None:
    before = LostCare(known.owner, known.state, known.note)
    if care == before:
        return
    store.save_care(session, known, care, who.user.id, now())
    note(
        session, request, who, "lost_call.changed", "lost_calls", known.id,
        _noted(before), _noted(care),
    )  # fmt: skip
    if care.owner not in {None, known.owner, who.user.id} and care.state is not LostState.DONE:
        number = reader_of(request).phone(known.number)
        said = N_("{name} assigned the lost call of {number} to you")
        values = {"name": who.user.name, "number": number}
        notify(session, [int(care.owner or 0)], NewNotice(said, values, f"/lost-calls/{known.id}"))


def _noted(care: LostCare) -> dict[str, Any]:
    return {**asdict(care), "state": care.state.value}
