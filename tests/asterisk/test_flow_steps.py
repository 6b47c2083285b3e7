"""Steps of flows on a real Asterisk: typed digits of all kinds, and a walk through many steps."""

import secrets
import time

import pytest
from asterisk.test_languages import hears

NUMBER = "4008007799"


def lead_to(trade, document):
    """Publish a flow and let a number lead there."""
    admin = trade.installation.api("admin")
    flow = trade.add_flow(f"Steps {secrets.token_hex(4)}", document)
    route = {"name": f"Steps {flow}", "called": NUMBER, "destination": f"flow:{flow}"}
    made = admin.post("/routes", route)
    time.sleep(1)  # the engine reads both
    return lambda: admin.delete(f"/routes/{made['id']}")


@pytest.mark.parametrize(
    "how",
    [
        "rfc4733",
        pytest.param("info", marks=pytest.mark.long),
        pytest.param("inband", marks=pytest.mark.long),
    ],
)
def test_typed_digits_are_taken_and_said_again(trade, how):
    collect = {
        "type": "collect",
        "prompts": ["box-number"],
        "variable": "digits",
        "least": 3,
        "most": 3,
        "then": "say",
        "otherwise": "bye",
    }
    say = {"type": "say", "say_as": "digits", "variable": "digits", "then": "bye"}
    bye = {"type": "hangup", "prompts": ["goodbye"]}
    document = {"start": "collect", "nodes": {"collect": collect, "say": say, "bye": bye}}
    tidy = lead_to(trade, document)
    caller = trade.caller(inband=how == "inband").dial(NUMBER)
    caller.reaches("ivr")
    time.sleep(1)
    caller.press("472", how)
    for digit in "472":
        hears(caller, "en", f"digit-{digit}")
    caller.phone.expect("state", state="DISCONNECTED")
    pressed = [
        one["detail"]["digit"] for one in caller.record()["timeline"] if one["kind"] == "digit"
    ]
    assert pressed == ["4", "7", "2"]
    tidy()


@pytest.mark.long
def test_a_caller_goes_through_many_steps(trade):
    admin = trade.installation.api("admin")
    box = admin.post("/voicemail-boxes", {"name": f"Complaints {secrets.token_hex(4)}"})["id"]
    black = admin.post("/number-lists", {"name": f"No {secrets.token_hex(4)}", "kind": "vip"})["id"]
    sub = trade.add_flow(
        f"Sub {secrets.token_hex(4)}",
        {
            "start": "closed",
            "nodes": {
                "closed": {"type": "play", "prompts": ["closed"], "then": "back"},
                "back": {"type": "back"},
            },
        },
    )
    nodes = {
        "set": {"type": "set", "variable": "count", "value": "40", "then": "more"},
        "more": {"type": "set", "variable": "count", "value": "=count + 2", "then": "lot"},
        "lot": {
            "type": "share",
            "shares": [{"share": 100, "then": "sub"}],
            "otherwise": "operator",
        },
        "sub": {"type": "subflow", "flow": sub, "then": "chinese"},
        "chinese": {"type": "language", "language": "zh_CN", "then": "say"},
        "say": {"type": "say", "say_as": "number", "variable": "count", "then": "record"},
        "record": {"type": "record", "box": box, "most_seconds": 5, "then": "list"},
        "list": {"type": "put_on_list", "number_list": black, "then": "by"},
        "by": {
            "type": "condition",
            "branches": [{"when": "count == 42", "then": "sales"}],
            "otherwise": "operator",
        },
        "sales": {"type": "queue", "queue": "sales"},
        "operator": {"type": "queue", "queue": "operator"},
    }
    tidy = lead_to(trade, {"start": "set", "nodes": nodes})
    caller = trade.caller().dial(NUMBER)
    hears(caller, "en", "closed")
    hears(caller, "zh_CN", "number-10")
    hears(caller, "zh_CN", "voicemail")
    assert caller.reaches("waiting", seconds=30)["queue"] == "sales"
    caller.hangs_up()
    told = caller.record()
    steps = [one["detail"]["node"] for one in told["timeline"] if one["kind"] == "step"]
    assert steps == [
        "set", "more", "lot", "sub", "closed", "back", "chinese", "say", "record", "list",
        "by", "sales",
    ]  # fmt: skip
    assert [one["detail"]["box"] for one in told["timeline"] if one["kind"] == "message"] == [box]
    listed = admin.get(f"/number-lists/entries?list={black}")["items"]
    assert [one["state"] for one in listed] == ["waiting"]
    tidy()
