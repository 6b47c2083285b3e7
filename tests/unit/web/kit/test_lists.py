"""Saved views, chosen columns and row spacing of lists."""

import json
import re

import pytest
from unit.web.visitor import Visitor

from crm.preferences.store import preference


def save(visitor, **form):
    said = {"name": "Ready ones", "query": json.dumps({"state": "ready"}), "next": "/components"}
    return visitor.post("/lists/components/views", said | form)


def views_in(visitor):
    page = visitor.get("/components").text
    return re.findall(r'href="(/components\?[^"]*view=(\d+))"', page)


@pytest.fixture(autouse=True)
def no_views(database):
    yield
    with database.begin() as session:
        session.connection().exec_driver_sql("DELETE FROM saved_views")
        session.connection().exec_driver_sql("DELETE FROM preferences")


def test_a_view_is_saved_and_opened_again(admin: Visitor):
    answer = save(admin)

    assert answer.status_code == 303
    url, id_ = views_in(admin)[0]
    assert answer.headers["location"] == f"/components?state=ready&view={id_}"
    opened = admin.get(url.replace("&amp;", "&"))
    assert '<option value="ready" selected>' in opened.text


def test_a_view_is_deleted_and_its_mark_leaves_the_address(admin: Visitor):
    place = save(admin).headers["location"]
    id_ = views_in(admin)[0][1]

    answer = admin.post(f"/lists/components/views/{id_}/delete", {"next": place})

    assert answer.headers["location"] == "/components?state=ready"
    assert views_in(admin) == []


def test_another_persons_view_is_not_there_to_be_deleted(admin: Visitor, database):
    save(admin)
    id_ = views_in(admin)[0][1]
    admin.enter(database, "chen.jing")

    assert admin.post(f"/lists/components/views/{id_}/delete").status_code == 404


def test_an_agent_may_keep_a_view_but_not_share_one(li_wei: Visitor):
    form = {"name": "Mine", "query": "{}", "next": "/calls"}

    assert li_wei.post("/lists/calls/views", form).status_code == 303
    assert li_wei.post("/lists/calls/views", form | {"shared": "on"}).status_code == 403


@pytest.mark.parametrize("query", ["[]", "not json", "3"])
def test_a_view_of_nonsense_is_not_kept(admin: Visitor, query):
    assert save(admin, query=query).status_code == 422


def test_a_view_leads_nowhere_else(admin: Visitor):
    answer = save(admin, next="https://evil.example/")

    assert answer.headers["location"].startswith("/?")


def test_a_list_of_an_impossible_name_is_refused(admin: Visitor):
    assert admin.post("/lists/A%20b/views", {"name": "x"}).status_code in {404, 422}


def test_chosen_columns_are_shown_until_they_are_as_at_first(admin: Visitor):
    form = {"next": "/components", "columns": "note"}
    admin.post("/lists/components/columns", form)
    chosen = admin.get("/components").text
    admin.post("/lists/components/columns", {"next": "/components", "reset": "on"})
    first = admin.get("/components").text

    assert 'data-label="Note"' in chosen
    assert 'data-label="Calls"' not in chosen
    assert 'data-label="Name"' in chosen  # it is required
    assert 'data-label="Note"' not in first
    assert 'data-label="Calls"' in first


def test_the_spacing_of_rows_is_there_in_the_next_browser(admin: Visitor, people, database):
    answer = admin.post("/lists/density", {"density": "compact"})

    assert answer.status_code == 204
    assert 'data-density="compact"' in admin.get("/components").text
    with database.begin() as session:
        assert preference(session, people.admin, "density") == "compact"


def test_a_spacing_that_is_none_is_refused(admin: Visitor):
    assert admin.post("/lists/density", {"density": "tiny"}).status_code == 422


def test_a_time_with_its_zone_is_shown_in_the_field_that_takes_local_times(admin: Visitor):
    opened = admin.get("/calls?from=2026-11-22T08:00:30%2B08:00&to=2026-11-23")

    # An address from the picture of a flow names the zone; the field would be empty with it.
    shown = re.search(r'name="from" type="datetime-local" value="([^"]+)"[^>]* step=1', opened.text)
    assert shown
    assert admin.get(f"/calls?from={shown[1]}").status_code == 200
    assert re.search(r'name="to" type="date" value="2026-11-23"', opened.text)


def test_what_is_no_time_stays_in_the_field_with_its_error(admin: Visitor):
    opened = admin.get("/calls?from=Tomorrow")

    assert 'value="Tomorrow"' in opened.text
