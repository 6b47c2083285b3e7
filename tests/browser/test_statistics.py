"""A supervisor reads the figures of the agents, and follows one to what it counts."""

import re

from browser.people import CHINESE


def test_figures_by_day_lead_to_calls_and_become_a_file(site):
    chief = site.supervisor("chen.jing", locale=CHINESE, bypass_csp=False)
    chief.logs_in("/statistics/seats")
    page = chief.page
    page.get_by_role("heading", name="坐席指标").wait_for()
    page.get_by_test_id("row").nth(2).wait_for()

    # Another interval: a row for each day; the sums stay those of the whole period.
    connected = page.get_by_test_id("sums").locator("dd").first
    connected.wait_for()
    sums = connected.inner_text()
    page.select_option("select[name=interval]", "day")
    page.get_by_test_id("filter").click()
    page.wait_for_url(re.compile("interval=day"))
    page.get_by_test_id("row").nth(4).wait_for()
    connected.wait_for()
    assert connected.inner_text() == sums
    page.get_by_test_id("definitions").locator("summary").click()
    page.get_by_text("等待来电的时长。").wait_for()

    # A figure leads to what it counts.
    page.get_by_role("link", name="坐席话务流量").click()
    page.get_by_role("heading", name="坐席话务流量").wait_for()
    link = page.locator("a.cell-link[href*='kind=offered']").first
    counted = int(link.inner_text())
    link.click()
    page.get_by_role("heading", name="坐席通话明细").wait_for()
    page.get_by_test_id("row").nth(counted - 1).wait_for()
    assert page.get_by_test_id("row").count() == counted

    page.goto(f"{chief.address}/agents/log?state=paused&reason=lunch")
    page.get_by_role("heading", name="坐席状态清单").wait_for()
    page.get_by_test_id("export-menu").locator("summary").click()
    with page.expect_download() as download:
        page.get_by_test_id("export-csv").click()
    assert "午餐" in download.value.path().read_text(encoding="utf-8-sig")
