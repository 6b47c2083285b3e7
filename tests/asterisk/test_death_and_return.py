"""When a process dies, no talk is dropped, no caller is lost, and the history is complete."""

import contextlib
import os
import signal
import threading
import time
from datetime import datetime

import pytest
from asterisk.phones import only, something_else_than, wait_until
from installation import ApiError

CALLER, AGENT, OTHER = 440, 600, 800
BACK_SECONDS = 5.0  # from the death until the floor shows the calls again
FALLBACK_SECONDS = 20.0  # until an agent on duty answers without an engine


def floor(trade):
    """Give the live calls, or None while the engine or the web is away."""
    try:
        return {c["id"]: c for c in trade.live_calls()}
    except ApiError:
        return None


def new_boot(trade, old):
    def came():
        with contextlib.suppress(ApiError):
            return trade.live()["engine"]["boot"] != old
        return False

    return came


def boot(trade):
    return wait_until(lambda: (trade.live() or {}).get("engine"), 5, "the engine's boot")["boot"]


def strike(trade, child, how=signal.SIGKILL):
    os.kill(trade.installation.pid(child), how)


@pytest.mark.parametrize(
    "how", [signal.SIGKILL, signal.SIGSTOP, pytest.param(signal.SIGTERM, marks=pytest.mark.long)]
)
def test_an_engine_that_dies_or_freezes_drops_no_talk_and_keeps_the_line(trade, how):
    agent = trade.agent("li.wei", tone=AGENT).ready()
    talker = trade.caller(tone=CALLER).to_queue()
    agent.rings()
    agent.phone.answer()
    talker.reaches("talking")
    first, second = trade.caller(tone=OTHER).to_queue(), trade.caller(tone=OTHER).to_queue()
    before = floor(trade)
    old = boot(trade)
    strike(trade, "engine", how)
    struck = time.monotonic()

    agent.phone.hears(only(CALLER), "the caller while the engine is away", seconds=3, stretch=0.5)
    talker.phone.hears(only(AGENT), "the agent while the engine is away", seconds=3, stretch=0.5)
    wait_until(new_boot(trade, old), BACK_SECONDS - (time.monotonic() - struck), "a new engine")
    wait_until(
        lambda: (
            set(floor(trade) or ()) == set(before)
            and all(floor(trade)[i]["state"] == before[i]["state"] for i in before)
        ),
        BACK_SECONDS - (time.monotonic() - struck),
        lambda: f"the same calls in the same states: {floor(trade)}",
    )
    assert [floor(trade)[c.call]["waiting_since"] for c in (first, second)] == [
        before[c.call]["waiting_since"] for c in (first, second)
    ]
    first.phone.hears(something_else_than(AGENT), "music again")
    since = len(agent.phone.events)
    talker.hangs_up()
    agent.becomes("wrap-up")
    agent.ready()
    assert agent.rings(since=since)["call"] == first.call
    agent.phone.answer()
    first.phone.hears(only(AGENT), "the agent")
    assert talker.record()["result"] == "answered"
    assert talker.record()["inferred"] is False


def test_a_caller_who_hangs_up_while_the_engine_is_away_has_a_true_end_in_history(trade):
    agent = trade.agent("li.wei", tone=AGENT).ready()
    caller = trade.caller(tone=CALLER).to_queue()
    agent.rings()
    agent.phone.answer()
    caller.reaches("talking")
    old = boot(trade)
    strike(trade, "engine", signal.SIGSTOP)
    time.sleep(0.5)
    caller.hangs_up()
    hung_up = time.time()
    wait_until(new_boot(trade, old), 10, "a new engine")

    told = caller.record()
    assert told["inferred"] is True
    assert told["result"] == "answered"
    ended = datetime.fromisoformat(told["ended_at"]).timestamp()
    assert abs(ended - hung_up) < 1.0
    agent.wait(lambda a: a["state"] in ("wrap-up", "ready"), "the agent is free")
    trade.becomes_quiet()


def test_without_any_engine_asterisk_rings_the_agents_on_duty(trade):
    trade.change_queue("support", wrapup_seconds=2)
    agents = [trade.agent("li.wei", tone=AGENT).ready(), trade.agent("wang.fang", tone=OTHER)]
    agents[1].ready()
    talkers = [trade.caller(tone=CALLER).to_queue() for _ in agents]
    for agent in agents:
        agent.rings()
        agent.phone.answer()
        agent.becomes("talking")
    waiting = trade.caller(tone=CALLER).to_queue()
    waiting_call = waiting.call
    with no_engine(trade):
        rung = [len(agent.phone.events) for agent in agents]
        for talker in talkers:
            talker.hangs_up()
        newcomer = trade.caller(tone=CALLER)
        newcomer.dial()
        for agent, since in zip(agents, rung, strict=True):
            agent.rings(seconds=FALLBACK_SECONDS, since=since)
            agent.phone.answer()
        for caller in (waiting, newcomer):
            caller.phone.hears(
                lambda s, r: only(AGENT)(s, r) or only(OTHER)(s, r), "an agent", seconds=5
            )
    wait_until(lambda: floor(trade), 15, "the engine is back")
    assert {c["state"] for c in trade.live_calls()} == {"in fallback"}
    assert all(agent.state()[0] == "talking" for agent in agents)
    for caller in (waiting, newcomer):
        caller.live()
        caller.hangs_up()
    for agent in agents:
        agent.wait(lambda a: a["state"] in ("wrap-up", "ready"), "the agent is free")

    assert waiting.call == waiting_call
    for caller in (waiting, newcomer):
        told = caller.record()
        assert told["result"] == "answered"
        assert told["inferred"] is True
        assert told["agent"] is not None
        assert told["talk_seconds"] > 1


@contextlib.contextmanager
def no_engine(trade):
    """Kill every engine that the supervisor starts."""
    over = threading.Event()

    def keep_killing():
        while not over.is_set():
            with contextlib.suppress(OSError, KeyError, ValueError):
                pid = trade.installation.pid("engine")
                if pid:
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    killer = threading.Thread(target=keep_killing)
    killer.start()
    try:
        wait_until(lambda: floor(trade) is None, 5, "no engine")
        yield
    finally:
        over.set()
        killer.join()


def test_asterisk_restarted_frees_the_agents_and_closes_the_facts(trade):
    agent = trade.agent("li.wei", tone=AGENT).ready()
    caller, other = trade.caller().to_queue(), trade.caller()
    agent.rings()
    agent.phone.answer()
    caller.reaches("talking")
    other.to_queue()
    calls = [caller.call, other.call]
    strike(trade, "asterisk")
    struck = time.monotonic()
    agent.wait(lambda a: a["state"] == "ready", "the agent is free", seconds=BACK_SECONDS)

    assert time.monotonic() - struck <= BACK_SECONDS
    for one in (caller, other):
        told = one.record()
        assert told["ended_by"] == "system"
        assert told["timeline"][-1]["detail"]["fault"] == "asterisk restarted"
    assert calls == [caller.call, other.call]
    # The registration was kept: the phone rings again without a new one.
    since = len(agent.phone.events)
    wait_until(lambda: trade.live()["nodes"][0]["ari"], 10, "Asterisk is linked")
    again = trade.caller(tone=CALLER).to_queue()
    agent.rings(since=since)
    agent.phone.answer()
    again.phone.hears(only(AGENT), "the agent")


def test_with_the_database_away_calls_go_on_and_no_fact_is_lost(trade):
    agent = trade.agent("li.wei", tone=AGENT).ready()
    caller = trade.caller(tone=CALLER)
    database = trade.installation.pid("postgres")
    os.kill(database, signal.SIGSTOP)
    try:
        caller.dial()
        caller.phone.expect("state", state="CONFIRMED")
        caller.phone.hears(something_else_than(AGENT), "the greeting", stretch=0.5)
        time.sleep(2.0)  # well into the menu; the floor needs the database
        caller.press("2")
        agent.rings()
        agent.phone.answer()
        caller.phone.hears(only(AGENT), "the agent")
        time.sleep(5)
        caller.hangs_up()
    finally:
        os.kill(database, signal.SIGCONT)

    def listed():
        found = trade.installation.api("admin").get(f"/calls?caller={caller.number}")["items"]
        return found[0] if found and found[0]["ended_at"] else None

    told = wait_until(listed, 15, "the call is in the list")
    timeline = trade.installation.api("admin").get(f"/calls/{told['id']}")["timeline"]
    expected = {"arrived", "digit", "queued", "offered", "connected", "recording", "ended"}
    assert told["result"] == "answered"
    assert expected <= {line["kind"] for line in timeline}
    assert told["talk_seconds"] > 5
    assert told["recording"]


def test_the_web_restarted_in_a_talk_changes_nothing_for_the_caller(trade):
    agent = trade.agent("li.wei", tone=AGENT).ready()
    caller = trade.caller(tone=CALLER).to_queue()
    agent.rings()
    agent.phone.answer()
    caller.reaches("talking")
    strike(trade, "web")
    caller.phone.hears(only(AGENT), "the agent while the web is away", seconds=3, stretch=0.5)

    wait_until(lambda: caller.call in (floor(trade) or ()), 15, "the web is back")
    agent.do("hangup", caller.call)
    assert caller.record()["result"] == "answered"
