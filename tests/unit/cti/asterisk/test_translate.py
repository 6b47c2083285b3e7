"""Translation: Asterisk's JSON to events, commands to ARI requests."""

import json

import pytest
from unit.cti.core.scenes import agent as busy
from unit.cti.core.scenes import scene, state_of

from acd.agent import Phone
from acd.queue import AgentId, QueueKey
from crm.calls.record import CallId
from crm.customers.customer import CustomerCard
from cti.asterisk.orders import BRIDGE_TYPE, record, requests
from cti.asterisk.pjsip import guest_objects, phone_objects
from cti.asterisk.translate import (
    account_code,
    endpoint_of,
    moved,
    read_account_code,
    read_alive,
    read_channel,
    read_contact,
    read_event,
    read_online,
    read_recorded,
)
from cti.core import commands as c
from cti.core import events as e
from cti.core.context import context_of
from cti.core.leg import LegId, LegRole
from cti.core.saved import read_context
from cti.core.seen import ChannelState, Dialect, Where
from cti.core.stage import Stage
from cti.core.state import SwitchState
from ivr.flow import FlowId
from ivr.run import FlowRun
from ivr.step import StepId

CALL = CallId("hotline-1-1763775000.12")
CALLER = LegId(CALL)
LEG = LegId(f"{CALL}-a1")
TALK = f"{CALL}-talk1"
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
        "accountcode": "customer" if id_ == CALL else f"agent:{CALL}",
        **fields,
    }


def heard(type_, id_=CALL, **fields):
    return read_event({"type": type_, "channel": channel(id_), **fields}, DIALECT)


# ---- events


@pytest.mark.parametrize(("way", "via", "caller"), [
    ("in", "trunk", "+8613800138000"),
    ("guest", "guest", "8613800138000"),
])  # fmt: skip
def test_a_call_arrives_with_the_way_it_came_by(way, via, caller):
    assert heard("StasisStart", args=[way, "4008001234"]) == [
        e.CallArrived(CALL, caller, "+4008001234", via)
    ]


def test_a_leg_of_ours_that_enters_is_there_to_be_dialled():
    assert heard("StasisStart", LEG, args=["leg"]) == [e.LegCreated(LEG)]


@pytest.mark.parametrize(
    ("state", "told"), [("Up", e.LegAnswered(LEG)), ("Ringing", e.LegRang(LEG)), ("Down", None)]
)
def test_state_changes_are_read_for_our_legs_and_not_for_callers(state, told):
    changed = {"type": "ChannelStateChange"}
    ours = read_event({**changed, "channel": channel(LEG, state=state)}, DIALECT)

    assert ours == ([told] if told else [])
    assert read_event({**changed, "channel": channel(state=state)}, DIALECT) == []


@pytest.mark.parametrize("role", list(LegRole))
def test_an_account_code_holds_a_legs_role_and_its_call(role):
    assert read_account_code(account_code(role, CALL)) == (role, CALL)
    assert read_account_code(account_code(role, None)) == (role, None)
    assert read_account_code("phone") is None
    assert read_account_code("") is None


@pytest.mark.parametrize("args", [["phone", "123"], ["what"], []])
def test_a_channel_from_an_unknown_context_is_a_stray(args):
    assert heard("StasisStart", args=args) == [e.StrayChannel(CALL)]


def test_a_caller_who_returns_from_the_fallback_has_what_was_saved():
    kept = scene(Stage.WAITING, id_=CALL, waiting_since=5.0)
    variables = {"HOTLINE": context_of(state_of(kept), kept.legs[0], kept.call)}
    event = {
        "type": "StasisStart",
        "args": ["return", "4008001234"],
        "channel": channel(channelvars=variables),
    }

    [back] = read_event(event, DIALECT)
    assert isinstance(back, e.CallReturned)
    assert (back.call.queue, back.call.waiting_since) == ("support", 5.0)
    assert moved(event) == {CALL}


def test_a_caller_who_returns_without_a_saved_context_is_new():
    [back] = heard("StasisStart", args=["return", "4008001234"])

    assert (back.call.customer_number, back.call.own_number) == ("+8613800138000", "+4008001234")
    assert (back.call.queue, back.leg.id) == (None, CALL)


def test_a_caller_back_from_the_recorder_gives_no_event():
    event = {"type": "StasisStart", "args": ["recorded"], "channel": channel()}

    assert read_event(event, DIALECT) == []
    assert read_recorded(event) == CALLER
    assert read_recorded({"type": "StasisEnd", "channel": channel()}) is None


def test_a_key_names_its_leg():
    assert heard("ChannelDtmfReceived", digit="2") == [e.DigitPressed(CALLER, "2")]


def test_the_end_of_a_playback_names_its_leg_and_that_in_a_bridge_none():
    playback = {"id": f"{CALL}-p3", "target_uri": f"channel:{CALL}"}
    event = {"type": "PlaybackFinished", "playback": playback}

    assert read_event(event, DIALECT) == [e.PlaybackEnded(CALLER, f"{CALL}-p3")]
    in_bridge = {"id": "x", "target_uri": f"bridge:{TALK}"}
    assert read_event({**event, "playback": in_bridge}, DIALECT) == []


@pytest.mark.parametrize("type_", ["ChannelDestroyed", "ChannelHangupRequest"])
def test_a_hangup_ends_the_leg_and_moves_its_call(type_):
    assert heard(type_, cause=16) == [e.LegEnded(CALLER, 16)]
    assert heard(type_, LEG, cause=17) == [e.LegEnded(LEG, 17)]
    assert moved({"type": type_, "channel": channel(LEG)}) == {LEG, CALL}


def test_a_hangup_of_asterisks_own_is_a_phone_that_was_lost_and_no_hanging_up():
    [by_asterisk] = heard("ChannelHangupRequest", LEG, soft=True)
    [by_phone] = heard("ChannelHangupRequest", LEG)

    assert by_asterisk.cause == 44
    assert by_phone.cause == 16


def test_a_phones_own_hold_is_the_legs():
    assert heard("ChannelHold", LEG) == [e.LegHeld(LEG, True)]
    assert heard("ChannelUnhold", LEG) == [e.LegHeld(LEG, False)]


def test_an_event_without_meaning_gives_nothing():
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
    context = '{"r":"customer","c":{"ar":1,"L":[["","customer",0,1,"m","jazz"]]}}'
    variables = {"HOTLINE": context, "HOTLINE_NUMBER": "400"}
    seen = read_channel(channel(channelvars=variables))

    assert (seen.up, seen.caller, seen.number) == (True, "8613800138000", "400")
    assert (seen.endpoint, seen.where, seen.way) == ("trunk-local", Where.OURS, "trunk")
    assert (seen.role, seen.saved.anchor.legs[0].placement.music) == (LegRole.CUSTOMER, "jazz")
    assert seen.created == pytest.approx(1795315884.5)


@pytest.mark.parametrize(
    ("app", "context", "where", "in_fallback"),
    [
        ("Stasis", "hotline-return", Where.OURS, True),
        ("Queue", "hotline-fallback", Where.FALLBACK_QUEUE, True),
        ("MusicOnHold", "hotline-fallback", Where.ELSEWHERE, True),
        ("AppQueue", "hotline-phone", Where.RUNG_BY_FALLBACK, False),
        ("Echo", "hotline-sound-check", Where.ELSEWHERE, False),
    ],
)
def test_a_channels_context_tells_who_controls_it(app, context, where, in_fallback):
    seen = read_channel(channel(dialplan={"context": context, "exten": "s", "app_name": app}))

    assert (seen.where, seen.in_fallback) == (where, in_fallback)


@pytest.mark.parametrize("left", ["", "no JSON", "[1]", "7", None])
def test_nonsense_left_on_a_channel_is_nothing(left):
    assert read_channel(channel(channelvars={"HOTLINE": left})).saved is None


def test_a_channel_that_says_hardly_anything_is_read_too():
    seen = read_channel({"id": "x"})

    assert (seen.state, seen.caller, seen.created) == (ChannelState.OTHER, "", 0.0)
    assert (seen.endpoint, seen.role, seen.saved) == ("", None, None)


def test_a_snapshot_has_channels_bridges_and_registrations():
    seen = read_alive(
        map(read_channel, [channel(), channel(LEG)]),
        [{"id": TALK, "channels": [CALL, LEG]}, {"id": "old-talk1", "channels": []}],
        map(
            read_online,
            [{"resource": "1001", "state": "online"}, {"resource": "1002", "state": "offline"}],
        ),
    )

    assert set(seen.channels) == {CALL, LEG}
    assert seen.bridged == {CALL: frozenset({LEG}), LEG: frozenset({CALL})}
    assert seen.reachable == {"1001"}
    assert seen.empty_bridges == ("old-talk1",)
    assert seen.bridge_of == {CALL: TALK, LEG: TALK}


# ---- context


def kept(stage=Stage.IVR, **fields):
    return scene(stage, id_=CALL, since=9.0, arrived=1.0, **fields)


def saved(of):
    state = state_of(of, busy(Stage.HELD if of.held else Stage.TALKING, of=CALL))
    return read_context(CALL, json.loads(context_of(state, of.legs[0], of.call)))


@pytest.mark.parametrize(
    "of",
    [
        kept(),
        kept(run=FlowRun(FlowId(1), 4, StepId("menu"), {"tries": 2}, {"level": "黄金"})),
        kept(Stage.WAITING, queue=QueueKey("support"), priority=3, waiting_since=2.5),
        kept(
            Stage.HELD,
            queue=QueueKey("sales"),
            recording="on",
            customer=CustomerCard(3, "王小明", "晨光电子", "gold"),
        ),
    ],
)
def test_what_is_left_on_a_channel_gives_the_call_back(of):
    back = saved(of)

    same = ("customer_number", "own_number", "via", "arrived", "run", "queue",
            "priority", "waiting_since", "agent", "talked", "recording", "customer")  # fmt: skip
    assert [getattr(back.anchor.call, name) for name in same] == [
        getattr(of.call, name) for name in same
    ]
    assert [(one.leg, one.role, one.placement) for one in back.anchor.legs] == [
        (one.id, one.role, one.placement) for one in of.legs
    ]
    assert back.anchor.held == ({CALL} if of.held else set())
    work = back.anchor.work
    assert (work is None) == (of.work is None)
    if work is not None:
        assert (work.state, work.agent, work.changed) == (of.work.state, of.work.agent, 9.0)


def test_ids_made_after_a_restart_differ_from_earlier_ones():
    back = saved(kept(plays=4, legs=2)).anchor.call

    assert back.plays > 4
    assert back.legs > 2


def test_what_is_left_on_a_channel_is_short_enough_for_a_variable():
    card = CustomerCard(2**31, "王" * 60, "公司" * 60, "platinum")
    at = StepId("步骤" * 20)
    variables = {f"variable {number}": "值" * 40 for number in range(50)}
    run = FlowRun(FlowId(2**31), 1000, at, {"tries": 9}, variables)
    full = kept(Stage.TALKING, customer=card, talked=1e9, run=run)
    text = context_of(state_of(full, busy(of=CALL)), full.legs[0], full.call)

    assert len(text.encode()) < 2000


@pytest.mark.parametrize(
    "said", [{}, {"r": "nobody"}, {"r": "customer", "c": {"s": 1}}, {"r": "customer", "c": 5},
             {"r": "customer", "c": {"ar": "x"}}, {"r": "customer", "c": {"ar": 1, "f": 5}},
             {"r": "customer", "c": {"ar": 1, "f": [1, "x", "menu", {}, {}]}},
             {"r": "customer", "c": {"ar": 1, "f": [1, 1, "menu"]}},
             {"r": "customer", "c": {"ar": 1, "cu": ["x"]}},
             {"r": "customer", "c": {"ar": 1, "W": [["", 7]]}},
             {"r": "customer", "c": {"ar": 1, "W": 5}},
             {"r": "customer", "c": {"ar": 1, "L": [["", "nobody", 0, 1]]}},
             {"r": "agent", "ag": "x"}, {"r": "agent", "ph": "fax"}]
)  # fmt: skip
def test_nonsense_is_not_read(said):
    assert read_context(CALL, said) is None


# ---- orders


def asked(command, state=None):
    found = requests(command, state or SwitchState(), DIALECT)
    return [(r.method, r.path, dict(r.body)) for r in found]


def test_prompts_are_played_one_after_the_other_under_an_id_of_ours():
    [(method, path, body)] = asked(c.Play(CALLER, f"{CALL}-p1", ("greeting", "menu")))

    assert (method, path) == ("POST", f"/channels/{CALL}/play/{CALL}-p1")
    assert body["media"] == ["sound:hotline/en/greeting", "sound:hotline/en/menu"]


def ring(phone, number="+8613800138000", **fields):
    return c.CreateLeg(LEG, CALL, AgentId(7), "1001", phone, number, CALLER, **fields)


def test_an_agents_leg_is_made_to_the_kind_of_phone_in_use_and_told_the_call():
    for phone, endpoint in ((Phone.SIP, "PJSIP/1001"), (Phone.BROWSER, "PJSIP/w1001")):
        [(_, path, body)] = asked(ring(phone))
        variables = body["variables"]
        assert (path, body["channelId"]) == ("/channels/create", LEG)
        assert (body["endpoint"], body["originator"]) == (endpoint, CALL)
        assert variables["CONNECTEDLINE(num,i)"] == "+8613800138000"
        assert variables["CHANNEL(accountcode)"] == f"agent:{CALL}"
        assert variables["PJSIP_HEADER(add,X-Hotline-Call)"] == CALL
        assert "PJSIP_HEADER(add,X-Hotline-Answer)" not in variables
        assert read_context(LEG, json.loads(variables["HOTLINE"])).agent == 7
    assert asked(c.DialLeg(LEG))[0][:2] == ("POST", f"/channels/{LEG}/dial")


def test_a_reloaded_page_answers_automatically():
    [(_, _, body)] = asked(ring(Phone.BROWSER, "", auto=True))

    assert body["variables"]["PJSIP_HEADER(add,X-Hotline-Answer)"] == "auto"
    assert body["variables"]["CONNECTEDLINE(num,i)"] == "anonymous"


def test_a_bridge_is_made_as_a_softmix_before_legs_join_it():
    made, filled = asked(c.Join(TALK, (CALLER, LEG)))

    assert made[1:] == (f"/bridges/{TALK}", {"type": BRIDGE_TYPE})
    assert filled[1:] == (f"/bridges/{TALK}/addChannel", {"channel": [CALL, LEG]})


@pytest.mark.parametrize(("reason", "code"), [("unallocated", "1"), ("normal", "16"),
                                              ("no_answer", "19"), ("rejected", "21"),
                                              ("answered_elsewhere", "26")])  # fmt: skip
def test_a_hangup_says_why(reason, code):
    assert asked(c.HangUp(LEG, reason)) == [("DELETE", f"/channels/{LEG}", {"reason_code": code})]


@pytest.mark.parametrize("command", [
    c.HangUp(LEG), c.StopPlay(CALLER, "p"), c.StopMusic(CALLER), c.StopSilence(CALLER),
    c.Leave(CALLER, TALK), c.DropBridge(TALK), c.Mute(CALLER, muted=False),
])  # fmt: skip
def test_requests_that_end_something_accept_that_it_is_gone(command):
    assert all(r.missing_is_fine for r in requests(command, SwitchState(), DIALECT))


def test_nothing_is_saved_on_a_leg_that_has_gone():
    assert asked(c.SaveContext(CALLER)) == []


def test_a_recording_is_named_before_the_leg_is_sent_to_the_recorder():
    named, sent = record(CALLER, "2026/11/22/x")

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
