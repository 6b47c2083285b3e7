"""Questions to other systems about where calls go, on an event loop in a thread of their own.

There a slow name server or a TLS handshake delays no call.
"""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime

from crm.custom_destinations.custom import (
    MOST_ANSWER_BYTES,
    AnswerFault,
    BadAnswerError,
    CustomDestination,
    question_body,
    read_answer,
)
from crm.customers.customer import CustomerCard
from crm.outgoing.answer import OutgoingAnswer
from crm.outgoing.sending import OutgoingRequest, Sender
from cti.core.answer_events import CustomAnswered
from cti.core.commands import AskCustom

AT_ONCE = 50  # questions that are being asked; more fail at once


class CustomQuestions:
    """Asks custom destinations where calls go."""

    def __init__(self, sender: Sender, clock: Callable[[], datetime]) -> None:
        """The thread begins with the first question."""
        self._sender = sender
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open = 0

    async def ask(
        self, known: CustomDestination, question: AskCustom, customer: CustomerCard | None
    ) -> CustomAnswered:
        """Ask, and give what came of it; never later than the custom destination's time-out."""
        answer = await self.fetch(request_to(known, question, customer, self._clock()))
        if answer is None:
            return CustomAnswered(question.call, question.id, why=AnswerFault.BUSY.value)
        return answered(question, answer)

    async def fetch(self, request: OutgoingRequest) -> OutgoingAnswer | None:
        """Send a request in the thread; None if too many are being sent."""
        if self._open >= AT_ONCE:
            return None
        self._open += 1
        try:
            sent = asyncio.run_coroutine_threadsafe(self._sender.send(request), self._running())
            return await asyncio.wrap_future(sent)
        finally:
            self._open -= 1

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="custom", daemon=True).start()
        return self._loop


def request_to(
    known: CustomDestination, question: AskCustom, customer: CustomerCard | None, at: datetime
) -> OutgoingRequest:
    """Make the request that asks where a call goes."""
    card = (int(customer.id), customer.name) if customer is not None else None
    return OutgoingRequest(
        question.id,
        known.url,
        known.inside,
        question_body(question.said, card, at),
        known.secrets,
        float(known.seconds),
        needs_body=True,
        most_bytes=MOST_ANSWER_BYTES,
    )


def answered(question: AskCustom, answer: OutgoingAnswer) -> CustomAnswered:
    """Make the event of an answer, or of why there is none."""
    seconds, status = answer.milliseconds / 1000, answer.status or 0
    why = answer.failure.value if answer.failure is not None else ""
    if not why:
        try:
            said = read_answer(answer.text)
        except BadAnswerError as error:
            why = error.fault.value
        else:
            return CustomAnswered(
                question.call,
                question.id,
                said.destination,
                said.priority,
                said.variables,
                seconds=seconds,
                status=status,
            )
    return CustomAnswered(question.call, question.id, why=why, seconds=seconds, status=status)
