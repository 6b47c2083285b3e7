"""What flows name is not deleted behind their backs, and an unfinished flow may be named."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from unit.web.flows.flow_facts import new_flow, publish, with_step, write
from unit.web.visitor import Visitor

HOURS = [{"weekdays": ["mon"], "hours": ["9:00-18:00"]}]


def made(admin: Visitor, path: str, body: dict[str, Any]) -> int:
    answer = admin.ask(path, {"name": f"Thing {secrets.token_hex(4)}", **body})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def hours(id_: int) -> dict[str, Any]:
    return with_step(type="hours", group=id_, opened="end", closed="end")


THINGS: dict[str, tuple[str, dict[str, Any], Callable[[int], dict[str, Any]]]] = {
    "time group": ("/time-groups", {"zone": "Asia/Shanghai", "weekly": HOURS}, hours),
    "ring group": (
        "/ring-groups",
        {},
        lambda id_: with_step(type="ring_group", group=id_),
    ),
    "voicemail box": ("/voicemail-boxes", {}, lambda id_: with_step(type="voicemail", box=id_)),
    "custom destination": (
        "/custom-destinations",
        {"url": "http://127.0.0.1:9/", "seconds": 1, "inside": True},
        lambda id_: with_step(type="custom", custom=id_),
    ),
    "number list": (
        "/number-lists",
        {"kind": "black"},
        lambda id_: with_step(type="put_on_list", number_list=id_, then="end"),
    ),
    "flow": ("/flows", {}, lambda id_: with_step(type="subflow", flow=id_, then="end")),
}


@pytest.mark.parametrize("thing", THINGS)
def test_what_a_draft_or_a_version_names_is_not_deleted(
    admin: Visitor, people: Any, thing: str
) -> None:
    path, body, document = THINGS[thing]
    more = {"members": [people.li_wei]} if thing == "ring group" else {}
    id_, flow = made(admin, path, {**body, **more}), new_flow(admin)
    name = admin.get(f"/api/v1/flows/{flow}").json()["name"]
    write(admin, flow, document(id_))

    for where in ("draft", "version"):
        refused = admin.ask(f"{path}/{id_}", None, "DELETE")
        assert refused.status_code == 409, where
        assert name in refused.json()["detail"]
        if where == "draft":
            assert publish(admin, flow).status_code == 200
    write(admin, flow, with_step(type="hangup"))
    assert admin.ask(f"{path}/{id_}", None, "DELETE").status_code == 409  # the version names it
    assert publish(admin, flow).status_code == 200
    assert admin.ask(f"{path}/{id_}", None, "DELETE").status_code == 204


def test_a_skill_that_a_flow_asks_for_is_not_deleted(admin: Visitor) -> None:
    named = {"name_en": f"Skill {secrets.token_hex(4)}"}
    key, flow = admin.ask("/skills", named).json()["key"], new_flow(admin)
    write(admin, flow, with_step(type="queue", queue="support", needs={key: 3}))
    assert admin.ask(f"/skills/{key}", None, "DELETE").status_code == 409
    assert admin.ask(f"/flows/{flow}", None, "DELETE").status_code == 204
    assert admin.ask(f"/skills/{key}", None, "DELETE").status_code == 204


def test_a_flow_that_leads_only_to_itself_is_deleted(admin: Visitor) -> None:
    flow = new_flow(admin)
    write(admin, flow, with_step(type="subflow", flow=flow, then="end"))
    assert admin.ask(f"/flows/{flow}", None, "DELETE").status_code == 204


def test_a_flow_that_was_never_published_can_be_named_with_a_warning(admin: Visitor) -> None:
    flow, later = new_flow(admin), new_flow(admin)
    named = write(admin, flow, with_step(type="subflow", flow=later, then="end"))
    assert [(one["warning"], one["text"]) for one in named["problems"]] == [
        (True, "“Flow” was never published. Publish it before callers come here.")
    ]
    name = admin.get(f"/api/v1/flows/{later}").json()["name"]
    assert name in admin.get(f"/flows/{flow}/steps/x").text
    assert publish(admin, flow).status_code == 200

    write(admin, later, with_step(type="hangup"))
    publish(admin, later)
    again = admin.get(f"/api/v1/flows/{flow}/draft").json()
    assert again["problems"] == []


def test_prompts_that_a_step_has_by_itself_can_be_left_out(admin: Visitor) -> None:
    flow = new_flow(admin)
    at = f"/flows/{flow}/steps/collect"
    admin.post(f"/flows/{flow}/steps", {"type": "collect"})
    assert 'value="collect-wrong" selected' in admin.get(at).text
    typed = {"variable": "order", "prompts.1": "which", "wrong.1": "", "terminator": "#"}
    assert admin.post(at, typed).status_code == 303

    node = admin.get(f"/api/v1/flows/{flow}/draft").json()["document"]["nodes"]["collect"]
    assert node["wrong"] == []
    assert 'value="collect-wrong" selected' not in admin.get(at).text
