"""Outbound rules: their form, their order, the tester, and the limit of an agent."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.visitor import Visitor

from cti.outbound.models import OutboundRuleRow


@pytest.fixture(autouse=True)
def no_rules(database: sessionmaker[Session]) -> Iterator[None]:
    yield
    with database.begin() as session:
        session.execute(delete(OutboundRuleRow))


@pytest.fixture
def trunk(admin: Visitor) -> int:
    return _trunk(admin)


def _trunk(admin: Visitor) -> int:
    body = {"name": secrets.token_hex(4), "host": "127.0.0.1"}
    return int(admin.ask("/trunks", body).json()["id"])


def form(trunk: int, **more):
    numbers = {"most_calls": "0", "per_minute": "0", "day_cost": "0", "choice": "order"}
    named = {"name": secrets.token_hex(4), "classes": ["mobile"], "trunk_1": str(trunk)}
    return {**named, **numbers, "active": "on", "record": "on", **more}


def made(admin: Visitor, trunk: int, **more) -> int:
    answer = admin.post("/outbound-rules", form(trunk, **more))
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rpartition("/")[2])


def answer_for(admin: Visitor, number: str, agent=None):
    answer = admin.ask("/outbound-rules/test", {"number": number, "agent": agent})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_rule_is_stored_with_its_trunks_in_order(
    admin: Visitor, people: People, trunk: int
) -> None:
    second = _trunk(admin)
    rule = made(
        admin,
        second,
        trunk_2=str(trunk),
        agents=[str(people.li_wei)],
        begins="+86136, +86139",
        begins_1="+86",
        strip_1="3",
        prepend_1="0",
        caller_number="+864008001234",
        most_calls="5",
    )

    shape = admin.get(f"/api/v1/outbound-rules/{rule}").json()
    assert [one["id"] for one in shape["trunks"]] == [second, trunk]
    assert shape["begins"] == ["+86136", "+86139"]
    assert shape["rewrites"] == [{"begins": "+86", "strip": 3, "prepend": "0"}]
    found = answer_for(admin, "13600136000", people.li_wei)
    assert found["allowed"]
    assert [one["digits"] for one in found["ways"]] == ["013600136000"] * 2
    assert found["ways"][0]["caller_number"] == "+864008001234"
    other = answer_for(admin, "13600136000", people.wang_fang)
    assert not other["allowed"]
    assert other["rules"][0]["sentence"] == "for other people"
    page = admin.get(f"/outbound-rules/{rule}").text
    assert f'<option value="{second}" selected>' in page


def test_the_page_of_the_tester_says_the_same(admin: Visitor, people: People, trunk: int) -> None:
    made(admin, trunk, name="Mobiles")

    yes = admin.get(f"/outbound-rules/test?agent={people.li_wei}&number=13600136000").text
    no = admin.get("/outbound-rules/test?agent=&number=0049301234567").text

    assert 'data-allowed="yes"' in yes
    assert "Mobiles" in yes
    assert "You may not dial international numbers" in no
    assert admin.get("/outbound-rules/test?agent=999999&number=1380").status_code == 422
    assert admin.get("/outbound-rules/test?agent=x&number=1380").status_code == 422
    assert admin.get(f"/outbound-rules/test?agent={people.li_wei}&number=").status_code == 422
    assert 'data-allowed="no"' in admin.get("/outbound-rules/test?number=abc").text
    assert 'data-allowed="yes"' in admin.get("/outbound-rules/test?number=110").text


def test_what_is_wrong_is_said_beside_its_field(admin: Visitor, trunk: int) -> None:
    for wrong, said in (
        ({"name": ""}, "Enter"),
        ({"classes": []}, "Select"),
        ({"trunk_1": ""}, "Choose at least one trunk"),
        ({"trunk_1": "999999"}, "Choose at least one trunk"),
        ({"begins": "abc"}, "A beginning has digits"),
        ({"begins_1": "abc"}, "A beginning has digits"),
        ({"strip_1": "99"}, "Enter a number from 0 to 20"),
        ({"strip_2": "x"}, "Enter a number from 0 to 20"),
        ({"caller_number": "+86123"}, "is not one of our own numbers"),
        ({"agents": ["999999"]}, "is not one of the options"),
        ({"most_calls": "99999"}, "At most"),
    ):
        answer = admin.post("/outbound-rules", form(trunk, **wrong))
        assert answer.status_code == 422, wrong
        assert said in answer.text, wrong
        assert 'aria-invalid="true"' in answer.text or 'role="alert"' in answer.text, wrong
    name = secrets.token_hex(4)
    made(admin, trunk, name=name)
    assert "already exists" in admin.post("/outbound-rules", form(trunk, name=name)).text


def test_the_order_decides_and_can_be_changed(admin: Visitor, trunk: int) -> None:
    one, two = made(admin, trunk, name="One"), made(admin, trunk, name="Two")
    assert answer_for(admin, "13600136000")["rule"] == "One"

    admin.post(f"/outbound-rules/{two}/move", {"do": "up"})
    assert answer_for(admin, "13600136000")["rule"] == "Two"
    admin.ask("/outbound-rules/order", {"keys": [one, two]}, "PUT")

    assert answer_for(admin, "13600136000")["rule"] == "One"
    assert admin.ask("/outbound-rules/order", {"keys": [one]}, "PUT").status_code == 422
    assert "(copy)" in admin.get(f"/outbound-rules/new?copy={one}").text


def test_a_trunk_of_a_rule_stays(admin: Visitor, trunk: int) -> None:
    rule = made(admin, trunk, name="Needs it")

    refused = admin.post(f"/trunks/{trunk}/delete")
    assert refused.status_code == 409
    assert "Needs it" in refused.text
    assert admin.ask(f"/outbound-rules/{rule}", None, "DELETE").status_code == 204
    assert admin.post(f"/trunks/{trunk}/delete").status_code == 303


def test_a_rule_is_changed_only_as_it_was_read(admin: Visitor, trunk: int) -> None:
    rule = made(admin, trunk)
    tag = admin.get(f"/api/v1/outbound-rules/{rule}").headers["etag"]
    changed = admin.ask(f"/outbound-rules/{rule}", {"most_calls": 3}, "PATCH").json()

    assert changed["most_calls"] == 3
    assert admin.post(f"/outbound-rules/{rule}", form(trunk, version=tag)).status_code == 409
    body = {"name": "x", "classes": ["local"], "trunks": [trunk]}
    assert admin.ask(f"/outbound-rules/{rule}", body, "PUT").json()["classes"] == ["local"]


def test_a_supervisor_limits_an_agent_until_a_time(
    chen_jing: Visitor, people: People, database: sessionmaker[Session]
) -> None:
    address = f"/agents/{people.li_wei}/outbound-limit"
    body = {"limit": "none", "until": "2026-12-24T18:00:00+08:00"}

    assert chen_jing.ask(address, body).json()["until"] == "2026-12-24T10:00:00Z"
    assert "2026-12-24T18:00" in chen_jing.get(address).text
    assert chen_jing.get("/agents/999999/outbound-limit").status_code == 404
    assert chen_jing.post(address, {"limit": "x"}).status_code == 422
    assert chen_jing.post(address, {"limit": "none", "until": "x"}).status_code == 422
    chen_jing.enter(database, "li.wei")
    assert chen_jing.ask(address, body).status_code == 403
    chen_jing.enter(database, "admin")
    page = chen_jing.get(f"/users/{people.li_wei}").text
    assert 'value="2026-12-24T18:00"' in page
    assert chen_jing.post(address, {"limit": "by rule", "until": ""}).status_code == 303
    agent = chen_jing.get(f"/api/v1/users/{people.li_wei}").json()["agent"]
    assert (agent["outbound"], agent["outbound_until"]) == ("by rule", None)


def test_the_limit_of_a_user_is_set_with_the_other_settings(admin: Visitor, people: People) -> None:
    def patch(**agent):
        body = {"agent": {"extension": "1002", "queues": ["support"], **agent}}
        return admin.ask(f"/users/{people.wang_fang}", body, "PATCH")

    told = patch(outbound="internal", outbound_until="2026-12-24T18:00")

    assert told.json()["agent"]["outbound_until"] == "2026-12-24T10:00:00Z"
    assert patch(outbound="internal", outbound_until="9999-12-31T23:59").status_code == 422
    assert patch(outbound="by rule").json()["agent"]["outbound_until"] is None
