"""Granting: users give no right that they do not hold, and take over no such account."""

import pytest

from crm.kernel.errors import RefusedError
from crm.people.granting import check_above, check_grant, check_reach, covers
from crm.people.groups.group import Group, GroupDraft, GroupId, in_tree, would_circle
from crm.people.rights import EVERY_RIGHT, Extent, Right

SOME = {Right.DESK: Extent.ALL, Right.CALLS_SEE: Extent.TEAM}


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
    check_reach(EVERY_RIGHT, frozenset({1}), frozenset({1, 2}))
    check_reach(SOME, frozenset({1, 2}), frozenset({1}))
    with pytest.raises(RefusedError):
        check_reach(SOME, frozenset({1}), frozenset({1, 2}))


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
