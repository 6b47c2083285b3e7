"""The packet capture: what it counts in packets."""

import struct

from load.capture import PCAP_MICRO, breaths, join, read_dialogs

SWITCH, TRUNK, PHONE = 5060, 6000, 7000
IN, BACK = (TRUNK, SWITCH), (SWITCH, TRUNK)
RING, TAKEN = (SWITCH, PHONE), (PHONE, SWITCH)


def packet(at, ports, text):
    payload = text.replace("\n", "\r\n").encode()
    udp = struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload
    ip = bytes([0x45, 0]) + struct.pack(">H", 20 + len(udp)) + bytes(5) + bytes([17]) + bytes(10)
    frame = bytes(12) + b"\x08\x00" + ip + udp
    whole, part = divmod(round(at * 1e6), 10**6)
    return struct.pack("<IIII", whole, part, len(frame), len(frame)) + frame


def capture(folder, *packets):
    path = folder / "wire.pcap"
    head = struct.pack("<IHHIIII", PCAP_MICRO, 2, 4, 0, 0, 65535, 1)
    path.write_bytes(head + b"".join(packets))
    return path


def invite(at, call, ports, people, tag=""):
    caller, callee = people
    text = (
        f"INVITE sip:{callee}@127.0.0.1 SIP/2.0\nFrom: <sip:{caller}@127.0.0.1>;tag=1\n"
        f"To: <sip:{callee}@127.0.0.1>{tag}\nCall-ID: {call}\nCSeq: 1 INVITE\n\n"
    )
    return packet(at, ports, text)


def answer(at, call, ports, code):
    text = f"SIP/2.0 {code} Said\nTo: <sip:a@b>;tag=2\nCall-ID: {call}\nCSeq: 1 INVITE\n\n"
    return packet(at, ports, text)


def bye(at, call, ports):
    text = f"BYE sip:x@127.0.0.1 SIP/2.0\nCall-ID: {call}\nCSeq: 2 BYE\n\n"
    return packet(at, ports, text)


def talk(at, call, number, phone="20001"):
    """A caller arrives; a telephone rings 0.02 s later, answers after 0.5 s, hangs up after 3 s."""
    return [
        invite(at, f"{call}-in", IN, (number, "91001")),
        answer(at + 0.01, f"{call}-in", BACK, 200),
        invite(at + 0.02, f"{call}-out", RING, (f"+86{number}", phone)),
        answer(at + 0.03, f"{call}-out", TAKEN, 180),
        answer(at + 0.52, f"{call}-out", TAKEN, 200),
        bye(at + 3.52, f"{call}-out", TAKEN),
        bye(at + 3.55, f"{call}-in", BACK),
    ]


def test_a_caller_is_found_together_with_the_telephone_that_rang_for_them(tmp_path):
    path = capture(tmp_path, *talk(100.0, "a", "13800000000"))

    (call,) = join(read_dialogs(path, SWITCH))

    assert round(call.to_agent, 3) == 0.02
    assert call.talked
    assert call.caller.ended_by_asterisk
    assert [one.callee for one in call.rung] == ["20001"]
    assert not call.rung[0].ended_by_asterisk


def test_a_number_that_calls_again_is_another_call(tmp_path):
    twice = [*talk(100.0, "a", "13800000000"), *talk(110.0, "b", "13800000000")]

    calls = join(read_dialogs(capture(tmp_path, *twice), SWITCH))

    assert [round(call.to_agent, 3) for call in calls] == [0.02, 0.02]


def test_a_refused_caller_has_no_talk_time(tmp_path):
    path = capture(
        tmp_path,
        invite(1.0, "a", IN, ("13800000000", "91001")),
        answer(1.1, "a", BACK, 100),
        answer(1.2, "a", BACK, 603),
    )

    (call,) = join(read_dialogs(path, SWITCH))

    assert (call.talked, call.to_agent, call.caller.code) == (False, None, 603)


def test_an_invite_that_is_sent_again_or_within_a_call_is_no_new_one(tmp_path):
    path = capture(
        tmp_path,
        invite(1.0, "a", IN, ("13800000000", "91001")),
        invite(1.5, "a", IN, ("13800000000", "91001")),
        answer(1.6, "a", BACK, 200),
        invite(2.0, "a", IN, ("13800000000", "91001"), tag=";tag=9"),
    )

    (one,) = read_dialogs(path, SWITCH)

    assert (one.invited, one.repeats) == (1.0, 1)


def test_a_breath_is_from_a_telephones_own_bye_to_its_next_invite(tmp_path):
    calls = [*talk(100.0, "a", "13800000000"), *talk(103.6, "b", "13800000001")]

    (breath,) = breaths(read_dialogs(capture(tmp_path, *calls), SWITCH))

    assert [round(one, 3) for one in breath] == [103.52, 0.1]


def test_a_hang_up_of_a_call_unknown_to_asterisk_is_recognised(tmp_path):
    gone = "SIP/2.0 481 Said\nCall-ID: a-in\nCSeq: 2 BYE\n\n"
    packets = [
        invite(1.0, "a-in", IN, ("1", "91001")),
        bye(2.0, "a-in", IN),
        packet(2.01, BACK, gone),
        invite(1.0, "b-in", IN, ("2", "91001")),
        bye(2.0, "b-in", IN),
    ]
    found = read_dialogs(capture(tmp_path, *packets), SWITCH)

    assert [one.forgotten for one in found] == [True, False]


def test_a_torn_end_of_the_file_spoils_nothing(tmp_path):
    path = capture(tmp_path, *talk(100.0, "a", "13800000000"))
    path.write_bytes(path.read_bytes()[:-30])

    assert len(read_dialogs(path, SWITCH)) == 2
