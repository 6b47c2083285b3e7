"""The login log, and the list of open sessions."""

from typing import Any

from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor


def test_sign_ins_and_failed_ones_are_in_the_log(
    visitor: Visitor, database: sessionmaker[Session]
) -> None:
    visitor.sign_in("li.wei", "wrong password")
    visitor.client.cookies.clear()
    visitor.enter(database, "admin")

    line = visitor.get("/api/v1/logins").json()["items"][0]
    page = visitor.get("/logins?q=li.wei&result=wrong").text

    assert (line["login"], line["result"]) == ("li.wei", "wrong")
    assert line["result_name"] in page
    assert "wrong password" not in page


def test_an_administrator_ends_the_session_of_another(
    visitor: Visitor, people: Any, database: sessionmaker[Session]
) -> None:
    token = visitor.token("li.wei", PASSWORD)
    bearer = {"Authorization": f"Bearer {token}"}
    visitor.enter(database, "admin")
    found = visitor.get("/api/v1/logins/sessions").json()["items"]
    theirs = next(
        one["id"] for one in found if one["user"]["id"] == people.li_wei and one["kind"] == "api"
    )
    was_in = visitor.client.get("/api/v1/account", headers=bearer).status_code

    ended = visitor.post("/logins/now/end", {"ids": [str(theirs)]})

    assert (was_in, ended.status_code) == (200, 303)
    assert visitor.client.get("/api/v1/account", headers=bearer).status_code == 401
    assert visitor.ask(f"/logins/sessions/{theirs}/end").status_code == 404
    entry = visitor.get("/api/v1/audit?action=user.sessions_ended").json()["items"][0]
    assert entry["which"] == str(people.li_wei)
