"""The pages of past calls: the list, and one call with its timeline and recording."""

from contextlib import suppress
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.calls.record import Kind
from crm.kernel.errors import MissingError
from crm.people.rights import Right
from ivr.flow import FlowId
from ivr.store import flow_names
from web.callbacks.views import of_call
from web.callbacks.words import TONES
from web.calls.api import show_whole_call
from web.calls.finish import call_to_finish
from web.calls.finish_view import finish_view
from web.calls.lane_views import drawing
from web.calls.listing import CALLS
from web.calls.shapes import CallDetail, CallPath
from web.calls.words import DIRECTIONS, WORDS
from web.flows.words import READERS
from web.kit.auth import CallReader
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.listing.sums import add_sums
from web.kit.request import context_of, reader_of
from web.live.context import live_of
from web.satisfaction.words import tone_of

router = APIRouter(prefix="/calls")


add_export(router, CALLS)
add_sums(router, CALLS)


@router.get("")
def calls_page(request: Request, who: CallReader) -> Response:
    """List calls, newest first unless another order is asked for."""
    return list_page(request, who, CALLS)


@router.get("/{call}")
def call_page(request: Request, call: CallPath, who: CallReader) -> Response:
    """Show one call with its timeline and recording."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        found = show_whole_call(session, reader, call, who)
        callback = of_call(session, reader, who, call)
        flows = _flows(session, found) if any(map(who.may, READERS)) else []
        finish = None
        with suppress(MissingError):
            mine = call_to_finish(session, live_of(request).mirror, who, call)
            finish = finish_view(session, reader, who, mine)
    player = _player(found)
    begin = {
        "id": found.id,
        "segments": [{"kind": one.kind, "seconds": one.seconds} for one in found.segments],
        "player": player,
    }
    outgoing = found.direction == "out"
    may_be_finished = outgoing or (found.answered_at and found.direction != "internal")
    shown = {
        "call": found,
        "callback": callback,
        "callback_tone": TONES[callback.state] if callback else "",
        "finish": finish if may_be_finished else None,
        "timeline": found.timeline,
        "flows": flows,
        "segments": found.segments,
        "legs": found.legs,
        "has_sound": any(leg.sound for leg in found.legs),
        "lanes": found.lanes,
        "drawing": drawing(found.lanes),
        "decisions": found.decisions,
        "scores": [(one, tone_of(one.score)) for one in found.scores],
        "service_records": found.service_records,
        "player": player,
        "recording_failed": _failure(reader, found),
        "other_number": found.called if found.direction == "internal" else found.customer_number,
        "direction": DIRECTIONS.get(found.direction, ""),
        "may_see_customers": who.may(Right.CUSTOMERS_SEE),
        "may_add_customers": who.may(Right.CUSTOMERS_EDIT),
        "boot": context.pages.boot(request, call=begin),
    }
    return context.pages.page(request, "call.html", shown)


def _flows(session: Session, call: CallDetail) -> list[tuple[int, int, str]]:
    """The flows that the caller went through, each with its version and its name."""
    steps = (one.detail for one in call.timeline if one.kind == Kind.STEP)
    found = {int(one["flow"]): int(one.get("version") or 0) for one in steps if one.get("flow")}
    names = flow_names(session) if found else {}
    known = ((flow, version, names.get(FlowId(flow))) for flow, version in found.items())
    return [(flow, version, name) for flow, version, name in known if name is not None]


def _player(call: CallDetail) -> dict[str, str] | None:
    if call.recording is None:
        return None
    address = f"/api/v1/calls/{quote(call.id, safe='')}/recording?format="
    return {form: address + form for form in ("opus", "mp3", "wav")}


def _failure(reader: Reader, call: CallDetail) -> str | None:
    if not call.recording_failed:
        return None
    why = WORDS.get(call.recording_failed, call.recording_failed)
    if call.recording is not None:
        return reader.say(N_("Part of the call may be missing from the recording: {why}."), why=why)
    return reader.say(N_("This call was not recorded: {why}."), why=why)
