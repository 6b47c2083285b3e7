"""A service restarted from the page in the middle of a talk: the sound goes on."""

import contextlib

import pytest
from asterisk.phones import only, wait_until
from installation import ApiError

CALLER, AGENT = 440, 600
BACK_SECONDS = 120.0  # a machine under load takes its time to import
OURS = ("engine", "ledger", "web", "jobs", "supervisor")


@pytest.mark.parametrize(
    "name",
    [
        "engine",
        "web",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("ledger", "jobs", "nginx")),
    ],
)
def test_restarting_a_service_from_the_page_does_not_interrupt_a_talk(trade, name):
    admin = trade.installation.api("admin")
    agent = trade.agent("li.wei", tone=AGENT).ready()
    caller = trade.caller(tone=CALLER).to_queue()
    agent.rings()
    agent.phone.answer()
    caller.reaches("talking")
    old, crashes = trade.installation.pid(name), restarts(trade, name)
    admin.post("/status/restart", {"name": name}, expect=202)

    agent.phone.hears(only(CALLER), f"the caller while {name} restarts", seconds=4, stretch=0.5)
    caller.phone.hears(only(AGENT), f"the agent while {name} restarts", seconds=4, stretch=0.5)
    wait_until(lambda: result(trade) == (name, "done"), BACK_SECONDS, lambda: f"{result(trade)}")
    # nginx only reads its settings again: connections stay open.
    assert (trade.installation.pid(name) == old) is (name == "nginx")
    assert restarts(trade, name) == crashes
    wait_until(lambda: caller.call in live_calls(trade), BACK_SECONDS, "the floor is back")
    agent.do("hangup", caller.call)
    assert caller.record()["result"] == "answered"


def test_a_restart_is_in_the_audit_log_and_in_the_status(trade):
    admin = trade.installation.api("admin")
    admin.post("/status/restart", {"name": "jobs"}, expect=202)
    wait_until(lambda: result(trade) == ("jobs", "done"), BACK_SECONDS, "jobs is back")
    said = admin.get("/status")

    assert {one["name"] for one in said["processes"]} >= {
        "engine",
        "ledger",
        "web",
        "jobs",
        "asterisk",
    }
    assert all(one["state"] == "running" for one in said["processes"])
    assert said["restart"]["name"] == "jobs"
    assert said["nodes"][0]["ari"]
    assert said["database"]["current"]


def test_the_logs_of_a_talk_have_no_number_and_no_password(trade):
    agent = trade.agent("li.wei", tone=AGENT).ready()
    caller = trade.caller(tone=CALLER).to_queue()
    agent.rings()
    agent.phone.answer()
    caller.reaches("talking")
    caller.hangs_up()
    caller.record()
    home = trade.installation.home
    said = "".join(
        path.read_text() for name in OURS for path in (home / "log").glob(f"{name}.log*")
    )
    secret = [one["password"] for one in trade.installation.accounts.values()]

    assert said
    for word in (caller.number, trade.installation.number, *secret):
        assert word.lstrip("+") not in said


def result(trade):
    work = trade.installation.status()["work"] or {}
    return work.get("name"), work.get("result")


def restarts(trade, name):
    return trade.installation.status()["children"][name]["restarts"]


def live_calls(trade):
    with contextlib.suppress(ApiError):
        return {one["id"] for one in trade.live_calls()}
    return set()
