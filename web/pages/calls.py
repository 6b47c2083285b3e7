"""The calls of the past: the list and its filter, and one call with its story and sound."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from acd.store import agents
from crm.calls import store
from crm.calls.question import CallFilter
from crm.errors import InvalidError
from crm.people.person import Role, SignedIn
from web.api.bodies import CallPath, CallQuery
from web.api.calls import show_whole_call
from web.api.shapes import CallDetail
from web.auth import Anybody
from web.call_search import read_filter
from web.desk import queue_names, scope_of
from web.i18n import N_, Reader, named, options
from web.names import RESULTS
from web.request import house_of, reader_of
from web.views import show_call, words

router = APIRouter(prefix="/calls")
FILTERS = ("caller", "result", "agent", "queue", "from", "to")


@router.get("")
def calls_page(request: Request, query: Annotated[CallQuery, Query()], who: Anybody) -> Response:
    """List calls, newest first, as the filter in the address says."""
    house, reader = house_of(request), reader_of(request)
    typed = _typed(query)
    wanted, cursor, error = CallFilter(), query.cursor or None, ""
    try:
        wanted = read_filter(query, reader)
    except InvalidError as wrong:
        error, cursor = reader.error(wrong), None
    with house.database.begin() as session:
        page = store.calls(session, wanted, scope_of(who), limit=query.limit, cursor=cursor)
        known = words(session, reader, page.items)
        shown: dict[str, Any] = {
            "filters": typed,
            "filter_error": error,
            "results": options(named(reader, RESULTS).items()),
            "agents": _agents(session, who),
            "queues": options(queue_names(session, reader).items()),
            "calls": [show_call(call, known) for call in page.items],
            "next_url": _address(typed, page.next) if page.next else None,
            "first_url": _address(typed, None) if query.cursor else None,
        }
    return house.pages.page(request, "calls.html", shown, status=422 if error else 200)


@router.get("/{call}")
def call_page(request: Request, call: CallPath, who: Anybody) -> Response:
    """Tell the story of one call."""
    house, reader = house_of(request), reader_of(request)
    with house.database.begin() as session:
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
        "boot": house.pages.boot(request, call=begin),
    }
    return house.pages.page(request, "call.html", shown)


def _typed(query: CallQuery) -> dict[str, str]:
    sent = query.model_dump(by_alias=True)
    return {name: str(sent[name]) for name in FILTERS}


def _address(typed: Mapping[str, str], cursor: str | None) -> str:
    kept = {name: value for name, value in typed.items() if value}
    more = {"cursor": cursor} if cursor else {}
    return "/calls" + (f"?{urlencode(kept | more)}" if kept or more else "")


def _agents(session: Session, who: SignedIn) -> list[dict[str, Any]]:
    if who.user.role is Role.AGENT:
        return []
    found = sorted((agent.name, str(agent.id)) for agent in agents(session))
    return options((id_, name) for name, id_ in found)


def _player(call: CallDetail) -> dict[str, str] | None:
    if call.recording is None:
        return None
    address = f"/api/v1/calls/{quote(call.id, safe='')}/recording?format="
    return {form: address + form for form in ("opus", "mp3", "wav")}


def _failure(reader: Reader, call: CallDetail) -> str | None:
    if not call.recording_failed:
        return None
    return reader.say(N_("This talk was not recorded: {why}."), why=call.recording_failed)
