"""Which entries count for a number: exact before segment, white before black, VIP beside both."""

# ruff: noqa: RUF001 - Chinese keyboards type letters of full width.

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.kernel.errors import InvalidError
from crm.number_lists.lists import (
    Effect,
    EffectKind,
    EntryId,
    ListDirection,
    ListEntry,
    ListKind,
    NumberListId,
    NumberLists,
    Pattern,
    check_kind,
    read_effect,
)
from crm.number_lists.typed import exact, prefixes_between, searched, typed_patterns

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)
NUMBER = "+8613800138000"


def entry(id_: int, typed: str, kind: ListKind = ListKind.BLACK, **more) -> ListEntry:
    (pattern,) = typed_patterns(typed, "CN")
    return ListEntry(EntryId(id_), NumberListId(1), kind, pattern, **more)


def black_id(lists: NumberLists, number: str = NUMBER, direction: ListDirection = ListDirection.IN):
    hit = lists.match(number, direction, AT)
    return hit.black.id if hit and hit.black else None


def test_an_exact_number_beats_a_segment_and_a_longer_segment_a_shorter_one():
    entries = [entry(1, "138*"), entry(2, "13800138*"), entry(3, "138 0013 8000")]

    assert black_id(NumberLists(entries)) == 3
    assert black_id(NumberLists(entries[:2])) == 2
    assert black_id(NumberLists(entries[:1])) == 1
    assert black_id(NumberLists(entries), "+8613900139000") is None


def test_of_equals_the_entry_that_was_added_last_counts():
    assert black_id(NumberLists([entry(1, "138*"), entry(2, "+86138*")])) == 2


def test_a_white_entry_lifts_every_black_one():
    lists = NumberLists([entry(1, "13800138000"), entry(2, "138*", ListKind.WHITE)])
    hit = lists.match(NUMBER, ListDirection.IN, AT)

    assert hit is not None
    assert (hit.black, hit.white and hit.white.id) == (None, 2)


def test_vip_is_independent_of_black_and_white():
    entries = [entry(1, "138*"), entry(2, "13800138000", ListKind.VIP)]
    hit = NumberLists(entries).match(NUMBER, ListDirection.IN, AT)

    assert hit is not None
    assert (hit.black and hit.black.id, hit.vip and hit.vip.id) == (1, 2)


def test_an_entry_counts_for_its_direction():
    lists = NumberLists([entry(1, "138*", direction=ListDirection.OUT)])

    assert black_id(lists) is None
    assert black_id(lists, direction=ListDirection.OUT) == 1


def test_an_expired_entry_does_not_count_and_does_not_hide_another():
    over = entry(2, "13800138000", expires_at=AT)
    lists = NumberLists([entry(1, "138*"), over])

    assert black_id(lists) == 1
    assert lists.match(NUMBER, ListDirection.IN, AT.timestamp() - 1).black.id == 2


def test_a_range_covers_its_numbers_and_no_longer_ones():
    lists = NumberLists([entry(1, "95500-95549")])

    assert [black_id(lists, one) for one in ("95500", "95549", "95550", "955001")] == [
        1,
        1,
        None,
        None,
    ]


def test_an_extension_is_no_part_of_the_number():
    assert black_id(NumberLists([entry(1, "010-65529988")]), "+861065529988;ext=8001") == 1


def test_a_withheld_number_is_on_a_list_only_by_that_word():
    assert NumberLists([entry(1, "138*")]).match("", ListDirection.IN, AT) is None
    for typed in ("withheld", "Anonymous", "号码未显示"):
        lists = NumberLists([entry(1, "138*"), entry(2, typed)])
        assert black_id(lists, "") == 2
        assert black_id(lists) == 1
        assert black_id(lists, "+8613900138000") is None


@pytest.mark.parametrize(
    ("typed", "text", "keys"),
    [
        ("138 0013 8000", NUMBER, (NUMBER,)),
        ("１３８*", "+86138*", ("+86138",)),
        ("+86 138*", "+86138*", ("+86138",)),
        ("0571*", "+86571*", ("+86571",)),
        ("0044 20*", "+4420*", ("+4420",)),
        ("95188", "95188", ("95188",)),
        ("10*", "10*", ("10",)),  # not the landlines of Beijing
        ("95*", "95*", ("95",)),  # nor those of Yinchuan
        ("13800000000-13800009999", "+8613800000000-+8613800009999", ("+861380000",)),
        ("13800000000～13800000009", "+8613800000000-+8613800000009", ("+861380000000",)),
    ],
)
def test_numbers_and_segments_are_read_as_people_type_them(typed, text, keys):
    (found,) = typed_patterns(typed, "CN")

    assert (found.text, found.keys) == (text, keys)


def test_a_number_is_a_segment_if_it_is_said_to_be_one():
    assert typed_patterns("138", "CN", segment=True)[0].text == "+86138*"


def test_several_numbers_of_a_field_are_read_once_each():
    found = typed_patterns("13800138000\n138 0013 8000，139*", "CN")

    assert [one.text for one in found] == [NUMBER, "+86139*"]


@pytest.mark.parametrize(
    "typed", ["x", "*", "+*", "0*", "12ab*", "13800009999-13800000000", "+8613800138000000*"]
)
def test_what_is_no_number_is_refused_with_its_field(typed):
    with pytest.raises(InvalidError) as refused:
        typed_patterns(typed, "CN", "numbers")

    assert refused.value.field == "numbers"


def test_a_search_reads_the_beginning_of_a_number_in_all_its_spellings():
    assert "+861380013" in searched("1380013", "CN")[1]
    assert "+86571" in searched("0571", "CN")[1]
    assert searched("138-0013-8000", "CN")[0] == NUMBER
    assert searched("1", "CN") == ("", ())


def test_effects_are_stored_as_text_and_checked():
    assert str(read_effect("priority:10")) == "priority:10"
    assert read_effect("") is None
    for wrong in ("loud", "priority", "priority:0", "priority:101", "queue", "busy:x"):
        with pytest.raises(InvalidError):
            read_effect(wrong)
    with pytest.raises(InvalidError):
        check_kind(ListKind.BLACK, Effect(EffectKind.PRIORITY, "1"))
    with pytest.raises(InvalidError):
        check_kind(ListKind.WHITE, Effect(EffectKind.REFUSE))


def test_a_look_up_among_a_hundred_thousand_entries_takes_microseconds():
    entries = [
        ListEntry(EntryId(n), NumberListId(1), ListKind.BLACK, exact(f"+8613{n:09}"))
        for n in range(100_000)
    ]
    lists = NumberLists(entries)
    lists = lists.with_entry(entry(100_001, "+4420*"))
    began = time.perf_counter()
    for n in range(1000):
        assert lists.match(f"+8613{n:09}", ListDirection.IN, AT)
        assert not lists.match(f"+8615{n:09}", ListDirection.IN, AT)
    assert time.perf_counter() - began < 1.0  # 2,000 look-ups; they take some 10 ms


digits = st.integers(0, 10**5 - 1)


@given(digits, digits, digits)
def test_the_prefixes_of_a_range_cover_its_numbers_and_no_others(one, other, number):
    low, high = sorted((f"{one:05}", f"{other:05}"))
    found = prefixes_between(low, high)

    assert f"{number:05}".startswith(found) is (low <= f"{number:05}" <= high)
    assert len(found) <= 2 * 9 * len(low)


number_texts = st.text("0123", min_size=1, max_size=4)
patterns = st.one_of(
    st.builds(exact, number_texts),
    st.builds(lambda text: Pattern(f"{text}*", (text,), is_segment=True), number_texts),
)
entries_of_one_list = st.lists(
    st.builds(
        ListEntry,
        st.integers(1, 9).map(EntryId),
        st.just(NumberListId(1)),
        st.sampled_from(ListKind),
        patterns,
        st.sampled_from(ListDirection),
        expires_at=st.sampled_from([None, AT, AT + timedelta(hours=1)]),
    ),
    max_size=8,
)


def slowly(entries: list[ListEntry], number: str, kind: ListKind) -> ListEntry | None:
    """The rule in other words: among the entries that count, the closest and newest."""
    counting = [
        one
        for one in entries
        if one.kind is kind
        and one.counts(number, ListDirection.IN, AT.timestamp())
        and (
            number.startswith(one.pattern.keys[0])
            if one.pattern.is_segment
            else number == one.pattern.keys[0]
        )
    ]
    return max(
        counting,
        key=lambda one: (not one.pattern.is_segment, len(one.pattern.keys[0]), one.id),
        default=None,
    )


@given(entries_of_one_list, number_texts)
def test_the_look_up_finds_what_comparing_every_entry_finds(entries, number):
    known = {one.id: one for one in entries}
    hit = NumberLists(entries).match(number, ListDirection.IN, AT)
    wanted = {kind: slowly(list(known.values()), number, kind) for kind in ListKind}

    if not any(wanted.values()):
        assert hit is None
        return
    assert hit is not None
    assert (hit.vip, hit.white) == (wanted[ListKind.VIP], wanted[ListKind.WHITE])
    assert hit.black == (None if hit.white else wanted[ListKind.BLACK])


@given(entries_of_one_list, entries_of_one_list, number_texts)
def test_changes_one_by_one_give_the_same_as_compiling_anew(before, changes, number):
    lists, known = NumberLists(before), {one.id: one for one in before}
    for at, one in enumerate(changes):
        if at % 3 == 2:
            lists = lists.without_entry(one.id)
            known.pop(one.id, None)
        else:
            lists = lists.with_entry(replace(one))
            known[one.id] = one

    anew = NumberLists(known.values())
    assert len(lists) == len(anew)
    assert lists.match(number, ListDirection.IN, AT) == anew.match(number, ListDirection.IN, AT)


@given(entries_of_one_list, entries_of_one_list, number_texts)
def test_a_change_leaves_the_older_look_up_as_it_was(before, changes, number):
    lists = NumberLists(before)
    hit = lists.match(number, ListDirection.IN, AT)
    for one in changes:
        lists.with_entry(one)
        lists.without_entry(one.id)

    assert lists.match(number, ListDirection.IN, AT) == hit
