"""Groups in the database: members, the tree, and a user's team."""

import pytest
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError, MissingError, TakenError
from crm.people.groups import store
from crm.people.groups.group import GroupDraft
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user


def hired(session: Session, login: str) -> int:
    return int(add_user(session, NewUser(login, login, BuiltIn.AGENT, "x")).id)


def test_a_team_is_ones_groups_and_those_below_them_while_they_are_on(session: Session) -> None:
    lead, near, far, other = (hired(session, login) for login in ("lead", "near", "far", "other"))
    top = store.add_group(session, GroupDraft("top"))
    middle = store.add_group(session, GroupDraft("middle", parent=top.id))
    low = store.add_group(session, GroupDraft("low", parent=middle.id))
    store.set_members(session, top.id, [lead])
    store.set_members(session, middle.id, [near])
    store.set_members(session, low.id, [far])

    whole = store.team_of(session, lead)
    store.set_group_enabled(session, middle.id, enabled=False)
    cut = store.team_of(session, lead)

    assert whole == {lead, near, far}
    assert cut == {lead}
    assert store.team_of(session, near) == {near}
    assert store.team_of(session, other) == {other}


def test_a_group_is_written_anew_with_its_name_given_once(session: Session) -> None:
    first = store.add_group(session, GroupDraft("first"))
    second = store.add_group(session, GroupDraft("second"))

    with pytest.raises(TakenError):
        store.add_group(session, GroupDraft(" first "))
    with pytest.raises(TakenError):
        store.change_group(session, second.id, GroupDraft("first"))

    changed = store.change_group(session, second.id, GroupDraft("third", parent=first.id))
    assert changed == store.group(session, second.id)


def test_a_group_with_an_unknown_parent_or_one_below_it_is_refused(session: Session) -> None:
    top = store.add_group(session, GroupDraft("top"))
    low = store.add_group(session, GroupDraft("low", parent=top.id))

    for parent in (top.id, low.id, 10**12):
        with pytest.raises(InvalidError) as wrong:
            store.change_group(session, top.id, GroupDraft("top", parent=parent))
        assert wrong.value.field == "parent"


def test_the_groups_of_a_person_are_set_from_their_side_too(session: Session) -> None:
    user = hired(session, "one")
    groups = [store.add_group(session, GroupDraft(name)).id for name in "abc"]

    store.set_groups_of(session, user, groups[:2])
    store.set_groups_of(session, user, groups[1:])

    assert store.groups_of(session, [user]) == {user: groups[1:]}
    assert store.member_counts(session) == {groups[1]: 1, groups[2]: 1}
    with pytest.raises(InvalidError):
        store.set_groups_of(session, user, [10**12])
    with pytest.raises(InvalidError):
        store.set_members(session, groups[0], [10**12])


def test_an_unknown_group_is_missing(session: Session) -> None:
    with pytest.raises(MissingError):
        store.group(session, 10**12)
    with pytest.raises(MissingError):
        store.change_group(session, 10**12, GroupDraft("x"))
