"""What an agent types about a call is never lost, whatever comes between typing and saving."""

import contextlib
import os
import signal
from dataclasses import replace

import pytest
from asterisk.phones import wait_until
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from acd.queue import QueueKey
from acd.queues.store import queues, save_queue
from acd.store import queue_names

NOTE = "要求开发票 下午五点回电"
SECONDS = 12
DRAFT = "document.querySelector('[data-draft-state]').textContent.trim() === 'Draft saved'"


def set_wrap_up(site, seconds):
    engine = create_engine(site.installation.database_url())
    with Session(engine) as session, session.begin():
        old = next(one for one in queues(session) if one.key == "support")
        names = queue_names(session)[QueueKey("support")]
        save_queue(session, replace(old, wrapup_seconds=seconds), names.zh)
    engine.dispose()
    return old.wrapup_seconds


@pytest.fixture
def short_wrap_up(site):
    before = set_wrap_up(site, SECONDS)
    yield
    set_wrap_up(site, before)


def note(place):
    return place.locator(".finish textarea")


@pytest.mark.usefixtures("short_wrap_up")
def test_a_note_outlives_the_wrap_up_the_web_and_the_next_call(site):
    agent = site.ready_agent()
    page = agent.page
    site.caller_in_line()
    agent.rings()
    first = agent.shows_card_of()
    agent.answers()
    note(page).fill(NOTE[:6])
    page.wait_for_function(DRAFT)
    with contextlib.suppress(ProcessLookupError):
        os.kill(site.installation.pid("web"), signal.SIGKILL)
    agent.press("hang-up").becomes("wrap-up")
    note(page).fill(NOTE)
    page.wait_for_function(DRAFT)
    agent.press("more-time").see("more-time").wait_for(state="detached")
    assert agent.see("state-timer").inner_text() != ""
    agent.press("pause").see("pause-reason").first.click()
    agent.becomes("paused")

    agent.press("ready").becomes("ready")
    caller = site.caller_in_line("13900139001")
    agent.rings()
    second = agent.shows_card_of()
    assert second != first
    agent.answers()
    assert note(page.locator("#card")).input_value() == ""
    agent.see("to-finish-call").and_(page.locator(f"[data-call='{first}']")).click()
    drawer = agent.see("drawer")
    drawer.locator("form").wait_for()
    assert note(drawer).input_value() == NOTE
    drawer.locator("[data-testid=outcome-choice][data-key=solved]").click()
    note(drawer).press("Control+Enter")
    drawer.locator("[data-testid=finish-saved]").wait_for()

    told = site.written(first)
    assert told["outcome"] == "solved"
    assert any(NOTE in str(line["detail"]) for line in told["timeline"])
    assert agent.knows()["agent"]["call"] == second, "the present call goes on"
    caller.hangs_up()
    agent.becomes("wrap-up")
    agent.becomes("ready", seconds=SECONDS + 10)
    wait_until(
        lambda: page.locator(f"[data-testid=to-finish-call][data-call='{second}']").count(), 10
    )
