"""Who did what in a call: rules that the journeys do not reach."""

from datetime import UTC, datetime, timedelta

from crm.calls.lanes import Doing, lanes, without_listening
from crm.calls.leg import fold_legs
from crm.calls.record import CallEvent, CallId, FactId, Kind

T0 = datetime(2026, 11, 22, 10, tzinfo=UTC)


def at(seconds):
    return T0 + timedelta(seconds=seconds)


def story(*lines):
    return [
        CallEvent(FactId(f"n/{number}"), CallId("c1"), at(seconds), kind, detail)
        for number, (seconds, kind, detail) in enumerate(lines)
    ]


ARRIVED = (0, Kind.ARRIVED, {"caller": "+8613800138000", "called": "100"})
QUEUED = (10, Kind.QUEUED, {"queue": "support"})
RANG = (20, Kind.OFFERED, {"agent": 1, "leg": "a1", "phone": "sip", "extension": "1001"})
TALK = (30, Kind.CONNECTED, {"agent": 1, "leg": "a1"})
ENDED = (90, Kind.ENDED, {"by": "caller", "cause": 16})
SUPERVISOR = {"leg": "s1", "role": "supervisor", "agent": 9}
IN_TALK = {"where": "talk", "bridge": "c1-talk1"}


def placed(seconds, leg, **detail):
    return (seconds, Kind.LEG_PLACED, {"leg": leg, **detail})


def drawn(events, *, now=None, listening=True):
    found = lanes(events, fold_legs(events, now or at(500)), now or at(500), listening=listening)
    return {
        lane.key: [
            (bar.doing, (bar.began - T0).total_seconds(), (bar.ended - T0).total_seconds())
            for bar in lane.bars
        ]
        for lane in found
    }


def test_a_call_from_before_legs_told_their_places_is_drawn_by_its_segments():
    held = (50, Kind.HELD, {"agent": 1, "by": "desk"}), (60, Kind.RESUMED, {"agent": 1})
    found = drawn(story(ARRIVED, QUEUED, RANG, TALK, *held, ENDED))

    assert found["customer"] == [
        (Doing.IVR, 0, 10), (Doing.WAITS, 10, 30), (Doing.TALKS, 30, 50), (Doing.HOLD, 50, 60),
        (Doing.TALKS, 60, 90),
    ]  # fmt: skip
    assert found["agent:1"] == [
        (Doing.RINGS, 20, 30), (Doing.TALKS, 30, 50), (Doing.ALONE, 50, 60), (Doing.TALKS, 60, 90),
    ]  # fmt: skip


def test_a_call_of_three_seconds_and_one_that_is_still_alive_are_drawn():
    assert drawn(story(ARRIVED, (3, Kind.ENDED, {"by": "caller", "cause": 16}))) == {
        "customer": [(Doing.IVR, 0, 3)]
    }
    assert drawn(story(ARRIVED), now=at(2))["customer"] == [(Doing.IVR, 0, 2)]
    assert lanes([], [], at(2), listening=True) == []


def test_a_muted_stretch_is_a_bar_of_its_own():
    events = story(
        ARRIVED, QUEUED, RANG, TALK, placed(30, "c1", **IN_TALK), placed(30, "a1", **IN_TALK),
        placed(40, "a1", **IN_TALK, muted=True), placed(50, "a1", **IN_TALK), ENDED,
    )  # fmt: skip
    found = lanes(events, fold_legs(events, at(500)), at(500), listening=True)
    agent = next(lane for lane in found if lane.key == "agent:1")

    assert [bar.muted for bar in agent.bars] == [False, False, True, False]  # ringing first
    assert all(bar.others == ("customer",) for bar in agent.bars[1:])


def test_what_lasts_a_moment_only_is_not_drawn():
    events = story(
        ARRIVED, QUEUED, RANG, TALK, placed(30, "c1", **IN_TALK), placed(30.2, "a1", **IN_TALK),
        ENDED,
    )  # fmt: skip

    assert drawn(events)["customer"][2:] == [(Doing.TALKS, 30, 90)]


def test_an_agent_whose_phone_was_lost_has_one_lane():
    again = (
        (50, Kind.OFFERED, {"agent": 1, "leg": "a2"}),
        (55, Kind.CONNECTED, {"agent": 1, "leg": "a2"}),
    )
    lost = (45, Kind.PHONE_LOST, {"agent": 1, "leg": "a1"})
    found = drawn(story(ARRIVED, QUEUED, RANG, TALK, lost, *again, ENDED))

    assert [bar[0] for bar in found["agent:1"]] == [
        Doing.RINGS, Doing.TALKS, Doing.RINGS, Doing.TALKS,
    ]  # fmt: skip


def test_twelve_parties_have_twelve_lanes_and_the_customer_is_the_first():
    offers = [(20 + one, Kind.OFFERED, {"agent": one, "leg": f"a{one}"}) for one in range(1, 12)]
    found = drawn(story(ARRIVED, QUEUED, *offers, ENDED))

    assert len(found) == 12
    assert next(iter(found)) == "customer"


def test_without_the_permission_nothing_tells_of_a_supervisor():
    events = story(
        ARRIVED, QUEUED, RANG, TALK, placed(30, "c1", **IN_TALK), placed(30, "a1", **IN_TALK),
        (40, Kind.LISTENED, {"agent": 9, "state": "began"}), (40, Kind.LEG_BEGAN, SUPERVISOR),
        (41, Kind.LEG_ANSWERED, {"leg": "s1"}), placed(42, "s1", where="listen", bridge="l"),
        placed(60, "s1", **IN_TALK), ENDED,
    )  # fmt: skip
    seen, unseen = drawn(events), drawn(events, listening=False)

    assert (Doing.LISTENS, 42, 60) in seen["supervisor:9"]
    assert "supervisor:9" not in unseen
    # With the supervisor who barges in the customer's talk has two parts, without only one.
    assert len(seen["customer"]) == 4
    assert unseen["customer"][-1] == (Doing.TALKS, 30, 90)
    timeline, legs = without_listening(events, fold_legs(events, at(500)))
    assert all(one.kind is not Kind.LISTENED for one in timeline)
    assert {leg.leg for leg in legs} == {"c1", "a1"}


def test_a_supervisor_who_took_the_call_over_is_shown_as_the_agent_they_were():
    events = story(
        ARRIVED, QUEUED, RANG, TALK, (40, Kind.LEG_BEGAN, SUPERVISOR),
        (41, Kind.LEG_ANSWERED, {"leg": "s1"}), placed(42, "s1", where="listen", bridge="l"),
        placed(60, "s1", **IN_TALK), (60, Kind.CONNECTED, {"agent": 9, "leg": "s1"}), ENDED,
    )  # fmt: skip
    shown = drawn(events, listening=False)["supervisor:9"]

    assert all(bar[0] is not Doing.LISTENS for bar in shown)
