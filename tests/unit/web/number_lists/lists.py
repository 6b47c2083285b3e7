"""Number lists in the tests: made, filled, and asked what they match."""

import secrets

from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.parameters.store import save


def made_list(visitor: Visitor, kind: str = "black", **more) -> int:
    answer = visitor.ask("/number-lists", {"name": secrets.token_hex(4), "kind": kind, **more})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def added(visitor: Visitor, list_: int, *numbers: str, **more) -> list[dict]:
    answer = visitor.ask(f"/number-lists/{list_}/entries", {"numbers": list(numbers), **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["items"]


def without_approval(database: sessionmaker[Session]) -> None:
    with database.begin() as session:
        save(session, {"list_approval": False}, None)


def matched(visitor: Visitor, number: str, direction: str = "in") -> dict:
    found = visitor.get(f"/api/v1/number-lists/match?number={number}&direction={direction}")
    assert found.status_code == 200, found.text
    return found.json()
