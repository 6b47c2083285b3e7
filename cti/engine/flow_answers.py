"""Answers to the questions of flows' steps that need the database or another system."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from crm.outgoing.answer import OutgoingAnswer
from crm.outgoing.sending import OutgoingRequest
from cti.core.answer_events import FlowAnswered
from cti.core.commands import AskFlow
from ivr.steps import customer, http, put_on_list

MOST_ANSWER_BYTES = 256 * 1024
BUSY, NOT_ANSWERED, NO_JSON = "busy", "not answered", "not json"


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A number that a flow puts on a list."""

    list: int
    number: str
    reason: str
    days: int  # until it expires; 0: never


@dataclass(frozen=True, slots=True)
class FlowSources:
    """Where answers come from; each gives None, or nothing, when it cannot answer in time."""

    about_caller: Callable[[str], Awaitable[Mapping[str, str] | None]]
    put_on_list: Callable[[ListRequest], Awaitable[str | None]]
    inside_hosts: Callable[[], Awaitable[Collection[str] | None]]
    fetch: Callable[[OutgoingRequest], Awaitable[OutgoingAnswer | None]]


async def answer(question: AskFlow, caller: str, sources: FlowSources) -> FlowAnswered:
    """Answer a question, or say why it is not answered."""
    match question.question:
        case customer.QUESTION:
            found = await sources.about_caller(question.detail.get("number") or caller)
            return _told(question, found, NOT_ANSWERED)
        case put_on_list.QUESTION:
            detail = question.detail
            request = ListRequest(
                int(detail["list"]),
                detail["number"] or caller,
                detail["reason"],
                int(detail["days"]),
            )
            put = await sources.put_on_list(request) if request.number else None
            return FlowAnswered(
                question.call, question.id, put or "", "" if put is not None else NOT_ANSWERED
            )
        case http.QUESTION:
            return await _ask(question, sources)
        case _:
            return _told(question, None, NOT_ANSWERED)


def _told(question: AskFlow, found: Mapping[str, str] | None, why: str) -> FlowAnswered:
    value = json.dumps(found, ensure_ascii=False) if found is not None else ""
    return FlowAnswered(question.call, question.id, value, "" if found is not None else why)


async def _ask(question: AskFlow, sources: FlowSources) -> FlowAnswered:
    hosts = await sources.inside_hosts() or ()
    request = request_of(question, hosts)
    why = BUSY
    for _ in range(int(question.detail.get("tries", "1"))):
        told = await sources.fetch(request)
        if told is None:
            continue
        if told.failure is None:
            try:
                found = http.values_of(told.text, json.loads(question.detail["answers"]))
            except ValueError:
                return _told(question, None, NO_JSON)
            return _told(question, {**found, http.STATUS: str(told.status or "")}, "")
        why = told.failure.value
    return _told(question, None, why)


def request_of(question: AskFlow, inside_hosts: Collection[str]) -> OutgoingRequest:
    """Make the request of a step."""
    said = question.detail
    try:
        host = (urlsplit(said["url"]).hostname or "").lower()
    except ValueError:
        host = ""
    return OutgoingRequest(
        question.id,
        said["url"],
        host in inside_hosts,
        said["body"],
        (),
        float(said["seconds"]),
        needs_body=True,
        most_bytes=MOST_ANSWER_BYTES,
        method=said["method"],
        headers=json.loads(said["headers"]),
    )
