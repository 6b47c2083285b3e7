"""An agent plans, is reminded, postpones and finishes; and arranges the workspace."""

from datetime import timedelta

from asterisk.phones import wait_until
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from web.kit.clock import now

TITLE = "Confirm the offer with Emma"


def planned_yesterday(site, appointment):
    """Let an appointment be known for a day: who plans within the reminder's minutes gets none."""
    with Session(create_engine(site.installation.database_url())) as session:
        before = "UPDATE appointments SET due_set_at = due_set_at - interval '1 day' WHERE id = :id"
        session.execute(text(before), {"id": appointment})
        session.commit()


def ids_of_panels(agent):
    panels = agent.page.locator("#desk-side > [data-panel]")
    return panels.evaluate_all("all => all.map(one => one.dataset.panel)")


def test_an_appointment_from_a_customers_page_to_its_end(site):
    agent = site.agent()
    api = site.installation.api("li.wei")
    for one in api.get("/appointments?state=todo&limit=200")["items"]:
        api.ask("PATCH", f"/appointments/{one['id']}", {"state": "canceled"})
    customer = api.get("/customers?text=Emma")["items"][0]["id"]
    agent.logs_in()
    agent.see("todo").wait_for()

    # From the customer's page, due within the reminder's minutes; nothing is loaded anew after it.
    agent.page.locator("#menu a[href='/customers']").click()
    agent.page.locator(f"a.cell-link[href='/customers/{customer}']").first.click()
    agent.press("new-appointment")
    due = (now() + timedelta(minutes=8)).isoformat()
    agent.fills(title=TITLE, note="重要客户")
    agent.page.locator("[data-testid=form-appointment] [data-testid=submit]").click()
    agent.see("fact-due").wait_for()
    made = int(agent.page.url.rpartition("/")[2])
    api.ask("PATCH", f"/appointments/{made}", {"due": due})

    # The ticker shows it on whatever page; with a second one it steps, and pauses by its button.
    line = agent.see("ticker-line").and_(agent.page.locator(f"[data-id='{made}']"))
    line.wait_for()
    assert "Emma" in line.inner_text()
    second = api.post("/appointments", {"title": "Call the bank", "due": due})["id"]
    agent.see("ticker-pause").focus()
    agent.page.keyboard.press("Enter")
    assert agent.see("ticker-pause").get_attribute("aria-pressed") == "true"
    before = agent.see("ticker-line").get_attribute("data-id")
    agent.page.keyboard.press("ArrowRight")
    wait_until(lambda: agent.see("ticker-line").get_attribute("data-id") != before, 5)
    api.ask("PATCH", f"/appointments/{second}", {"state": "done"})
    line.wait_for()

    # The reminder comes up as a note, without a reload; postponing takes it away again.
    soon = {"title": "Soon", "due": (now() + timedelta(minutes=8)).isoformat()}
    reminded = api.post("/appointments", soon)["id"]
    planned_yesterday(site, reminded)
    api.ask("PATCH", f"/appointments/{reminded}", {"note": "Now known for a day"})
    note = agent.page.locator(f"[data-testid=reminder][data-id='{reminded}']")
    note.wait_for()
    note.locator("[data-by=tomorrow]").click()
    note.wait_for(state="detached")
    assert api.get(f"/appointments/{reminded}")["phase"] == "later"

    finishes(agent, api, made)
    arranges(agent)


def finishes(agent, api, made):
    # Done on its page, with a result; the list "To do" forgets it without a reload.
    agent.go(f"/appointments/{made}")
    agent.fills(result="They ordered.")
    agent.press("state-done")
    wait_until(lambda: api.get(f"/appointments/{made}")["state"] == "done", 5)
    agent.go("/desk")
    agent.see("todo").wait_for()
    assert agent.page.locator(f"[data-testid=todo-entry][data-id='{made}']").count() == 0


def arranges(agent):
    # Panels are moved and hidden by the keyboard, at once and for the next time.
    before = ids_of_panels(agent)
    agent.page.locator("details[data-testid=arrange] > summary").click()
    button = agent.page.locator("#own-up-day")
    button.focus()
    agent.page.keyboard.press("Enter")
    wait_until(lambda: ids_of_panels(agent) != before, 5)
    agent.page.locator("#own-shown-last_calls").click()
    wait_until(lambda: "last_calls" not in ids_of_panels(agent), 5)
    agent.go("/desk")
    assert "last_calls" not in ids_of_panels(agent)
    agent.page.locator("details[data-testid=arrange] > summary").click()
    agent.press("reset-layout")
    wait_until(lambda: ids_of_panels(agent) == before, 5)
