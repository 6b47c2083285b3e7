"""Who is banned: too many attempts in too short a time, and never ourselves or a trunk."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.bans import rule
from cti.bans.rule import Ban, BanLimits, BanState, SipAttempt

LIMITS = BanLimits(attempts=3, within_seconds=60.0, ban_seconds=600.0)
STRANGER = "203.0.113.7"


def tried(times, address=STRANGER, limits=LIMITS, trunks=(), state=None):
    state = state or BanState()
    for now in times:
        state = rule.attempted(state, SipAttempt(address, "1001"), now, limits, trunks)
    return state


def test_an_address_is_banned_after_so_many_attempts():
    assert not tried([0.0, 1.0]).bans
    assert tried([0.0, 1.0, 2.0]).bans == {STRANGER: Ban(2.0, 602.0)}


def test_attempts_of_long_ago_do_not_count():
    assert not tried([0.0, 40.0, 61.0, 120.0]).bans


def test_without_a_limit_of_attempts_no_address_is_banned():
    assert not tried(map(float, range(50)), limits=BanLimits(attempts=0)).bans


def test_attempts_of_a_banned_address_do_not_prolong_the_ban():
    assert tried([0.0, 1.0, 2.0, 50.0]).bans[STRANGER].until == 602.0


def test_a_subscriber_with_many_ipv6_addresses_is_one_place():
    state = BanState()
    for last in range(3):
        state = tried([float(last)], f"2001:db8:1:2::{last}", state=state)
    assert list(state.bans) == ["2001:db8:1:2::/64"]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1", "no address", ""])
def test_this_machine_the_front_door_and_nonsense_are_never_banned(address):
    assert tried([0.0] * 10, address) == BanState()


def test_exceptions_and_trunks_are_never_banned():
    office, carrier = ip_network("203.0.113.0/24"), ip_network("198.51.100.9")
    limits = BanLimits(attempts=1, exceptions=(office,))
    assert not tried([0.0], STRANGER, limits).bans
    assert not tried([0.0], "198.51.100.9", limits, (carrier,)).bans
    assert tried([0.0], "198.51.100.10", limits, (carrier,)).bans
    one_host = BanLimits(attempts=1, exceptions=(ip_network("2001:db8::5"),))
    assert not tried([0.0], "2001:db8::9", one_host).bans, "the ban would reach the exception too"


def test_a_released_address_begins_anew():
    state = rule.released(tried([0.0, 1.0, 2.0]), ())
    assert not state.bans
    assert not tried([3.0, 4.0], state=state).bans
    assert tried([3.0, 4.0, 5.0], state=state).bans


def test_a_new_exception_ends_a_ban():
    state = tried([0.0, 1.0, 2.0])
    assert rule.without_exempt(state, (ip_network("198.51.100.0/24"),)) == state
    assert not rule.without_exempt(state, (ip_network("203.0.113.0/24"),)).bans


def test_a_ban_ends():
    state = tried([0.0, 1.0, 2.0])
    assert rule.expired(state, 601.9) == state
    assert not rule.expired(state, 602.0).bans


def test_networks_are_read_as_people_write_them():
    found = rule.read_networks("198.51.100.7, 10.1.2.3/8\n2001:db8::/32")
    assert list(map(str, found)) == ["198.51.100.7/32", "10.0.0.0/8", "2001:db8::/32"]
    with pytest.raises(ValueError, match="office"):
        rule.read_networks("office")


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 1e4)), max_size=80))
def test_memory_and_list_stay_bounded(attempts):
    state = BanState()
    for host, now in sorted(attempts, key=lambda one: one[1]):
        state = rule.expired(state, now)
        state = rule.attempted(state, SipAttempt(f"198.51.100.{host}", ""), now, LIMITS)
    assert all(len(times) < LIMITS.attempts for times in state.tallies.values())
    assert not state.tallies.keys() & state.bans.keys()


def test_a_flood_of_forged_addresses_forgets_the_oldest():
    state = BanState()
    for number in range(rule.MOST_TALLIES + 5):
        address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        state = BanState({**state.tallies, address: (0.0,)}) if number < 5000 else state
        if number >= 5000:
            state = rule.attempted(state, SipAttempt(address, ""), 1.0, LIMITS)
    assert len(state.tallies) == rule.MOST_TALLIES
    assert "10.0.0.0" not in state.tallies


def test_of_too_many_bans_the_one_that_ends_first_goes():
    state = BanState(bans={f"10.0.{n // 256}.{n % 256}": Ban(0.0, 100.0 + n) for n in range(1000)})
    state = rule.banned(state, STRANGER, Ban(0.0, 5000.0))
    assert len(state.bans) == rule.MOST_BANS
    assert "10.0.0.0" not in state.bans
