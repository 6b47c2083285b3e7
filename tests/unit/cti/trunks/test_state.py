"""The state of a trunk, and what changes it."""

from dataclasses import replace

import pytest
from unit.cti.trunks.lines import CARRIER, PROVIDER

from cti.trunks import state as rules
from cti.trunks.state import Registration, TrunkLamp, TrunkState, TrunkTrouble, state_of


def test_a_carrier_s_line_is_unknown_until_it_answers():
    state = state_of(CARRIER, 10.0)
    assert state.lamp is TrunkLamp.UNKNOWN

    state = rules.linked(state, 12.0, reachable=True)

    assert (state.lamp, state.since) == (TrunkLamp.AVAILABLE, 12.0)


def test_a_line_that_stops_answering_is_red_and_keeps_the_error_when_it_is_back():
    up = rules.linked(state_of(CARRIER, 0.0), 1.0, reachable=True)
    down = rules.linked(up, 5.0, reachable=False)
    again = rules.linked(down, 9.0, reachable=True)

    assert (down.lamp, down.trouble) == (TrunkLamp.UNREACHABLE, TrunkTrouble.UNREACHABLE)
    assert (again.lamp, again.since) == (TrunkLamp.AVAILABLE, 9.0)
    assert (again.trouble, again.trouble_at) == (TrunkTrouble.UNREACHABLE, 5.0)


def test_the_same_news_again_changes_nothing():
    down = rules.linked(state_of(CARRIER, 0.0), 5.0, reachable=False)

    assert rules.linked(down, 9.0, reachable=False) is down


def test_a_registration_goes_from_waiting_to_registered_and_back():
    state = state_of(PROVIDER, 0.0)
    assert state.lamp is TrunkLamp.REGISTERING

    state = rules.registered(state, 1.0, accepted=True)
    assert (state.lamp, state.since) == (TrunkLamp.REGISTERED, 1.0)

    state = rules.registered(state, 600.0, accepted=True)
    assert state.since == 1.0

    assert rules.unregistered(state, 700.0).lamp is TrunkLamp.REGISTERING


def test_a_rejection_is_told_once_with_its_time():
    state = rules.registered(state_of(PROVIDER, 0.0), 1.0, accepted=False)
    state = rules.registered(state, 31.0, accepted=False)

    assert (state.lamp, state.trouble) == (TrunkLamp.REJECTED, TrunkTrouble.REJECTED)
    assert (state.since, state.trouble_at) == (1.0, 1.0)


def test_a_line_that_does_not_register_ignores_registrations():
    state = state_of(CARRIER, 0.0)

    assert rules.registered(state, 1.0, accepted=False) is state


def test_a_provider_that_grants_a_moment_only_is_left_alone_after_twenty_registrations():
    state = state_of(PROVIDER, 0.0)
    for number in range(rules.TOO_OFTEN):
        assert state.registration is not Registration.STOPPED
        state = rules.registered(state, 1.0 + number * 0.1, accepted=True)

    assert (state.lamp, state.trouble) == (TrunkLamp.REJECTED, TrunkTrouble.SHORT)
    assert rules.registered(state, 5.0, accepted=True) is state


def test_usual_registrations_are_never_too_many():
    state = state_of(PROVIDER, 0.0)
    for number in range(200):
        state = rules.registered(state, number * 30.0, accepted=True)

    assert state.lamp is TrunkLamp.REGISTERED


def test_all_channels_in_use_is_a_state_of_its_own():
    state = rules.linked(state_of(replace(CARRIER, max_channels=2), 0.0), 1.0, reachable=True)

    assert rules.in_use(state, 2.0, 1).lamp is TrunkLamp.AVAILABLE
    assert rules.in_use(state, 2.0, 2).lamp is TrunkLamp.BUSY
    assert rules.in_use(state_of(CARRIER, 0.0), 2.0, 500).is_full is False


def test_refused_settings_come_before_everything_else():
    state = rules.linked(state_of(CARRIER, 0.0), 1.0, reachable=False)
    state = rules.refused(state, 2.0, "no such host")

    assert (state.lamp, state.detail) == (TrunkLamp.INVALID, "no such host")
    assert rules.refused(state, 3.0, "").lamp is TrunkLamp.UNREACHABLE


def test_a_failed_call_is_the_last_error_and_no_state():
    up = rules.linked(state_of(CARRIER, 0.0), 1.0, reachable=True)
    state = rules.call_failed(up, 7.0, 503)

    assert state.lamp is TrunkLamp.AVAILABLE
    assert (state.trouble, state.detail, state.trouble_at) == (TrunkTrouble.CALL, "503", 7.0)


def test_new_settings_begin_a_new_state_and_keep_error_and_calls():
    old = replace(rules.call_failed(state_of(CARRIER, 0.0), 7.0, 503), channels=3)
    new = state_of(replace(CARRIER, enabled=False), 9.0, old)

    assert (new.lamp, new.since, new.channels) == (TrunkLamp.OFF, 9.0, 3)
    assert new.detail == "503"


@pytest.mark.parametrize("lamp", TrunkLamp)
def test_every_lamp_can_be_seen(lamp):
    made = {
        TrunkLamp.OFF: TrunkState(0.0, enabled=False),
        TrunkLamp.UNKNOWN: TrunkState(0.0),
        TrunkLamp.AVAILABLE: TrunkState(0.0, reach=rules.Reachability.REACHABLE),
        TrunkLamp.REGISTERED: TrunkState(0.0, registration=Registration.REGISTERED),
        TrunkLamp.REGISTERING: TrunkState(0.0, registration=Registration.WAITING),
        TrunkLamp.UNREACHABLE: TrunkState(0.0, reach=rules.Reachability.UNREACHABLE),
        TrunkLamp.REJECTED: TrunkState(0.0, registration=Registration.REJECTED),
        TrunkLamp.INVALID: TrunkState(0.0, refused="x"),
        TrunkLamp.BUSY: TrunkState(0.0, channels=1, max_channels=1),
    }

    assert made[lamp].lamp is lamp
