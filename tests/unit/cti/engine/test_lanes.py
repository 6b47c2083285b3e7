"""A lane for each call: its orders one after the other, beside all other calls'."""

import asyncio

from crm.calls.record import CallId
from cti.core.commands import Answer, StartMusic, StartRecording, StopMusic
from cti.engine.lanes import Lanes

ONE, TWO = CallId("c1"), CallId("c2")


class Switch:
    """Carries orders out when it is told to, and notes what it did."""

    def __init__(self):
        self.begun = []
        self.done = []
        self.failed = []
        self.gates = {}
        self.refuse = set()

    def hold(self, call):
        self.gates[call] = asyncio.Event()

    async def carry_out(self, commands):
        self.begun.append(commands)
        if commands[0].call in self.gates:
            await self.gates[commands[0].call].wait()
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


def test_the_orders_of_a_call_are_carried_out_in_their_order():
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
        lanes.give((StopMusic(ONE), StartRecording(ONE), Answer(ONE), StopMusic(ONE)))
        await settle()

        assert switch.begun == [
            [StopMusic(ONE), StartRecording(ONE)],
            [Answer(ONE), StopMusic(ONE)],
        ]

    asyncio.run(story())


def test_a_call_whose_order_takes_long_keeps_no_other_call_waiting():
    async def story():
        switch, lanes = opened()
        switch.hold(ONE)
        lanes.give((Answer(ONE), Answer(TWO)))
        await settle()

        assert switch.done == [Answer(TWO)]
        switch.gates[ONE].set()
        await settle()

    asyncio.run(story())


def test_a_refused_order_is_told_and_the_next_is_carried_out():
    async def story():
        switch, lanes = opened()
        switch.refuse.add(Answer)
        lanes.give((Answer(ONE), StopMusic(ONE)))
        await settle()

        assert switch.failed == [(Answer(ONE), "Channel not found")]
        assert switch.done == [StopMusic(ONE)]

    asyncio.run(story())


def test_an_order_given_while_a_failure_is_told_comes_behind_those_already_given():
    async def story():
        switch = Switch()
        switch.refuse.add(Answer)
        lanes = Lanes(
            switch.carry_out, lambda command, _: lanes.give((StartMusic(command.call, "m"),))
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


def test_who_closes_waits_for_nobody():
    async def story():
        switch, lanes = opened()
        switch.hold(ONE)
        lanes.give((Answer(ONE), StopMusic(ONE)))
        await settle()
        await lanes.close()

        assert switch.done == []
        assert not lanes.busy(ONE)

    asyncio.run(story())
