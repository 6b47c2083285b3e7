"""The questions about waiting, as the web asks them."""

import pytest

from acd.queue import Queue, QueueKey
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from cti.core.state import Change, SwitchState
from cti.desk.waiting import WaitingDesk


@pytest.fixture
def desk():
    state = SwitchState()
    key = QueueKey("support")
    state.apply(Change(queues={key: Queue(key, "Support")}))
    return WaitingDesk(state, lambda: 100.0)


def test_it_says_why_nobody_gets_the_next_call(desk):
    said = desk.ask("who next", {"queue": "support", "needs": [["english", 3]], "priority": 5})

    assert (said["agent"], said["blocked"], said["queue"]) == (None, "no members", "support")
    assert said["needs"] == [["english", 3]]


def test_what_it_cannot_answer_is_refused(desk):
    with pytest.raises(MissingError):
        desk.ask("who next", {"queue": "gone"})
    with pytest.raises(InvalidError):
        desk.ask("who next", {"queue": "support", "needs": ["english"]})
    with pytest.raises(ConflictError):
        desk.ask("why waiting", {"call": "c1"})
