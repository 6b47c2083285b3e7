"""Which fault made which caller wait."""

from faults.witness import put_through, talked, to_normal
from load.capture import Call, Dialog

STRIKES = [100.0, 109.0]


def test_a_caller_waiting_at_the_end_of_a_fault_waited_because_of_it():
    waits = to_normal([(99.9, 101.2), (108.9, 109.9)], STRIKES, STRIKES)

    assert [round(one, 1) for one in waits] == [1.2, 0.9]


def test_a_caller_just_before_the_next_fault_did_not_wait_for_the_last_one():
    assert to_normal([(108.98, 110.3)], STRIKES, STRIKES)[0] == 0.0


def test_a_caller_waiting_from_one_fault_into_the_next_waited_for_the_first():
    assert to_normal([(100.5, 110.0)], STRIKES, STRIKES) == [10.0, 0.0]


def leg(callee, answered, ended):
    return Dialog(
        f"{callee}-{answered}", False, "1", callee, 0.0, 1, answered=answered, ended=ended
    )


def test_an_agent_who_picked_up_and_was_in_no_bridge_had_no_talk(tmp_path):
    log = tmp_path / "asterisk" / "log" / "cel-custom"
    log.mkdir(parents=True)
    (log / "hotline.csv").write_text(
        '"103.1","BRIDGE_ENTER","c1-a1","c1","PJSIP/20001-0001"\n'
        '"3703.2","BRIDGE_ENTER","c2-a1","c2","PJSIP/20002-0002"\n'  # a clock an hour ahead
        '"103.1","HANGUP","c3-a1","c3","PJSIP/20003-0003"\n'
        '"103.1","BRI'
    )
    legs = [leg("20001", 103.0, 110.0), leg("20002", 103.0, 110.0)]
    legs += [leg("20003", 103.0, 110.0), leg("20001", 120.0, 130.0)]

    found = put_through([Call(leg("1", 100.0, 140.0), legs)], tmp_path)

    assert {id_: round(seconds, 1) for id_, seconds in found.items()} == {
        "20001-103.0": 0.1,
        "20002-103.0": 0.2,
    }


def test_a_talk_ends_with_its_caller_though_the_agent_is_let_go_later():
    call = Call(leg("1", 100.0, 108.0), [leg("20001", 103.0, 112.0)])

    assert talked(call, {"20001-103.0": 1.0}) == 4.0
