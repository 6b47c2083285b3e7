"""Every declared list: its page, its orders, sizes, filters and files, in both languages."""

import csv
import io
import json
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from unit.web.list_rows import add_rows, forget_rows
from unit.web.visitor import Visitor

from crm.people.person import Language, Login, LoginResult, NewUser
from crm.people.roles.store import RoleDraft, add_role
from crm.people.sessions.store import note_login
from crm.people.store import add_user, set_language
from web.audit.words import action_names, thing_names
from web.kit.clock import now
from web.kit.i18n import catalogue
from web.kit.listing.declaration import FilterKind, Listing
from web.kit.listing.page import filled
from web.kit.settings import Settings
from web.listings import listings

LISTINGS = listings()
ROW = re.compile(r'<tr data-testid="row" data-id="([^"]*)"')
NEXT = re.compile(r'<a class="btn btn-sm" href="([^"]*)" rel="next"')
BARE = "lists.bare"
# Lists with another address in the API than on pages, or without one.
API = {
    "colleagues": "/address-book/colleagues",
    "alarm_kinds": "/alarms/kinds",
    "choices": "/dictionaries/{dictionary}/items",
    "components": "",
    "entries_of_a_number_list": "/number-lists/{number_list}/entries",
    "own-logins": "/account/logins",
    "present": "/logins/sessions",
    "processes": "/status/processes",
    "queue_estimates": "/queues/{queue}/estimates",
    "route_cases": "/routes/cases",
    "score_figures": "/satisfaction/figures",
    "scores": "/satisfaction",
    "seat_calls": "/statistics/seats/calls",
    "seat_traffic": "/statistics/seats/traffic",
    "seats": "/statistics/seats",
    "sessions": "/account/sessions",
    "user-sessions": "/users/{user}/sessions",
    "webhook-deliveries": "/webhooks/{webhook}/deliveries",
}
# What fills the places of the addresses of lists that belong to a thing.
PLACE: dict[str, str] = {"dictionary": "lists", "queue": "support"}
every_list = pytest.mark.parametrize("listing", LISTINGS, ids=lambda one: one.name)
SORTS = [(one, word) for one in LISTINGS for word in one.sorts]
every_sort = pytest.mark.parametrize(
    ("listing", "sort"),
    [*SORTS, *(pytest.param(one, f"-{word}", marks=pytest.mark.long) for one, word in SORTS)],
    ids=lambda one: getattr(one, "name", one),
)


@pytest.fixture(scope="module", autouse=True)
def something_in_every_list(
    app: FastAPI, settings: Settings, database: sessionmaker[Session], people: Any
) -> Iterator[None]:
    """Three rows at least where a list would be empty, and a user whose role has no right."""
    with database.begin() as session:
        bare = add_role(session, RoleDraft("Bare", "空"))
        add_user(session, NewUser(BARE, BARE, bare, "x"))
    PLACE.update(add_rows(database, people))
    states = {name: {"state": "stopped"} for name in ("engine", "ledger", "web")}
    told = {"supervisor": os.getpid(), "ready": True, "children": states, "work": None}
    settings.status_file.write_text(json.dumps(told))
    app.state.system_status.__init__(app.state.context, app.state.live)
    yield
    settings.status_file.unlink(missing_ok=True)
    app.state.system_status.__init__(app.state.context, app.state.live)
    forget_rows(database)


@pytest.fixture
def reader(admin: Visitor, people: Any, database: sessionmaker[Session]) -> Visitor:
    """An administrator with few sessions; the login log has three lines at least."""
    few = "DELETE FROM sessions WHERE id NOT IN (SELECT id FROM sessions ORDER BY id DESC LIMIT 20)"
    with database.begin() as session:
        session.connection().exec_driver_sql(few)
        for _ in range(3):
            note_login(session, Login(now(), "admin", people.admin, "::1", LoginResult.SIGNED_IN))
    return admin


def rows_of(page: str) -> list[str]:
    return ROW.findall(page)


def next_of(page: str) -> str:
    return found[1].replace("&amp;", "&") if (found := NEXT.search(page)) else ""


def url_of(listing: Listing[Any]) -> str:
    return filled(listing.url, PLACE)


def file_of(listing: Listing[Any]) -> str:
    return filled(listing.export_address, PLACE)


def at(listing: Listing[Any], words: str) -> str:
    return f"{url_of(listing)}?{words}"


def api_of(listing: Listing[Any]) -> str:
    path = API.get(listing.name, listing.url)
    return f"/api/v1{filled(path, PLACE)}" if path else ""


def test_the_lists_are_found() -> None:
    assert len(LISTINGS) > 14
    assert len({one.name for one in LISTINGS}) == len(LISTINGS)
    assert {one.export.action for one in LISTINGS} <= action_names().keys()
    assert {one.export.thing for one in LISTINGS} <= thing_names().keys()


@every_list
def test_a_list_opens_in_both_languages(
    reader: Visitor, database: sessionmaker[Session], people: Any, listing: Listing[Any]
) -> None:
    english = reader.get(url_of(listing))
    with database.begin() as session:
        set_language(session, people.admin, Language.CHINESE)
    try:
        chinese = reader.get(url_of(listing))
    finally:
        with database.begin() as session:
            set_language(session, people.admin, Language.ENGLISH)

    assert (english.status_code, chinese.status_code) == (200, 200)
    assert f'data-testid="list-{listing.name}"' in english.text
    assert listing.title in english.text
    assert catalogue(Language.CHINESE).gettext(listing.title) in chinese.text


@every_sort
def test_a_list_is_sorted_by_its_headings(
    reader: Visitor, listing: Listing[Any], sort: str
) -> None:
    page = reader.get(at(listing, f"sort={sort}&limit=200"))
    usual = reader.get(at(listing, "limit=200"))

    direction = "descending" if sort.startswith("-") else "ascending"
    assert page.status_code == 200
    assert sorted(rows_of(page.text)) == sorted(rows_of(usual.text))
    if any(one.shown for one in listing.columns if listing.sort_of(one) == sort.lstrip("-")):
        assert f'aria-sort="{direction}"' in page.text


@every_list
def test_every_list_can_be_sorted_and_filtered(listing: Listing[Any]) -> None:
    assert listing.sorts
    assert listing.filters


@every_list
def test_a_list_goes_on_page_by_page_and_shows_no_row_twice(
    reader: Visitor, listing: Listing[Any]
) -> None:
    whole = rows_of(reader.get(at(listing, "limit=200")).text)
    seen: list[str] = []
    size = max(1, len(whole) // 3)
    place = at(listing, f"limit={size}")
    while place and len(seen) <= len(whole):
        page = reader.get(place)
        assert page.status_code == 200, place
        found = rows_of(page.text)
        assert len(found) <= size
        assert f'<option value="{size}" selected>' in page.text
        seen += found
        place = next_of(page.text)

    assert len(seen) >= len(whole)
    if listing.row_id:  # other rows are numbered on each page
        assert seen[: len(whole)] == whole
        assert len(set(seen)) == len(seen)


@every_list
def test_the_api_gives_the_same_list_page_by_page(reader: Visitor, listing: Listing[Any]) -> None:
    if not (path := api_of(listing)):
        pytest.skip("this list is only a page")
    size, seen, cursor = 2, 0, ""
    first = reader.get(f"{path}?limit=20").json()
    whole = first["items"]
    while True:
        page = reader.get(f"{path}?limit={size}&cursor={cursor}").json()
        assert page["items"] == whole[seen : seen + size]
        seen += size
        cursor = page["next"]
        assert bool(cursor) is (seen < len(whole) or bool(first["next"]))
        if not cursor or seen == len(whole):
            break

    for wrong in ("cursor=nonsense", "sort=nonsense", "limit=0"):
        assert reader.get(f"{path}?{wrong}").status_code == 422, wrong
    for one in listing.filters:
        if one.kind is not FilterKind.CHOICE or not callable(one.options):
            expected = 200 if one.kind is FilterKind.TEXT else 422
            found = reader.get(f"{path}?{one.name}=nonsense").status_code
            assert found == expected or one.name == "phone", one.name


@every_list
def test_a_list_cannot_be_continued_from_nonsense(reader: Visitor, listing: Listing[Any]) -> None:
    page = reader.get(at(listing, "cursor=nonsense"))

    assert page.status_code == 422
    assert "This list cannot be continued from here. Reload it." in page.text


@every_list
def test_nonsense_in_a_filter_is_said_beside_it_or_finds_nothing(
    reader: Visitor, listing: Listing[Any]
) -> None:
    for one in listing.filters:
        page = reader.get(at(listing, f"{one.name}=nonsense&limit=200"))
        fixed = one.kind is FilterKind.CHOICE and not callable(one.options)
        if fixed or one.kind in {FilterKind.ID, FilterKind.SINCE, FilterKind.UNTIL}:
            assert page.status_code == 422, one.name
            assert "“nonsense” is not" in page.text, one.name
            assert "invalid-feedback" in page.text, one.name
            assert reader.get(f"{file_of(listing)}?{one.name}=nonsense").status_code == 422
        elif one.kind is not FilterKind.FLAG:
            assert rows_of(page.text) == [], one.name
            assert "No results match these filters." in page.text, one.name
            assert page.status_code == 200 or "invalid-feedback" in page.text, one.name


@every_list
def test_a_list_is_exported_with_all_its_rows(reader: Visitor, listing: Listing[Any]) -> None:
    whole = rows_of(reader.get(at(listing, "limit=200")).text)
    file = reader.get(f"{file_of(listing)}?format=csv")
    book = reader.get(f"{file_of(listing)}?format=xlsx")

    head, *lines = csv.reader(io.StringIO(file.text.removeprefix("\ufeff"), newline=""))
    assert (file.status_code, book.status_code) == (200, 200)
    assert book.content[:2] == b"PK"
    assert len(lines) >= len(whole) > 0
    text = next((one.name for one in listing.filters if one.kind is FilterKind.TEXT), "")
    noted = reader.get(f"/api/v1/audit?action={listing.export.action}").json()["items"][0]
    nothing = reader.get(f"{file_of(listing)}?{text}=nonsense").text if text else "\n"
    assert nothing.count("\n") == 1
    assert {len(one) for one in lines} == {len(head)}
    assert noted["after"]["format"] == "xlsx"


@every_list
def test_a_list_is_shut_to_a_role_without_its_right(
    visitor: Visitor, database: sessionmaker[Session], listing: Listing[Any]
) -> None:
    visitor.enter(database, BARE)

    expected = (403, 403) if listing.opened_by else (200, 200)
    found = visitor.get(url_of(listing)), visitor.get(file_of(listing))

    assert tuple(one.status_code for one in found) == expected


@pytest.mark.parametrize(
    "listing", [one for one in LISTINGS if "{" in one.url], ids=lambda one: one.name
)
def test_the_list_of_a_thing_that_does_not_exist_is_not_found(
    reader: Visitor, listing: Listing[Any]
) -> None:
    for nowhere in ("987654321", "no%20such"):
        place = dict.fromkeys(PLACE, nowhere)
        path = f"/api/v1{API[listing.name].format_map(place)}"
        addresses = [one.format_map(place) for one in (listing.url, listing.export_address)]

        found = [reader.get(address).status_code for address in (path, *addresses)]

        assert set(found) <= {404, 422}, found
        assert found[2] == 404
