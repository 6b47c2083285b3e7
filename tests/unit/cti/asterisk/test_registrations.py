"""Registrations, from single changes and from listings, and the events for the core."""

import asyncio

from acd.agent import Agent, Phone, Presence
from acd.queue import AgentId
from cti.asterisk.registrations import Registrations
from cti.core import events as e
from cti.core.state import Change, SwitchState

SEVEN, EIGHT = AgentId(7), AgentId(8)


def registrations(*agents):
    """The registrations of two agents' SIP phones and one browser; and the core's events."""
    state, heard = SwitchState(), []
    state.apply(Change(agents={agent.id: agent for agent in agents}))
    made = Registrations(state, heard.append, lambda: made.now)
    made.now, made.listening = 100.0, True
    made.owners = {
        "1001": (SEVEN, Phone.SIP),
        "w1001": (SEVEN, Phone.BROWSER),
        "1002": (EIGHT, Phone.SIP),
    }
    return made, heard


def agent(number, phone=Phone.SIP, presence=Presence.READY, *, reachable=False):
    return Agent(
        AgentId(number), "Li Wei", "1001", presence=presence, phone=phone, reachable=reachable
    )


def see(made, *endpoints):
    made.listing_starts()
    tell(made, *endpoints)


def tell(made, *endpoints):
    asyncio.run(made.compare(frozenset(endpoints)))


def test_a_registration_is_reported_with_its_agent():
    made, heard = registrations()
    made.changed("1001", "sip:a", True)

    assert heard == [e.PhoneReachable(SEVEN, Phone.SIP, reachable=True)]
    assert made.is_reachable("1001")


def test_a_phone_that_moves_stays_reachable():
    made, heard = registrations()
    for address, here in (("sip:a", True), ("sip:b", True), ("sip:a", False)):
        made.changed("1001", address, here)

    assert [one.reachable for one in heard] == [True, True, True]
    assert made.is_reachable("1001")


def test_an_unknown_phone_belongs_to_no_agent():
    made, heard = registrations()
    made.changed("trunk", "sip:a", True)

    assert heard == []
    assert made.owner("trunk") is None


def test_a_listing_reports_new_registrations_only():
    made, heard = registrations()
    made.changed("1002", "sip:a", True)
    heard.clear()
    see(made, "1001", "1002")

    assert heard == [e.PhoneReachable(SEVEN, Phone.SIP, reachable=True)]


def test_a_listed_phone_that_unregisters_is_gone():
    made, heard = registrations()
    see(made, "1001")
    made.changed("1001", "sip:a", False)

    assert not made.is_reachable("1001")
    assert [one.reachable for one in heard] == [True, False]


def test_a_registration_is_reported_again_if_the_state_differs():
    made, heard = registrations(agent(7, reachable=False))
    see(made, "1001")
    see(made, "1001")

    assert [one.reachable for one in heard] == [True, True]


def test_the_agents_other_phone_is_not_reported():
    made, heard = registrations(agent(7, Phone.BROWSER, reachable=True))
    see(made, "w1001")
    heard.clear()
    see(made, "w1001")

    assert heard == []


def test_a_reloaded_page_does_not_ring_at_its_old_registration():
    made, heard = registrations(agent(7, Phone.BROWSER))
    made.changed("w1001", "sip:old", True)
    made.phone_restarted("w1001")
    heard.clear()
    see(made, "w1001")
    made.changed("w1001", "sip:old", True)

    assert not any(one.reachable for one in heard)
    assert not made.is_reachable("w1001")
    made.changed("w1001", "sip:new", True)
    made.changed("w1001", "sip:old", False)
    assert [one.reachable for one in heard[-2:]] == [True, True]


def test_a_reloaded_page_without_a_new_registration_rings_at_the_old_one():
    made, heard = registrations(agent(7, Phone.BROWSER))
    made.changed("w1001", "sip:old", True)
    made.phone_restarted("w1001")
    made.now += 10
    heard.clear()
    see(made, "w1001")

    assert [one.reachable for one in heard] == [True]


def test_without_registration_events_the_listing_counts():
    made, heard = registrations(agent(7, Phone.BROWSER))
    made.changed("w1001", "sip:old", True)
    made.listening = False
    made.phone_restarted("w1001")
    heard.clear()
    see(made, "w1001")

    assert [one.reachable for one in heard] == [True]


def test_an_event_during_a_listing_is_newer_than_the_listing():
    made, heard = registrations(agent(7))
    made.listing_starts()
    made.changed("1001", "sip:a", True)
    heard.clear()
    tell(made)

    assert heard == []
    assert made.is_reachable("1001")
