"""A recorder that cannot write stops no talk, is shown, and starts late when it can."""

from asterisk.phones import only, wait_until

CALLER, AGENT = 440, 600


def test_a_talk_that_cannot_be_recorded_goes_on_and_is_recorded_late(trade):
    agent = trade.agent("li.wei", tone=AGENT).ready()
    folder = trade.installation.home / "recordings"
    aside = folder.with_name("recordings-aside")
    folder.rename(aside)
    try:
        folder.write_text("in the way")
        caller = trade.caller(tone=CALLER).to_queue()
        agent.rings()
        agent.phone.answer()
        caller.phone.hears(only(AGENT), "the agent")
        assert wait_until(
            lambda: caller.live()["recording"] == "failed", 5, "the missing recording is shown"
        )
    finally:
        folder.unlink()
        aside.rename(folder)
    wait_until(lambda: caller.live()["recording"] == "on", 20, "the recording starts late")
    caller.phone.hears(only(AGENT), "the agent still")
    agent.phone.hears(only(CALLER), "the caller still")
    agent.do("hangup", caller.call)

    told = caller.record()
    late = [x["detail"]["late"] for x in told["timeline"] if x["kind"] == "recording"]
    assert told["recording_failed"] is None
    assert late[0] > 0
    assert trade.installation.api("admin").fetch("GET", f"/calls/{told['id']}/recording")
    assert trade.live()["engine"]["recordings_missed"] >= 1
