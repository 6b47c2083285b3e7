"""What another system may answer that is asked where a call goes."""

import json
from datetime import UTC, datetime

import pytest

from crm.custom_destinations.custom import (
    REASONS,
    AnswerFault,
    BadAnswerError,
    question_body,
    read_answer,
)
from crm.kernel.destination import read_destination
from crm.outgoing.answer import Failure


@pytest.mark.parametrize(
    ("said", "to", "priority", "variables"),
    [
        ({"destination": "queue:support"}, "queue:support", 0, {}),
        ({"destination": "hangup", "more": [1]}, "hangup", 0, {}),
        ({"destination": "agent:7", "priority": 100, "variables": None}, "agent:7", 100, {}),
        (
            {"destination": "flow:1", "variables": {"level": "gold", "n": 3, "new": True}},
            "flow:1",
            0,
            {"level": "gold", "n": "3", "new": "1"},
        ),
    ],
)
def test_an_answer_names_a_destination(said, to, priority, variables):
    answer = read_answer(json.dumps(said))

    assert answer.destination == read_destination(to)
    assert (answer.priority, answer.variables) == (priority, variables)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", AnswerFault.NOT_JSON),
        ("queue:support", AnswerFault.NOT_JSON),
        ('"queue:support"', AnswerFault.NOT_JSON),
        ("[" * 5000, AnswerFault.NOT_JSON),
        ("{}", AnswerFault.NO_DESTINATION),
        ('{"destination": ""}', AnswerFault.NO_DESTINATION),
        ('{"destination": "queue"}', AnswerFault.BAD_DESTINATION),
        ('{"destination": 7}', AnswerFault.BAD_DESTINATION),
        ('{"destination": "agent:x"}', AnswerFault.BAD_DESTINATION),
        ('{"destination": "hangup", "priority": 101}', AnswerFault.BAD_PRIORITY),
        ('{"destination": "hangup", "priority": true}', AnswerFault.BAD_PRIORITY),
        ('{"destination": "hangup", "priority": "1"}', AnswerFault.BAD_PRIORITY),
        ('{"destination": "hangup", "variables": []}', AnswerFault.BAD_VARIABLES),
        ('{"destination": "hangup", "variables": {"a b": "1"}}', AnswerFault.BAD_VARIABLES),
        ('{"destination": "hangup", "variables": {"a": {}}}', AnswerFault.BAD_VARIABLES),
        (
            json.dumps({"destination": "hangup", "variables": {"a": "x" * 201}}),
            AnswerFault.BAD_VARIABLES,
        ),
        (
            json.dumps({"destination": "hangup", "variables": {f"a{n}": "" for n in range(21)}}),
            AnswerFault.BAD_VARIABLES,
        ),
    ],
)
def test_anything_else_leads_nowhere_and_says_why(text, fault):
    with pytest.raises(BadAnswerError) as bad:
        read_answer(text)

    assert bad.value.fault is fault


def test_each_reason_is_a_sentence():
    assert REASONS.keys() == {*map(str, Failure), *map(str, AnswerFault)}


def test_a_question_names_the_customer_and_the_moment():
    at = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)

    body = json.loads(question_body({"call": "c1"}, (42, "王小明"), at))

    assert body == {
        "call": "c1",
        "customer": {"id": 42, "name": "王小明"},
        "at": "2026-12-01T02:00:00.000Z",
    }
    assert json.loads(question_body({}, None, at))["customer"] is None
