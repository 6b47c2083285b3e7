"""Voicemail boxes by telephone: PINs and their lock, messages and marks, the lamps' figures."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session
from stores.test_voicemail import leave, user

from crm.audit.store import AuditFilter, entries
from crm.people.groups.group import GroupDraft
from crm.people.groups.store import add_group, set_members
from crm.voicemail.box import BoxDraft, BoxId
from crm.voicemail.boxes import store as boxes
from crm.voicemail.by_phone import store
from crm.voicemail.by_phone.access import MOST_FAILURES, BoxAnswer, NewMessages
from crm.voicemail.message import Care, MessageFilter
from crm.voicemail.messages import store as messages
from crm.voicemail.store import live_boxes

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
PIN = "2580"


def is_pin(kept: str | None, typed: str) -> bool:
    return kept == f"hash of {typed}"


def box_with_pin(session: Session, name: str = "Night") -> BoxId:
    return boxes.add_box(session, BoxDraft(name, pin_hash=f"hash of {PIN}"))


def check(session: Session, box: BoxId, typed: str, minutes: float = 0) -> BoxAnswer:
    return store.check_pin(session, box, typed, NOW + timedelta(minutes=minutes), is_pin)


def test_a_box_opens_with_its_pin_only(session: Session) -> None:
    box, without = box_with_pin(session), boxes.add_box(session, BoxDraft("Open"))
    off = boxes.add_box(session, BoxDraft("Off", pin_hash=f"hash of {PIN}", enabled=False))

    assert check(session, box, PIN) is BoxAnswer.DONE
    assert check(session, box, "1111") is BoxAnswer.WRONG_PIN
    assert check(session, without, PIN) is BoxAnswer.WRONG_PIN
    assert check(session, off, PIN) is BoxAnswer.WRONG_PIN
    assert check(session, BoxId(99_999), PIN) is BoxAnswer.WRONG_PIN
    assert live_boxes(session)[box].has_pin
    assert not live_boxes(session)[without].has_pin


def test_wrong_pins_lock_a_box_for_everybody_until_it_is_over_or_has_a_new_pin(
    session: Session,
) -> None:
    box, other = box_with_pin(session), box_with_pin(session, "Other")
    for minute in range(MOST_FAILURES):
        assert check(session, box, "1111", minute) is BoxAnswer.WRONG_PIN

    assert check(session, box, PIN, MOST_FAILURES) is BoxAnswer.LOCKED
    assert check(session, other, PIN, MOST_FAILURES) is BoxAnswer.DONE
    assert check(session, box, PIN, MOST_FAILURES + 15) is BoxAnswer.DONE
    boxes.change_box(session, box, BoxDraft("Night", pin_hash="hash of 1470"))
    assert check(session, box, "1470", MOST_FAILURES) is BoxAnswer.DONE


def test_the_oldest_message_that_nobody_heard_is_played_first(session: Session) -> None:
    box, agent = boxes.add_box(session, BoxDraft("Night")), user(session, "li.wei")
    first, second, third, done = (
        leave(session, box, call, NOW + timedelta(minutes=at))
        for at, call in enumerate(("one", "two", "three", "four"))
    )
    store.mark_heard(session, first, agent, NOW, by_phone=True)
    known = messages.message(session, done)
    messages.save_care(session, known, Care(handled=True), agent, NOW)

    played = store.to_play(session, box)
    assert [int(one.id) for one in played] == [second, third, first]
    assert [one.heard for one in played] == [False, False, True]


def test_who_heard_a_message_first_is_kept_and_noted(session: Session) -> None:
    box = boxes.add_box(session, BoxDraft("Night"))
    first, other, message = user(session, "li.wei"), user(session, "wang.fang"), leave(session, box)
    store.mark_heard(session, message, first, NOW, by_phone=True)
    store.mark_heard(session, message, other, NOW, by_phone=False)

    found = messages.message(session, message)
    assert (found.heard_by, found.heard_at, found.heard_by_phone) == (first, NOW, True)
    (noted,) = entries(session, AuditFilter(action="voicemail.heard")).items
    assert (noted.user, noted.via, noted.which) == (first, "phone", str(message))


def test_a_message_is_deleted_only_in_its_own_box(session: Session) -> None:
    box, other = (boxes.add_box(session, BoxDraft(name)) for name in "ab")
    message = leave(session, box)

    assert not store.delete_message(session, other, message, None, NOW)
    assert store.delete_message(session, box, message, None, NOW) == "voicemail/c1-1"
    assert not store.delete_message(session, box, message, None, NOW)
    assert not messages.messages(session, MessageFilter(box=box)).items
    (noted,) = entries(session, AuditFilter(action="voicemail.removed")).items
    assert noted.user is None


def test_the_lamp_counts_the_own_box_and_those_of_ones_groups(session: Session) -> None:
    mine, other = user(session, "li.wei"), user(session, "wang.fang")
    group = int(add_group(session, GroupDraft("Night shift")).id)
    set_members(session, group, [mine, other])
    own = boxes.add_box(session, BoxDraft("a", agent=mine))
    shared = boxes.add_box(session, BoxDraft("c", group=group))
    boxes.add_box(session, BoxDraft("site"))
    heard = leave(session, own, "own")
    leave(session, shared, "shared")
    store.mark_heard(session, heard, mine, NOW, by_phone=False)

    assert store.new_messages(session) == {mine: NewMessages(1, 1), other: NewMessages(1, 0)}
    assert store.new_messages_of(session, mine) == 1
    unheard = messages.messages(session, MessageFilter(unheard_only=True)).items
    assert [one.call for one in unheard] == ["shared"]
