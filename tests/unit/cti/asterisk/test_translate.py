"""Asterisk's words: its JSON to events, orders to its requests."""

import json

import pytest

from acd.agent import Phone
from acd.queue import AgentId, QueueKey
from crm.calls.record import CallId
from cti.asterisk.pjsip import guest_objects, phone_objects
from cti.asterisk.translate import (
    Dialect,
    endpoint_of,
    read_alive,
    read_channel,
    read_contact,
    read_event,
    read_online,
    read_recorded,
    record,
    requests,
)
from cti.core import commands as c
from cti.core import events as e
from cti.core.call import Call, Card, Stage
from cti.core.context import memory_of, remembered
from ivr.flow import FlowId
from ivr.interpreter import Doing, Position

CALL = CallId("hotline-1-1763775000.12")
LEG = f"{CALL}-a1"
DIALECT = Dialect(number=lambda n: f"+{n}", sound=lambda p: f"hotline/en/{p}")


def channel(id_=CALL, **fields):
    return {
        "id": id_,
        "name": "PJSIP/trunk-local-00000007",
        "state": "Up",
        "caller": {"name": "", "number": "8613800138000"},
        "dialplan": {"context": "hotline-arrive", "exten": "4008001234", "app_name": "Stasis"},
        "creationtime": "2026-11-22T02:51:24.500+0000",
        "channelvars": {"HOTLINE": "", "HOTLINE_NUMBER": "4008001234"},
        **fields,
    }


def heard(type_, id_=CALL, **fields):
    return read_event({"type": type_, "channel": channel(id_), **fields}, DIALECT)


# ---- events


@pytest.mark.parametrize(("door", "via", "caller"), [
    ("in", "trunk", "+8613800138000"),
    ("guest", "guest", "8613800138000"),
])  # fmt: skip
def test_a_call_arrives_by_the_door_it_came_through(door, via, caller):
    assert heard("StasisStart", args=[door, "4008001234"]) == [
        e.CallArrived(CALL, caller, "+4008001234", via)
    ]


def test_an_agents_leg_that_enters_has_been_answered():
    assert heard("StasisStart", LEG, args=["leg"]) == [e.LegAnswered(CALL, LEG)]


@pytest.mark.parametrize("args", [["phone", "123"], ["what"], []])
def test_whoever_comes_by_no_door_of_ours_is_a_stray(args):
    assert heard("StasisStart", args=args) == [e.StrayChannel(CALL)]


def test_a_caller_who_returns_from_the_fallback_has_what_was_remembered_of_him():
    kept = call(stage=Stage.WAITING, queue=QueueKey("support"), waiting_since=5.0)
    variables = {"HOTLINE": memory_of(kept)}
    event = {
        "type": "StasisStart",
        "args": ["return", "4008001234"],
        "channel": channel(channelvars=variables),
    }

    [back] = read_event(event, DIALECT)
    assert isinstance(back, e.CallReturned)
    assert (back.call.queue, back.call.waiting_since) == ("support", 5.0)


def test_a_caller_who_returns_and_of_whom_nothing_is_known_is_new():
    [back] = heard("StasisStart", args=["return", "4008001234"])

    assert (back.call.caller, back.call.called) == ("+8613800138000", "+4008001234")
    assert back.call.queue is None


def test_a_caller_back_from_the_recorder_is_no_event_but_is_told():
    event = {"type": "StasisStart", "args": ["recorded"], "channel": channel()}

    assert read_event(event, DIALECT) == []
    assert read_recorded(event) == CALL
    assert read_recorded({"type": "StasisEnd", "channel": channel()}) is None


def test_a_callers_key_is_heard_and_an_agents_is_not():
    assert heard("ChannelDtmfReceived", digit="2") == [e.DigitPressed(CALL, "2")]
    assert heard("ChannelDtmfReceived", LEG, digit="2") == []


def test_the_end_of_a_playback_names_its_call():
    event = {"type": "PlaybackFinished", "playback": {"id": f"{CALL}-p3"}}

    assert read_event(event, DIALECT) == [e.PlaybackEnded(CALL, f"{CALL}-p3")]
    assert read_event({**event, "playback": {"id": "foreign"}}, DIALECT) == []


@pytest.mark.parametrize("type_", ["ChannelDestroyed", "ChannelHangupRequest"])
def test_a_hangup_is_the_callers_or_a_legs(type_):
    assert heard(type_, cause=16) == [e.CallerGone(CALL, 16)]
    assert heard(type_, LEG, cause=17) == [e.LegGone(CALL, LEG, 17)]


def test_a_hangup_of_asterisks_own_is_a_phone_that_was_lost_and_no_hanging_up():
    [by_asterisk] = heard("ChannelHangupRequest", LEG, soft=True)
    [by_phone] = heard("ChannelHangupRequest", LEG)

    assert by_asterisk.cause == 44
    assert by_phone.cause == 16


def test_a_phones_own_hold_is_the_legs():
    assert heard("ChannelHold", LEG) == [e.LegHeld(CALL, LEG, True)]
    assert heard("ChannelUnhold", LEG) == [e.LegHeld(CALL, LEG, False)]
    assert heard("ChannelHold") == []


def test_what_means_nothing_to_us_gives_nothing():
    assert heard("ChannelVarset") == []
    assert read_event({}, DIALECT) == []


@pytest.mark.parametrize(("event", "read"), [
    ({"Event": "ContactStatus", "EndpointName": "1001", "ContactStatus": "Created"}, True),
    ({"Event": "ContactStatus", "AOR": "1001", "ContactStatus": "Reachable"}, True),
    ({"Event": "ContactStatus", "EndpointName": "1001", "ContactStatus": "Removed"}, False),
    ({"Event": "ContactStatus", "EndpointName": "1001", "ContactStatus": "Unreachable"}, False),
])  # fmt: skip
def test_a_registration_comes_or_goes(event, read):
    assert read_contact({**event, "URI": "sip:1001@host"}) == ("1001", "sip:1001@host", read)


def test_other_news_of_the_manager_is_no_registration():
    assert read_contact({"Event": "FullyBooted"}) is None


# ---- what is alive


def test_a_channel_is_read_with_what_was_left_on_it():
    seen = read_channel(channel(channelvars={"HOTLINE": '{"st":"ivr"}', "HOTLINE_NUMBER": "400"}))

    assert (seen.up, seen.caller, seen.number) == (True, "8613800138000", "400")
    assert (seen.endpoint, seen.app, seen.context) == ("trunk-local", "Stasis", "hotline-arrive")
    assert seen.memory == {"st": "ivr"}
    assert seen.created == pytest.approx(1795315884.5)


@pytest.mark.parametrize("left", ["", "no JSON", "[1]", "7", None])
def test_nonsense_left_on_a_channel_is_nothing(left):
    assert read_channel(channel(channelvars={"HOTLINE": left})).memory == {}


def test_a_channel_that_says_hardly_anything_is_read_too():
    seen = read_channel({"id": "x"})

    assert (seen.up, seen.caller, seen.created, seen.endpoint) == (False, "", 0.0, "")


def test_a_moment_is_channels_who_is_bridged_with_whom_and_who_is_registered():
    seen = read_alive(
        map(read_channel, [channel(), channel(LEG)]),
        [{"id": f"{CALL}-b", "channels": [CALL, LEG]}, {"id": "old-b", "channels": []}],
        map(
            read_online,
            [{"resource": "1001", "state": "online"}, {"resource": "1002", "state": "offline"}],
        ),
    )

    assert set(seen.channels) == {CALL, LEG}
    assert seen.bridged == {CALL: frozenset({LEG}), LEG: frozenset({CALL})}
    assert seen.reachable == {"1001"}
    assert seen.empty_bridges == ("old-b",)


# ---- memory


def call(**fields):
    return Call(CALL, "+8613800138000", "+864008001234", "trunk", 1.5, 2.5, **fields)


@pytest.mark.parametrize(
    "kept",
    [
        call(),
        call(flow=FlowId(1), position=Position("menu", Doing.HEARING, 2)),
        call(stage=Stage.WAITING, queue=QueueKey("support"), priority=3, waiting_since=2.5),
        call(
            stage=Stage.HELD,
            queue=QueueKey("sales"),
            agent=AgentId(7),
            leg=LEG,
            held_by="desk",
            talked=9.0,
            recording="on",
            customer=Card(3, "王小明", "晨光电子", "gold"),
        ),
    ],
)
def test_what_is_left_on_a_channel_gives_the_call_back(kept):
    back = remembered(CALL, json.loads(memory_of(kept)))

    same = ("caller", "called", "via", "arrived", "since", "stage", "flow", "position", "queue",
            "priority", "waiting_since", "agent", "leg", "held_by", "talked", "recording",
            "customer")  # fmt: skip
    assert [getattr(back, name) for name in same] == [getattr(kept, name) for name in same]


def test_ids_made_after_a_rebirth_are_not_those_of_the_life_before():
    back = remembered(CALL, json.loads(memory_of(call(plays=4, legs=2))))

    assert back.plays > 4
    assert back.legs > 2


def test_what_is_left_on_a_channel_is_short_enough_for_a_variable():
    card = Card(2**31, "王" * 60, "公司" * 60, "platinum")
    full = call(stage=Stage.TALKING, customer=card, leg=LEG, agent=AgentId(2**31), talked=1e9)

    assert len(memory_of(full).encode()) < 2000


@pytest.mark.parametrize(
    "memory", [{}, {"st": "nowhere"}, {"st": "ivr"}, {"st": "ivr", "ar": "x", "s": 1},
               {"st": "ivr", "ar": 1, "s": 1, "n": []}, {"st": "ivr", "ar": 1, "s": 1, "n": 5},
               {"st": "ivr", "ar": 1, "s": 1, "cu": ["x"]}]
)  # fmt: skip
def test_nonsense_is_not_remembered(memory):
    assert remembered(CALL, memory) is None or memory.get("n") == []


# ---- orders


def asked(command, of=None):
    return [(r.method, r.path, dict(r.body)) for r in requests(command, of, DIALECT)]


def test_prompts_are_played_one_after_the_other_under_an_id_of_ours():
    [(method, path, body)] = asked(c.Play(CALL, f"{CALL}-p1", ("greeting", "menu")))

    assert (method, path) == ("POST", f"/channels/{CALL}/play/{CALL}-p1")
    assert body["media"] == ["sound:hotline/en/greeting", "sound:hotline/en/menu"]


def test_an_agent_is_rung_at_his_kind_of_phone_and_told_the_call():
    for phone, endpoint in ((Phone.SIP, "PJSIP/1001"), (Phone.BROWSER, "PJSIP/w1001")):
        ring = c.RingAgent(CALL, LEG, AgentId(7), "1001", phone, "+8613800138000")
        [(_, path, body)] = asked(ring)
        assert path == f"/channels/{LEG}"
        assert (body["endpoint"], body["callerId"]) == (endpoint, "+8613800138000")
        assert body["variables"]["PJSIP_HEADER(add,X-Hotline-Call)"] == CALL
        assert "PJSIP_HEADER(add,X-Hotline-Answer)" not in body["variables"]


def test_a_page_loaded_anew_picks_up_by_itself():
    ring = c.RingAgent(CALL, LEG, AgentId(7), "1001", Phone.BROWSER, "", auto=True)
    [(_, _, body)] = asked(ring)

    assert body["variables"]["PJSIP_HEADER(add,X-Hotline-Answer)"] == "auto"
    assert body["callerId"] == "anonymous"


def test_a_bridge_is_made_before_anybody_is_put_into_it():
    made, filled = asked(c.Bridge(CALL, LEG))

    assert made[1] == f"/bridges/{CALL}-b"
    assert filled[1:] == (f"/bridges/{CALL}-b/addChannel", {"channel": [CALL, LEG]})


@pytest.mark.parametrize(("reason", "code"), [("unallocated", "1"), ("normal", "16"),
                                              ("no_answer", "19"), ("rejected", "21")])  # fmt: skip
def test_a_hangup_says_why(reason, code):
    assert asked(c.HangUp(CALL, LEG, reason)) == [
        ("DELETE", f"/channels/{LEG}", {"reason_code": code})
    ]


@pytest.mark.parametrize("command", [
    c.HangUp(CALL, LEG), c.StopPlay(CALL, "p"), c.StopMusic(CALL), c.TakeOut(CALL),
    c.DropBridge(CALL),
])  # fmt: skip
def test_what_ends_something_does_not_mind_that_it_is_over(command):
    assert all(r.missing_is_fine for r in requests(command, None, DIALECT))


def test_nothing_is_remembered_of_a_call_that_has_gone():
    assert requests(c.Remember(CALL), None, DIALECT) == []


def test_a_recording_is_named_before_the_caller_is_sent_to_the_recorder():
    named, sent = record(CALL, "2026/11/22/x")

    assert named.body == {"variable": "HOTLINE_RECORD", "value": "2026/11/22/x"}
    assert sent.body["context"] == "hotline-record"


# ---- phones


def test_the_two_phones_of_an_agent_have_names_of_their_own():
    assert endpoint_of("1001", Phone.SIP) == "1001"
    assert endpoint_of("1001", Phone.BROWSER) == "w1001"


def test_a_phone_has_one_place_and_a_newer_registration_takes_it():
    aor = phone_objects("1001", "secret", Phone.SIP, "Li Wei")["aor"]

    assert (aor["max_contacts"], aor["remove_existing"]) == ("1", "yes")


def test_a_guest_can_call_in_and_cannot_be_called():
    made = guest_objects("guest-07", "secret")

    assert set(made) == {"auth", "endpoint"}
    assert "aors" not in made["endpoint"]
    assert made["endpoint"]["context"] == "hotline-guest"
