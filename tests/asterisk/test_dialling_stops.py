"""Too many calls abroad are stopped, told of, and possible again after a release."""

import time

import pytest
from asterisk.phones import wait_until

ABROAD, HOME = "+44 20 7946 0486", "138 0013 8486"  # the demo's carrier says busy


@pytest.fixture
def admin(installation):
    """An administrator, two calls abroad until a stop, and a rule that allows them."""
    api = installation.api("admin")
    api.ask("PATCH", "/parameters", {"fraud_calls": 2})
    trunk = api.get("/trunks")["items"][0]["id"]
    rule = api.post(
        "/outbound-rules", {"name": "Abroad", "classes": ["international"], "trunks": [trunk]}
    )
    yield api
    api.ask("DELETE", f"/outbound-rules/{rule['id']}")
    api.ask("PATCH", "/parameters", {"fraud_calls": 20})
    for one in api.get("/dialling-stops")["items"]:
        if not one["released_at"]:
            api.post(f"/dialling-stops/{one['place']}/release", {})


def call_out(li, number):
    since = len(li.phone.events)
    li.api.post("/desk/calls", {"to": number})
    li.rings(since=since)
    li.phone.answer()
    li.phone.expect("state", state="DISCONNECTED", since=since)
    wait_until(lambda: li.state()[0] == "wrap-up", 5, "the call is over")
    li.ready()
    li.becomes("ready")


def test_the_third_call_abroad_is_refused_told_of_and_dialled_after_a_release(trade, admin):
    li = trade.agent("li.wei").ready()
    assert admin.post("/outbound-rules/test", {"number": ABROAD})["allowed"]
    time.sleep(1)  # the engine reads the rule
    for _ in range(2):
        call_out(li, ABROAD)

    refused = li.api.post("/desk/calls", {"to": HOME}, expect=403)
    assert "stopped" in refused["detail"]

    def stops():
        items = admin.get("/dialling-stops")["items"]
        return [one for one in items if not one["released_at"]]

    wait_until(lambda: len(stops()) == 2, 5, "the person and the trunk are stopped")
    fraud = [one for one in admin.get("/alarms?state=open")["items"] if one["kind"] == "fraud"]
    assert {one["key"] for one in fraud} == {one["place"] for one in stops()}
    assert all(one["level"] == "critical" for one in fraud)

    for one in stops():
        admin.post(f"/dialling-stops/{one['place']}/release", {})
    assert all(one["kind"] != "fraud" for one in admin.get("/alarms?state=open")["items"])
    time.sleep(1)  # the engine reads the release
    call_out(li, HOME)
    trade.becomes_quiet()
