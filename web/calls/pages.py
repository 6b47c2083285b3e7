"""The calls of the past: the list and its filter, and one call with its story and sound."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from crm.calls.question import CallFilter, Order
from crm.calls.record import CallRecord
from crm.calls.search import store as search
from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.calls import table as tables
from web.calls.api import show_whole_call
from web.calls.search import read_filter
from web.calls.shapes import CallDetail, CallPath, CallQuery
from web.calls.views import words
from web.calls.words import WORDS
from web.kit.audit import note
from web.kit.auth import CallReader, needs, reach_of
from web.kit.export import Form as FileForm
from web.kit.export import export
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.kit.table import Table, read_list

router = APIRouter(prefix="/calls")
Exporter = Annotated[SignedIn, Depends(needs(Right.CALLS_EXPORT))]


@router.get("")
def calls_page(request: Request, query: Annotated[CallQuery, Query()], who: CallReader) -> Response:
    """List calls, newest first unless another order is asked for, as the address says."""
    context, reader = context_of(request), reader_of(request)
    columns = tables.columns(reader)
    wanted, wrong = CallFilter(), None
    found: tuple[CallRecord, ...] = ()
    after, total = None, 0
    with context.database.begin() as session:
        state = read_list(request, who, "calls", columns, "-began", session=session)
        seen = reach_of(session, who, Right.CALLS_SEE)
        try:
            wanted = read_filter(query, reader)
            cursor = state.cursor or None
            page = search.calls(
                session,
                wanted,
                seen,
                order=Order(state.sort),
                descending=state.descending,
                limit=state.limit,
                cursor=cursor,
            )
            found, after = page.items, page.next
            ends_here = cursor is None and after is None
            total = len(found) if ends_here else search.how_many(session, wanted, seen)
        except InvalidError as error:
            wrong = error
        known = words(session, reader, found)
        filters = tables.filters(session, known, query, seen, wrong)
    named = {one.name for one in filters}
    table = Table(
        name="calls",
        url="/calls",
        title=reader.gettext(N_("Calls")),
        columns=columns,
        rows=[tables.row(one, known) for one in found],
        filters=filters,
        next=after,
        total=min(total, search.COUNTED),
        total_at_least=total > search.COUNTED,
        export_url="/calls/export" if who.may(Right.CALLS_EXPORT) else "",
        empty=reader.gettext(N_("No calls yet.")),
        empty_icon="phone-off",
        error=reader.error(wrong) if wrong and wrong.field not in named else "",
    ).as_asked(state)
    status = 422 if wrong else 200
    return context.pages.page(request, "calls.html", {"table": table}, status=status)


@router.get("/export")
def export_calls(
    request: Request,
    query: Annotated[CallQuery, Query()],
    who: Exporter,
    form: Annotated[FileForm, Query(alias="format")] = "csv",
) -> Response:
    """Give the whole list, as it is narrowed and sorted, as a file."""
    context, reader = context_of(request), reader_of(request)
    state = read_list(request, who, "calls", tables.columns(reader), "-began")
    wanted = read_filter(query, reader)
    with context.database.begin() as session:
        seen = reach_of(session, who, Right.CALLS_EXPORT)
        kept = query.model_dump(by_alias=True, exclude_defaults=True, exclude={"cursor", "limit"})
        note(session, request, who, "calls.exported", "calls", form, after=kept)
        rows = tables.exported(session, reader, wanted, seen, state)
        title, heads = reader.gettext(N_("Calls")), tables.heads(reader)
        return export(request, "calls", title, heads, rows, form)


@router.get("/{call}")
def call_page(request: Request, call: CallPath, who: CallReader) -> Response:
    """Tell the story of one call."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        found = show_whole_call(session, reader, call, who)
    player = _player(found)
    begin = {
        "id": found.id,
        "segments": [{"kind": one.kind, "seconds": one.seconds} for one in found.segments],
        "player": player,
    }
    shown = {
        "call": found,
        "timeline": found.timeline,
        "segments": found.segments,
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
        return reader.say(N_("A part of the talk may be missing: {why}."), why=why)
    return reader.say(N_("This talk was not recorded: {why}."), why=why)
