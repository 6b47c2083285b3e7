"""Skills, the agents' levels, and skill groups."""

import secrets

import pytest
from unit.web.conftest import People
from unit.web.visitor import Visitor


@pytest.fixture
def skill(admin: Visitor) -> str:
    return str(admin.ask("/skills", {"name_en": f"Skill {secrets.token_hex(4)}"}).json()["key"])


def test_a_skill_is_added_by_its_form_renamed_and_deleted(admin: Visitor) -> None:
    word = secrets.token_hex(4)

    answer = admin.post("/skills", {"name_en": f"Mandarin {word}", "name_zh": "普通话"})
    place = answer.headers["location"].partition("?")[0]
    nameless = admin.post("/skills", {"name_en": " "})
    admin.post(place, {"name_en": word, "name_zh": "x", "active": "on"})

    assert place == f"/skills/mandarin-{word}"
    assert nameless.status_code == 422
    assert f"<h1>{word}</h1>" in admin.get(place).text
    assert admin.ask(place, None, "DELETE").status_code == 204


def test_a_skill_that_is_needed_is_neither_deactivated_nor_deleted(
    admin: Visitor, skill: str
) -> None:
    admin.ask("/queues", {"name_en": f"N {skill}", "needs": [{"skill": skill, "level": 1}]})

    assert admin.ask(f"/skills/{skill}", {"active": False}, "PATCH").status_code == 409
    assert admin.ask(f"/skills/{skill}", None, "DELETE").status_code == 409
    page = admin.post(f"/skills/{skill}/remove")
    assert page.status_code == 409
    assert f"N {skill}" in admin.get(f"/skills/{skill}").text


def test_the_levels_of_an_agent_are_set_with_their_version(
    admin: Visitor, people: People, skill: str
) -> None:
    path = f"/agents/{people.li_wei}/skills"
    before = admin.ask(path, None, "GET").json()

    set_ = admin.ask(path, {"skills": {**before["skills"], skill: 7}}, "PUT")
    late = admin.client.put(
        f"/api/v1{path}",
        json={"skills": {}},
        headers={"X-CSRF-Token": admin.word, "If-Match": before["version"]},
    )
    matrix = admin.get("/skills/matrix").text

    assert set_.json()["skills"][skill] == 7
    assert set_.json()["version"] == set_.headers["etag"]
    assert late.status_code == 412
    assert f'data-agent="{people.li_wei}"' in matrix
    assert '<td role="gridcell" data-level="7"' in matrix
    assert admin.ask(path, {"skills": {skill: 0}}, "PUT").json()["skills"] == {}


def test_wrong_levels_and_agents_are_refused(admin: Visitor, people: People, skill: str) -> None:
    for body in ({"skills": {skill: 11}}, {"skills": {"gone": 3}}, {"skills": {skill: "x"}}):
        answer = admin.ask(f"/agents/{people.li_wei}/skills", body, "PUT")
        assert answer.status_code == 422, body
    assert admin.ask(f"/agents/{people.admin}/skills", {"skills": {}}, "PUT").status_code == 404


def test_a_skill_group_gives_a_queue_its_agents_until_it_is_inactive(
    admin: Visitor, people: People
) -> None:
    name = f"Second line {secrets.token_hex(4)}"
    sent = {"name": name, "description": "", "active": "on", "members": [people.li_wei]}
    place = admin.post("/skill-groups", sent).headers["location"].partition("?")[0]
    group = int(place.rpartition("/")[2])
    body = {"name_en": name, "groups": [{"group": group, "rank": 2}]}
    key = admin.ask("/queues", body).json()["key"]

    admin.post(place, {**sent, "active": ""})

    shown = admin.get(f"/api/v1{place}").json()
    assert [one["key"] for one in shown["queues"]] == [key]
    assert shown["active"] is False
    assert "gives its queues no agents" in admin.get(place).text
    assert admin.post("/skill-groups", sent).status_code == 422, "the name is taken"


def test_supervisors_see_skills_and_administrators_set_them(
    chen_jing: Visitor, people: People
) -> None:
    for page in ("/skills", "/skills/matrix", "/skill-groups"):
        assert chen_jing.get(page).status_code == 200, page
    assert "data-may-change" not in chen_jing.get("/skills/matrix").text
    path = f"/agents/{people.li_wei}/skills"
    assert chen_jing.ask(path, {"skills": {}}, "PUT").status_code == 403
    assert chen_jing.ask("/skills", {"name_en": "x"}).status_code == 403
