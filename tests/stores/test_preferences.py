"""Preferences and saved views of each user."""

import pytest
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user
from crm.preferences.preference import VIEWS_MOST, NewView
from crm.preferences.store import delete_view, prefer, preference, save_view, views


@pytest.fixture
def li_wei(session: Session) -> int:
    return add_user(session, NewUser("li.wei", "Li Wei", BuiltIn.AGENT, "")).id


@pytest.fixture
def chen_jing(session: Session) -> int:
    return add_user(session, NewUser("chen.jing", "Chen Jing", BuiltIn.SUPERVISOR, "")).id


def test_a_preference_is_the_users_own_and_the_last_value_counts(session, li_wei, chen_jing):
    prefer(session, li_wei, "density", "compact")
    prefer(session, li_wei, "density", "comfortable")

    assert preference(session, li_wei, "density") == "comfortable"
    assert preference(session, chen_jing, "density") is None


def test_a_preference_can_be_forgotten(session, li_wei):
    prefer(session, li_wei, "lists.calls.columns", ["caller"])
    prefer(session, li_wei, "lists.calls.columns", None)

    assert preference(session, li_wei, "lists.calls.columns") is None


def test_ones_own_views_come_first_then_those_that_others_share(session, li_wei, chen_jing):
    save_view(session, chen_jing, NewView("calls", "All lost", {"result": "lost"}, shared=True))
    save_view(session, chen_jing, NewView("calls", "Secret", {}))
    save_view(session, li_wei, NewView("calls", "Mine", {"q": "x"}))
    save_view(session, li_wei, NewView("customers", "Elsewhere", {}))

    assert [one.name for one in views(session, li_wei, "calls")] == ["Mine", "All lost"]


def test_a_view_of_the_same_name_takes_its_place(session, li_wei):
    first = save_view(session, li_wei, NewView("calls", "Mine", {"q": "x"}))
    second = save_view(session, li_wei, NewView("calls", " Mine ", {"q": "y"}, shared=True))

    assert second.id == first.id
    assert views(session, li_wei, "calls") == [second]
    assert second.query == {"q": "y"}


def test_a_view_keeps_no_place_in_the_list(session, li_wei):
    kept = save_view(
        session,
        li_wei,
        NewView("calls", "Mine", {"cursor": "c", "before": "b", "view": "3", "q": ""}),
    )

    assert kept.query == {}


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_view_needs_a_name_of_some_length(session, li_wei, name):
    with pytest.raises(InvalidError) as error:
        save_view(session, li_wei, NewView("calls", name, {}))

    assert error.value.field == "name"


def test_a_view_cannot_store_an_overlong_query(session, li_wei):
    with pytest.raises(InvalidError):
        save_view(session, li_wei, NewView("calls", "Mine", {str(i): "x" * 200 for i in range(30)}))


def test_a_person_keeps_so_many_views_and_may_change_those_they_have(session, li_wei):
    for number in range(VIEWS_MOST):
        save_view(session, li_wei, NewView("calls", f"View {number}", {}))

    save_view(session, li_wei, NewView("calls", "View 3", {"q": "x"}))
    with pytest.raises(ConflictError):
        save_view(session, li_wei, NewView("calls", "One more", {}))


def test_only_ones_own_view_can_be_deleted(session, li_wei, chen_jing):
    kept = save_view(session, chen_jing, NewView("calls", "All lost", {}, shared=True))

    with pytest.raises(MissingError):
        delete_view(session, li_wei, "calls", kept.id)
    with pytest.raises(MissingError):
        delete_view(session, chen_jing, "customers", kept.id)
    assert delete_view(session, chen_jing, "calls", kept.id) == kept
    assert views(session, chen_jing, "calls") == []
