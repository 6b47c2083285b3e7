"""The pages of past calls: the list, and one call with its timeline and recording."""

from contextlib import suppress
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from crm.kernel.errors import MissingError
from crm.people.rights import Right
from web.calls.api import show_whole_call
from web.calls.finish import call_to_finish
from web.calls.finish_view import finish_view
from web.calls.listing import CALLS
from web.calls.shapes import CallDetail, CallPath
from web.calls.words import WORDS
from web.kit.auth import CallReader
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.request import context_of, reader_of
from web.live.context import live_of

router = APIRouter(prefix="/calls")


add_export(router, CALLS)


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
    shown = {
        "call": found,
        "finish": finish if found.answered_at and found.direction != "internal" else None,
        "timeline": found.timeline,
        "segments": found.segments,
        "legs": found.legs,
        "decisions": found.decisions,
        "service_records": found.service_records,
        "player": player,
        "recording_failed": _failure(reader, found),
        "may_see_customers": who.may(Right.CUSTOMERS_SEE),
        "may_add_customers": who.may(Right.CUSTOMERS_EDIT),
        "boot": context.pages.boot(request, call=begin),
    }
    return context.pages.page(request, "call.html", shown)


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
