"""Customer look-ups: beside the call, a few at a time, and never waited for long."""

import asyncio
import threading

import pytest
from unit.cti.engine.bare import MemoryJournal, bare_engine

from crm.calls.record import CallId
from crm.customers.customer import CustomerCard
from cti.core import events as e
from cti.core.call import Call, Direction, Inbound
from cti.core.commands import AskFlow, FindCustomer
from cti.core.state import Change
from cti.engine import engine as module

CALLS = [CallId(f"n1-1.{number}") for number in range(12)]


class Book:
    """Finds every customer, unless it hangs."""

    def __init__(self):
        self.free = threading.Event()
        self.free.set()

    def find_customer(self, number):
        self.free.wait(5)
        return CustomerCard(1, f"Customer {number}")


@pytest.fixture
def book():
    made = Book()
    yield made
    made.free.set()


def looked_up(folder, book):
    """Let all of them call at once; give those with a name at the end."""

    async def story():
        engine = bare_engine(folder, MemoryJournal())
        engine._book = book  # noqa: SLF001
        at = engine.clock()
        calls = {id_: Call(id_, Direction.IN, Inbound(), "1", "100", at) for id_ in CALLS}
        engine.state.apply(Change(calls=calls))
        heard = []
        engine.handle_safely = heard.append
        await asyncio.gather(*(engine._look_up(FindCustomer(id_, "1")) for id_ in CALLS))  # noqa: SLF001
        return [one.call for one in heard if isinstance(one, e.CustomerFound)]

    return asyncio.run(story())


def test_all_of_many_simultaneous_callers_are_looked_up(tmp_path, book, monkeypatch):
    monkeypatch.setattr(module, "LOOKUP_SECONDS", 5.0)

    assert looked_up(tmp_path, book) == CALLS


def test_a_question_that_nothing_answers_is_refused_at_once_and_as_an_event(tmp_path):
    async def story():
        engine = bare_engine(tmp_path, MemoryJournal())
        heard = []
        engine.handle_safely = heard.append
        engine._ask(AskFlow(CALLS[0], "q1", "level"))  # noqa: SLF001
        before = list(heard)
        await asyncio.sleep(0)
        return before, heard

    before, heard = asyncio.run(story())

    assert before == []
    assert [(one.call, one.question, bool(one.why)) for one in heard] == [(CALLS[0], "q1", True)]


def test_with_a_hanging_database_calls_go_on_without_a_name(tmp_path, book, monkeypatch):
    monkeypatch.setattr(module, "LOOKUP_SECONDS", 0.05)
    book.free.clear()

    assert looked_up(tmp_path, book) == []
