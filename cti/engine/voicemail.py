"""Answers the core's questions about voicemail boxes from the database, in threads.

A PIN is compared with its hash here, which takes a third of a second of a core. Without an answer
in time the caller hears that the messages are not available now.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import structlog

from crm.voicemail.by_phone.access import BoxAnswer, PlayedMessage
from cti.core.answer_events import BoxAnswered
from cti.core.commands import BoxQuestion, MarkMessage, OpenBox

ANSWER_SECONDS = 4.0
AT_ONCE = 2

IsPin = Callable[[str | None, str], bool]

log = structlog.get_logger(__name__)


class BoxRecords(Protocol):
    """Voicemail boxes in the database; called in a thread."""

    def open_box(
        self, question: OpenBox, now: float, is_pin: IsPin
    ) -> tuple[BoxAnswer, tuple[PlayedMessage, ...]]:
        """Check the PIN, if one is needed, and give the messages."""
        ...

    def mark_message(self, question: MarkMessage, now: float) -> str:
        """Mark a message; give the name of a file that is to be removed, or ""."""
        ...


class BoxDesk:
    """Takes questions and hands their answers to the engine."""

    def __init__(
        self,
        records: BoxRecords,
        clock: Callable[[], float],
        handle: Callable[[BoxAnswered], None],
        is_pin: IsPin,
        remove_sound: Callable[[str], None],
    ) -> None:
        """`is_pin` compares a PIN with its hash; `remove_sound` removes a message's file."""
        self._records = records
        self._clock = clock
        self._handle = handle
        self._is_pin = is_pin
        self._remove_sound = remove_sound
        self._threads = ThreadPoolExecutor(AT_ONCE, "voicemail")
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, question: BoxQuestion) -> None:
        """Take a question; its answer is an event, which always comes."""
        task = asyncio.create_task(self._answer(question))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, question: BoxQuestion) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer, messages = await loop.run_in_executor(self._threads, self._find, question)
        except Exception as error:  # noqa: BLE001 - the caller is told
            log.warning("a voicemail box gives no answer", box=question.box, why=str(error)[:200])
            answer, messages = BoxAnswer.UNAVAILABLE, ()
        self._handle(BoxAnswered(question.call, question.id, answer, messages))

    def _find(self, question: BoxQuestion) -> tuple[BoxAnswer, tuple[PlayedMessage, ...]]:
        now = self._clock()
        if isinstance(question, OpenBox):
            return self._records.open_box(question, now, self._is_pin)
        removed = self._records.mark_message(question, now)
        if removed:
            self._remove_sound(removed)
        return BoxAnswer.DONE, ()
