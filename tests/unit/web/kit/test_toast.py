"""After a success the next page says what was done, once, in the reader's language."""

import json
import re

from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.people.models import UserRow
from web.kit.toast import COOKIE

SAVE = {"name": "Admin", "language": "en", "timezone": ""}


def toast(page: str) -> str:
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', page, re.DOTALL)
    assert found
    return str(json.loads(found[1])["toast"])


def test_the_next_page_says_that_something_was_saved_and_no_later_one(admin: Visitor) -> None:
    admin.post("/account", SAVE)

    assert toast(admin.get("/account").text) == "Saved."
    assert toast(admin.get("/account").text) == ""


def test_a_list_that_reloads_itself_leaves_the_toast_to_the_page(admin: Visitor) -> None:
    admin.post("/account", SAVE)
    admin.get("/notices", HX_Request="true", HX_Target="notices-list")

    part = admin.get("/account", HX_Request="true", HX_Target="main").text
    assert toast(part) == "Saved."


def test_a_sentence_that_is_not_ours_is_not_shown(admin: Visitor) -> None:
    admin.client.cookies.set(COOKIE, "Call%20this%20number%20now")

    assert toast(admin.get("/account").text) == ""
    admin.client.cookies.delete(COOKIE)


def test_an_unknown_address_and_the_api_reference_are_in_the_users_own_shell(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    _speak(database, "zh_CN")
    try:
        missing, reference = admin.get("/nothing/here"), admin.get("/api/docs")
    finally:
        _speak(database, "en")

    assert (missing.status_code, reference.status_code) == (404, 200)
    for page in (missing.text, reference.text):
        assert 'lang="zh-CN"' in page
        assert 'id="sidebar"' in page
    assert "此页面不存在。" in missing.text
    assert "API 参考" in reference.text


def test_a_visitor_without_an_account_sees_them_too(visitor: Visitor) -> None:
    assert visitor.get("/nothing/here").status_code == 404
    assert 'id="sidebar"' not in visitor.get("/api/docs").text


def _speak(database: sessionmaker[Session], language: str) -> None:
    with database.begin() as session:
        session.execute(update(UserRow).where(UserRow.login == "admin").values(language=language))
