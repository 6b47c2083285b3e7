"""The language of the prompts: the number's own, until the caller chooses another one."""

import pytest
from asterisk.phones import likeness, read_prompt, wait_until

GREETING, CLOSED = "greeting", "closed"
THE_SAME, ANOTHER = 0.9, 0.6  # measured: 1.0, and at most 0.44
TO_CHINESE = {
    "start": "ask",
    "nodes": {
        "ask": {
            "type": "menu",
            "prompts": [GREETING],
            "choices": {"2": "chinese"},
            "otherwise": "bye",
        },
        "chinese": {"type": "language", "language": "zh_CN", "then": "closed"},
        "closed": {"type": "play", "prompts": [CLOSED], "then": "bye"},
        "bye": {"type": "hangup", "prompts": ["goodbye"]},
    },
}


def call_to(trade, number, **wishes):
    """Add a number, by default with the flow of the main number, and call it."""
    api = trade.installation.api("admin")
    flow = api.get("/numbers")["items"][0]["flow"]["id"]
    api.post("/numbers", {"number": number, "flow": flow, **wishes})
    caller = trade.caller()

    def answered():
        # Until the engine has read the new number, it is told to be unknown.
        since = caller.phone.call(number, trade.installation.sip)
        ends = ("CONFIRMED", "DISCONNECTED")
        states = wait_until(
            lambda: [e for e in caller.phone.had("state", since=since) if e["state"] in ends],
            5,
            f"{number} answers",
        )
        return states[0]["state"] == "CONFIRMED"

    wait_until(answered, 5, f"the new number {number} is answered")
    return caller


def hears(caller, language, prompt, seconds=6.0):
    """Wait until the caller has heard a prompt."""
    wanted = read_prompt(language, prompt)
    wait_until(
        lambda: likeness(caller.phone.samples(), wanted) > THE_SAME,
        seconds,
        lambda: f"{language} {prompt} is heard: {likeness(caller.phone.samples(), wanted):.2f}",
    )


def heard(caller, language, prompt):
    """Give how much of what the caller has heard is like a prompt, 0 to 1."""
    return likeness(caller.phone.samples(), read_prompt(language, prompt))


@pytest.mark.parametrize(("language", "other"), [("zh_CN", "en"), ("en", "zh_CN")])
def test_a_caller_hears_the_prompts_in_the_language_of_the_number(trade, language, other):
    caller = call_to(trade, f"40080055{len(language):02}", language=language)
    hears(caller, language, GREETING)

    assert heard(caller, other, GREETING) < ANOTHER
    caller.phone.do("hangup")


def test_a_caller_who_chooses_a_language_hears_the_prompts_that_follow_in_it(trade):
    flow = trade.add_flow("Choice of language", TO_CHINESE)
    caller = call_to(trade, "4008005500", flow=flow)
    hears(caller, "en", GREETING)
    caller.press("2")
    hears(caller, "zh_CN", CLOSED)

    assert heard(caller, "en", CLOSED) < ANOTHER
    assert heard(caller, "zh_CN", GREETING) < ANOTHER
