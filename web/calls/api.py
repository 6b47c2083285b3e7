"""Past calls: the list, one call with its timeline, its recording and its service records."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from acd.decisions.store import decisions_of
from acd.skill_levels.store import skill_names
from crm.audit.store import AuditFilter, entries
from crm.calls import store
from crm.calls.lanes import lanes, without_listening
from crm.calls.leg import CallLeg
from crm.calls.legs.store import legs_of
from crm.calls.record import CallEvent, Kind
from crm.charges.calls.store import charges_of
from crm.dictionary.item import List
from crm.dictionary.store import check_key
from crm.parameters.store import parameters
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.satisfaction.store import scores_of
from crm.service.store import records_of_call
from cti.trunks.store import trunks
from cti.trunks.trunk import endpoint_name
from ivr.store import step_names
from web.calls.actions import change_own_record, keep_service_record
from web.calls.decision_views import agents_of as agents_of_decisions
from web.calls.decision_views import decision_words, show_decisions
from web.calls.finish import call_to_finish, what_is_known
from web.calls.lane_views import show_lanes
from web.calls.leg_views import agents_of, show_legs
from web.calls.listing import CALLS, call_sums
from web.calls.named_in import agents_in, destinations_in, steps_in
from web.calls.shapes import (
    CallDetail,
    CallList,
    CallPath,
    CallScoreShape,
    CallSumShape,
    Decisions,
    DispositionBody,
    RecordChange,
    RecordShape,
    ServiceRecordBody,
)
from web.calls.sum_views import show_sums
from web.calls.timeline_views import show_timeline
from web.calls.views import show_call, show_record, show_segments, words
from web.destinations.actions import name_of
from web.destinations.targets import targets_of
from web.kit.audit import note
from web.kit.auth import AtDesk, CallReader, Listener, reach_of
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.i18n import Reader
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.kit.shapes import Done
from web.live.context import live_of
from web.recordings.answer import begins, recording_answer

log = structlog.get_logger()
# A player that requests a further part this long after the beginning counts as another playback.
ONE_PLAYBACK = timedelta(minutes=10)
router = APIRouter(prefix="/calls")
records = APIRouter(prefix="/service-records")


@router.get("")
def read_calls(request: Request, query: Annotated[ListQuery, Depends(asked(CALLS))]) -> CallList:
    """List calls, newest first unless another order is asked for; agents see their own."""
    return answer_page(request, CALLS, query, CallList)


@router.get("/sum")
def sum_calls(request: Request, query: Annotated[ListQuery, Depends(asked(CALLS))]) -> CallSumShape:
    """Sum all calls that the filters leave."""
    with context_of(request).database.begin() as session:
        return show_sums(call_sums(session, query))


@router.get("/{call}")
def read_call(request: Request, call: CallPath, who: CallReader) -> CallDetail:
    """Show a call with its timeline, segments, legs, decisions, scores and records."""
    with context_of(request).database.begin() as session:
        return show_whole_call(session, reader_of(request), call, who)


@router.get("/{call}/decisions")
def read_decisions(request: Request, call: CallPath, who: CallReader) -> Decisions:
    """Say why each offer of a call went to its agent, and who was considered for it."""
    with context_of(request).database.begin() as session:
        whole = show_whole_call(session, reader_of(request), call, who)
    return Decisions(items=whole.decisions)


@router.get("/{call}/recording", response_class=Response)
def read_recording(
    request: Request,
    call: CallPath,
    who: Listener,
    form: Annotated[Literal["wav", "opus", "mp3"], Query(alias="format")] = "wav",
) -> Response:
    """Give a recording: the caller left, the agent right. Byte ranges are understood."""
    context = context_of(request)
    with context.database.begin() as session:
        found = store.call(session, call, reach_of(session, who, Right.RECORDINGS_HEAR))
        _note_playback(session, request, who, call)
    log.info("a recording was opened", call=call, user=who.user.id)
    return recording_answer(request, context.settings, found.recording, form)


@router.post("/{call}/service-records", status_code=201)
def add_service_record(
    request: Request, call: CallPath, body: ServiceRecordBody, who: AtDesk
) -> RecordShape:
    """Add a service record to a call, for the caller unless another customer is named."""
    with context_of(request).database.begin() as session:
        return keep_service_record(session, request, who, call, body)


@router.put("/{call}/outcome")
async def set_outcome(
    request: Request, call: CallPath, body: DispositionBody, who: CallReader
) -> Done:
    """Give or correct the disposition of a call of yours, or within reach of your permission."""
    await run_in_threadpool(_check_outcome, request, call, body, who)
    fields = {"call": call, "outcome": body.outcome, "note": body.note}
    await live_of(request).link.ask("outcome", agent=who.user.id, **fields)
    return Done()


def _check_outcome(request: Request, call: str, body: DispositionBody, who: SignedIn) -> None:
    with context_of(request).database.begin() as session:
        found = call_to_finish(session, live_of(request).mirror, who, call)
        check_key(session, List.OUTCOME, body.outcome)
        if not found.own:
            known = what_is_known(session, who, found)
            before = {name: known[name] for name in ("outcome", "note")}
            note(session, request, who, "call.corrected", "calls", call, before, body.model_dump())


@records.patch("/{record}")
def change_service_record(
    request: Request, record: IdPath, body: RecordChange, who: CallReader
) -> RecordShape:
    """Change the given fields of an interaction record: your own, or within your permission."""
    with context_of(request).database.begin() as session:
        return change_own_record(session, request, who, record, body)


def _note_playback(session: Session, request: Request, who: SignedIn, call: str) -> None:
    """Note that a user plays a recording, unless this is a further part of a noted playback."""
    heard = AuditFilter(
        user=who.user.id,
        action="recording.heard",
        what="calls",
        which=call,
        since=now() - ONE_PLAYBACK,
    )
    if begins(request) or not entries(session, heard, limit=1).items:
        note(session, request, who, "recording.heard", "calls", call)


def _trunks_of(
    session: Session, legs: Iterable[CallLeg], timeline: Iterable[CallEvent]
) -> list[str]:
    """Name the trunks of a call: as they were called then, else as they are called now."""
    then = [str(one.detail.get("trunk", "")) for one in timeline if one.kind is Kind.DIALLED]
    if then:
        return list(dict.fromkeys(then))
    used = [one.trunk for one in legs if one.trunk]
    names = {endpoint_name(one.id): one.name for one in trunks(session)} if used else {}
    return list(dict.fromkeys(names[one] for one in used if one in names))


def show_whole_call(session: Session, reader: Reader, call: str, who: SignedIn) -> CallDetail:
    """Read a call with its timeline, segments, legs, decisions, scores and records."""
    found = store.call(session, call, reach_of(session, who, Right.CALLS_SEE))
    timeline = store.timeline(session, call)
    legs, decisions = legs_of(session, call), decisions_of(session, call)
    listening = who.may(Right.CALLS_LISTEN) or parameters(session).flag("agents_see_listening")
    drawn = lanes(timeline, legs, now(), listening=listening)
    if not listening:
        timeline, legs = without_listening(timeline, legs)
    records = records_of_call(session, call)
    agents = agents_in(timeline) | agents_of(legs) | agents_of_decisions(decisions)
    known = words(session, reader, [found], records, agents)
    known = replace(
        known,
        steps=step_names(session, steps_in(timeline)),
        skills=skill_names(session, reader.language),
    )
    if to := destinations_in(timeline):
        targets = targets_of(session)
        names = {one: name_of(one, targets, reader) for one in to}
        known = replace(known, destinations=names)
    return CallDetail(
        **show_call(found, known).model_dump(),
        trunks=_trunks_of(session, legs, timeline),
        rates=list(dict.fromkeys(one.rate for one in charges_of(session, call) if one.rate)),
        timeline=show_timeline(timeline, known),
        segments=show_segments(timeline, known),
        legs=show_legs(legs, known),
        lanes=show_lanes(drawn, found, known),
        decisions=show_decisions(decisions, decision_words(session, known, decisions)),
        scores=[
            CallScoreShape(question=one.question, score=one.score, at=one.at)
            for one in scores_of(session, [call])
        ],
        service_records=[show_record(record, known) for record in records],
    )
