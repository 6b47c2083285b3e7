"""The gap is filled while calls go on, and nothing is told twice by it."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

from crm.calls.record import CallId, Kind
from cti.asterisk import Dialect
from cti.call import Call
from cti.gap import Gap
from cti.house import Change, House

BEGAN = 1000.0
LINKED = 2000.0


class Records:
    """A database in which some calls are still open."""

    def __init__(self, *open_):
        self.open = open_

    def known(self, calls):
        return set(calls)

    def open_calls(self):
        at = datetime.fromtimestamp(BEGAN, UTC)
        spent = dict.fromkeys(("ivr_seconds", "wait_seconds", "talk_seconds", "hold_seconds"), 1.0)
        return [
            SimpleNamespace(id=CallId(id_), started_at=at, answered_at=None, **spent)
            for id_ in self.open
        ]


def gap(records, journal, folder):
    dialect = Dialect(number=str, sound=str)
    return Gap(records, journal, folder / "no-cel.csv", dialect, lambda _: None)


def house(*calls):
    made = House()
    new = {CallId(id_): Call(CallId(id_), "", "100", "trunk", BEGAN, BEGAN) for id_ in calls}
    made.apply(Change(calls=new))
    return made


def test_while_calls_go_on_it_waits_only_for_what_was_taken_before(tmp_path):
    async def story():
        journal = SimpleNamespace(taken=5, given=3)
        finding = asyncio.create_task(gap(Records("c1"), journal, tmp_path).find(LINKED, house()))
        await asyncio.sleep(0.1)
        assert not finding.done()
        journal.taken, journal.given = 90, 5  # more came meanwhile
        return await finding

    [note] = asyncio.run(story())

    assert (note.call, note.kind) == ("c1", Kind.ENDED)


def test_of_calls_that_live_or_have_ended_in_this_life_nothing_is_told(tmp_path):
    journal = SimpleNamespace(taken=0, given=0)
    found = gap(Records("c1", "c2", "c3"), journal, tmp_path).find(
        LINKED, house("c1"), {CallId("c2")}
    )

    assert [note.call for note in asyncio.run(found)] == ["c3"]
