"""A supervisor takes part in an agent's call from the monitor, and forces the agent, with sound."""

from pathlib import Path

from asterisk.phones import heard_together, only, wait_until
from installation import TEST_HOME

ARTIFACTS = Path(TEST_HOME) / "artifacts"
AGENT, SUPERVISOR, CALLER = 600, 440, 800
WHY = "Team meeting 小组会议"


def chooses(chen, row, action):
    row.locator("[aria-haspopup=menu]").click()
    chen.page.locator(f"[data-testid=floor-menu] [data-do='{action}']").click()


def takes_part(chen, mode):
    chen.page.locator(f"[data-testid=monitor-bar][data-mode={mode}]").wait_for()


def test_a_supervisor_listens_whispers_takes_over_and_sets_the_agent_not_ready(site):
    li = site.ready_agent()
    caller = site.caller_in_line(tone=CALLER)
    li.rings().answers()
    caller.phone.hears(only(AGENT), "the agent")
    chen = site.supervisor().logs_in(then="/floor")
    row = chen.page.locator(f"[data-testid=live-call][data-call='{caller.call}']")

    chooses(chen, row, "listen")
    chen.press("connect-yes")
    takes_part(chen, "listen")
    chen.hears(heard_together(AGENT, CALLER), "the agent and the caller")
    assert li.see("monitor-sign").count() == 0
    chen.photographs(ARTIFACTS, "supervisor-listens")

    chen.page.keyboard.press("2")
    takes_part(chen, "whisper")
    li.hears(heard_together(CALLER, SUPERVISOR), "the caller and the supervisor")
    caller.phone.hears(only(AGENT), "the agent alone")
    li.see("monitor-sign").and_(li.page.locator("[data-mode=whisper]")).wait_for()
    li.photographs(ARTIFACTS, "agent-is-whispered-to")

    chen.page.keyboard.press("4")
    li.becomes("wrap-up")
    chen.see("hang-up").wait_for()
    caller.phone.hears(only(SUPERVISOR), "the supervisor alone")
    chen.hears(only(CALLER), "the caller")
    chen.press("hang-up").becomes("wrap-up")

    li.goes_ready()
    chen.go("/floor")
    tile = chen.page.locator(f"[data-testid=agent-tile][data-agent='{li.knows()['agent']['id']}']")
    chooses(chen, tile, "not ready")
    chen.see("forced-reason").fill(WHY)
    chen.photographs(ARTIFACTS, "supervisor-gives-a-reason")
    chen.press("forced-send")
    li.becomes("paused")
    li.page.get_by_text(f"Chen Jing set you to not ready: {WHY}").first.wait_for()
    kinds = [line["kind"] for line in site.written(caller.call, dispositions=0)["timeline"]]
    assert kinds.count("listened") >= 3
    wait_until(lambda: chen.see("forced-form").count() == 0, 5, "the form is closed")
    assert not li.complaints
    assert not chen.complaints
