"""Finishing a call: its disposition and interaction record, given in the call or corrected later.

One form gives both. The agent who had the call may give them at any time; others may correct them
within the reach of their permission, and that is audited.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Request
from pydantic import Field as Limits
from sqlalchemy.orm import Session

from crm.calls.record import CallId, CallRecord, Kind
from crm.calls.store import call as kept_call
from crm.calls.store import timeline
from crm.dictionary.item import List
from crm.dictionary.store import check_key
from crm.drafts.store import drafts, drop_draft
from crm.kernel.errors import InvalidError, MissingError
from crm.people.person import SignedIn
from crm.people.rights import Reach, Right
from crm.service.service_record import ServiceDraft, ServiceRecord
from crm.service.store import FIELDS, change_record, records_of_call, write_record
from web.calls.words import LABELS
from web.customers.views import show_card
from web.desk.actions import Live, caller_of, choices, live_call_of
from web.kit.audit import note
from web.kit.auth import reach_of
from web.kit.bodies import Body, Key, Note
from web.kit.body_form import Input, fields_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.request import reader_of
from web.live.mirror import Mirror

_PLAIN = re.compile(r"[^A-Za-z0-9]+")  # ids of elements hold nothing else of a call's id


class FinishBody(Body):
    """How a call ended and what was done; keys of the dictionaries of the same names."""

    outcome: Annotated[str, Limits(min_length=1, max_length=50), Input(N_("Disposition"), "radio")]
    note: Annotated[Note, Input(N_("Note"))] = ""
    service_type: Annotated[Key, Input(LABELS[List.SERVICE_TYPE], "select")] = ""
    method: Annotated[Key, Input(LABELS[List.METHOD], "select")] = ""
    business_type: Annotated[Key, Input(LABELS[List.BUSINESS_TYPE], "select")] = ""
    product: Annotated[Key, Input(LABELS[List.PRODUCT], "select")] = ""
    problem_type: Annotated[Key, Input(LABELS[List.PROBLEM_TYPE], "select")] = ""
    cause: Annotated[Key, Input(LABELS[List.CAUSE], "select")] = ""


@dataclass(frozen=True, slots=True)
class CallToFinish:
    """A call that a user may finish: live at the user's desk, or kept."""

    id: CallId
    live: Live | None
    kept: CallRecord | None
    own: bool  # the user is an agent of the call


def finish_url(call: str) -> str:
    """The address of a call's form, which is also the name of its draft."""
    return f"/calls/{quote(call, safe='')}/finish"


def call_to_finish(session: Session, mirror: Mirror, who: SignedIn, call: str) -> CallToFinish:
    """Find a call that a user may finish; MissingError for any other."""
    live = live_call_of(mirror, who, call)
    if live is not None:
        return CallToFinish(CallId(call), live, None, own=True)
    try:
        kept = kept_call(session, call, Reach(frozenset({who.user.id})))
        return CallToFinish(CallId(call), None, kept, own=True)
    except MissingError:
        if not who.may(Right.CALLS_CORRECT) or mirror.value("call", call) is not None:
            raise
    kept = kept_call(session, call, reach_of(session, who, Right.CALLS_CORRECT))
    return CallToFinish(CallId(call), None, kept, own=False)


def may_finish(session: Session, mirror: Mirror, who: SignedIn, call: str) -> bool:
    """Whether a user may finish a call."""
    try:
        call_to_finish(session, mirror, who, call)
    except MissingError:
        return False
    return True


def what_is_known(session: Session, who: SignedIn, found: CallToFinish) -> dict[str, str]:
    """Give what was saved of a call, by the names of the form's fields; "" where nothing was."""
    values = {"outcome": "", "note": ""}
    for event in timeline(session, found.id):
        if event.kind is Kind.OUTCOME:
            values = {name: str(event.detail.get(name) or "") for name in values}
    record = _record_of(session, who, found)
    if record is not None:
        values |= {name.value: getattr(record.draft, name) for name in FIELDS}
        values["note"] = values["note"] or record.draft.note
    return values


def _record_of(session: Session, who: SignedIn, found: CallToFinish) -> ServiceRecord | None:
    """The interaction record that the form changes: the user's own, else the call's last."""
    there = records_of_call(session, found.id)
    theirs = [one for one in there if one.draft.agent == who.user.id]
    return next(iter(reversed(theirs if found.own else there)), None)


def draft_of(session: Session, who: SignedIn, call: CallId) -> dict[str, str]:
    """Give what the user has typed into a call's form and not saved."""
    url = finish_url(call)
    typed = drafts(session, who.user.id, [url]).get(url)
    known = FinishBody.model_fields
    return {k: v for k, v in typed.values.items() if k in known} if typed is not None else {}


def finish_form(
    session: Session, reader: Reader, found: CallToFinish, values: Mapping[str, str]
) -> Form:
    """Make the form of a call, filled with values by the names of its fields."""
    url = finish_url(found.id)
    options = {which.value: choices(session, which, reader) for which in FIELDS}
    options["outcome"] = choices(session, List.OUTCOME, reader)
    return Form(
        url,
        fields_of(FinishBody, reader, values, options),
        name=f"finish-{_PLAIN.sub('-', found.id)}",
        draft=url,
    )


def check_finish(session: Session, body: FinishBody) -> None:
    """Raise InvalidError, which names the field, unless the body can be saved."""
    check_key(session, List.OUTCOME, body.outcome)
    chosen = {name: getattr(body, name) for name in FIELDS}
    if any(chosen.values()) and not body.service_type:
        raise InvalidError("Choose a service type.", field=List.SERVICE_TYPE)
    for name, key in chosen.items():
        if key:
            check_key(session, name, key)


def keep_finish(
    session: Session, request: Request, who: SignedIn, found: CallToFinish, body: FinishBody
) -> None:
    """Store the interaction record; audit the correction of another's call."""
    check_finish(session, body)
    before = what_is_known(session, who, found)
    after = body.model_dump()
    if not found.own and before != after:
        note(session, request, who, "call.corrected", "calls", found.id, before, after)
    old = _record_of(session, who, found)
    if old is None and not body.service_type:
        return
    if old is None:
        write_record(session, _draft(session, request, who, found, body))
        return
    chosen: Mapping[str, Any] = {name.value: getattr(body, name) for name in FIELDS}
    draft = ServiceDraft(
        call=old.draft.call,
        agent=old.draft.agent,
        customer=old.draft.customer,
        **{**chosen, "service_type": body.service_type or old.draft.service_type},
        note=body.note,
    )
    if draft != old.draft:
        change_record(session, old.id, old.version, draft)


def _draft(
    session: Session, request: Request, who: SignedIn, found: CallToFinish, body: FinishBody
) -> ServiceDraft:
    customer = found.kept.customer if found.kept is not None else None
    if found.live is not None:
        pop = show_card(session, reader_of(request), caller_of(found.live))
        customer = pop.customer.id if pop.customer else None
    chosen = {name.value: getattr(body, name) for name in FIELDS}
    return ServiceDraft(
        call=found.id, agent=who.user.id, customer=customer, note=body.note, **chosen
    )


def forget_draft(session: Session, who: SignedIn, call: str) -> None:
    """Forget what was typed into a call's form: it is saved."""
    drop_draft(session, who.user.id, finish_url(call))
