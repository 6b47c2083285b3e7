"""A caller's walk through a flow: pure, told what is heard, saying what to do."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow import Menu, read_flow
from ivr.interpreter import (
    Doing,
    End,
    Enqueue,
    Heard,
    Listen,
    Position,
    Say,
    enter,
    press,
    start,
    step,
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
ASKING = Position("menu", Doing.HEARING)
LISTENING = Position("menu", Doing.CHOOSING)


def test_a_flow_begins_by_speaking_its_first_prompts():
    walk = start(FLOW)

    assert walk.order == Say(("greeting",))
    assert (walk.position, walk.entered) == (Position("greet", Doing.HEARING), "greet")


def test_after_the_greeting_comes_the_menu():
    walk = step(FLOW, start(FLOW).position, Heard.PROMPTS_OVER)

    assert (walk.order, walk.position) == (Say(("menu",)), ASKING)


def test_after_the_menu_has_spoken_it_listens():
    walk = step(FLOW, ASKING, Heard.PROMPTS_OVER)

    assert (walk.order, walk.position) == (Listen(6.0), LISTENING)
    assert walk.entered is None


@pytest.mark.parametrize("at", [ASKING, LISTENING])
def test_a_key_is_taken_while_the_menu_speaks_and_while_it_listens(at):
    walk = press(FLOW, at, "1")

    assert (walk.order, walk.choice, walk.entered) == (Enqueue("sales", 2), "sales", "sales")


def test_a_wrong_key_is_told_before_the_menu_is_spoken_again():
    walk = press(FLOW, LISTENING, "5")

    assert walk.order == Say(("wrong-key", "menu"))
    assert (walk.position, walk.choice) == (Position("menu", Doing.HEARING, 1), None)


def test_no_key_repeats_the_menu_without_a_reproach():
    walk = step(FLOW, LISTENING, Heard.TIME_OVER)

    assert walk.order == Say(("menu",))
    assert walk.position.tries == 1


@pytest.mark.parametrize("fail", [lambda at: press(FLOW, at, "5"),
                                  lambda at: step(FLOW, at, Heard.TIME_OVER)],
                         ids=["wrong key", "no key"])  # fmt: skip
def test_the_last_try_leads_where_the_flow_says(fail):
    walk = fail(Position("menu", Doing.CHOOSING, 2))

    assert (walk.order, walk.entered, walk.choice) == (Enqueue("operator", 0), "operator", None)


def test_wrong_keys_and_silence_are_counted_together():
    walk = press(FLOW, LISTENING, "5")
    walk = step(FLOW, walk.position, Heard.PROMPTS_OVER)
    walk = step(FLOW, walk.position, Heard.TIME_OVER)
    walk = press(FLOW, walk.position, "6")

    assert walk.order == Enqueue("operator", 0)


def test_a_menu_chosen_from_itself_counts_anew():
    walk = press(FLOW, Position("menu", Doing.CHOOSING, 2), "*")

    assert walk.position == ASKING


def test_who_knows_the_menu_need_not_hear_the_greeting_before_it():
    walk = press(FLOW, start(FLOW).position, "1")

    assert (walk.order, walk.choice) == (Enqueue("sales", 2), "sales")


def test_a_key_in_the_greeting_that_the_menu_does_not_know_means_nothing():
    assert press(FLOW, start(FLOW).position, "5") is None


@pytest.mark.parametrize("node", ["sales", "bye"])
@pytest.mark.parametrize("digit", ["1", "5", "#"])
def test_keys_mean_nothing_after_the_menu(node, digit):
    assert press(FLOW, Position(node, Doing.LEAVING), digit) is None


def test_a_goodbye_is_spoken_to_its_end_before_we_hang_up():
    walk = enter(FLOW, "bye")

    assert walk.order == Say(("goodbye",))
    assert step(FLOW, walk.position, Heard.PROMPTS_OVER).order == End()


def test_an_end_without_words_ends_at_once():
    assert enter(FLOW, "cut").order == End()


@pytest.mark.parametrize(
    ("node", "doing", "heard"), list(itertools.product(FLOW.nodes, Doing, Heard))
)
def test_every_position_has_an_answer_to_whatever_is_heard(node, doing, heard):
    walk = step(FLOW, Position(node, doing), heard)

    assert walk.position.node in FLOW.nodes


@given(st.lists(st.sampled_from(["over", "time", *"0159*#"]), min_size=40, max_size=40))
def test_a_caller_who_only_errs_is_with_a_person_or_out_within_finite_steps(story):
    walk = start(FLOW)
    for _ in range(3):  # the greeting, and the menu's prompts
        walk = step(FLOW, walk.position, Heard.PROMPTS_OVER)
    for one in story:
        if isinstance(walk.order, Enqueue | End):
            return
        if one in ("over", "time"):
            heard = Heard.PROMPTS_OVER if one == "over" else Heard.TIME_OVER
            walk = step(FLOW, walk.position, heard)
        elif one != "*":  # who asks to hear it again may do so for ever
            walk = press(FLOW, walk.position, one) or walk

    node = FLOW.nodes[walk.position.node]
    assert not isinstance(node, Menu) or walk.position.tries < node.tries
