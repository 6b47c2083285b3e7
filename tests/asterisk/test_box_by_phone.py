"""A voicemail box by telephone, and the lamp of waiting messages, on a real Asterisk."""

import re
import time

import pytest
from asterisk.bare_phone import BarePhone
from asterisk.phones import likeness, only, read_prompt, wait_until
from asterisk.test_languages import THE_SAME

SENDER = 440
NUMBER = "4008007788"


@pytest.fixture
def box(trade):
    """The personal box of Wang Fang, and a number that leads to it."""
    api = trade.installation.api("admin")
    users = {one["login"]: one["id"] for one in api.get("/users")["items"]}
    agent = users["wang.fang"]
    made = api.post("/voicemail-boxes", {"name": "Wang Fang", "agent": agent})
    to = f"voicemail:{made['id']}"
    route = {"name": "To Wang Fang", "called": f"+86{NUMBER}", "destination": to}
    made_route = api.post("/routes", route)
    time.sleep(1)  # the engine reads both
    yield made["id"]
    api.delete(f"/routes/{made_route['id']}")
    for message in api.get(f"/voicemails?box={made['id']}")["items"]:
        api.delete(f"/voicemails/{message['id']}")
    api.delete(f"/voicemail-boxes/{made['id']}")


def leave_message(trade, box):
    """Leave a message of a tone in the box; give it."""
    caller = trade.caller(tone=SENDER)
    caller.dial(NUMBER).reaches("voicemail")
    wait_until(lambda: caller.live()["legs"][0]["placement"] == "message", 15, "the tone")
    time.sleep(2)  # what is spoken
    caller.hangs_up()
    return wait_until(lambda: messages(trade, box), 10, "the message is in its box")[0]


def messages(trade, box):
    return trade.installation.api("admin").get(f"/voicemails?box={box}")["items"]


@pytest.mark.long
def test_an_agent_hears_and_deletes_a_message_by_phone(trade, box):
    leave_message(trade, box)
    agent = trade.agent("wang.fang", tone=800)
    agent.phone.call("*97", trade.installation.sip)
    agent.phone.expect("state", state="CONFIRMED")
    count = read_prompt("en", "box-you-have")
    wait_until(
        lambda: likeness(agent.phone.samples(), count) > THE_SAME, 6, "the messages are counted"
    )
    agent.phone.hears(only(SENDER), "the message")
    agent.phone.do("dtmf", digits="3")

    wait_until(lambda: not messages(trade, box), 5, "the message is deleted")
    agent.phone.expect("state", state="DISCONNECTED", seconds=20)
    agent.becomes("paused")  # as before the call
    calls = trade.installation.api("admin").get("/calls?direction=internal")["items"]
    assert calls[0]["called"] == "*97"
    trade.becomes_quiet()


def test_the_lamp_of_a_desk_phone_is_on_while_a_message_waits(trade, box):
    account = trade.installation.accounts["wang.fang"]
    phone = BarePhone(trade.installation.sip)
    phone.register(account)
    message = leave_message(trade, box)

    wait_until(lambda: lamp(phone) == ("yes", "1/0"), 5, lambda: f"on: {phone.notified}")
    api = trade.installation.api("admin")
    api.ask("PATCH", f"/voicemails/{message['id']}", {"handled": True})
    wait_until(lambda: (lamp(phone) or " ")[0] == "no", 5, lambda: f"off: {phone.notified}")
    phone.close()


def lamp(phone):
    """Give the state and the figures that the phone was last told, or None."""
    if not phone.notified:
        return None
    state = re.search(r"Messages-Waiting: (\w+)", phone.notified[-1])
    figures = re.search(r"Voice-Message: (\d+/\d+)", phone.notified[-1])
    return state[1] if state else "", figures[1] if figures else ""
