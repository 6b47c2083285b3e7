"""Voicemails: stored once, told to those who should know, heard within reach, removed in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from acd.store import add_agent
from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.calls.store import keep_events
from crm.kernel.errors import ConflictError, InvalidError, MissingError, TakenError
from crm.mail.mail import MailKind
from crm.mail.store import MailFilter, mails
from crm.notices.store import notices
from crm.parameters.store import save
from crm.people.groups.group import GroupDraft
from crm.people.groups.store import add_group, groups_within, set_members
from crm.people.person import Language, NewUser, SessionKind, SignedIn
from crm.people.rights import BuiltIn, Extent, Right
from crm.people.store import add_user, user_by_id
from crm.voicemail.box import BoxDraft, BoxId
from crm.voicemail.boxes import store as boxes
from crm.voicemail.message import Care, MessageFilter, MessageReach, MessageState
from crm.voicemail.messages import store
from crm.voicemail.store import greeting_of, keep_messages, live_boxes
from crm.webhooks.deliveries.store import deliveries
from crm.webhooks.store import add_endpoint
from crm.webhooks.webhook import DeliveryFilter, EndpointDraft, EventType

BEGAN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CALLER = "+8613800138000"


def user(session: Session, login: str) -> int:
    made = add_user(session, NewUser(login, login, BuiltIn.AGENT, "x")).id
    add_agent(session, made, str(7000 + made % 1000), "s")
    return int(made)


def leave(session: Session, box: int, call: str = "c1", at: datetime = BEGAN) -> int:
    """Let a caller leave a message; give its id."""
    facts = [
        (Kind.ARRIVED, {"caller": CALLER, "called": "+8610", "direction": "in", "via": "trunk"}),
        (Kind.MESSAGE, {"box": box, "file": f"voicemail/{call}-1", "seconds": 4.5}),
        (Kind.ENDED, {"by": "caller", "cause": 16}),
    ]
    events = [
        CallEvent(FactId(f"{call}/{number}"), CallId(call), at, kind, detail)  # type: ignore[arg-type]
        for number, (kind, detail) in enumerate(facts)
    ]
    keep_events(session, events)
    keep_messages(session, events)
    found = store.messages(session, MessageFilter(box=box)).items
    return next((int(one.id) for one in found if one.call == call), 0)


def heard(session: Session, reach: MessageReach, **wanted: Any) -> set[int]:
    return {int(one.id) for one in store.messages(session, MessageFilter(**wanted), reach).items}


def test_a_message_is_stored_once_and_told_to_all_who_should_know(session: Session) -> None:
    save(session, {"mail_server": "mail.example", "mail_from": "a@example.com"}, None)
    wanted = frozenset({EventType.VOICEMAIL_LEFT})
    add_endpoint(session, EndpointDraft("CRM", "https://crm.example/", wanted), "sealed")
    agent = user(session, "li.wei")
    draft = BoxDraft("Li Wei", agent=agent, mail_to=("a@b.cn", "c@b.cn"), language=Language.CHINESE)
    box = boxes.add_box(session, draft)

    leave(session, box)
    message = leave(session, box)

    found = store.message(session, message)
    assert (found.caller, found.seconds, found.state) == (CALLER, 4.5, MessageState.NEW)
    sent = mails(session, MailFilter(kind=MailKind.VOICEMAIL)).items
    assert {one.address for one in sent} == {"a@b.cn", "c@b.cn"}
    assert {one.language for one in sent} == {Language.CHINESE}
    assert sent[0].values["file"] == found.file
    (told,) = notices(session, agent).items
    assert told.url == f"/voicemails/{message}"
    (delivery,) = deliveries(session, DeliveryFilter()).items
    assert delivery.type is EventType.VOICEMAIL_LEFT
    assert f"/api/v1/voicemails/{message}/sound" in delivery.body


def test_without_a_mail_server_no_mail_is_queued(session: Session) -> None:
    box = boxes.add_box(session, BoxDraft("Night", mail_to=("a@b.cn",)))

    assert leave(session, box)

    assert mails(session, MailFilter()).items == ()


def test_a_removed_box_keeps_nothing(session: Session) -> None:
    box = boxes.add_box(session, BoxDraft("Night"))
    boxes.remove_box(session, box)

    assert leave(session, box) == 0


def test_a_reach_holds_own_boxes_those_of_groups_and_what_is_assigned(session: Session) -> None:
    mine, other = user(session, "li.wei"), user(session, "wang.fang")
    group = int(add_group(session, GroupDraft("Night shift")).id)
    own = leave(session, boxes.add_box(session, BoxDraft("a", agent=mine)), "own")
    theirs = leave(session, boxes.add_box(session, BoxDraft("b", agent=other)), "theirs")
    shared = leave(session, boxes.add_box(session, BoxDraft("c", group=group)), "shared")
    site = leave(session, boxes.add_box(session, BoxDraft("d")), "site")

    me = MessageReach(frozenset({mine}))
    assert heard(session, me) == {own}
    assert heard(session, MessageReach(frozenset({mine}), frozenset({group}))) == {own, shared}
    assert heard(session, MessageReach()) == {own, theirs, shared, site}
    store.save_care(session, store.message(session, site), Care(mine), other, BEGAN)
    assert heard(session, me) == {own, site}
    assert store.how_many(session, MessageFilter(), me) == 2
    assert [one.id for one in store.messages_among(session, [theirs, own], me)] == [own]
    with pytest.raises(MissingError):
        store.message(session, theirs, me)


def test_groups_within_a_permission_are_ones_own_and_with_a_team_those_below(
    session: Session,
) -> None:
    lead = user(session, "lead")
    top = add_group(session, GroupDraft("Top")).id
    below = add_group(session, GroupDraft("Below", parent=top)).id
    set_members(session, top, [lead])
    person = add_user(session, NewUser("second", "Second", BuiltIn.AGENT, "x"))

    def within(extent: Extent | None, of: int = lead) -> frozenset[int]:
        rights = {Right.VOICEMAIL_HEAR: extent} if extent else {}
        return groups_within(session, _signed_in(session, of, rights), Right.VOICEMAIL_HEAR)

    assert within(Extent.OWN) == {top}
    assert within(Extent.TEAM) == {top, below}
    assert within(Extent.ALL) == within(None) == frozenset()
    assert within(Extent.TEAM, person.id) == frozenset()


def _signed_in(session: Session, id_: int, rights: dict[Right, Extent]) -> SignedIn:
    known = user_by_id(session, id_)
    return SignedIn(
        id=1,
        user=replace(known, role=replace(known.role, rights=rights)),
        kind=SessionKind.BROWSER,
        csrf="",
        created_at=BEGAN,
        seen_at=BEGAN,
        expires_at=BEGAN,
        address="",
        user_agent="",
    )


def test_messages_are_filtered(session: Session) -> None:
    by, box = user(session, "li.wei"), boxes.add_box(session, BoxDraft("Night"))
    first = leave(session, box, "c1")
    second = leave(session, box, "c2", BEGAN + timedelta(hours=1))
    store.save_care(session, store.message(session, first), Care(handled=True), by, BEGAN)

    all_ = MessageReach()
    assert heard(session, all_, state=MessageState.HANDLED) == {first}
    assert heard(session, all_, open_only=True) == {second}
    assert heard(session, all_, since=BEGAN + timedelta(minutes=1)) == {second}
    assert heard(session, all_, until=BEGAN + timedelta(minutes=1)) == {first}
    assert heard(session, all_, caller="138 0013") == {first, second}
    assert heard(session, all_, caller=CALLER) == {first, second}
    assert heard(session, all_, caller="999") == set()
    page = store.messages(session, MessageFilter(box=box), limit=1)
    assert [one.id for one in page.items] == [second]
    rest = store.messages(session, MessageFilter(box=box), limit=1, cursor=page.next)
    assert [one.id for one in rest.items] == [first]


def test_the_first_to_handle_a_message_is_remembered_until_it_is_open_again(
    session: Session,
) -> None:
    first, second = user(session, "li.wei"), user(session, "wang.fang")
    message = leave(session, boxes.add_box(session, BoxDraft("Night")))

    def care(by: int, **said: Any) -> Any:
        store.save_care(session, store.message(session, message), Care(**said), by, BEGAN)
        return store.message(session, message)

    assert care(first, handled=True, note=" called back ").handled_by == first
    again = care(second, handled=True, note="and again")
    assert (again.handled_by, again.note) == (first, "and again")
    assert care(second, assigned_to=second).handled_at is None


def test_messages_older_than_their_box_keeps_them_are_removed(session: Session) -> None:
    short = boxes.add_box(session, BoxDraft("Short", keep_days=7))
    endless = boxes.add_box(session, BoxDraft("Endless", keep_days=0))
    leave(session, short, "old")
    young = leave(session, short, "young", BEGAN + timedelta(days=2))
    kept = leave(session, endless, "kept")

    files = store.remove_old(session, BEGAN + timedelta(days=8))

    assert files == ["voicemail/old-1"]
    assert heard(session, MessageReach()) == {young, kept}
    assert store.files_among(session, ["voicemail/old-1", "voicemail/kept-1"]) == {
        "voicemail/kept-1"
    }


def test_names_agents_and_messages_protect_a_box(session: Session) -> None:
    agent = user(session, "li.wei")
    box = boxes.add_box(session, BoxDraft("Night", agent=agent))

    with pytest.raises(TakenError, match="taken"):
        boxes.add_box(session, BoxDraft("Night"))
    with pytest.raises(TakenError, match="already"):
        boxes.add_box(session, BoxDraft("Day", agent=agent))
    with pytest.raises(InvalidError):
        boxes.add_box(session, BoxDraft("Day", agent=987654))
    with pytest.raises(InvalidError):
        boxes.change_box(session, box, BoxDraft("Night", group=987654))
    leave(session, box)
    with pytest.raises(ConflictError, match="messages"):
        boxes.remove_box(session, box)
    assert boxes.box(session, box).messages == 1
    with pytest.raises(MissingError):
        boxes.box(session, 987654)


def test_the_engine_gets_active_boxes_with_their_greeting(session: Session) -> None:
    own = boxes.add_box(session, BoxDraft("Own", greeting="晚上好。", language=Language.CHINESE))
    plain = boxes.add_box(session, BoxDraft("Plain"))
    boxes.add_box(session, BoxDraft("Off", enabled=False))

    found = live_boxes(session)

    assert {one: found[one].greeting for one in found} == {
        own: greeting_of(own),
        plain: "voicemail",
    }
    assert boxes.greetings(session)[Language.CHINESE] == {greeting_of(BoxId(own)): "晚上好。"}
