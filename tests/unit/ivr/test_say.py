"""Texts that a flow says: read by their kind, refused where they are no such thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.ivr.speak_reader import text

from crm.kernel.errors import InvalidError
from ivr.flow import read_flow
from ivr.run import start
from ivr.speak.say import SayAs, words_of
from ivr.speak.speech import Currency
from ivr.step import Say
from web.ops.setup.spoken_words import WORDS


@pytest.mark.parametrize(
    ("typed", "as_", "english", "chinese"),
    [
        ("105", SayAs.NUMBER, "a hundred and five", "一百零五"),
        (" -2.5 ", SayAs.NUMBER, "minus two point five", "负二点五"),
        ("1001", SayAs.DIGITS, "one zero zero one", "一零零一"),
        ("110", SayAs.TELEPHONE, "one one zero", "幺幺零"),
        ("20261130", SayAs.DATE, "monday november thirtieth twenty twenty six",
         "二零二六年十一月三十日星期一"),
        ("2026-11-30", SayAs.DATE, "monday november thirtieth twenty twenty six",
         "二零二六年十一月三十日星期一"),
        ("1530", SayAs.TIME, "three thirty p m", "下午三点三十分"),
        ("15:30", SayAs.TIME, "three thirty p m", "下午三点三十分"),
        ("2.20", SayAs.MONEY, "two yuan and twenty fen", "两元两角"),
    ],
)  # fmt: skip
def test_a_text_is_spoken_by_its_kind(typed, as_, english, chinese):
    assert text("en", words_of(typed, as_, "en")) == english
    assert text("zh_CN", words_of(typed, as_, "zh_CN")) == chinese


@pytest.mark.parametrize(
    ("typed", "as_"),
    [
        ("", SayAs.NUMBER),
        ("x", SayAs.NUMBER),
        ("1e9", SayAs.NUMBER),
        ("9999999999999", SayAs.NUMBER),
        ("NaN", SayAs.MONEY),
        ("+()", SayAs.DIGITS),
        ("12a", SayAs.TELEPHONE),
        ("20260230", SayAs.DATE),
        ("2026-W01-1", SayAs.DATE),
        ("2460", SayAs.TIME),
        ("٣", SayAs.NUMBER),
    ],
)
def test_what_is_no_such_thing_is_not_spoken(typed, as_):
    with pytest.raises(ValueError):  # noqa: PT011 - of several readers
        words_of(typed, as_, "en")


@pytest.mark.parametrize("language", WORDS)
@given(st.text(max_size=80), st.sampled_from(SayAs), st.sampled_from(Currency))
def test_any_text_is_spoken_in_recorded_words_or_refused(language, typed, as_, currency):
    try:
        said = words_of(typed, as_, language, currency)
    except ValueError:
        return
    assert said
    assert set(said) <= set(WORDS[language])


def flow(**say):
    nodes = {
        "say": {"type": "say", "then": "bye", "error": "sorry", **say},
        "bye": {"type": "hangup"},
        "sorry": {"type": "play", "prompts": ["wrong-key"], "then": "bye"},
    }
    return read_flow(1, 1, "Say", {"start": "say", "nodes": nodes})


def test_a_variable_is_said_between_prompts_in_the_callers_language():
    said = flow(say_as="money", variable="sum", currency="USD", before=["menu"], after=["goodbye"])
    english = start(said, {"sum": "2"}).order
    chinese = start(said, {"sum": "2", "language": "zh_CN"}).order

    assert english == Say(("menu", "digit-2", "money-usds", "goodbye"))
    assert chinese == Say(("menu", "number-two", "money-usd", "goodbye"))


@pytest.mark.parametrize("variables", [{}, {"sum": ""}, {"sum": "much"}])
def test_a_variable_that_cannot_be_said_leads_to_the_error(variables):
    outcome = start(flow(say_as="number", variable="sum"), variables)
    assert outcome.order == Say(("wrong-key",))
    assert outcome.run.at == "sorry"


@pytest.mark.parametrize(
    ("say", "wrong"),
    [
        ({"say_as": "number"}, "either a variable or a fixed value"),
        ({"say_as": "number", "value": "1", "variable": "x"}, "either a variable"),
        ({"say_as": "time", "value": "2460"}, "cannot say “2460”"),
        ({"say_as": "poem", "value": "1"}, "cannot be read"),
        ({"say_as": "money", "value": "1", "currency": "XXX"}, "cannot be read"),
    ],
)
def test_a_step_that_could_never_say_it_is_refused(say, wrong):
    with pytest.raises(InvalidError, match=wrong):
        flow(**say)
