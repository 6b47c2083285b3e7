"""A caller who misses, changes and loses the agent: every phase is heard and recorded."""

import time
from pathlib import Path

import numpy as np
import pytest
from asterisk.phones import loudness, only, read_wav, something_else_than, tones

CALLER, LI, WANG = 440, 600, 800


@pytest.mark.long
@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
@pytest.mark.parametrize("turn", range(3))  # first packet numbers are random: lower or higher
def test_both_sides_hear_every_phase_of_a_call(trade, codec, turn):
    assert turn >= 0
    li = trade.agent("li.wei", tone=LI, codec=codec).ready()
    wang = trade.agent("wang.fang", tone=WANG, codec=codec)
    caller = trade.caller(tone=CALLER, codec=codec).to_queue()
    li.rings()
    wang.ready()
    li.do("decline", caller.call)
    wang.rings()
    wang.phone.answer()
    heard(caller, wang, WANG, "after a miss")
    print(f"Asterisk, {codec}: {cpu_per_second(trade):.4f} s of CPU a second of talk")  # noqa: T201 - a figure

    li.becomes("ready")
    since = len(li.phone.events)
    wang.do("transfer", caller.call, {"to": f"agent:{li.id}"})
    li.rings(since=since)
    caller.phone.hears(something_else_than(WANG), "music")
    li.phone.answer()
    heard(caller, li, LI, "after a transfer")

    wang.ready()
    since = len(wang.phone.events)
    li.phone.kill()
    wang.rings(since=since, seconds=130)
    wang.phone.answer()
    heard(caller, wang, WANG, "after a lost phone")
    caller.hangs_up()

    told = caller.record()
    sound = trade.installation.api("admin").fetch("GET", f"/calls/{told['id']}/recording")
    (customer, agents), rate = read_wav(sound)
    assert parts(customer, rate, (CALLER,)) == [CALLER]
    assert parts(agents, rate, (LI, WANG)) == [WANG, LI, WANG]


def heard(caller, agent, tone, when):
    caller.phone.hears(only(tone), f"the agent {when}")
    agent.phone.hears(only(CALLER), f"the caller {when}")


def parts(samples, rate, wanted):
    """Give the tones of one side of a recording in their order, each once while it lasts."""
    told = []
    for second in np.array_split(samples, max(len(samples) // (rate // 2), 1)):
        if loudness(second) < 0.05:
            continue
        shares = tones(second, rate)
        tone = max(wanted, key=lambda one: shares[one])
        if shares[tone] > 0.9 and (not told or told[-1] != tone):
            told.append(tone)
    return told


def cpu_per_second(trade, seconds=4.0):
    """Measure the CPU that all threads of Asterisk use in a second."""
    process = Path(f"/proc/{trade.installation.pid('asterisk')}/task")

    def used():
        return sum(int((one / "schedstat").read_text().split()[0]) for one in process.iterdir())

    before, began = used(), time.monotonic()
    time.sleep(seconds)
    return (used() - before) / 1e9 / (time.monotonic() - began)
