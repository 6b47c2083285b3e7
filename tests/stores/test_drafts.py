"""What users type into forms and have not saved yet."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from stores.timelines import MORNING, Timeline, talk

from crm.calls import store as calls
from crm.calls.record import Kind
from crm.drafts import store
from crm.drafts.draft import DRAFTS_MOST, checked_draft
from crm.kernel.errors import InvalidError
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user

FORM = "/desk/calls/c1/finish"


@pytest.fixture
def li_wei(session: Session) -> int:
    return add_user(session, NewUser("li.wei", "Li Wei", BuiltIn.AGENT, "")).id


@pytest.fixture
def chen_jing(session: Session) -> int:
    return add_user(session, NewUser("chen.jing", "Chen Jing", BuiltIn.SUPERVISOR, "")).id


def test_a_draft_is_ones_own_and_the_last_one_holds(session, li_wei, chen_jing):
    store.keep_draft(session, li_wei, FORM, {"note": "路由"})
    store.keep_draft(session, li_wei, FORM, {"note": "路由器坏了", "outcome": "solved"})

    found = store.drafts(session, li_wei, [FORM, "/other"])
    assert {form: one.values for form, one in found.items()} == {
        FORM: {"note": "路由器坏了", "outcome": "solved"}
    }
    assert store.drafts(session, chen_jing, [FORM]) == {}


def test_a_saved_form_has_no_draft_any_more(session, li_wei):
    store.keep_draft(session, li_wei, FORM, {"note": "x"})
    store.keep_draft(session, li_wei, "/desk/calls/c2/finish", {"note": "y"})
    store.drop_draft(session, li_wei, FORM)

    assert [one.form for one in store.drafts_below(session, li_wei, "/desk/calls/")] == [
        "/desk/calls/c2/finish"
    ]


def test_the_oldest_of_too_many_drafts_is_dropped(session, li_wei):
    session.execute(
        text(
            "INSERT INTO drafts (user_id, form, values, updated_at) SELECT :who, 'f' || n, '{}',"
            " now() - n * interval '1 minute' FROM generate_series(1, :many) n"
        ),
        {"who": li_wei, "many": DRAFTS_MOST},
    )
    store.keep_draft(session, li_wei, FORM, {"note": "x"})

    kept = {one.form for one in store.drafts_below(session, li_wei, "")}
    assert len(kept) == DRAFTS_MOST
    assert FORM in kept
    assert f"f{DRAFTS_MOST}" not in kept


def test_a_draft_unused_for_a_week_is_removed(session, li_wei):
    store.keep_draft(session, li_wei, FORM, {"note": "x"})
    now = session.execute(text("SELECT now()")).scalar_one()

    assert store.drop_old_drafts(session, now + timedelta(days=6)) == 0
    assert store.drop_old_drafts(session, now + timedelta(days=8)) == 1


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("", {}),
        ("f" * 201, {}),
        ("f", {"note": "字" * 4000, "cause": "字" * 4000}),
        ("f", {str(n): "" for n in range(61)}),
    ],
)
def test_a_draft_that_is_too_large_is_refused(form, values):
    with pytest.raises(InvalidError):
        checked_draft(form, values)


def test_calls_without_a_disposition_are_to_be_finished_by_the_agent_who_had_them_last(
    session, li_wei
):
    done = Timeline("c2").queued().talked(li_wei).tell(Kind.OUTCOME, agent=li_wei, outcome="solved")
    for told in (
        talk("c1", li_wei),
        done.ended().events,
        Timeline("c3").queued().ended().events,
        talk("c4", li_wei, MORNING - timedelta(days=9)),
        Timeline("c5").queued().talked(li_wei).events,
    ):
        calls.keep_events(session, told)

    found = calls.calls_to_finish(session, li_wei, MORNING - timedelta(days=1))
    assert [one.id for one in found] == ["c1"]
