"""A caller's run through a flow: events in, orders out. Pure."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.kernel.destination import read_destination
from ivr.flow import read_flow
from ivr.run import EnteredStep, FlowRun, enter, hear, start
from ivr.step import (
    SAFE_END,
    Answered,
    Failed,
    Key,
    LeaveFlow,
    Listen,
    PromptsOver,
    Say,
    TimeOver,
    WaitsFor,
)

FLOW = read_flow(
    1,
    1,
    "Welcome",
    {
        "start": "greet",
        "nodes": {
            "greet": {"type": "play", "prompts": ["greeting"], "then": "menu"},
            "menu": {
                "type": "menu",
                "prompts": ["menu"],
                "choices": {"1": "sales", "9": "bye", "*": "menu"},
                "wrong": ["wrong-key"],
                "otherwise": "operator",
                "wait_seconds": 6,
                "tries": 3,
            },
            "sales": {"type": "queue", "queue": "sales", "priority": 2},
            "operator": {"type": "queue", "queue": "operator"},
            "bye": {"type": "hangup", "prompts": ["goodbye"]},
            "cut": {"type": "hangup"},
        },
    },
)
ASKING = FlowRun(1, 1, "menu", waits_for=WaitsFor.PROMPTS)
LISTENING = FlowRun(1, 1, "menu", waits_for=WaitsFor.KEY)


def queued(key, priority=0):
    return LeaveFlow(read_destination(f"queue:{key}"), priority)


def asking(tries):
    return FlowRun(1, 1, "menu", {"tries": tries}, waits_for=WaitsFor.PROMPTS)


def listening(tries):
    return FlowRun(1, 1, "menu", {"tries": tries}, waits_for=WaitsFor.KEY)


def press(run, digit):
    return hear(FLOW, run, Key(digit))


def entered(outcome):
    return [(one.step, one.word) for one in outcome.entered]


def test_a_flow_begins_by_speaking_its_first_prompts():
    outcome = start(FLOW)

    assert outcome.order == Say(("greeting",))
    assert outcome.run == FlowRun(1, 1, "greet", waits_for=WaitsFor.PROMPTS)
    assert outcome.entered == (EnteredStep("greet", "play"),)


def test_after_the_greeting_comes_the_menu():
    outcome = hear(FLOW, start(FLOW).run, PromptsOver())

    assert (outcome.order, outcome.run) == (Say(("menu",)), ASKING)
    assert entered(outcome) == [("menu", "menu")]


def test_after_the_menu_has_spoken_it_listens():
    outcome = hear(FLOW, ASKING, PromptsOver())

    assert (outcome.order, outcome.run) == (Listen(6.0), LISTENING)
    assert outcome.entered == ()


@pytest.mark.parametrize("at", [ASKING, LISTENING])
def test_a_key_is_taken_while_the_menu_speaks_and_while_it_listens(at):
    outcome = press(at, "1")

    assert (outcome.order, outcome.choice) == (queued("sales", 2), "sales")
    assert entered(outcome) == [("sales", "toqueue")]


def test_a_wrong_key_is_told_before_the_menu_is_spoken_again():
    outcome = press(LISTENING, "5")

    assert outcome.order == Say(("wrong-key", "menu"))
    assert (outcome.run, outcome.choice) == (asking(1), None)


def test_without_a_key_the_menu_is_repeated_without_the_wrong_key_prompt():
    outcome = hear(FLOW, LISTENING, TimeOver())

    assert outcome.order == Say(("menu",))
    assert outcome.run == asking(1)


@pytest.mark.parametrize("heard", [Key("5"), TimeOver()], ids=["wrong key", "no key"])
def test_the_last_try_leads_where_the_flow_says(heard):
    outcome = hear(FLOW, listening(2), heard)

    assert (outcome.order, outcome.choice) == (queued("operator"), None)
    assert entered(outcome) == [("operator", "toqueue")]


def test_wrong_keys_and_silence_are_counted_together():
    outcome = press(LISTENING, "5")
    outcome = hear(FLOW, outcome.run, PromptsOver())
    outcome = hear(FLOW, outcome.run, TimeOver())
    outcome = press(outcome.run, "6")

    assert outcome.order == queued("operator")


def test_a_menu_chosen_from_itself_counts_anew():
    outcome = press(listening(2), "*")

    assert (outcome.run, outcome.choice) == (ASKING, "menu")


def test_a_key_pressed_in_the_greeting_is_taken_by_the_menu_behind_it():
    outcome = press(start(FLOW).run, "1")

    assert (outcome.order, outcome.choice) == (queued("sales", 2), "sales")
    assert entered(outcome) == [("sales", "toqueue")]


def test_a_key_in_the_greeting_that_the_menu_does_not_know_means_nothing():
    assert press(start(FLOW).run, "5") is None


@pytest.mark.parametrize("step", ["sales", "bye"])
@pytest.mark.parametrize("digit", ["1", "5", "#"])
def test_keys_mean_nothing_after_the_menu(step, digit):
    assert press(enter(FLOW, LISTENING, step).run, digit) is None


def test_a_goodbye_is_spoken_to_its_end_before_we_hang_up():
    outcome = enter(FLOW, LISTENING, "bye")

    assert outcome.order == Say(("goodbye",))
    assert hear(FLOW, outcome.run, PromptsOver()).order == SAFE_END


def test_an_end_without_words_ends_at_once():
    assert enter(FLOW, LISTENING, "cut").order == SAFE_END


@pytest.mark.parametrize(
    ("step", "waits_for", "heard"),
    list(itertools.product(FLOW.steps, WaitsFor, [PromptsOver(), TimeOver(), Failed("why")])),
)
def test_every_position_has_an_answer_to_every_event(step, waits_for, heard):
    outcome = hear(FLOW, FlowRun(1, 1, step, waits_for=waits_for), heard)

    assert outcome.run.at in FLOW.steps


@pytest.mark.parametrize("step", FLOW.steps)
@pytest.mark.parametrize("waits_for", WaitsFor)
def test_an_answer_that_no_step_asked_for_means_nothing(step, waits_for):
    assert hear(FLOW, FlowRun(1, 1, step, waits_for=waits_for), Answered("gold")) is None


@pytest.mark.parametrize(
    ("at", "order"),
    [("greet", Say(("menu",))), ("menu", Listen(6.0)), ("bye", SAFE_END)],
)
def test_prompts_that_cannot_be_played_are_over(at, order):
    assert hear(FLOW, enter(FLOW, LISTENING, at).run, Failed("no such file")).order == order


def test_where_the_flow_says_what_to_do_after_a_failure_that_is_done():
    flow = read_flow(
        1,
        2,
        "Welcome",
        {
            "start": "greet",
            "nodes": {
                "greet": {"type": "play", "prompts": ["x"], "then": "cut", "error": "line"},
                "line": {"type": "queue", "queue": "support"},
                "cut": {"type": "hangup"},
            },
        },
    )
    outcome = hear(flow, start(flow).run, Failed("no such file"))

    assert (outcome.order, outcome.run.version) == (queued("support"), 2)


@given(st.lists(st.sampled_from(["over", "time", *"0159*#"]), min_size=40, max_size=40))
def test_a_caller_with_only_wrong_keys_reaches_a_queue_or_the_end_in_finite_steps(story):
    outcome = start(FLOW)
    for _ in range(2):  # the greeting, and the menu's prompts
        outcome = hear(FLOW, outcome.run, PromptsOver())
    for one in story:
        if isinstance(outcome.order, LeaveFlow):
            return
        if one in ("over", "time"):
            heard = PromptsOver() if one == "over" else TimeOver()
            outcome = hear(FLOW, outcome.run, heard)
        elif one != "*":  # a caller may repeat the menu for ever
            outcome = press(outcome.run, one) or outcome

    menu = FLOW.steps["menu"].fields
    assert outcome.run.at != "menu" or outcome.run.state.get("tries", 0) < menu.tries
