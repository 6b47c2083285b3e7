"""What a flow's steps are told: by the database, and by other systems over real HTTP."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from unit.web.webhooks.receiver import receiving

from crm.calls.record import CallId
from crm.outgoing.sending import Sender
from crm.outgoing.signing import Seal
from cti.core.commands import AskFlow
from cti.engine.custom import CustomQuestions
from cti.engine.flow_answers import FlowSources, answer
from ivr.steps.http import values_of

GONE = 9
SEAL = Seal("home", "flows")


def clock():
    return datetime.now(UTC)  # noqa: TID251 - signatures are of now


@pytest.fixture
def receiver():
    with receiving() as one:
        yield one


def ask(question, known=None, inside=("127.0.0.1",)):
    async def about(number):
        return known and {**known, "number": number}

    async def hosts():
        return inside

    async def put(request):
        return None if request.list == GONE else f"{request.number} {request.reason}"

    async def run():
        asker = CustomQuestions(Sender(SEAL, clock), clock)
        sources = FlowSources(about, put, hosts, asker.fetch)
        return await answer(question, "+8613", sources)

    return asyncio.run(run())


def http(receiver, **more):
    detail = {
        "method": "GET",
        "url": receiver.url,
        "headers": '{"X-Key": "a\\nb: c", "Host": "other"}',
        "body": "",
        "answers": '{"level": "data.0.level", "gone": "x.y"}',
        "seconds": "1",
        "tries": "1",
    }
    return AskFlow(CallId("c1"), "c1-q1", "http", detail | more)


def test_the_parts_of_an_answer_are_told(receiver):
    receiver.way, receiver.said = "json", '{"data": [{"level": "金"}]}'
    told = ask(http(receiver))
    assert json.loads(told.value) == {"level": "金", "gone": "", "http_status": "200"}
    [(headers, _)] = receiver.heard
    assert (headers["x-key"], headers["host"]) == ("a b: c", f"127.0.0.1:{receiver.port}")


def test_a_body_is_posted(receiver):
    receiver.way, receiver.said = "json", "{}"
    ask(http(receiver, method="POST", body='{"a": 1}'))
    assert receiver.heard[0][1] == b'{"a": 1}'


@pytest.mark.parametrize(
    ("way", "why", "asked"),
    [("500", "status", 2), ("close", "closed", 2), ("large", "too long", 2), ("ok", "not json", 1)],
)
def test_what_is_no_use_is_asked_again_and_says_why(receiver, way, why, asked):
    receiver.way = way
    assert (ask(http(receiver, tries="2")).why, len(receiver.heard)) == (why, asked)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://169.254.169.254/", "https://[::1"])
def test_our_own_network_is_asked_only_where_it_is_allowed(receiver, url):
    assert ask(http(receiver, url=url), inside=()).why == "address"


def test_a_caller_is_looked_up_by_the_number_of_the_step_or_of_the_call():
    step = AskFlow(CallId("c1"), "c1-q1", "customer", {"number": ""})
    assert json.loads(ask(step, {"calls_before": "2"}).value)["number"] == "+8613"
    assert ask(step, None).why == "not answered"
    assert ask(AskFlow(CallId("c1"), "c1-q1", "weather")).why == "not answered"


def test_parts_are_read_from_any_json():
    text = '{"a": {"b": [1, {"c": true}], "n": null}, "d": 1.5}'
    paths = {"b": "a.b.0", "c": "a.b.1.c", "d": "d", "n": "a.n", "x": "a.b.9", "whole": "a"}
    found = {"b": "1", "c": "yes", "d": "1.5", "n": "", "x": "", "whole": ""}
    assert values_of(text, paths) == found
    with pytest.raises(ValueError):  # noqa: PT011 - the rule says no more
        values_of("[" * 100_000, {"a": "b"})


@pytest.mark.parametrize(
    ("detail", "value", "why"),
    [
        ({"list": "3", "number": ""}, "+8613 asked", ""),
        ({"list": "3", "number": "+86139"}, "+86139 asked", ""),
        ({"list": str(GONE), "number": ""}, "", "not answered"),
    ],
)
def test_the_callers_number_is_put_on_a_list(detail, value, why):
    question = AskFlow(CallId("c1"), "c1-q1", "list", {**detail, "reason": "asked", "days": "0"})
    told = ask(question)
    assert (told.value, told.why) == (value, why)


@pytest.mark.parametrize("address", ["10.0.0.5", "127.0.0.1", "169.254.169.254", "::1", "fd00::1"])
def test_a_public_name_that_leads_inside_is_not_asked(monkeypatch, receiver, address):
    async def lead_inside(*_args, **_more):
        return [(2, 1, 6, "", (one, 443)) for one in ("93.184.216.34", address)]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", lead_inside)
    assert ask(http(receiver, url="https://crm.example.com/"), inside=()).why == "address"


def test_a_redirect_is_not_followed(receiver):
    receiver.way = "redirect"
    told = ask(http(receiver))
    assert (told.why, len(receiver.heard)) == ("redirect", 1)
