"""Tokens that users make for their programs."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.people import store as people
from crm.people.person import NewUser, SessionKind, User
from crm.people.rights import BuiltIn, Right
from crm.people.tokens import store
from crm.people.tokens.store import NewToken

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SEE = frozenset({Right.CALLS_SEE})


def hired(session: Session, login: str = "li.wei", role: BuiltIn = BuiltIn.SUPERVISOR) -> User:
    return people.add_user(session, NewUser(login, login.title(), role, "$argon2id$x"))


def made(session: Session, user: User, token: str = "hl_secret") -> int:  # noqa: S107
    new = NewToken(token, user.id, "report", SEE, NOW + timedelta(days=1))
    return store.add_token(session, new).id


def test_a_token_opens_with_its_own_rights_and_is_itself_not_kept(session: Session) -> None:
    user = hired(session)
    id_ = made(session, user)

    found = store.signed_in_by_token(session, "hl_secret", NOW)

    assert found is not None
    assert (found.id, found.user, found.kind) == (-id_, user, SessionKind.TOKEN)
    assert set(found.rights) == SEE
    assert "hl_secret" not in str(session.execute(text("SELECT * FROM api_tokens")).one())


def test_a_token_never_does_more_than_its_owner_may_now(session: Session) -> None:
    user = hired(session, role=BuiltIn.ADMINISTRATOR)
    new = NewToken("t", user.id, "all", frozenset({Right.AUDIT_SEE, Right.DESK}), None)
    store.add_token(session, new)

    session.execute(text("UPDATE users SET role_id = (SELECT id FROM roles WHERE key = 'agent')"))

    found = store.signed_in_by_token(session, "t", NOW)
    assert found is not None
    assert set(found.rights) == {Right.DESK}


def test_a_token_ends_with_its_day_its_owner_and_its_revocation(session: Session) -> None:
    user = hired(session)
    id_ = made(session, user)

    assert store.signed_in_by_token(session, "hl_secret", NOW + timedelta(days=1)) is None
    people.set_enabled(session, user.id, enabled=False)
    assert store.signed_in_by_token(session, "hl_secret", NOW) is None
    people.set_enabled(session, user.id, enabled=True)
    store.revoke_token(session, user.id, id_, NOW)
    assert store.signed_in_by_token(session, "hl_secret", NOW) is None


def test_no_person_revokes_the_token_of_another(session: Session) -> None:
    owner, other = hired(session), hired(session, "wang.fang")
    id_ = made(session, owner)

    with pytest.raises(MissingError):
        store.revoke_token(session, other.id, id_, NOW)

    assert [one.id for one in store.tokens_of(session, owner.id)] == [id_]
    assert store.tokens_of(session, other.id) == []


def test_a_token_has_a_name_and_their_number_is_limited(session: Session) -> None:
    user = hired(session)
    with pytest.raises(InvalidError):
        store.add_token(session, NewToken("t", user.id, " \0", SEE, None))
    for number in range(store.MOST_TOKENS):
        made(session, user, f"t{number}")

    with pytest.raises(ConflictError):
        made(session, user, "one more")


def test_when_a_token_was_used_is_kept(session: Session) -> None:
    user = hired(session)
    id_ = made(session, user)
    assert store.tokens_of(session, user.id)[0].used_at is None

    store.touch_token(session, id_, NOW)

    assert store.tokens_of(session, user.id)[0].used_at == NOW
