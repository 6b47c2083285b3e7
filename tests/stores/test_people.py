"""People in the database: accounts, sessions and sign-ins."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.people import store
from crm.people.access.store import Profile, change_profile
from crm.people.directory.store import UserFilter, find
from crm.people.person import (
    Language,
    Login,
    LoginResult,
    NewSession,
    NewUser,
    SessionKind,
    User,
    UserDraft,
)
from crm.people.presence.store import LoginFilter, logins
from crm.people.rights import BuiltIn
from crm.people.sessions import store as open_sessions

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def hired(session: Session, login: str = "li.wei", role: BuiltIn = BuiltIn.AGENT) -> User:
    return store.add_user(session, NewUser(login, login.title(), role, "$argon2id$x"))


def opened(session: Session, user: User, token: str = "t1") -> int:  # noqa: S107
    new = NewSession(
        token, user.id, SessionKind.BROWSER, "csrf", NOW, NOW + timedelta(hours=8), "::1", "Firefox"
    )
    return open_sessions.open_session(session, new)


def test_a_login_is_found_in_whatever_case_it_is_typed(session: Session) -> None:
    added = hired(session, "Li.Wei")

    assert store.user_by_login(session, " li.WEI ") == added


@pytest.mark.parametrize("typed", ["", "nobody", "\0", "\ud800", "x" * 10_000, "' OR 1=1 --"])
def test_an_unknown_login_finds_no_user(session: Session, typed: str) -> None:
    assert store.user_by_login(session, typed) is None


def test_a_login_is_given_once_in_whatever_case(session: Session) -> None:
    hired(session, "li.wei")

    with pytest.raises(ConflictError):
        hired(session, "LI.WEI")


def test_a_login_has_no_spaces_and_a_name_is_needed(session: Session) -> None:
    with pytest.raises(InvalidError) as login:
        store.add_user(session, NewUser("li wei", "Li", BuiltIn.AGENT, "x"))
    with pytest.raises(InvalidError) as name:
        store.add_user(session, NewUser("li.wei", "  ", BuiltIn.AGENT, "x"))

    assert (login.value.field, name.value.field) == ("login", "name")


def test_a_token_leads_to_its_user_and_is_itself_not_kept(session: Session) -> None:
    user = hired(session)
    opened(session, user, "secret-token")

    found = open_sessions.session_by_token(session, "secret-token", NOW)

    assert found is not None
    assert (found.user, found.address) == (user, "::1")
    kept = session.execute(text("SELECT * FROM sessions")).one()
    assert "secret-token" not in str(kept)
    assert open_sessions.session_by_token(session, "another", NOW) is None


def test_a_session_ends_when_unused_and_lasts_while_it_is_used(
    session: Session,
) -> None:
    id_ = opened(session, hired(session))
    late = NOW + timedelta(hours=9)
    ended = open_sessions.session_by_token(session, "t1", late)

    open_sessions.touch(session, id_, NOW + timedelta(hours=7), late + timedelta(hours=1))

    assert ended is None
    assert open_sessions.session_by_token(session, "t1", late) is not None


def test_a_disabled_user_is_signed_out_at_once_and_stays_in_the_history(session: Session) -> None:
    user = hired(session)
    opened(session, user)

    store.set_enabled(session, user.id, enabled=False)
    store.set_enabled(session, user.id, enabled=True)

    assert open_sessions.session_by_token(session, "t1", NOW) is None
    assert store.user_by_id(session, user.id).enabled


def test_a_new_password_ends_all_other_sessions(session: Session) -> None:
    user = hired(session)
    mine = opened(session, user, "mine")
    opened(session, user, "other")

    store.set_password(session, user.id, "$argon2id$new")
    open_sessions.close_sessions_of(session, user.id, but=mine)

    assert open_sessions.session_by_token(session, "mine", NOW) is not None
    assert open_sessions.session_by_token(session, "other", NOW) is None


def test_a_session_may_be_closed_twice_and_expired_ones_are_forgotten(session: Session) -> None:
    user = hired(session)
    for token in ("t1", "t2"):
        open_sessions.close_session(session, opened(session, user, token))
    open_sessions.close_session(session, 1)
    opened(session, user, "t3")
    open_sessions.forget_expired(session, NOW + timedelta(days=1))

    assert session.execute(text("SELECT count(*) FROM sessions")).scalar_one() == 0


def test_people_are_listed_by_name_role_and_text(session: Session) -> None:
    hired(session, "wang.fang")
    hired(session, "li.wei")
    hired(session, "admin", BuiltIn.ADMINISTRATOR)

    assert [one.login for one in store.users(session, role=BuiltIn.AGENT)] == [
        "li.wei",
        "wang.fang",
    ]
    assert [one.login for one in store.users(session, text="FANG")] == ["wang.fang"]
    assert store.users(session, text="%") == []


def named(session: Session, *names: str) -> None:
    for place, name in enumerate(names):
        store.add_user(session, NewUser(f"user{place}", name, BuiltIn.AGENT, "x"))


def test_users_are_sorted_by_name_as_people_read_them(session: Session) -> None:
    names = ["Émile", "emma", "zack", "Zoë", "阿强", "李四", "张三"]
    named(session, *sorted(names))
    for descending in (False, True):
        seen: list[str] = []
        cursor = None
        while True:
            page = find(session, UserFilter(descending=descending), limit=2, cursor=cursor)
            seen += [one.user.name for one in page.items]
            if not (cursor := page.next):
                break

        assert seen == (names[::-1] if descending else names)
    assert [one.name for one in store.users(session)] == names


def test_the_longest_chinese_names_are_paged(session: Session) -> None:
    named(session, *("双" * 99 + str(place) for place in range(3)))
    page = find(session, UserFilter(), limit=2)

    assert page.next is not None
    assert len(page.next) <= 1000
    assert len(find(session, UserFilter(), limit=2, cursor=page.next).items) == 1


@pytest.mark.parametrize("typed", ["jose", "JOSÉ", "o'brien", "josé obrien", "obrien jose"])
def test_users_are_found_however_their_names_are_typed(session: Session, typed: str) -> None:
    named(session, "José O\u2019Brien", "张三")

    assert [one.name for one in store.users(session, text=typed)] == ["José O\u2019Brien"]
    assert [one.user.name for one in find(session, UserFilter(typed)).items] == [
        "José O\u2019Brien"
    ]


@pytest.mark.parametrize("typed", ["zhangsan", "zs", "张　三", "san zhang"])
def test_users_are_found_by_pinyin(session: Session, typed: str) -> None:
    named(session, "José", "张三")

    assert [one.user.name for one in find(session, UserFilter(typed)).items] == ["张三"]


def test_a_changed_name_is_found_and_sorted_by(session: Session) -> None:
    named(session, "José")
    user = store.users(session)[0]
    store.change_user(session, user.id, UserDraft(user.login, "张三", BuiltIn.AGENT))
    own = Profile("阿强", "", Language.ENGLISH, "")

    assert [one.name for one in store.users(session, text="zhang")] == ["张三"]
    assert change_profile(session, user.id, own).name == "阿强"
    assert [one.name for one in store.users(session, text="aqiang")] == ["阿强"]


def test_an_invisible_name_is_refused(session: Session) -> None:
    with pytest.raises(InvalidError):
        named(session, "\u200b")


@pytest.mark.parametrize("login", ["jose\u0301", "\u0915\u094d\u0930", "王伟"])
def test_a_login_may_be_in_any_script(session: Session, login: str) -> None:
    assert hired(session, login).login == login


@pytest.mark.parametrize("login", ["\u200b", "li.wei\u200b", "li\u3164wei", "li\u202ewei"])
def test_a_login_has_no_letters_that_show_nothing(session: Session, login: str) -> None:
    with pytest.raises(InvalidError) as refused:
        hired(session, login)

    assert refused.value.field == "login"


def test_a_language_is_remembered(session: Session) -> None:
    user = hired(session)

    changed = store.set_language(session, user.id, Language.CHINESE)

    assert changed == store.user_by_id(session, user.id)
    assert changed.language is Language.CHINESE


def test_an_unknown_user_is_missing(session: Session) -> None:
    with pytest.raises(MissingError):
        store.user_by_id(session, 10**12)
    assert store.names(session, []) == {}


def test_the_login_log_is_looked_through_for_a_part_of_a_login(session: Session) -> None:
    for login in ("li.wei", "Wang Fang", "王芳", "x"):
        open_sessions.note_login(session, Login(NOW, login, None, "10.0.7.1", LoginResult.WRONG))

    def found(**asked: str) -> set[str]:
        return {one.login for one in logins(session, LoginFilter(**asked)).items}

    assert found(text="i.we") == {"li.wei"}
    assert found(text="ANG") == {"Wang Fang"}
    assert found(text="芳") == {"王芳"}
    assert found(text="wang f") == {"Wang Fang"}
    assert found(text="xyz") == set()
    assert len(found(address="10.0.7")) == 4
    assert found(address="0.7") == set()


def test_the_login_log_is_paged_newest_first_and_failures_are_counted(session: Session) -> None:
    user = hired(session)
    for minute in range(25):
        at = NOW + timedelta(minutes=minute // 2)
        result = LoginResult.WRONG if minute % 5 else LoginResult.SIGNED_IN
        open_sessions.note_login(session, Login(at, f"LI.wei{'!' * 100}\0", user.id, "::1", result))

    seen: list[Login] = []
    cursor = None
    while True:
        page = logins(session, LoginFilter(user=user.id), limit=10, cursor=cursor)
        seen += page.items
        if not (cursor := page.next):
            break

    assert len(seen) == 25
    assert [one.at for one in seen] == sorted((one.at for one in seen), reverse=True)
    assert len(seen[0].login) <= 64
    assert (
        open_sessions.wrong_logins(session, seen[0].login.lower(), NOW + timedelta(minutes=10)) == 4
    )
