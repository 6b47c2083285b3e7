"""A talk goes on while its page, the web, the engine or nginx is away, or the session ends."""

import os
import signal
import time

from asterisk.phones import only

AGENT, CALLER = 600, 440
MOST_SECONDS = 3.0
BACK = "window.hotline.live.line === 'open' && !window.hotline.live.away"


def talk(site, agent):
    caller = site.caller_in_line()
    agent.rings().answers()
    both_hear(agent, caller)
    return caller


def both_hear(agent, caller):
    agent.hears(only(CALLER), "the caller")
    caller.phone.hears(only(AGENT), "the agent", stretch=0.4)


def kill(site, child, how=signal.SIGKILL):
    os.kill(site.installation.pid(child), how)


def test_a_page_reloaded_in_a_talk_is_back_in_it_within_three_seconds(site):
    agent = site.ready_agent()
    caller = talk(site, agent)
    began = time.monotonic()
    agent.page.reload(wait_until="commit")
    agent.hears(only(CALLER), "the caller again")
    seconds = time.monotonic() - began

    assert seconds < MOST_SECONDS
    caller.phone.hears(only(AGENT), "the agent again", stretch=0.4, seconds=3)
    assert not agent.knows()["phone"]["silenced"]
    agent.press("hang-up").becomes("wrap-up")


def test_a_page_reloaded_while_it_rings_rings_again_and_can_answer(site):
    agent = site.ready_agent()
    caller = site.caller_in_line()
    agent.rings()
    call = agent.shows_card_of()
    agent.page.reload(wait_until="commit")
    agent.rings()

    assert agent.shows_card_of() == call
    agent.answers()
    both_hear(agent, caller)


def test_a_talk_goes_on_while_the_web_starts_again(site):
    agent = site.ready_agent()
    caller = talk(site, agent)
    kill(site, "web")
    agent.see("banner-reconnecting").wait_for()
    both_hear(agent, caller)
    agent.waits_for(BACK, 30)

    agent.talks()
    both_hear(agent, caller)
    agent.press("hold").see("resume").wait_for()


def test_a_call_that_rings_is_answered_without_the_web(site):
    agent = site.ready_agent()
    caller = site.caller_in_line()
    agent.rings()
    kill(site, "web")
    agent.see("banner-reconnecting").wait_for()
    agent.press("answer").waits_for("window.hotline.phone.talk?.phase === 'talking'")
    both_hear(agent, caller)
    agent.waits_for(BACK, 30)

    agent.talks()
    agent.shows_card_of()


def test_the_desk_shows_that_the_engine_is_away_and_recovers_by_itself(site):
    agent = site.ready_agent()
    caller = talk(site, agent)
    kill(site, "engine")
    agent.see("banner-engine-away").wait_for()
    both_hear(agent, caller)
    agent.waits_for(BACK, 30)

    agent.talks()
    agent.see("banner-engine-away").wait_for(state="detached")
    agent.press("hang-up").becomes("wrap-up")


def test_a_caller_who_leaves_while_the_front_door_is_gone_leaves_the_phone_free(site):
    agent = site.ready_agent()
    caller = talk(site, agent)
    kill(site, "nginx")
    agent.waits_for("window.hotline.phone.line !== 'registered'")
    both_hear(agent, caller)
    caller.hangs_up()

    agent.becomes("wrap-up", 30)
    agent.waits_for("window.hotline.phone.talk === null", 20)
    agent.line_is("registered")


def test_a_second_tab_takes_the_phone_over_and_gives_it_back(site):
    agent = site.ready_agent()
    caller = talk(site, agent)
    first, second = agent.page, agent.context.new_page()
    second.goto(f"{agent.address}/desk")
    second.wait_for_selector("[data-testid=phone-elsewhere]")
    agent.hears(only(CALLER), "the caller still")
    second.click("[data-testid=take-over]")
    agent.page = second
    agent.talks()
    both_hear(agent, caller)
    second.close()

    agent.page = first
    agent.talks()
    both_hear(agent, caller)


def test_a_session_that_is_over_does_not_cut_the_talk(site):
    agent = site.ready_agent()
    caller = talk(site, agent)
    agent.context.clear_cookies()
    agent.press("hold").see("banner-session-over").wait_for()
    both_hear(agent, caller)

    agent.press("hang-up")
    caller.phone.expect("state", state="DISCONNECTED")


def test_a_second_click_does_nothing(site):
    agent = site.ready_agent()
    site.caller_in_line()
    agent.rings()
    call = agent.shows_card_of()
    agent.see("answer").dblclick()
    agent.talks()
    agent.see("outcome-choice").first.click()
    agent.page.select_option("[data-testid=field-service_type]", index=1)
    agent.see("finish-save").dblclick()
    agent.see("finish-saved").wait_for()
    agent.see("hang-up").dblclick()
    agent.becomes("wrap-up")
    agent.see("ready").dblclick()
    agent.becomes("ready")

    told = site.written(call)
    assert len(told["service_records"]) == 1
    assert [line["kind"] for line in told["timeline"]].count("outcome") == 1
