"""Granting: users give no right that they do not hold, and take over no such account."""

from datetime import UTC, datetime

import pytest

from crm.kernel.errors import RefusedError
from crm.people.granting import (
    check_above,
    check_account,
    check_grant,
    check_growth,
    check_takeover,
    covers,
    leads,
)
from crm.people.groups.group import Group, GroupDraft, GroupId, in_tree, would_circle
from crm.people.person import Language, SessionKind, SignedIn, User, UserId
from crm.people.rights import EVERY_RIGHT, Extent, Right, Rights, Role, RoleId

EPOCH = datetime.fromtimestamp(0, UTC)
SOME: Rights = {Right.DESK: Extent.ALL, Right.CALLS_SEE: Extent.TEAM}


def test_all_rights_cover_some_and_some_cover_themselves() -> None:
    assert covers(EVERY_RIGHT, SOME)
    assert covers(SOME, SOME)
    assert covers(SOME, {})


@pytest.mark.parametrize(
    "wanted",
    [{Right.CALLS_SEE: Extent.ALL}, {Right.AUDIT_SEE: Extent.ALL}, dict(EVERY_RIGHT)],
)
def test_what_is_not_held_or_reaches_further_is_refused(wanted: dict[Right, Extent]) -> None:
    with pytest.raises(RefusedError):
        check_grant(SOME, wanted)
    with pytest.raises(RefusedError):
        check_above(SOME, wanted)


def test_a_shorter_reach_is_covered_by_a_longer_one() -> None:
    check_grant(SOME, {Right.CALLS_SEE: Extent.OWN})


def test_only_a_user_who_sees_a_team_gains_from_a_larger_one() -> None:
    assert not leads(EVERY_RIGHT, SOME)
    assert leads(SOME, SOME)
    assert not leads(SOME, {Right.CALLS_SEE: Extent.OWN})
    check_growth({1: frozenset({1, 2})}, {1: frozenset({1})}, {1, 2})
    with pytest.raises(RefusedError):
        check_growth({1: frozenset({1})}, {1: frozenset({1, 2})}, {1})


def test_a_new_user_sees_no_people_that_the_user_who_added_them_does_not_see() -> None:
    check_growth({}, {7: frozenset({1, 2, 7})}, {1, 2})
    with pytest.raises(RefusedError):
        check_growth({7: frozenset({7})}, {7: frozenset({3, 7})}, {1, 2})


def person(id_: int, rights: Rights) -> User:
    role = Role(RoleId(1), "", "r", "", rights)
    return User(UserId(id_), "u", "U", role, Language.ENGLISH, "", True, EPOCH, "x")


def by(kind: SessionKind, user: User, only: frozenset[Right] | None = None) -> SignedIn:
    return SignedIn(1, user, kind, "", EPOCH, EPOCH, EPOCH, "", "", only)


def test_a_token_changes_no_account_of_its_owner_and_none_above_its_own_permissions() -> None:
    me, other = person(1, SOME), person(2, SOME)
    check_account(by(SessionKind.BROWSER, me), me)
    check_account(by(SessionKind.BROWSER, me), other)
    check_account(by(SessionKind.TOKEN, me, frozenset(SOME)), other)
    for token, account in ((frozenset(SOME), me), (frozenset({Right.DESK}), other)):
        with pytest.raises(RefusedError):
            check_account(by(SessionKind.TOKEN, me, token), account)


def test_only_accounts_that_see_no_people_outside_the_team_are_taken_over() -> None:
    leader, agent = person(2, SOME), person(3, {Right.CALLS_SEE: Extent.OWN})
    check_takeover(SOME, {1, 2, 3}, leader, {2, 3})
    check_takeover(SOME, {1, 3}, agent, {3, 4})
    check_takeover(EVERY_RIGHT, {1}, leader, {2, 3})
    for user, reached in ((leader, {2, 3, 4}), (agent, {3})):
        with pytest.raises(RefusedError):
            check_takeover(SOME, {1, 2}, user, reached)


def group(id_: int, name: str, parent: int | None = None) -> Group:
    return Group(GroupId(id_), GroupDraft(name, parent=parent))


def test_a_tree_lists_each_group_below_its_parent_sorted_by_name() -> None:
    found = [group(1, "b"), group(2, "a"), group(3, "z", 2), group(4, "c", 2), group(5, "x", 99)]

    told = [(depth, one.id) for depth, one in in_tree(found)]

    assert told == [(0, 2), (1, 4), (1, 3), (0, 1), (0, 5)]


@pytest.mark.parametrize(
    ("parent", "circle"), [(None, False), (1, True), (2, True), (3, True), (4, False)]
)
def test_a_group_cannot_lie_below_itself(parent: int | None, *, circle: bool) -> None:
    parents = {1: None, 2: 1, 3: 2, 4: None}

    assert would_circle(parents, 1, parent) is circle
