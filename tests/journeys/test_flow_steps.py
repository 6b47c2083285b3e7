"""Each type of step on the way of a caller, with its error output."""

import json

import pytest
from journeys.published import QUEUES, asked, publish, visits
from journeys.site import open_site

from crm.calls.record import CallId, Kind
from crm.hours.group import Interval, TimeGroup, TimeGroupId, WeeklyHours
from crm.kernel.errors import InvalidError
from cti.core import events as e
from cti.core.answer_events import FlowAnswered
from cti.core.leg import OnHold, Silent
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings, read_flow
from ivr.step import StepId

MENU = {
    "type": "menu",
    "prompts": ["menu"],
    "choices": {"1": "next"},
    "otherwise": "operator",
}


@pytest.fixture
def fake():
    return open_site()


def queue_of(fake, call="c1"):
    fake.dial(call)
    return fake.state.calls[CallId(call)].queue


def facts_of(fake, call="c1"):
    return [one for _, one in fake.facts if getattr(one, "call", "") == call]


@pytest.mark.parametrize(("level", "queue"), [("VIP", "sales"), ("", "support")])
def test_a_condition_takes_the_first_branch_that_is_true(fake, level, queue):
    branches = [
        {"when": 'level == "none"', "then": "operator"},
        {"when": 'level == "VIP"', "then": "sales"},
    ]
    publish(
        fake,
        "set",
        set={"type": "set", "variable": "level", "value": level, "then": "by"},
        by={"type": "condition", "branches": branches, "otherwise": "support"},
    )
    assert queue_of(fake) == queue
    assert visits(fake) == ["set", "by", queue]


def test_steps_that_count_and_turn_back_come_to_an_end(fake):
    publish(
        fake,
        "first",
        first={"type": "set", "variable": "tries", "value": "0", "then": "more"},
        more={"type": "set", "variable": "tries", "value": "=tries + 1", "then": "by"},
        by={
            "type": "condition",
            "branches": [{"when": "tries < 5", "then": "more"}],
            "otherwise": "sales",
        },
    )
    assert queue_of(fake) == "sales"
    assert visits(fake) == ["first", *["more", "by"] * 5, "sales"]


def test_a_circle_without_an_end_leads_to_the_safe_end_and_not_to_silence(fake):
    publish(
        fake,
        "by",
        by={
            "type": "condition",
            "branches": [{"when": "1 == 1", "then": "again"}],
            "otherwise": "sales",
        },
        again={"type": "share", "shares": [{"share": 100, "then": "by"}], "otherwise": "by"},
    )
    fake.dial("c1")
    assert CallId("c1") not in fake.state.calls
    assert facts_of(fake)[-1].kind is Kind.ENDED


@pytest.mark.parametrize(("is_open", "queue"), [(True, "sales"), (False, "support")])
def test_opening_hours_lead_by_the_time_of_the_call(fake, is_open, queue):
    always = WeeklyHours(frozenset(range(7)), Interval(0, 24 * 60))
    group = TimeGroup(TimeGroupId(4), "Office", "UTC", (always,) if is_open else ())
    numbers = {"100": NumberSettings(FlowId(1))}
    fake.hear(e.RoutesChanged(RoutePlan(numbers, hours={group.id: group})))
    hours = {"type": "hours", "group": 4, "opened": "sales", "closed": "support"}
    publish(fake, "hours", hours=hours)
    assert queue_of(fake) == queue


def test_a_time_group_that_is_gone_leads_to_the_error_output(fake):
    hours = {"type": "hours", "group": 9, "opened": "sales", "closed": "support"}
    publish(fake, "hours", hours={**hours, "error": "operator"})
    assert queue_of(fake) == "operator"
    assert visits(fake) == ["hours", "operator"]


def test_shares_of_the_callers_go_each_way(fake):
    shares = [{"share": 30, "then": "sales"}, {"share": 20, "then": "support"}]
    publish(fake, "lot", lot={"type": "share", "shares": shares, "otherwise": "operator"})
    found = [queue_of(fake, f"c{at}") for at in range(400)]
    assert 90 <= found.count("sales") <= 150
    assert 50 <= found.count("support") <= 110


def test_the_lot_of_a_call_is_the_same_after_the_engines_death(fake):
    shares = [{"share": 50, "then": "next"}]
    publish(
        fake,
        "lot",
        lot={"type": "share", "shares": shares, "otherwise": "menu"},
        next={"type": "play", "prompts": ["greeting"], "then": "sales"},
        menu=MENU,
    )
    fake.dial("c1")
    before = fake.state.calls[CallId("c1")].run.at
    fake.engine_dies()
    assert fake.state.calls[CallId("c1")].run.at == before in {StepId("next"), StepId("menu")}


LOOK_UP = {"type": "customer", "found": "sales", "unknown": "support", "error": "operator"}


@pytest.mark.parametrize(
    ("told", "why", "queue"),
    [
        ('{"customer_name": "王芳", "customer_level": "VIP"}', "", "sales"),
        ('{"calls_before": "3"}', "", "support"),
        ("[]", "", "support"),
        ("", "not answered", "operator"),
    ],
)
def test_a_look_up_leads_by_what_is_known_of_the_caller(fake, told, why, queue):
    publish(fake, "who", who=LOOK_UP)
    fake.dial("c1")
    question = asked(fake)
    assert question.detail == {"number": ""}
    fake.hear(FlowAnswered(CallId("c1"), question.id, told, why))
    assert fake.state.calls[CallId("c1")].queue == queue
    assert visits(fake) == ["who", queue]


def test_what_a_look_up_found_decides_later_also_after_the_engines_death(fake):
    by = {"type": "condition", "otherwise": "support"}
    by["branches"] = [{"when": 'customer_level == "VIP"', "then": "sales"}]
    hello = {"type": "play", "prompts": ["greeting"], "then": "by"}
    publish(fake, "who", who={**LOOK_UP, "found": "hello"}, hello=hello, by=by)
    fake.dial("c1")
    known = '{"customer_name": "Li", "customer_level": "VIP", "strange": "x"}'
    fake.hear(FlowAnswered(CallId("c1"), asked(fake).id, known))
    fake.engine_dies()
    fake.prompts_end("c1")
    call = fake.state.calls[CallId("c1")]
    assert (call.queue, "strange" in call.run.variables) == ("sales", False)
    assert visits(fake) == ["who", "hello", "hello", "by", "sales"]


def test_a_look_up_that_is_never_answered_leads_to_the_error_output(fake):
    publish(fake, "who", who=LOOK_UP)
    fake.dial("c1")
    fake.wait(6)
    assert fake.state.calls[CallId("c1")].queue == "operator"


HTTP = {
    "type": "http",
    "url": "https://crm.example.com/c/{digits}?name={name}",
    "answers": {"level": "data.level"},
    "then": "by",
    "error": "operator",
}
BY_LEVEL = {
    "type": "condition",
    "branches": [{"when": 'level == "gold"', "then": "sales"}],
    "otherwise": "support",
}


def asks_http(fake, **more):
    publish(
        fake,
        "set",
        set={"type": "set", "variable": "name", "value": "王 & co", "then": "http"},
        http={**HTTP, **more},
        by=BY_LEVEL,
    )
    fake.dial("c1")
    return asked(fake)


def test_another_system_is_asked_and_its_answer_decides(fake):
    question = asks_http(fake)
    assert question.detail["url"] == "https://crm.example.com/c/?name=%E7%8E%8B%20%26%20co"
    told = '{"level": "gold", "http_status": "200", "other": "x"}'
    fake.hear(FlowAnswered(CallId("c1"), question.id, told))
    call = fake.state.calls[CallId("c1")]
    assert (call.queue, "other" in call.run.variables) == ("sales", False)
    assert visits(fake) == ["set", "http", "by", "sales"]


def test_variables_are_escaped_inside_a_body(fake):
    body = '{"name": "{name}", "quote": "{quote}"}'
    quote = {"type": "set", "variable": "quote", "value": 'a"b', "then": "http"}
    http = {**HTTP, "method": "POST", "body": body}
    publish(fake, "quote", quote=quote, http=http, by=BY_LEVEL)
    fake.dial("c1")
    assert json.loads(asked(fake).detail["body"]) == {"name": "", "quote": 'a"b'}


def test_a_caller_hears_music_after_a_second_and_goes_on_without_an_answer(fake):
    asks_http(fake, seconds=3, tries=2)
    leg = fake.state.legs["c1"]
    assert leg.placement == Silent()
    fake.wait(1.1)
    assert isinstance(fake.state.legs["c1"].placement, OnHold)
    fake.wait(6)
    assert fake.state.calls[CallId("c1")].queue == "operator"


def test_an_engine_that_dies_while_another_system_is_asked_asks_again(fake):
    first = asks_http(fake)
    fake.engine_dies()
    again = asked(fake)
    assert again.id != first.id
    fake.hear(FlowAnswered(CallId("c1"), first.id, '{"level": "none"}'))
    fake.hear(FlowAnswered(CallId("c1"), again.id, '{"level": "gold"}'))
    assert fake.state.calls[CallId("c1")].queue == "sales"
    assert visits(fake) == ["set", "http", "http", "by", "sales"]


@pytest.mark.parametrize(
    "more",
    [
        {"url": "https://{host}/x"},
        {"url": "https://crm.{host}"},
        {"url": "file:///etc/passwd"},
        {"url": "crm.example.com"},
        {"answers": {"Level": "x"}},
        {"answers": {"level": "a b"}},
        {"seconds": 60},
        {"tries": 9},
    ],
)
def test_a_request_whose_host_a_caller_could_choose_is_refused(more):
    nodes = {**QUEUES, "http": {**HTTP, **more}, "by": BY_LEVEL}
    with pytest.raises(InvalidError):
        read_flow(1, 2, "Hotline", {"start": "http", "nodes": nodes})


SUB = {
    "start": "ask",
    "nodes": {
        "ask": {
            "type": "menu",
            "prompts": ["menu"],
            "choices": {"1": "level"},
            "otherwise": "back",
        },
        "level": {"type": "set", "variable": "level", "value": "gold", "then": "back"},
        "back": {"type": "back"},
    },
}
CALLS_SUB = {"type": "subflow", "flow": 2, "then": "by", "error": "operator"}


def with_sub(fake, sub=SUB):
    fake.hear(e.FlowPublished(read_flow(2, 1, "Sub", sub)))
    publish(fake, "sub", sub=CALLS_SUB, by=BY_LEVEL)


@pytest.mark.parametrize("dies", [False, True])
def test_a_sub_flow_sets_variables_and_comes_back(fake, dies):
    with_sub(fake)
    fake.dial("c1")
    if dies:
        fake.engine_dies()
    fake.press("c1", "1")
    call = fake.state.calls[CallId("c1")]
    assert (call.queue, call.run.stack) == ("sales", ())
    again = ["2/ask"] if dies else []  # a new engine enters the step anew
    way = ["sub", "2/ask", *again, "2/level", "2/back", "by", "sales"]
    assert visits(fake) == way


def test_a_sub_flow_that_is_gone_leads_to_the_error_output(fake):
    publish(fake, "sub", sub={**CALLS_SUB, "flow": 9}, by=BY_LEVEL)
    assert queue_of(fake) == "operator"
    assert visits(fake) == ["sub", "operator"]


def test_flows_that_enter_each_other_without_an_end_end(fake):
    first = {"type": "subflow", "flow": 2, "then": "by", "error": "operator"}
    again = {
        "start": "again",
        "nodes": {"again": {"type": "subflow", "flow": 2, "then": "x"}, "x": {"type": "hangup"}},
    }
    fake.hear(e.FlowPublished(read_flow(2, 1, "Sub", again)))
    publish(fake, "sub", sub=first, by=BY_LEVEL)
    fake.dial("c1")
    assert facts_of(fake)[-1].kind is Kind.ENDED


def test_a_sub_flow_stays_on_its_version_and_is_kept_while_a_caller_comes_back(fake):
    with_sub(fake)
    fake.dial("c1")
    publish(fake, "sub", 3, sub=CALLS_SUB, by={**BY_LEVEL, "otherwise": "operator"})
    fake.prompts_end("c1")
    fake.wait(60)
    fake.prompts_end("c1")
    fake.wait(60)
    fake.prompts_end("c1")
    fake.wait(60)
    assert fake.state.calls[CallId("c1")].queue == "support"


def test_the_end_of_a_flow_that_no_other_entered_ends_the_call(fake):
    publish(fake, "back", back={"type": "back"})
    fake.dial("c1")
    assert facts_of(fake)[-1].kind is Kind.ENDED
