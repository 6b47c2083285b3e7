"""The buffer of the last changes, which of them a desk gets, and when floors are woken."""

import asyncio

from unit.web.fake_engine import agent, call

from web.live.change_buffer import ChangeBuffer
from web.live.changes import ChangedItem, LiveChange
from web.live.mirror import Mirror
from web.live.scope import EVERYTHING, Audience
from web.live.subscriptions import wake_floors


def of(number: int, *agents: int) -> LiveChange:
    whose = Audience(frozenset(agents))
    return LiveChange(number, (ChangedItem(call("c1"), whose, whose),))


def numbers(ring: ChangeBuffer, first: int) -> list[int]:
    return [change.number for change in ring.since(first)]


def desk(ring: ChangeBuffer, agent_: int, first: int) -> list[int]:
    return [change.number for change in ring.of_desk(agent_, first)]


def test_changes_are_given_from_a_number_on() -> None:
    ring = ChangeBuffer(10)
    for number in range(5, 9):
        ring.add(of(number, 7))

    assert numbers(ring, 7) == [7, 8]
    assert numbers(ring, 9) == []


def test_a_desk_is_given_its_own_changes_only() -> None:
    ring = ChangeBuffer(10)
    for number, who in ((1, 7), (2, 9), (3, 7), (4, 9), (5, 7)):
        ring.add(of(number, who))

    assert desk(ring, 7, 2) == [3, 5]
    assert desk(ring, 8, 1) == []


def test_when_it_is_full_the_oldest_go_with_their_desks() -> None:
    ring = ChangeBuffer(2)
    for number, who in ((1, 7), (2, 9), (3, 9)):
        ring.add(of(number, who))

    assert (numbers(ring, 1), desk(ring, 7, 1), desk(ring, 9, 1)) == ([2, 3], [], [2, 3])


def test_a_floor_is_woken_for_the_first_change_at_once() -> None:
    async def tell() -> list[int]:
        mirror = Mirror()
        mirror.greet({"boot": "b1", "number": 1, "items": []})
        floor = mirror.listen(EVERYTHING)
        mirror.take(floor)
        telling = asyncio.create_task(wake_floors(mirror))
        mirror.apply({"number": 2, "items": [agent(7)]})
        async with asyncio.timeout(5):
            await floor.wait()
        telling.cancel()
        return [one.number for one in mirror.take(floor) or ()]

    assert asyncio.run(tell()) == [2]
