"""Questions about voicemail boxes: always answered, also when the database is slow or away."""

import asyncio
import time

import pytest

from crm.voicemail.box import BoxId
from crm.voicemail.by_phone.access import BoxAnswer, Mark, PlayedMessage
from crm.voicemail.message import MessageId
from cti.core.commands import MarkMessage, OpenBox
from cti.engine import voicemail
from cti.engine.voicemail import BoxDesk

MESSAGE = PlayedMessage(MessageId(1), "voicemail/one", "", 5.0)
OPEN = OpenBox("c1", "c1-q1", BoxId(7), "2580")
DELETE = MarkMessage("c1", "c1-q2", BoxId(7), MESSAGE.id, Mark.DELETED, None)


class Records:
    fails, slow = False, 0.0

    def open_box(self, question, _now, is_pin):
        time.sleep(self.slow)
        if self.fails:
            raise OSError("the database is away")
        right = is_pin("2580", question.pin)
        return (BoxAnswer.DONE, (MESSAGE,)) if right else (BoxAnswer.WRONG_PIN, ())

    def mark_message(self, _question, _now):
        return "voicemail/one"


def ask(question, **records):
    answers, removed, kept = [], [], Records()
    for name, value in records.items():
        setattr(kept, name, value)

    async def run():
        answered = asyncio.Event()

        def take(answer):
            answers.append(answer)
            answered.set()

        BoxDesk(kept, lambda: 0.0, take, lambda a, b: a == b, removed.append).ask(question)
        await answered.wait()

    asyncio.run(run())
    (answer,) = answers
    assert (answer.call, answer.question) == (question.call, question.id)
    return answer, removed


def test_a_box_is_opened():
    answer, _ = ask(OPEN)
    assert (answer.answer, answer.messages) == (BoxAnswer.DONE, (MESSAGE,))


def test_the_file_of_a_deleted_message_is_removed():
    answer, removed = ask(DELETE)
    assert (answer.answer, removed) == (BoxAnswer.DONE, ["voicemail/one"])


@pytest.mark.parametrize("trouble", [{"fails": True}, {"slow": 0.3}])
def test_without_a_database_in_time_the_messages_are_not_available(monkeypatch, trouble):
    monkeypatch.setattr(voicemail, "ANSWER_SECONDS", 0.1)
    answer, _ = ask(OPEN, **trouble)
    assert answer.answer is BoxAnswer.UNAVAILABLE
