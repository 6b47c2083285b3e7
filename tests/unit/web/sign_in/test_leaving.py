"""Signing out of the last browser leaves the phone, but never cuts a talk."""

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web import fake_engine as fake
from unit.web.conftest import People
from unit.web.patience import until
from unit.web.visitor import Visitor


def only_browser(who: Visitor, database: sessionmaker[Session]) -> None:
    with database.begin() as session:
        session.execute(text("DELETE FROM sessions"))
    who.enter(database, "li.wei")


def state_of(who: Visitor) -> object:
    return who.get("/api/v1/desk").json()["agent"]["state"]


def test_who_signs_out_of_the_last_browser_leaves_the_phone_too(
    li_wei: Visitor,
    engine: fake.FakeEngine,
    people: People,
    database: sessionmaker[Session],
) -> None:
    only_browser(li_wei, database)
    engine.change(fake.agent(people.li_wei, state="ready"))
    until(lambda: state_of(li_wei) == "ready")
    answer = li_wei.post("/sign-out")

    assert answer.status_code == 303
    assert engine.asked[-1]["ask"] == "signout"


def test_in_a_talk_nobody_signs_out_by_mistake(
    li_wei: Visitor,
    engine: fake.FakeEngine,
    people: People,
    database: sessionmaker[Session],
) -> None:
    only_browser(li_wei, database)
    engine.change(fake.agent(people.li_wei, state="talking"))
    until(lambda: state_of(li_wei) == "talking")
    error = {"type": "conflict", "sentence": "Finish the call before you sign out.", "values": {}}
    engine.answers["signout"] = {"ok": False, "error": error}
    answer = li_wei.post("/sign-out")
    del engine.answers["signout"]

    assert answer.status_code == 409
    assert li_wei.get("/api/v1/desk").status_code == 200
