"""A test of a custom destination: what is sent, what comes back, and what it would mean."""

import asyncio
import json
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.calls.record import CallId
from crm.custom_destinations import store
from crm.custom_destinations.custom import (
    AnswerFault,
    BadAnswerError,
    CustomAnswer,
    CustomDestination,
    read_answer,
)
from crm.customers.customer import CustomerCard
from crm.customers.store import customer_by_phone
from crm.kernel.phone import dialled, e164
from crm.outgoing.answer import OutgoingAnswer
from crm.outgoing.sending import Sender
from crm.people.person import SignedIn
from cti.core.commands import AskCustom
from cti.engine.custom import request_to
from web.custom_destinations.actions import THING, seal_of
from web.custom_destinations.shapes import CustomTestShape, TestBody
from web.custom_destinations.words import reason_name
from web.destinations.actions import describe, fault_of, name_of
from web.destinations.targets import targets_of
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import Reader
from web.kit.request import context_of

LONGEST_SHOWN = 4000  # characters of an answer


@dataclass(frozen=True, slots=True)
class _Question:
    """What a test asks, and which system."""

    known: CustomDestination
    asked: AskCustom
    customer: CustomerCard | None


def run_test(
    request: Request, who: SignedIn, id_: int, body: TestBody, reader: Reader
) -> CustomTestShape:
    """Ask the other system about an imagined call; no transaction is open meanwhile."""
    context = context_of(request)
    with context.database.begin() as session:
        question = _question(session, id_, body, reader, context.settings.region)
        note(session, request, who, "custom_destination.tested", THING, id_)
    sender = Sender(seal_of(context.settings), now)
    sent = request_to(question.known, question.asked, question.customer, now())
    answer = asyncio.run(sender.send(sent))
    with context.database.begin() as session:
        return _shape(session, question.known, sent.body, answer, reader)


def _question(session: Session, id_: int, body: TestBody, reader: Reader, region: str) -> _Question:
    known = store.custom_to_ask(session, id_)
    caller, called = e164(body.caller, region), dialled(body.called, region)
    customer = customer_by_phone(session.connection(), caller) if caller else None
    call = CallId(f"test-{token_hex(6)}")
    said: dict[str, Any] = {
        "call": call,
        "caller": caller,
        "called": called,
        "language": str(reader.language),
        "variables": {},
    }
    return _Question(known, AskCustom(call, f"{call}-q1", known.id, said), customer)


def _shape(
    session: Session,
    known: CustomDestination,
    body: str,
    answer: OutgoingAnswer,
    reader: Reader,
) -> CustomTestShape:
    targets = targets_of(session)
    why, said = _judge(answer)
    if said is not None and fault_of(said.destination, targets) is not None:
        why = AnswerFault.UNKNOWN.value
    used = said is not None and not why
    to = str(said.destination) if said is not None and used else str(known.fallback or "")
    named = name_of(to, targets, reader)
    if said is not None and used:
        named = describe(said.destination, targets, reader)
    return CustomTestShape(
        request=json.dumps(json.loads(body), ensure_ascii=False, indent=2),
        status=answer.status,
        milliseconds=answer.milliseconds,
        answer=answer.text[:LONGEST_SHOWN],
        why=why,
        why_name=reason_name(why, reader),
        destination=to,
        destination_name=named,
        priority=said.priority if said is not None and used else 0,
        variables=dict(said.variables) if said is not None and used else {},
    )


def _judge(answer: OutgoingAnswer) -> tuple[str, CustomAnswer | None]:
    if answer.failure is not None:
        return answer.failure.value, None
    try:
        return "", read_answer(answer.text)
    except BadAnswerError as error:
        return error.fault.value, None
