"""What Asterisk says, read as events and as what is alive."""

import pytest
from unit.cti.core.scenes import scene, state_of

from acd.agent import Phone
from acd.queue import AgentId
from crm.calls.record import CallId
from cti.asterisk.translate import (
    account_code,
    moved,
    read_account_code,
    read_alive,
    read_channel,
    read_contact,
    read_event,
    read_online,
    read_recorded,
    read_returned,
    read_variable,
    with_context,
)
from cti.core import events as e
from cti.core.context import context_of, leg_context
from cti.core.leg import LegId, LegRole
from cti.core.seen import ChannelState, Dialect, Where, returned
from cti.core.stage import Stage

CALL = CallId("hotline-1-1763775000.12")
CALLER = LegId(CALL)
LEG = LegId(f"{CALL}-a1")
TALK = f"{CALL}-talk1"
DIALECT = Dialect(
    number=lambda n: f"+{n}",
    dialled=lambda n: f"+{n}",
    sound=lambda p, language: f"hotline/{language}/{p}",
)


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


@pytest.mark.parametrize("args", [["what"], []])
def test_a_channel_from_an_unknown_context_is_a_stray(args):
    assert heard("StasisStart", args=args) == [e.StrayChannel(CALL)]


@pytest.mark.parametrize(
    ("endpoint", "extension", "phone"),
    [("1001", "1001", Phone.SIP), ("w1001", "1001", Phone.BROWSER)],
)
def test_a_phone_that_dials_is_told_by_its_endpoint(endpoint, extension, phone):
    said = channel(name=f"PJSIP/{endpoint}-00000001", channelvars={"HOTLINE_NUMBER": "138 0013"})
    (event,) = read_event({"type": "StasisStart", "args": ["phone"], "channel": said}, DIALECT)
    assert event == e.PhoneDialled(CALL, extension, phone, "138 0013")


def test_a_caller_who_returns_from_the_fallback_has_what_was_saved():
    kept = scene(Stage.WAITING, id_=CALL, waiting_since=5.0)
    event = {"type": "StasisStart", "args": ["return", "4008001234"], "channel": channel()}
    back = read_returned(event)
    text = context_of(state_of(kept), kept.legs[0], kept.call)

    call, leg = returned(with_context(back, text), DIALECT)
    assert (call.queue, call.waiting_since, leg.id) == ("support", 5.0, CALL)
    assert read_event(event, DIALECT) == []
    assert moved(event) == {CALL}


def test_a_caller_who_returns_without_a_saved_context_is_new():
    event = {"type": "StasisStart", "args": ["return", "4008001234"], "channel": channel()}
    call, leg = returned(read_returned(event), DIALECT)

    assert (call.customer_number, call.own_number) == ("+8613800138000", "+4008001234")
    assert (call.queue, leg.id) == (None, CALL)


@pytest.mark.parametrize("args", [["in"], ["leg"], ["recorded"], []])
def test_other_entries_are_no_returns(args):
    assert read_returned({"type": "StasisStart", "args": args, "channel": channel()}) is None


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


@pytest.mark.parametrize(
    ("forward", "number"),
    [
        ("13900139000", "13900139000"),
        ("%2B8613900139000", "+8613900139000"),
        ("sip:+8613900139000;npdi=yes@evil.example", "+8613900139000"),
        ("Local/1@hotline-in", None),
        ("sip:support@evil.example", None),
        ("1,2", None),
    ],
)
def test_a_number_that_is_named_instead_is_told_and_nothing_else_of_its_address(forward, number):
    event = {"type": "Dial", "peer": channel(LEG), "dialstatus": "CANCEL", "forward": forward}
    wanted = [e.LegRedirected(LEG, number)] if number else []
    assert read_event(event, DIALECT) == wanted


def test_early_sound_counts_as_ringing():
    event = {"type": "Dial", "peer": channel(LEG), "dialstatus": "PROGRESS", "forward": ""}
    assert read_event(event, DIALECT) == [e.LegRang(LEG)]
    assert read_event({**event, "dialstatus": "ANSWER"}, DIALECT) == []


@pytest.mark.parametrize("type_", ["ChannelDestroyed", "ChannelHangupRequest"])
def test_a_hangup_ends_the_leg_and_moves_its_call(type_):
    assert heard(type_, cause=16) == [e.LegEnded(CALLER, 16)]
    assert heard(type_, LEG, cause=17) == [e.LegEnded(LEG, 17)]
    assert moved({"type": type_, "channel": channel(LEG)}) == {LEG, CALL}


def test_a_hangup_of_asterisks_own_is_a_phone_that_was_lost_and_no_hanging_up():
    # The cause of such a hangup is a flag of Asterisk's: 1 means the device, not Q.850's 1.
    [by_asterisk] = heard("ChannelHangupRequest", LEG, soft=True, cause=1)
    [by_phone] = heard("ChannelHangupRequest", LEG)

    assert by_asterisk.cause == 44
    assert by_phone.cause == 16


@pytest.mark.parametrize("type_", ["ChannelDestroyed", "ChannelHangupRequest"])
def test_a_phone_that_does_not_answer_a_request_was_lost_and_did_not_hang_up(type_):
    # As Asterisk 22.10.1 sends it when a session timer runs out.
    assert heard(type_, LEG, cause=16, tech_cause=408) == [e.LegEnded(LEG, 102, sip=408)]
    assert heard(type_, LEG, cause=17, tech_cause=486) == [e.LegEnded(LEG, 17, sip=486)]
    assert heard(type_, LEG, cause=16, tech_cause=487) == [e.LegEnded(LEG, 16, sip=487)]
    assert heard(type_, LEG, cause=16, tech_cause=None) == [e.LegEnded(LEG, 16)]


def test_a_phones_own_hold_is_the_legs():
    assert heard("ChannelHold", LEG) == [e.LegHeld(LEG, True)]
    assert heard("ChannelUnhold", LEG) == [e.LegHeld(LEG, False)]


@pytest.mark.parametrize(("told", "wanted"), [
    ({"requested_destination": {"destination": "+864008001234"}}, {"number": "+864008001234"}),
    ({"requested_destination": {"destination": "li.wei;x=1"}}, {}),
    ({"requested_destination": {"destination": "1,2"}}, {}),
    ({"requested_destination": {"protocol_id": "a-call"}, "destination_channel": {"id": "x-a2"}},
     {"other": "x-a2"}),
    ({}, {}),
])  # fmt: skip
def test_a_phones_own_transfer_names_its_leg_and_where_it_wants_to_go(told, wanted):
    event = {
        "type": "ChannelTransfer",
        "refer_to": told,
        "referred_by": {"source_channel": channel(LEG)},
    }

    assert read_event(event, DIALECT) == [e.ReferReceived(LEG, **wanted)]


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


def test_the_dialplans_own_place_is_no_number_that_was_called():
    bare = channel(channelvars={}, dialplan={"context": "hotline-fallback", "exten": "s"})

    assert read_channel(bare).number == ""


def test_a_channel_is_read_with_what_was_left_on_it():
    bare = read_channel(channel(channelvars={"HOTLINE_NUMBER": "400"}))
    seen = with_context(bare, '{"r":"customer","c":{"ar":1,"L":[["","customer",0,1,"m","jazz"]]}}')

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


@pytest.mark.parametrize("left", ["", "no JSON", "[1]", "7"])
def test_nonsense_left_on_a_channel_is_nothing(left):
    bare = read_channel(channel())

    assert with_context(bare, left) == bare


def test_a_leg_without_an_account_code_is_known_by_its_context():
    text = leg_context(LegRole.AGENT, CALL, AgentId(7), Phone.SIP)
    seen = with_context(read_channel(channel(LEG, accountcode="")), text)

    assert (seen.role, seen.call, seen.saved.agent) == (LegRole.AGENT, CALL, 7)


def test_the_account_code_says_more_than_the_context():
    text = leg_context(LegRole.AGENT, CallId("another"), AgentId(7), Phone.SIP)
    seen = with_context(read_channel(channel(LEG)), text)

    assert (seen.role, seen.call) == (LegRole.AGENT, CALL)


def test_the_value_of_a_variable_is_read_from_the_answer():
    assert read_variable({"value": "x"}) == "x"
    assert read_variable({}) == read_variable(None) == ""


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
