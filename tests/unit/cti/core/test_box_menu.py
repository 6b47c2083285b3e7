"""The menu of a voicemail box: which key does what in which state."""

from dataclasses import replace
from itertools import product

import pytest

from crm.voicemail.box import BoxId
from crm.voicemail.by_phone.access import BoxAnswer, Mark, PlayedMessage
from crm.voicemail.message import MessageId
from cti.core import box_menu
from cti.core.box_menu import (
    BoxSaid,
    BoxState,
    BoxVisit,
    CallBack,
    Goodbye,
    MarkIt,
    OpenWith,
    Pressed,
    PromptsEnded,
    SayPrompts,
    WaitedLong,
    WaitForKey,
)


def message(id_, *, heard=False, caller="+8613800138000"):
    return PlayedMessage(MessageId(id_), f"voicemail/m{id_}", caller, 5.0, heard)


ONE, TWO, OLD = message(1), message(2), message(3, heard=True)
BOX = BoxVisit(BoxState.PLAYING, BoxId(7), own=True, granted=True, messages=(ONE, TWO, OLD))
PIN = BoxVisit(BoxState.PIN, BoxId(7))
OPENING = replace(BOX, state=BoxState.OPENING, messages=(), granted=False, own=False)


def press(visit, keys):
    outcome = None
    for key in keys:
        outcome = box_menu.hear(visit, Pressed(key))
        visit = outcome.visit if outcome is not None else visit
    return outcome


def answer(visit, said, *messages):
    return box_menu.hear(visit, BoxSaid(said, messages))


@pytest.mark.parametrize(("state", "key"), list(product(BoxState, "0123456789*#ABCD")))
def test_every_key_in_every_state_does_what_the_table_says_or_nothing(state, key):
    outcome = box_menu.hear(replace(BOX, state=state), Pressed(key))
    typing = state in (BoxState.NUMBER, BoxState.PIN)
    assert (outcome is not None) == (typing or key in box_menu.KEYS.get(state, {}))


@pytest.mark.parametrize("state", [BoxState.PLAYING, BoxState.CHOOSING])
@pytest.mark.parametrize(
    ("key", "order", "at"),
    [
        ("1", SayPrompts((), ONE), 0),
        ("2", MarkIt(ONE.id, Mark.HEARD), 0),
        ("3", MarkIt(ONE.id, Mark.DELETED), 0),
        ("4", CallBack(ONE.caller), 0),
        ("5", SayPrompts((), TWO), 1),
        ("*", Goodbye(("goodbye",)), 0),
    ],
)
def test_what_the_keys_do_while_a_message_plays_and_after_it(state, key, order, at):
    outcome = box_menu.hear(replace(BOX, state=state), Pressed(key))
    assert outcome.order == order
    assert outcome.visit.at == at


@pytest.mark.parametrize(
    ("messages", "order"),
    [
        ((), Goodbye(("box-none", "goodbye"))),
        ((ONE,), SayPrompts(("box-you-have", "digit-1", "box-message"), ONE)),
        ((ONE, TWO, OLD), SayPrompts(("box-you-have", "digit-2", "box-messages"), ONE)),
        ((OLD,), SayPrompts(("box-none", "box-saved"), OLD)),
        (tuple(map(message, range(10))), SayPrompts(("box-many",), message(0))),
    ],
)
def test_the_messages_are_counted_and_the_first_is_played(messages, order):
    assert answer(OPENING, BoxAnswer.DONE, *messages).order == order


def test_saved_and_deleted_messages_are_followed_by_the_next_one():
    saving = press(BOX, "2").visit
    saved = answer(saving, BoxAnswer.DONE)
    assert saved.order == SayPrompts(("box-saved-it",), TWO)
    deleted = answer(press(saved.visit, "3").visit, BoxAnswer.DONE)
    assert deleted.order == SayPrompts(("box-deleted", "box-saved"), OLD)
    assert deleted.visit.messages == (ONE, OLD)
    assert press(deleted.visit, "5").order == Goodbye(("box-no-more", "goodbye"))


def test_a_message_that_could_not_be_marked_is_still_there():
    failed = answer(press(BOX, "3").visit, BoxAnswer.UNAVAILABLE)
    assert failed.order == SayPrompts(("box-unavailable", "box-menu"))
    assert failed.visit.message == ONE
    late = box_menu.hear(press(BOX, "3").visit, WaitedLong())
    assert late.order == failed.order


def test_nobody_is_called_back_from_another_box_or_without_a_number():
    other = replace(BOX, own=False)
    assert press(other, "4").order == SayPrompts(("box-no-call", "box-menu-other"))
    hidden = replace(BOX, messages=(message(1, caller=""),))
    assert press(hidden, "4").order == SayPrompts(("box-no-call", "box-menu"))


def test_a_pin_ends_with_the_pound_key_with_a_pause_and_when_it_is_long():
    assert press(PIN, "1").order == WaitForKey(box_menu.DIGIT_SECONDS)
    assert press(PIN, "2580#").order == OpenWith("2580")
    paused = box_menu.hear(press(PIN, "2580").visit, WaitedLong())
    assert paused.order == OpenWith("2580")
    assert press(PIN, "1234567890").order == OpenWith("1234567890")
    assert not paused.visit.typed


def test_a_star_begins_the_pin_again_and_a_second_one_leaves():
    again = press(PIN, "12*")
    assert again.order == SayPrompts(("box-pin",))
    assert isinstance(press(again.visit, "*").order, Goodbye)
    assert isinstance(press(PIN, "#").order, Goodbye)


def test_the_number_of_another_box_is_asked_for_before_its_pin():
    begun = box_menu.begin(BoxVisit(BoxState.NUMBER))
    assert begun.order == SayPrompts(("box-number",))
    typed = press(begun.visit, "12#")
    assert (typed.visit.box, typed.order) == (BoxId(12), SayPrompts(("box-pin",)))


def test_three_wrong_pins_end_the_call():
    visit = replace(OPENING, state=BoxState.OPENING)
    for _ in range(2):
        wrong = answer(visit, BoxAnswer.WRONG_PIN)
        assert wrong.order == SayPrompts(("box-wrong", "box-pin"))
        visit = press(wrong.visit, "1111#").visit
    assert answer(visit, BoxAnswer.WRONG_PIN).order == Goodbye(("box-wrong", "goodbye"))


@pytest.mark.parametrize(
    ("said", "prompt"),
    [(BoxAnswer.LOCKED, "box-locked"), (BoxAnswer.UNAVAILABLE, "box-unavailable")],
)
def test_a_box_that_does_not_open_is_told(said, prompt):
    assert answer(OPENING, said).order == Goodbye((prompt, "goodbye"))
    assert box_menu.hear(OPENING, WaitedLong()).order == Goodbye(("box-unavailable", "goodbye"))


def test_the_choices_are_said_twice_to_somebody_who_presses_nothing():
    visit, said = BOX, 0
    for _ in range(10):
        outcome = box_menu.hear(visit, PromptsEnded())
        if isinstance(outcome.order, WaitForKey):
            outcome = box_menu.hear(outcome.visit, WaitedLong())
        if isinstance(outcome.order, Goodbye):
            break
        said += 1
        visit = outcome.visit
    assert said == box_menu.MOST_REPEATS


def test_a_new_engine_begins_the_message_again_that_played():
    resumed = box_menu.begin(BoxVisit(BoxState.OPENING, BoxId(7), granted=True, resume=TWO.id))
    assert resumed.order == OpenWith(None)
    again = answer(resumed.visit, BoxAnswer.DONE, ONE, TWO, OLD)
    assert again.order == SayPrompts((), TWO)
    gone = answer(resumed.visit, BoxAnswer.DONE, ONE)
    assert gone.order.message == ONE


def test_what_is_typed_is_never_shown():
    assert "2580" not in repr(press(PIN, "2580"))
    assert "2580" not in repr(press(PIN, "2580#").order)
