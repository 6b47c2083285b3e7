"""A flow is tried, tested, broken, mended, published, called and looked at in the browser."""

import secrets
import time

import pytest
from asterisk.phones import wait_until

NUMBER = "4008007778"
MENU = {
    "type": "menu",
    "prompts": ["menu"],
    "choices": {"1": "sales", "2": "support"},
    "otherwise": "sales",
}


def document(**choices):
    nodes = {key: {"type": "queue", "queue": key} for key in ("support", "sales")}
    menu = {**MENU, "choices": {**MENU["choices"], **choices}}
    return {"start": "menu", "nodes": {"menu": menu, "bye": {"type": "hangup"}, **nodes}}


@pytest.fixture
def flow(site):
    """Publish a flow, and let a number lead to it."""
    api = site.installation.api("admin")
    made = api.post("/flows", {"name": f"Menu {secrets.token_hex(4)}"})["id"]
    api.ask("PUT", f"/flows/{made}/draft", {"document": document(**{"9": "bye"})})
    api.post(f"/flows/{made}/publish", {"message": "First"})
    said = {"name": "Menu", "called": NUMBER, "destination": f"flow:{made}"}
    route = api.post("/routes", said)
    time.sleep(1)  # the engine reads both
    yield made
    api.delete(f"/routes/{route['id']}")
    api.delete(f"/flows/{made}")


class FlowPicture:
    """The picture of a flow with its panels."""

    def __init__(self, person, flow):
        self.person, self.flow, self.page = person, flow, person.page

    def panel(self, name):
        self.person.go(f"/flows/{self.flow}/picture?panel={name}")
        found = self.person.see(f"side-{name}")
        found.wait_for()
        return found

    def publish(self, message):
        self.person.press("publish")
        self.person.see("publish-dialog").get_by_label("What changes?").fill(message)
        self.person.press("publish-now")
        return self.person.see("publish-dialog")


def test_a_flow_is_tested_before_it_is_published_and_its_calls_are_seen(site, flow):
    api = site.installation.api("admin")
    picture = FlowPicture(site.supervisor("admin").logs_in(), flow)

    simulator = picture.panel("simulator")
    simulator.get_by_test_id("trace").wait_for()
    simulator.get_by_test_id("simulator").press("2")
    simulator.locator("[data-ended=queue]").wait_for()
    simulator.get_by_test_id("save-test").locator("summary").click()
    simulator.get_by_test_id("test-name").fill("Two is support")
    simulator.get_by_test_id("save-this-test").click()
    simulator.get_by_test_id("simulated-test").wait_for()

    api.ask("PUT", f"/flows/{flow}/draft", {"document": document(**{"2": "sales"})})
    tests = picture.panel("tests")
    tests.locator("[data-testid=flow-test][data-passed=false]").wait_for()
    picture.publish("Two is sales").get_by_text("the test “Two is support” fails").wait_for()

    api.ask("PUT", f"/flows/{flow}/draft", {"document": document(**{"8": "bye"})})
    tests = picture.panel("tests")
    tests.locator("[data-testid=test-summary][data-failed='0']").wait_for()
    picture.publish("Eight says goodbye")
    wait_until(lambda: api.get(f"/flows/{flow}")["version"] == 2, 5, "it is published")

    caller = site.trade.caller("13800138009").dial(NUMBER).to_menu()
    caller.press("2")
    heat = f"/flows/{flow}/heat"
    wait_until(lambda: len(api.get(heat)["steps"]) == 2, 10, "the call is counted")
    found = picture.panel("heat")
    found.locator("[data-testid=heat-calls][data-calls='1']").wait_for()
    assert "support" in found.get_by_test_id("heat-ways").inner_text().lower()
    found.get_by_test_id("heat-ways").get_by_role("link").click()
    picture.page.get_by_text("Calls that left the step").wait_for()
    assert picture.page.get_by_test_id("call-row").count() == 1
