"""An administrator sets up a queue with skills, and deletes it naming a successor."""

import pytest
from asterisk.phones import wait_until
from browser.people import CHINESE, ENGLISH

SAID = {
    ENGLISH: ("No agent of this queue has", "Queue deleted."),
    CHINESE: ("本队列没有坐席的", "队列已删除。"),
}


@pytest.fixture
def api(installation):
    """The API; afterwards the skill is gone and the extension is forwarded nowhere."""
    api = installation.api("admin")
    made = []
    yield api, made
    for agent, skills, key in made:
        api.ask("PUT", f"/agents/{agent}/skills", {"skills": skills})
        api.delete(f"/skills/{key}")


@pytest.mark.parametrize("locale", [ENGLISH, pytest.param(CHINESE, marks=pytest.mark.long)])
def test_a_queue_with_a_skill_ranks_and_a_step_is_made_checked_and_replaced(site, api, locale):
    lacking, deleted = SAID[locale]
    api, made = api
    key = api.post("/skills", {"name_en": f"Exhibition {locale}"})["key"]
    agent = next(
        one["id"] for one in api.get("/users?q=li.wei")["items"] if one["login"] == "li.wei"
    )
    made.append((agent, api.get(f"/agents/{agent}/skills")["skills"], key))
    admin = site.agent("admin", locale=locale).logs_in("/queues/new")
    page = admin.page

    admin.fills(name_en=f"Exhibition {locale}")
    for typed in ("1001", "1002"):
        admin.see("add-member").fill(typed)
        page.keyboard.press("Enter")
    admin.see("members").locator("[data-row-number]").first.focus()
    page.keyboard.press("Alt+ArrowDown")
    admin.press("add-need")
    admin.see("need").last.select_option(key)
    admin.see("need-level").last.fill("4")
    admin.press("add-step")
    admin.see("step-after").last.fill("60")
    admin.see("step-do").last.select_option("raise priority")
    admin.see("check", has_text=lacking).wait_for()
    admin.press("submit")
    page.wait_for_url(lambda url: "/queues/exhibition" in url)
    queue = page.url.rpartition("/")[2]
    shown = api.get(f"/queues/{queue}")
    assert [one["rank"] for one in shown["members"]] == [1, 2]
    assert [one["by"] for one in shown["steps"]] == [10]

    admin.go("/skills/matrix")
    admin.see("matrix-search").fill("1001")
    column = page.locator("[data-skill]").evaluate_all(
        "(all, key) => all.findIndex((one) => one.dataset.skill === key)", key
    )
    row = page.locator(f"tr[data-agent='{agent}']")
    row.locator("td").first.focus()
    for press in [*["ArrowRight"] * column, "7", "Enter"]:
        page.keyboard.press(press)
    wait_until(
        lambda: api.get(f"/agents/{agent}/skills")["skills"].get(key) == 7, 5, "the level is saved"
    )

    admin.go(f"/queues/{queue}")
    assert lacking not in admin.see("check").inner_text()
    other = api.post("/queues", {"name_en": f"Behind {locale}", "empty": f"queue:{queue}"})["key"]
    admin.press("delete-queue")
    admin.see("led-here").wait_for()
    admin.fills(successor="support").press("submit")
    page.locator("#toasts", has_text=deleted).wait_for()
    assert api.get(f"/queues/{other}")["empty"] == "queue:support"
    api.delete(f"/queues/{other}")
    assert not admin.complaints
