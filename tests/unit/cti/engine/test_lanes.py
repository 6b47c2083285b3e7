"""Lanes: each leg's commands run one after the other, beside those of other legs."""

import asyncio

from crm.calls.record import CallId
from cti.core.commands import (
    Answer,
    DropBridge,
    Join,
    StartMusic,
    StartRecording,
    StopMusic,
    legs_of,
)
from cti.core.leg import BridgeId, LegId
from cti.engine.lanes import Lanes

CALL = CallId("c1")
TALK = BridgeId("c1-talk1")
ONE, TWO = LegId("c1"), LegId("c2")


class Switch:
    """Carries commands out when told to, and notes them."""

    def __init__(self):
        self.begun = []
        self.done = []
        self.failed = []
        self.gates = {}
        self.refuse = set()

    def hold(self, leg):
        self.gates[leg] = asyncio.Event()

    async def carry_out(self, commands):
        self.begun.append(commands)
        gate = self.gates.get(legs_of(commands[0])[0])
        if gate is not None:
            await gate.wait()
        refused = [type(command) in self.refuse for command in commands]
        self.done += [one for one, no in zip(commands, refused, strict=True) if not no]
        return ["Channel not found" if no else "" for no in refused]

    def note_failure(self, command, why):
        self.failed.append((command, why))


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


def opened():
    switch = Switch()
    return switch, Lanes(switch.carry_out, switch.note_failure)


def test_the_orders_of_a_leg_are_carried_out_in_their_order():
    async def story():
        switch, lanes = opened()
        switch.hold(ONE)
        lanes.give((Answer(ONE),))
        await settle()
        lanes.give((StartMusic(ONE, "default"), StopMusic(ONE)))
        await settle()
        assert switch.begun == [[Answer(ONE)]]
        switch.gates[ONE].set()
        await settle()

        assert switch.done == [Answer(ONE), StartMusic(ONE, "default"), StopMusic(ONE)]

    asyncio.run(story())


def test_orders_that_wait_behind_one_another_leave_together():
    async def story():
        switch, lanes = opened()
        lanes.give((Answer(ONE), StartMusic(ONE, "default")))
        lanes.give((StopMusic(ONE),))
        await settle()

        assert switch.begun == [[Answer(ONE), StartMusic(ONE, "default"), StopMusic(ONE)]]

    asyncio.run(story())


def test_an_order_that_goes_last_leaves_with_those_before_it_and_holds_up_those_behind():
    async def story():
        switch = Switch()
        lanes = Lanes(
            switch.carry_out, switch.note_failure, lambda one: isinstance(one, StartRecording)
        )
        lanes.give((StopMusic(ONE), StartRecording(ONE, CALL), Answer(ONE), StopMusic(ONE)))
        await settle()

        assert switch.begun == [
            [StopMusic(ONE), StartRecording(ONE, CALL)],
            [Answer(ONE), StopMusic(ONE)],
        ]

    asyncio.run(story())


def test_a_leg_whose_order_takes_long_keeps_no_other_leg_waiting():
    async def story():
        switch, lanes = opened()
        switch.hold(ONE)
        lanes.give((Answer(ONE), Answer(TWO)))
        await settle()

        assert switch.done == [Answer(TWO)]
        switch.gates[ONE].set()
        await settle()

    asyncio.run(story())


def test_a_refused_command_is_reported_and_the_next_is_carried_out():
    async def story():
        switch, lanes = opened()
        switch.refuse.add(Answer)
        lanes.give((Answer(ONE), StopMusic(ONE)))
        await settle()

        assert switch.failed == [(Answer(ONE), "Channel not found")]
        assert switch.done == [StopMusic(ONE)]

    asyncio.run(story())


def test_a_command_given_during_a_failure_report_comes_behind_earlier_ones():
    async def story():
        switch = Switch()
        switch.refuse.add(Answer)
        lanes = Lanes(
            switch.carry_out, lambda command, _: lanes.give((StartMusic(command.leg, "m"),))
        )
        lanes.give((Answer(ONE), StopMusic(ONE)))
        await settle()

        assert switch.done == [StopMusic(ONE), StartMusic(ONE, "m")]

    asyncio.run(story())


def test_a_lane_is_gone_when_its_last_order_is_done_and_opens_again():
    async def story():
        switch, lanes = opened()
        lanes.give((Answer(ONE),))
        assert lanes.busy(ONE)
        await settle()
        assert not lanes.busy(ONE)
        lanes.give((StopMusic(ONE),))
        await settle()

        assert switch.done == [Answer(ONE), StopMusic(ONE)]

    asyncio.run(story())


def test_closing_waits_for_no_order():
    async def story():
        switch, lanes = opened()
        switch.hold(ONE)
        lanes.give((Answer(ONE), StopMusic(ONE)))
        await settle()
        await lanes.close()

        assert switch.done == []
        assert not lanes.busy(ONE)

    asyncio.run(story())


def test_an_order_for_two_legs_waits_for_what_is_before_it_in_either_lane():
    async def story():
        switch, lanes = opened()
        switch.hold(ONE)
        lanes.give((Answer(ONE),))
        lanes.give((Join(TALK, (TWO, ONE)), StopMusic(TWO)))
        await settle()
        assert switch.done == []
        switch.gates[ONE].set()
        await settle()

        assert switch.done == [Answer(ONE), Join(TALK, (TWO, ONE)), StopMusic(TWO)]

    asyncio.run(story())


def test_behind_an_order_for_two_legs_the_orders_of_each_leg_wait():
    async def story():
        switch, lanes = opened()
        switch.hold(ONE)
        lanes.give((Join(TALK, (ONE, TWO)),))
        lanes.give((StopMusic(TWO), Answer(ONE)))
        await settle()
        assert switch.done == []
        switch.gates[ONE].set()
        await settle()

        assert switch.done[0] == Join(TALK, (ONE, TWO))
        assert set(switch.done[1:]) == {StopMusic(TWO), Answer(ONE)}

    asyncio.run(story())


def test_orders_for_two_legs_leave_with_those_of_one_of_them():
    async def story():
        switch, lanes = opened()
        lanes.give((StopMusic(ONE), Join(TALK, (ONE, TWO)), StopMusic(TWO)))
        await settle()

        assert switch.begun == [[StopMusic(ONE), Join(TALK, (ONE, TWO))], [StopMusic(TWO)]]

    asyncio.run(story())


def test_a_bridge_that_no_leg_is_in_is_dropped_all_the_same():
    async def story():
        switch = Switch()
        lanes = Lanes(lambda commands: _done(switch, commands), switch.note_failure)
        lanes.give((DropBridge(TALK),))
        await settle()

        assert switch.done == [DropBridge(TALK)]
        assert not lanes.open

    asyncio.run(story())


async def _done(switch, commands):
    switch.done += commands
    return [""] * len(commands)


def test_two_orders_that_cross_over_two_legs_do_not_wait_for_each_other():
    async def story():
        switch, lanes = opened()
        lanes.give((Join(TALK, (ONE, TWO)), Join(TALK, (TWO, ONE))))
        lanes.give((Join(TALK, (TWO, ONE)), Join(TALK, (ONE, TWO))))
        await settle()

        assert len(switch.done) == 4
        assert not lanes.open

    asyncio.run(story())
