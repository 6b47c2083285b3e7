"""Asterisk's own log of calls without an engine, read from the tail of its file."""

import csv
import io

import pytest

from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from cti.asterisk import cel
from cti.core.call import Call, Direction, Inbound
from cti.core.look import Hangup
from cti.core.seen import Dialect
from ivr.flow import FlowId
from ivr.run import FlowRun
from ivr.step import StepId

CALL = CallId("n1-1.1")
PHONE = "n1-1.2"
RUN = FlowRun(FlowId(1), 1, StepId("menu"))
DIALECT = Dialect(number=lambda n: f"+{n}", dialled=lambda n: f"+{n}", sound=lambda p, _: p)
BYE = '{"hangupcause":16,"hangupsource":"","dialstatus":""}'


def agent_of(endpoint):
    return (AgentId(7), "Li Wei") if endpoint in ("1001", "w1001") else None


def line(at, kind, channel=CALL, **fields):
    given = {"context": "hotline-arrive", "app": "", "exten": "", "extra": "", **fields}
    name = "PJSIP/trunk-local-1" if channel == CALL else "PJSIP/1001-2"
    row = [f"{at:.6f}", kind, channel, CALL, name, "8613800138000"]
    row += [given["exten"], given["context"], given["app"], "", given["extra"], ""]
    row.append(f"agent:{CALL}" if "-a" in channel else "customer" if channel == CALL else "phone")
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(row)
    return out.getvalue()


def story(*, to_agent=True, ended=True):
    lines = [
        line(10, "CHAN_START", exten="4008001234", context="hotline-in"),
        line(11, "ANSWER", context="hotline-fallback"),
        line(20, "APP_START", context="hotline-fallback", app="Queue"),
    ]
    if to_agent:
        lines += [
            line(25, "BRIDGE_ENTER", PHONE, context="hotline-phone", app="AppQueue"),
            line(25.1, "BRIDGE_ENTER", context="hotline-fallback", app="Queue"),
        ]
    lines.insert(1, line(10.5, "APP_START", app="Stasis", exten="4008001234"))
    return [*lines, line(90, "HANGUP", extra=BYE)] if ended else lines


@pytest.fixture
def file(tmp_path):
    return tmp_path / "hotline.csv"


def rows(file, lines):
    file.write_text("".join(lines))
    return cel.read_tail(file)


def test_a_file_that_is_not_there_has_no_rows(file):
    assert cel.read_tail(file) == []


def test_a_row_is_read_with_its_names(file):
    [row] = rows(file, [line(10.5, "HANGUP", extra=BYE)])

    assert (row.at, row.type, row.channel, row.linked) == (10.5, "HANGUP", CALL, CALL)
    assert (row.name, row.caller, row.context) == (
        "PJSIP/trunk-local-1", "8613800138000", "hotline-arrive",
    )  # fmt: skip
    assert row.extra == BYE


def test_rows_before_a_time_are_left_out(file):
    file.write_text(line(1, "ANSWER") + line(5, "ANSWER"))

    assert [row.at for row in cel.read_tail(file, since=5)] == [5]


@pytest.mark.parametrize("torn", ['"12.5","HANG', "nonsense\n", '"x","HANGUP","a"\n', "\n", "\xff"])
def test_a_line_that_was_torn_is_passed_over(file, torn):
    file.write_bytes((line(1, "ANSWER") + torn).encode("latin-1"))

    assert [row.at for row in cel.read_tail(file)] == [1]


def test_a_line_that_was_cut_takes_no_later_line_with_it(file):
    cut = line(1, "HOTLINE_SOUND", extra="ulaw/rxcount=1")[:-30]
    read = rows(file, [cut + "\n", line(2, "HANGUP", extra=BYE)])

    assert [one.type for one in read if one.type == "HANGUP"] == ["HANGUP"]
    assert cel.read_hangups(file)[CALL].cause == 16


def test_of_a_large_file_only_the_tail_is_read_and_its_first_half_line_is_dropped(
    file, monkeypatch
):
    lines = [line(n, "ANSWER") for n in range(100)]
    file.write_text("".join(lines))
    monkeypatch.setattr(cel, "TAIL_BYTES", len(lines[-1]) * 3 + 10)

    assert [row.at for row in cel.read_tail(file)] == [97, 98, 99]


def test_a_large_file_is_put_aside_and_a_small_one_stays(file, monkeypatch):
    file.write_text("x" * 20)
    cel.rotate(file)
    assert file.exists()
    monkeypatch.setattr(cel, "ROTATE_BYTES", 10)
    cel.rotate(file)
    cel.rotate(file)

    assert not file.exists()
    assert file.with_suffix(".old.csv").read_text() == "x" * 20


def test_the_last_hangup_of_a_channel_tells_when_and_why(file):
    read = rows(file, story())

    assert cel.hangup_of(read, CALL) == Hangup(90.0, 16)
    assert cel.hangup_of(read, "another") is None


@pytest.mark.parametrize("extra", ["", "{}", "[]", "no JSON", '{"hangupcause":"x"}'])
def test_a_hangup_that_does_not_say_why_has_cause_0(file, extra):
    assert cel.hangup_of(rows(file, [line(9, "HANGUP", extra=extra)]), CALL) == Hangup(9.0, 0)


def unseen(file, lines, known=()):
    return cel.unseen_calls(rows(file, lines), lambda _: set(known), DIALECT, agent_of)


def test_a_call_without_an_engine_gets_its_whole_timeline(file):
    notes = unseen(file, story())

    assert [(n.kind, n.at) for n in notes] == [
        (Kind.ARRIVED, 10.0), (Kind.FALLBACK, 20.0), (Kind.CONNECTED, 25.0), (Kind.ENDED, 90.0),
    ]  # fmt: skip
    assert all(n.inferred and n.call == CALL for n in notes)
    assert notes[0].detail == {
        "caller": "+8613800138000", "called": "+4008001234", "direction": "in", "via": "trunk",
    }  # fmt: skip
    assert (notes[2].detail["agent"], notes[2].detail["name"]) == (7, "Li Wei")


def test_a_caller_who_hung_up_in_the_fallbacks_music_has_waited_there(file):
    start = line(10, "CHAN_START", exten="4008001234", context="hotline-in")
    end = line(13, "HANGUP", context="hotline-fallback", extra=BYE)
    tried = line(10.5, "APP_START", app="Stasis", exten="4008001234")

    assert [(n.kind, n.at) for n in unseen(file, [start, tried, end])] == [
        (Kind.ARRIVED, 10.0), (Kind.FALLBACK, 10.0), (Kind.ENDED, 13.0),
    ]  # fmt: skip


def test_the_number_that_was_called_is_the_one_before_the_dialplan_moved_on(file):
    moved = line(9.9, "APP_START", app="Stasis", exten="s")
    [arrived, *_] = unseen(file, [moved, *story()])

    assert arrived.detail["called"] == "+4008001234"


def test_a_caller_sent_to_the_fallback_at_once_has_a_timeline_too(file):
    lines = [one for one in story() if "Stasis" not in one]
    kinds = [n.kind for n in unseen(file, lines)]

    assert kinds == [Kind.ARRIVED, Kind.FALLBACK, Kind.CONNECTED, Kind.ENDED]


def test_a_call_known_to_the_database_gets_no_facts_again(file):
    assert unseen(file, story(), known=[CALL]) == []


def test_a_live_call_gets_no_facts(file):
    assert unseen(file, story(ended=False)) == []


def test_a_channel_of_no_caller_gets_no_facts(file):
    where = "hotline-phone-dial"
    lines = [line(1, "CHAN_START", context=where), line(2, "HANGUP", context=where, extra=BYE)]

    assert unseen(file, lines) == []


def test_a_call_of_a_dead_engine_gets_its_end(file):
    notes = cel.ending(rows(file, story(to_agent=False)), CALL, 500.0, agent_of, talked=True)

    assert [(n.kind, n.at) for n in notes] == [(Kind.FALLBACK, 20.0), (Kind.ENDED, 90.0)]
    assert notes[-1].detail == {"by": "caller", "cause": 16}


@pytest.mark.parametrize("cause", [18, 44])
def test_a_line_that_failed_is_no_hanging_up_of_the_caller(file, cause):
    lines = [*story(ended=False), line(90, "HANGUP", extra=BYE.replace("16", str(cause)))]
    notes = cel.ending(rows(file, lines), CALL, 500.0, agent_of, talked=True)

    assert notes[-1].detail == {"by": "system", "cause": cause, "fault": "line lost"}


def test_a_call_does_not_end_before_it_began_though_the_clock_was_set_back(file):
    lines = [line(5000, "CHAN_START"), line(5020, "APP_START", app="Queue")]
    seen = rows(file, [*lines, line(1430, "HANGUP", extra=BYE)])
    notes = cel.ending(seen, CALL, 5020.0, agent_of, talked=True)

    assert [(n.kind, n.at) for n in notes] == [(Kind.FALLBACK, 5020.0), (Kind.ENDED, 5020.0)]


def test_a_call_without_a_known_end_ends_now(file):
    [note] = cel.ending(rows(file, []), CALL, 500.0, agent_of, talked=True)

    assert (note.kind, note.at, note.inferred) == (Kind.ENDED, 500.0, True)


def test_a_talk_of_the_fallback_is_noted_while_it_lasts(file):
    known = Call(CALL, Direction.IN, Inbound(), "+8613800138000", "+4008001234", 10.0, run=RUN)
    notes = cel.outside_talk(rows(file, story(ended=False)), known, agent_of)

    assert [n.kind for n in notes] == [Kind.FALLBACK, Kind.CONNECTED]


def test_the_arrival_of_a_caller_without_an_engine_is_noted_too(file):
    unknown = Call(CALL, Direction.IN, Inbound(), "+8613800138000", "+4008001234", 10.0)
    notes = cel.outside_talk(rows(file, story(ended=False)), unknown, agent_of)

    assert [n.kind for n in notes] == [Kind.ARRIVED, Kind.FALLBACK, Kind.CONNECTED]


def test_legs_of_the_engine_are_not_counted_as_the_fallbacks(file):
    lines = [*story(to_agent=False, ended=False), line(30, "BRIDGE_ENTER", f"{CALL}-a1")]
    known = Call(CALL, Direction.IN, Inbound(), "", "", 10.0, run=RUN)

    assert [n.kind for n in cel.outside_talk(rows(file, lines), known, agent_of)] == [Kind.FALLBACK]


def test_a_talk_without_a_fact_is_found_by_its_leg(file):
    lines = rows(file, story(to_agent=False))
    name, account = "PJSIP/1001-00000002", f"agent:{CALL}"
    leg = cel.CELRow(30.0, "BRIDGE_ENTER", f"{CALL}-a1", CALL, name, *[""] * 5, account)

    noted = cel.ending([*lines, leg], CALL, 500.0, agent_of, talked=False)
    already = cel.ending([*lines, leg], CALL, 500.0, agent_of, talked=True)

    assert "connected" in [n.kind for n in noted]
    assert "connected" not in [n.kind for n in already]


COUNTED = "alaw/lp=5;rxcount=495;txcount=500;rlp=0;rtt=0.02/avgrxjitter=0.001;maxrtt=0.02;"


def test_how_legs_sounded_is_read_where_no_engine_heard_it(file):
    leg = f"{CALL}-a1"
    found = cel.sounds(
        rows(
            file,
            [
                line(20, "HOTLINE_SOUND", leg, extra=f'{{"extra":"{COUNTED}"}}'),
                line(21, "HOTLINE_SOUND", extra=f'{{"extra":"{COUNTED}"}}'),
                line(22, "HOTLINE_SOUND", PHONE, extra=f'{{"extra":"{COUNTED}"}}'),
                line(23, "HOTLINE_SOUND", extra='{"extra":"alaw/rxcount=3"}'),
                line(24, "HANGUP", extra=BYE),
            ],
        )
    )

    assert [(one.call, one.detail["leg"], one.at) for one in found] == [
        (CALL, leg, 20.0), (CALL, CALL, 21.0),
    ]  # fmt: skip
    assert all(one.kind is Kind.LEG_SOUND and one.inferred for one in found)
    assert found[0].detail["received_lost"] == 5
