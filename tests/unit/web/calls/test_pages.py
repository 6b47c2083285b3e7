"""The pages of calls, the floor, Try it, the language, and errors."""

import inspect
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as with_settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker
from unit.web.endpoints import endpoints_of
from unit.web.site import LI_WEIS_CALL, LOST_CALL, WANG_FANGS_CALL
from unit.web.visitor import Visitor
from wide import examples

from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.dictionary.item import List
from crm.people.person import Language
from web.calls.named_in import destinations_in
from web.calls.timeline_views import show_timeline
from web.calls.views import Words
from web.kit.body_limits import UPLOADS
from web.kit.i18n import Reader

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ENGLISH = Reader(Language.ENGLISH, UTC, "CN")
CALM = {200, 303, 400, 401, 403, 404, 405, 409, 413, 422, 429}


def ids(visitor: Visitor, query: str = "") -> list[str]:
    answer = visitor.get(f"/api/v1/calls{query}")
    assert answer.status_code == 200, answer.text
    return [call["id"] for call in answer.json()["items"]]


def test_an_agent_lists_their_own_calls_a_supervisor_all(
    visitor: Visitor, li_wei: Visitor, database: object
) -> None:
    assert ids(li_wei) == [LI_WEIS_CALL]

    visitor.enter(database, "chen.jing")  # type: ignore[arg-type]

    assert ids(visitor) == [LOST_CALL, WANG_FANGS_CALL, LI_WEIS_CALL]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?result=abandoned", [LOST_CALL]),
        ("?caller=13900139000", [LOST_CALL]),
        ("?caller=139", [LOST_CALL]),
        ("?caller=nobody", []),
        ("?queue=sales", []),
        ("?from=2026-11-22T12:30", [LOST_CALL]),
        ("?to=2026-11-22T03:30:00Z", [LI_WEIS_CALL]),
        ("?to=2026-11-21", []),
        ("?from=2026-11-22&to=2026-11-22", [LOST_CALL, WANG_FANGS_CALL, LI_WEIS_CALL]),
        ("?from=2026-11-22T04:30:00+00:00", [LOST_CALL]),
    ],
)
def test_a_list_is_narrowed(chen_jing: Visitor, query: str, found: list[str]) -> None:
    assert ids(chen_jing, query) == found
    assert chen_jing.get("/calls" + query).status_code == 200


def test_a_calls_page_shows_its_timeline(li_wei: Visitor) -> None:
    call = li_wei.get(f"/api/v1/calls/{LI_WEIS_CALL}").json()

    assert sum(one["seconds"] for one in call["segments"]) == pytest.approx(70)
    assert [one["kind"] for one in call["segments"]] == ["ivr", "queue", "talk", "hold", "talk"]
    assert sum(one["permille"] for one in call["segments"]) == pytest.approx(1000, abs=3)
    assert "Pressed 2" in [line["text"] for line in call["timeline"]]
    assert call["timeline"][-2]["text"] == "Ended by caller"
    assert (call["customer"]["name"], call["outcome_name"]) == ("王小明", "Solved")


def test_a_timeline_says_which_steps_of_the_flow_a_caller_came_to() -> None:
    known = Words(ENGLISH, queues={"support": "Support"}, choices={}, steps={"hours": "Hours"})
    steps = [
        ("play", "greet"),
        ("menu", "menu"),
        ("menu", "more"),
        ("play", "hours"),
        ("queue", "support"),
        ("fax", "x"),
    ]
    timeline = [
        CallEvent(FactId(at), CallId("c"), AT, Kind.STEP, {"node": node, "type": kind})
        for at, (kind, node) in enumerate(steps)
    ]

    assert [one.text for one in show_timeline(timeline, known)] == [
        "Greeting played",
        "Entered menu “Main”",
        "Entered menu “more”",
        "Announcement played: Hours",
        "Sent to queue “Support”",
        "Entered step “x”",
    ]


@pytest.mark.parametrize(
    ("to", "name"),
    [
        ("queue:support", "Support"),
        ("voicemail:3", "Voicemail: After hours"),
        ("flow:2", "Call flow: Night"),
        ("fax", "Fax"),
        ("number:+8613800138000", "138 0013 8000"),
    ],
)
def test_a_timeline_names_where_a_call_was_transferred(to: str, name: str) -> None:
    names = {"voicemail:3": "Voicemail: After hours", "flow:2": "Call flow: Night"}
    names |= {one: one for one in ("queue:support", "fax", "number:+8613800138000")}
    known = Words(
        ENGLISH, queues={"support": "Support"}, choices={}, agents={7: "Li"}, destinations=names
    )
    detail = {"type": "blind", "state": "completed", "agent": 7, "to": to, "note": ""}
    event = CallEvent(FactId(1), CallId("c"), AT, Kind.TRANSFER, detail)
    (line,) = show_timeline([event], known)

    assert line.text == f"Transfer from Li to {name} (completed)."
    assert line.detail["to_name"] == name
    assert destinations_in([event]) == {to}


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("language", "Declined by Li Wei: Not my language"),
        ("Wrong desk", "Declined by Li Wei: Wrong desk"),
    ],
)
def test_a_declined_call_tells_the_reason(reason: str, told: str) -> None:
    names = {List.DECLINE_REASON: {"language": "Not my language"}}
    known = Words(ENGLISH, queues={}, choices=names, steps={})
    detail = {"name": "Li Wei", "why": "declined", "reason": reason}
    timeline = [CallEvent(FactId(1), CallId("c"), AT, Kind.MISSED, detail)]

    assert [one.text for one in show_timeline(timeline, known)] == [told]


def test_a_disposition_that_is_saved_again_as_it_was_stands_once_in_the_timeline() -> None:
    known = Words(ENGLISH, queues={}, choices={List.OUTCOME: {}}, steps={})
    saved = ["solved", "solved", "later", "solved"]
    timeline = [
        CallEvent(FactId(at), CallId("c"), AT, Kind.OUTCOME, {"outcome": one, "agent": 1})
        for at, one in enumerate(saved)
    ]

    shown = [one.detail["outcome"] for one in show_timeline(timeline, known)]
    assert shown == ["solved", "later", "solved"]


def test_a_calls_page_shows_its_legs_and_why_this_agent_got_it(li_wei: Visitor) -> None:
    call = li_wei.get(f"/api/v1/calls/{LI_WEIS_CALL}").json()
    page = li_wei.get(f"/calls/{LI_WEIS_CALL}").text

    assert (call["customer_number"], call["own_number"]) == ("+8613800138000", "+864008001234")
    caller, agent = call["legs"]
    assert (caller["role"], caller["role_name"]) == ("customer", "Customer")
    assert caller["end"] == "Hung up"
    assert (agent["agent"]["name"], agent["called"], agent["end"]) == (
        "Li Wei", "1001", "Call ended",
    )  # fmt: skip
    assert (agent["talk_seconds"], agent["hold_seconds"]) == (52.0, 10.0)
    [decision] = call["decisions"]
    assert decision["agent"]["name"] == "Li Wei"
    assert decision["text"] == "Offered to Li Wei (1001): longest idle of 2."
    assert [one["verdict"] for one in decision["considered"]] == ["chosen", "less idle"]
    assert decision["text"] in page
    assert page.count('data-testid="leg"') == 2
    assert call["timeline"][-1]["kind"] == "outcome", "single legs are no lines of the timeline"


def test_a_recording_that_lacks_a_part_of_the_talk_says_so(chen_jing: Visitor) -> None:
    call = chen_jing.get(f"/api/v1/calls/{WANG_FANGS_CALL}").json()
    page = chen_jing.get(f"/calls/{WANG_FANGS_CALL}").text
    listed = chen_jing.get("/calls").text

    story = [line["text"] for line in call["timeline"]]
    assert "Recording started 3.4 seconds late" in story
    assert "Part of the call may be missing from the recording: recording disk full." in page
    assert 'data-testid="player"' in page
    assert "Part of the call may be missing from the recording." in listed


def test_a_page_is_whole_or_a_part(li_wei: Visitor) -> None:
    whole = li_wei.get("/calls")
    part = li_wei.get("/calls", HX_Request="true")
    restored = li_wei.get("/calls", HX_Request="true", HX_History_Restore_Request="true")

    assert ["<html" in one.text for one in (whole, part, restored)] == [True, False, True]
    assert "<title>" in part.text
    assert whole.headers["x-hotline-build"] == part.headers["x-hotline-build"]


def test_the_floor_is_whole_for_a_supervisor(chen_jing: Visitor) -> None:
    floor = chen_jing.get("/api/v1/live").json()

    assert len(floor["agents"]) == 2
    assert floor["engine"]["database"] is True


def test_the_floor_leads_to_the_pages_that_its_reader_may_open(
    chen_jing: Visitor, database: sessionmaker[Session]
) -> None:
    links = '"links": {"calls": true, "limits": true, "seats": true, "trunks": %s}'
    assert links % "false" in chen_jing.get("/floor").text
    chen_jing.enter(database, "admin")
    assert links % "true" in chen_jing.get("/floor").text


def test_who_takes_no_calls_has_no_workspace_in_the_menu(
    li_wei: Visitor, database: sessionmaker[Session]
) -> None:
    workspace = '<a href="/desk"'
    assert workspace in li_wei.get("/calls").text
    li_wei.enter(database, "admin")
    assert workspace not in li_wei.get("/calls").text


def test_everything_is_read_in_the_users_language(visitor: Visitor) -> None:
    visitor.post_plain("/language", {"language": "zh_CN", "next": "/sign-in"})

    page = visitor.get("/sign-in")
    problem = visitor.get("/api/v1/calls", Accept_Language="en")

    assert 'lang="zh-CN"' in page.text
    assert problem.json()["status"] == 401


def test_a_guest_gets_a_telephone_but_not_without_end(visitor: Visitor) -> None:
    word = {"X-CSRF-Token": visitor.csrf("/try-it")}

    told = [visitor.client.post("/try-it/credentials", headers=word) for _ in range(21)]

    assert told[0].json()["sip"]["user"] == "guest-07"
    assert [answer.status_code for answer in told] == [200] * 20 + [429]
    assert told[-1].headers["content-type"] == "application/problem+json"


def test_errors_are_pages_for_people_and_problem_documents_for_programs(li_wei: Visitor) -> None:
    page = li_wei.get("/nowhere")
    script = li_wei.get("/api/v1/nowhere")
    wrong = li_wei.client.put("/api/v1/calls")

    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert script.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "instance"} <= set(script.json())
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")


def test_a_body_that_never_ends_is_refused(visitor: Visitor) -> None:
    answer = visitor.client.post("/api/v1/session", content=b"x" * 2_000_000)

    assert answer.status_code == 413


def test_a_place_for_files_takes_as_much_as_its_bound_says(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.kit.body_limits.UPLOADS", {"/api/v1/session": 3_000_000})

    taken = visitor.client.post("/api/v1/session", content=b"x" * 2_000_000)
    refused = visitor.client.post("/api/v1/session", content=b"x" * 3_000_001)

    assert (taken.status_code, refused.status_code) == (422, 413)


def test_every_route_that_takes_a_file_names_its_bound(app: FastAPI) -> None:
    for one in endpoints_of(app):
        told = inspect.signature(one.function).parameters.values() if one.function else ()
        if any("UploadFile" in str(parameter.annotation) for parameter in told):
            assert any(one.path.startswith(prefix) for prefix in UPLOADS), one


def test_every_answer_has_the_security_headers(visitor: Visitor) -> None:
    for path in ("/sign-in", "/api/v1/calls", "/nowhere", "/healthz"):
        headers = visitor.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-request-id"]
        assert headers["cache-control"] == "no-store"


def test_no_page_holds_a_script_of_its_own(li_wei: Visitor) -> None:
    for path in ("/sign-in", "/desk", "/calls", f"/calls/{LI_WEIS_CALL}", "/try-it"):
        text = li_wei.get(path).text
        assert "<script>" not in text
        assert " onclick=" not in text
        assert ' style="' not in text


@pytest.mark.wide
@with_settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=st.text(max_size=30),
    value=st.text(max_size=40),
    json=st.recursive(
        st.none() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(["name", "phones", "outcome", "note"]), inner, max_size=3
            )
        ),
    ),
)
def test_no_input_causes_a_server_error(
    li_wei: Visitor, path: str, value: str, json: object
) -> None:
    safe = quote(path, safe="", errors="replace") or "x"
    query = {"caller": value, "queue": value, "agent": value, "from": value, "cursor": value}
    word = {"X-CSRF-Token": "x"}

    answers = [
        li_wei.client.get(f"/calls/{safe}"),
        li_wei.client.get(f"/api/v1/customers/{safe}"),
        li_wei.client.get("/api/v1/calls", params={"caller": value, "queue": value}),
        li_wei.client.get("/calls", params=query),
        li_wei.client.get("/sign-in", params={"next": value}),
        li_wei.client.post("/api/v1/session", json=json, headers=word),
    ]

    assert {answer.status_code for answer in answers} <= CALM
