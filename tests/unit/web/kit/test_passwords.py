"""Strong enough passwords, and equal times of checking for all."""

from datetime import UTC, datetime

import pytest

from crm.kernel.errors import InvalidError
from crm.people.person import Language, User, UserId
from crm.people.rights import Role, RoleId
from web.kit.passwords import check_new, check_other, hash_password, is_password

NOW = datetime(2026, 11, 22, tzinfo=UTC)
GOOD = "correct horse battery"


def person(password_hash: str = "") -> User:
    role = Role(RoleId(1), "", "Agent", "坐席", {})
    return User(
        id=UserId(1),
        login="li.wei",
        name="Zhang Xiaoming",
        role=role,
        language=Language.ENGLISH,
        timezone="",
        enabled=True,
        created_at=NOW,
        password_hash=password_hash,
        email="zxm88@example.com",
    )


def test_a_long_password_of_several_words_is_good_enough() -> None:
    check_new(GOOD, person(), least=10)


@pytest.mark.parametrize(
    "chosen",
    [
        "short",
        "password123",
        "1234567890",
        "qwertyuiop",
        "hotline2026",
        "my name is Li.Wei ok",
        "xiaoming and the sea",
        "zxm88 goes to work",
        "密码密码密码",
        "x" * 201,
    ],
)
def test_a_password_that_others_would_guess_is_refused(chosen: str) -> None:
    with pytest.raises(InvalidError) as refused:
        check_new(chosen, person(), least=10)

    assert refused.value.field == "new"


def test_a_very_long_password_is_judged_quickly() -> None:
    check_new("the quick brown fox " * 10, person(), least=10)


def test_the_present_password_is_no_new_one() -> None:
    with pytest.raises(InvalidError):
        check_other(GOOD, person(hash_password(GOOD)))


@pytest.mark.parametrize("typed", ["nobody", "", GOOD])
def test_an_account_without_a_password_opens_to_none(typed: str) -> None:
    assert not is_password("", typed)
    assert not is_password(None, typed)


def test_one_password_typed_on_two_keyboards_is_one() -> None:
    kept = hash_password("\uff23orrect\u3000horse")

    assert is_password(kept, "Correct horse")
    assert not is_password(kept, "correct horse")


def test_half_a_letter_is_no_error() -> None:
    assert not is_password(hash_password(GOOD), "\ud800")
