"""From an empty site to the first number: the one-time address, then the set-up's steps."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from unit.web.first_day.empty_site import empty_site
from unit.web.visitor import Response, Visitor
from walks.own_site import OwnSite

from acd.queues.store import queues
from acd.store import agents, pause_reasons
from crm.first_day.step import StepState
from crm.first_day.store import state
from crm.people.person import Language
from crm.people.store import set_enabled, user_by_login
from ivr.standard import read_standard
from ivr.store import newest_document, numbers, prompts
from web.kit.passwords import is_password
from web.ops.cli.administrator import make_administrator
from web.ops.first_administrator import examine, offer_address

PASSWORD = "quite a long passphrase"
FORM = {"name": "Zhou Ying", "login": "zhou.ying", "new": PASSWORD, "again": PASSWORD}


@pytest.fixture
def site(server_url: str, quick_passwords: None) -> Iterator[OwnSite]:
    assert quick_passwords is None
    with empty_site(server_url, "firstday") as made:
        yield made


def open_address(site: OwnSite, address: str = "") -> Visitor:
    """Open the one-time address in a browser without cookies."""
    place = urlsplit(address or offer_address(site.settings)).path
    site.client.cookies.clear()
    visitor = Visitor(site.client)
    answer = visitor.get(place)
    assert (answer.status_code, answer.headers.get("location")) == (303, "/first-administrator")
    return visitor


def send(visitor: Visitor, **changed: str) -> Response:
    form = {**FORM, **changed, "csrf": visitor.csrf("/first-administrator")}
    return visitor.client.post("/first-administrator", data=form)


def signed_in(site: OwnSite) -> Visitor:
    """Make the first administrator by the address; the browser is signed in as them."""
    visitor = open_address(site)
    assert send(visitor).headers["location"] == "/first-day"
    visitor.word = visitor.csrf("/first-day")
    return visitor


def test_the_address_makes_the_first_administrator_once(site: OwnSite) -> None:
    address = offer_address(site.settings)
    assert examine(site.settings) == (False, False)
    assert "administrator" in Visitor(site.client).get("/sign-in").text

    visitor = signed_in(site)

    with site.database.begin() as session:
        user = user_by_login(session, "zhou.ying")
        assert user is not None
        assert user.role.key == "administrator"
        assert is_password(user.password_hash, PASSWORD)
        assert pause_reasons(session)
        kept = session.execute(text("SELECT count(*) FROM first_administrator_links"))
        assert kept.scalar_one() == 0
        entry = session.execute(text("SELECT action, user_id FROM audit_log")).one()
    assert tuple(entry) == ("administrator.made", user.id)
    assert visitor.get("/").headers["location"] == "/first-day"
    assert offer_address(site.settings) == ""
    assert Visitor(site.client).get(urlsplit(address).path).status_code == 410
    assert examine(site.settings) == (True, True)


def test_only_the_newest_address_is_valid_and_only_a_hash_is_stored(site: OwnSite) -> None:
    older, newer = offer_address(site.settings), offer_address(site.settings)

    visitor = Visitor(site.client)

    assert visitor.get(urlsplit(older).path).status_code == 410
    assert visitor.get(urlsplit(newer).path).status_code == 303
    with site.database.begin() as session:
        (kept,) = session.scalars(text("SELECT token_hash FROM first_administrator_links")).all()
    assert kept not in newer


def test_an_address_is_not_valid_after_a_day_nor_beside_an_administrator(site: OwnSite) -> None:
    address = offer_address(site.settings)
    with site.database.begin() as session:
        session.execute(
            text("UPDATE first_administrator_links SET expires_at = expires_at - :day"),
            {"day": timedelta(hours=24)},
        )
    assert Visitor(site.client).get(urlsplit(address).path).status_code == 410

    visitor = open_address(site)
    assert make_administrator(site.settings, "root", "Root", PASSWORD) == ""

    assert send(visitor).status_code == 410
    with site.database.begin() as session:
        assert user_by_login(session, "zhou.ying") is None


def test_a_form_with_errors_names_the_fields_and_leaves_the_address_valid(site: OwnSite) -> None:
    visitor = open_address(site)

    for wrong, field in (
        ({"again": "another"}, "again"),
        ({"new": "short", "again": "short"}, "new"),
        ({"login": "two words"}, "login"),
        ({"name": ""}, "name"),
    ):
        answer = send(visitor, **wrong)
        assert answer.status_code == 422, wrong
        assert f'id="administrator-{field}-error"' in answer.text, wrong
    assert send(visitor).status_code == 303


def test_the_shell_makes_an_administrator_and_gives_a_link_without_a_password(
    site: OwnSite,
) -> None:
    address = make_administrator(site.settings, "root", "", "")
    assert Visitor(site.client).get(urlsplit(address).path).headers["location"] == "/set-password"

    signed = Visitor(site.client)
    assert make_administrator(site.settings, "root", "", PASSWORD) == ""

    assert signed.sign_in("root", PASSWORD).headers["location"] == "/first-day"
    with site.database.begin() as session:
        assert set(state(session).values()) == {StepState.OPEN}


def test_the_shell_gives_a_user_who_exists_the_role_and_lets_them_in_again(site: OwnSite) -> None:
    make_administrator(site.settings, "root", "", PASSWORD)
    make_administrator(site.settings, "other", "", PASSWORD)
    with site.database.begin() as session:
        other = user_by_login(session, "other")
        assert other is not None
        set_enabled(session, other.id, enabled=False)

    make_administrator(site.settings, "OTHER", "", "some long passphrase")

    assert Visitor(site.client).sign_in("other", "some long passphrase").status_code == 303


def test_the_steps_lead_from_nothing_to_a_number_with_a_menu(site: OwnSite) -> None:
    visitor = signed_in(site)

    answer = visitor.post(
        "/first-day/company",
        {"company": "Blue Sky", "language": "zh_CN", "timezone": "Asia/Shanghai"},
    )
    assert answer.headers["location"] == "/first-day/agents"
    rows = {"name_1": "Li Wei", "login_1": "li.wei", "name_3": "王芳", "login_3": "wang.fang"}
    made = visitor.post("/first-day/agents", rows)
    assert made.status_code == 200
    assert made.text.count('data-testid="first-password"') == 2
    assert "1001" in made.text
    assert "1002" in made.text
    with site.database.begin() as session:
        members = [str(one.id) for one in agents(session)]
    seconds = {"ring_seconds": "20", "wrapup_seconds": "10"}
    queue = {"name_en": "Sales", "name_zh": "销售", "members": members, "record": "on", **seconds}
    assert visitor.post("/first-day/queue", queue).headers["location"] == "/first-day/number"
    number = {
        "number": "400 800 1234",
        "name": "Main number",
        "language": "zh_CN",
        "greeting": "欢迎致电蓝天公司。",
        "otherwise": "sales",
        "key_1": "sales",
    }
    assert visitor.post("/first-day/number", number).headers["location"] == "/first-day"

    assert "Blue Sky" in visitor.get("/users").text
    assert 'data-testid="set-up-done"' in visitor.get("/first-day").text
    assert visitor.get("/").headers["location"] == "/floor"
    with site.database.begin() as session:
        (found,) = queues(session)
        assert (found.key, len(found.members), found.ring_seconds) == ("sales", 2, 20.0)
        assert (found.record, found.max_misses) == (True, 2)
        (line,) = numbers(session)
        assert (line.number, line.language) == ("+864008001234", Language.CHINESE)
        flow = read_standard(newest_document(session, line.flow))
        assert flow is not None
        assert (flow.choices, flow.otherwise) == ({"1": "sales"}, "sales")
        texts = {one.name: one.text for one in prompts(session)}
        assert texts[flow.greeting] == "欢迎致电蓝天公司。"
        assert texts[flow.menu] == "销售请按1。"
        user = user_by_login(session, "wang.fang")
        assert user is not None
        assert (user.language, user.must_change_password) == (Language.CHINESE, True)


def test_a_step_can_be_skipped_and_taken_up_again(site: OwnSite) -> None:
    visitor = signed_in(site)

    for step, following in (("company", "agents"), ("agents", "queue"), ("queue", "number")):
        answer = visitor.post(f"/first-day/{step}/skip")
        assert answer.headers["location"] == f"/first-day/{following}"
    assert visitor.post("/first-day/number/skip").headers["location"] == "/first-day"

    assert visitor.get("/first-day").text.count('data-state="skipped"') == 4
    assert visitor.get("/").headers["location"] == "/first-day"
    company = {"company": "Blue Sky", "language": "en", "timezone": ""}
    visitor.post("/first-day/company", company)
    assert visitor.get("/first-day").text.count('data-state="done"') == 1
    assert visitor.post("/first-day/hide").headers["location"] == "/"
    assert visitor.get("/").headers["location"] == "/floor"


def test_wrong_rows_are_named_and_nobody_is_added(site: OwnSite) -> None:
    visitor = signed_in(site)

    for rows in (
        {},
        {"name_1": "Li Wei"},
        {"name_1": "Li Wei", "login_1": "li.wei", "name_2": "Li Wei", "login_2": "LI.WEI"},
        {"name_1": "Li Wei", "login_1": "li.wei", "name_2": "Wang", "login_2": "wang fang"},
    ):
        answer = visitor.post("/first-day/agents", rows)
        assert answer.status_code == 422, rows
        assert 'data-testid="form-error"' in answer.text
        assert ("Enter the username." in answer.text) is (len(rows) == 1)
        assert "{" not in answer.text.partition("<form")[2].partition("</form")[0]
        assert rows.get("login_1", "") in answer.text
    with site.database.begin() as session:
        assert agents(session) == []


def test_a_number_without_a_queue_is_refused(site: OwnSite) -> None:
    visitor = signed_in(site)

    form = {"number": "4008001234", "language": "en", "otherwise": ""}

    assert visitor.post("/first-day/number", form).status_code == 422
    assert "/first-day/queue" in visitor.get("/first-day/number").text
