"""Missing facts are filled in while calls go on, and no fact is noted twice."""

import asyncio
import csv
import io
from datetime import UTC, datetime
from types import SimpleNamespace

from crm.calls.record import CallId, Kind
from cti.core.call import Call, Direction, Inbound
from cti.core.seen import Dialect
from cti.core.state import Change, SwitchState
from cti.engine.backfill import Backfill

BEGAN = 1000.0
LINKED = 2000.0


class Records:
    """A database in which some calls are still open."""

    def __init__(self, *open_, began=BEGAN):
        self.open, self.began = open_, began

    def known(self, calls):
        return set(calls) - {"stranger"}

    def known_facts(self, names):
        return {name for name in names if name.startswith("c2/")}

    def open_calls(self):
        at = datetime.fromtimestamp(self.began, UTC)
        spent = dict.fromkeys(("ivr_seconds", "wait_seconds", "talk_seconds", "hold_seconds"), 1.0)
        return [
            SimpleNamespace(id=CallId(id_), started_at=at, answered_at=None, **spent)
            for id_ in self.open
        ]


def backfill(records, journal, folder):
    dialect = Dialect(number=str, dialled=str, sound=lambda p, _: p)
    return Backfill(records, journal, folder / "no-cel.csv", dialect, lambda _: None)


def state_of(*calls):
    made = SwitchState()
    new = {
        CallId(id_): Call(CallId(id_), Direction.IN, Inbound(), "", "100", BEGAN) for id_ in calls
    }
    made.apply(Change(calls=new))
    return made


def test_while_calls_go_on_the_search_waits_for_earlier_facts_only(tmp_path):
    async def story():
        journal = SimpleNamespace(taken=5, given=3)
        finding = asyncio.create_task(
            backfill(Records("c1"), journal, tmp_path).find(LINKED, state_of())
        )
        await asyncio.sleep(0.1)
        assert not finding.done()
        journal.taken, journal.given = 90, 5  # more came meanwhile
        return await finding

    [note] = asyncio.run(story())

    assert (note.call, note.kind) == ("c1", Kind.ENDED)


def test_live_and_just_ended_calls_get_no_facts(tmp_path):
    journal = SimpleNamespace(taken=0, given=0)
    found = backfill(Records("c1", "c2", "c3"), journal, tmp_path).find(
        LINKED, state_of("c1"), {CallId("c2")}
    )

    assert [note.call for note in asyncio.run(found)] == ["c3"]


def told(began, folder):
    journal = SimpleNamespace(taken=0, given=0)
    return asyncio.run(
        backfill(Records("c1", began=began), journal, folder).find(LINKED, state_of())
    )


def test_a_call_that_began_before_the_clock_was_set_back_is_closed_too(tmp_path):
    [note] = told(LINKED + 3600.0, tmp_path)

    assert (note.kind, note.at > LINKED + 3600.0) == (Kind.ENDED, True)


def test_a_call_after_the_link_came_up_is_left_to_the_engine(tmp_path):
    assert told(LINKED + 5.0, tmp_path) == []


def test_a_call_that_ended_during_the_search_has_its_facts_already(tmp_path):
    async def story():
        journal, left = SimpleNamespace(taken=5, given=3), dict[CallId, float]()
        records = Records("c1", began=LINKED + 3600.0)
        finding = asyncio.create_task(
            backfill(records, journal, tmp_path).find(LINKED, state_of(), left)
        )
        await asyncio.sleep(0.1)
        left[CallId("c1")] = LINKED
        journal.given = 5
        return await finding

    assert asyncio.run(story()) == []


def test_how_legs_sounded_is_noted_once_and_of_known_calls_only(tmp_path):
    """A call may go on while one of its legs ended without an engine."""
    counted = "alaw/lp=5;rxcount=495;txcount=500;rlp=0;rtt=0.02/avgrxjitter=0.001;maxrtt=0.02;"
    blank = '"",' * 6
    (tmp_path / "no-cel.csv").write_text(
        "".join(
            f'"1500.0","HOTLINE_SOUND","{call}","{call}",{blank}'
            f'"{{""extra"":""{counted}""}}","","customer"\n'
            for call in ("c1", "c2", "stranger")
        )
    )
    journal = SimpleNamespace(taken=0, given=0)
    found = asyncio.run(backfill(Records(), journal, tmp_path).find(LINKED, state_of("c1")))

    assert [(note.call, note.kind) for note in found] == [("c1", Kind.LEG_SOUND)]


class NothingKept(Records):
    def known(self, _):
        return set()


def test_an_emergency_call_that_goes_on_is_told_and_looked_for_again(tmp_path):
    file = tmp_path / "no-cel.csv"
    fields = [f"{BEGAN:.6f}", "HOTLINE_EMERGENCY", "e1", "e1", "PJSIP/1001-1", "1001", "s"]
    fields += ["hotline-phone-dial", "", "", '{"extra":"110"}', "", ""]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(fields)
    file.write_text(out.getvalue())
    filler = backfill(NothingKept(), SimpleNamespace(taken=0, given=0), tmp_path)
    notes = asyncio.run(filler.find(LINKED, state_of()))
    assert [one.kind for one in notes] == [Kind.ARRIVED, Kind.LEG_BEGAN, Kind.DIALLED]
    assert filler.unfinished

    fields[:2] = [f"{BEGAN + 50:.6f}", "HANGUP"]
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(fields)
    file.write_text(out.getvalue())
    filler = backfill(Records("e1"), SimpleNamespace(taken=0, given=0), tmp_path)
    (note,) = asyncio.run(filler.find(LINKED, state_of()))
    assert (note.kind, note.at) == (Kind.ENDED, BEGAN + 50)
    assert not filler.unfinished
