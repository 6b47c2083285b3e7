"""Customers, their service records, and their history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.calls.store import keep_events
from crm.customers import store
from crm.customers.customer import Customer, CustomerDraft, CustomerFilter, CustomerOrder, Label
from crm.customers.search import store as search
from crm.dictionary.item import Item, List
from crm.dictionary.store import dictionaries, items, save_item
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user
from crm.service import store as service
from crm.service.service_record import ServiceDraft

NUMBER = "+8613800138000"
MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)


def customer(session: Session, name: str = "王小明", *phones: str) -> Customer:
    return store.add_customer(session, CustomerDraft(name, "晨光", "gold", phones=phones))


def agent(session: Session, login: str = "li.wei") -> int:
    return add_user(session, NewUser(login, login, BuiltIn.AGENT, "x")).id


def arrived(call: str, caller: str, minute: int = 0, known: int | None = None) -> list[CallEvent]:
    at = MORNING + timedelta(minutes=minute)
    told = [CallEvent(FactId(f"{call}/1"), CallId(call), at, Kind.ARRIVED, {"caller": caller})]
    if known is not None:
        detail = {"customer": known}
        told.append(CallEvent(FactId(f"{call}/2"), CallId(call), at, Kind.CUSTOMER, detail))
    return told


def test_a_known_number_shows_its_customers_card(session: Session) -> None:
    added = customer(session, "王小明", NUMBER, "+8613900139000")

    card = store.customer_by_phone(session, "+8613900139000")

    assert card is not None
    assert (card.id, card.name, card.company, card.level) == (added.id, "王小明", "晨光", "gold")


@pytest.mark.parametrize("number", ["", "+1", "\0", "1001"])
def test_an_unknown_number_shows_no_card(session: Session, number: str) -> None:
    customer(session, "王小明", NUMBER)

    assert store.customer_by_phone(session, number) is None


def test_of_two_customers_with_one_number_the_last_touched_is_shown(session: Session) -> None:
    first = customer(session, "first", NUMBER)
    customer(session, "second", NUMBER)
    store.change_customer(session, first.id, first.draft)

    card = store.customer_by_phone(session, NUMBER)

    assert card is not None
    assert card.name == "first"


def test_a_customer_is_written_anew_with_their_numbers(session: Session) -> None:
    added = customer(session, "王小明", NUMBER)
    draft = replace(added.draft, name="王大明", phones=("+8613900139000", NUMBER, NUMBER))

    changed = store.change_customer(session, added.id, draft)

    assert changed.draft == replace(draft, phones=("+8613900139000", NUMBER))
    assert changed.updated_at > added.updated_at
    assert store.customer(session, added.id) == changed


def test_a_customer_needs_a_name_and_must_be_there_to_be_changed(session: Session) -> None:
    for invisible in (" \0 ", "\u200b", "\u3000\u2060"):
        with pytest.raises(InvalidError):
            customer(session, invisible)
    with pytest.raises(MissingError):
        store.change_customer(session, 10**9, CustomerDraft("x"))
    with pytest.raises(MissingError):
        store.customer(session, 10**9)


def found(session: Session, text: str) -> list[str]:
    page = search.customers(session, CustomerFilter(text), limit=100)
    return [one.draft.name for one in page.items]


def test_customers_are_searched_by_name_company_and_number(session: Session) -> None:
    for number in range(25):
        customer(session, f"Customer {number:02}", f"+86138001380{number:02}")
    customer(session, "欧阳 Ünal", "+862158880001")

    assert len(found(session, "customer 1")) == 10
    assert len(found(session, "\uff23\uff35\uff33\uff34")) == 25
    assert found(session, "138 0013 8007") == ["Customer 07"]
    assert found(session, "5888-0001") == found(session, "阳") == ["欧阳 Ünal"]
    assert found(session, "üna 晨光") == found(session, "ÜNAL") == ["欧阳 Ünal"]
    assert found(session, "阳欧") == found(session, "tomcus") == found(session, "_%") == []


def test_customers_are_found_however_their_names_are_typed(session: Session) -> None:
    for name in ("José", "O\u2019Brien", "张三", "吕布", "Jean-Luc Picard"):
        store.add_customer(session, CustomerDraft(name, "上海Café"))
    everybody = ["Jean-Luc Picard", "吕布", "张三", "O\u2019Brien", "José"]

    assert found(session, "jose") == found(session, "JOSÉ") == ["José"]
    assert found(session, "o'brien") == found(session, "obrien") == ["O\u2019Brien"]
    assert found(session, "zhangsan") == found(session, "zhang san") == ["张三"]
    assert found(session, "zs") == found(session, "张\u3000三") == ["张三"]
    assert found(session, "lvbu") == found(session, "lubu") == ["吕布"]
    assert found(session, "jeanluc") == found(session, "luc picard") == ["Jean-Luc Picard"]
    assert found(session, "shanghai") == found(session, "sh cafe") == everybody
    assert found(session, "'") == found(session, "\u200b") == []


@pytest.mark.parametrize(
    "typed", ["021 6123", "(021) 6123-98", "+86 21 6123", "0086 21 6123", "2161239", "61239876"]
)
def test_a_part_of_a_number_is_found_with_its_prefix_or_without(
    session: Session, typed: str
) -> None:
    customer(session, "王小明", "+862161239876")
    customer(session, "李四", "+8613821612345")
    for asked in (CustomerFilter(typed, region="CN"), CustomerFilter(phone=typed, region="CN")):
        page = search.customers(session, asked)

        assert [one.draft.name for one in page.items] == ["王小明"]


def test_a_number_is_found_by_its_main_number_and_keeps_its_extensions(session: Session) -> None:
    main = "+861065529988"
    phones = (f"{main};ext=8001", f"{main};ext=8002", main)
    added = customer(session, "王小明", *phones)
    card = store.customer_by_phone(session, main)

    assert added.draft.phones == phones
    assert card is not None
    assert [one.id for one in store.customers_by_phones(session, [phones[1]])] == [card.id]
    assert found(session, "65529988") == found(session, "10 65529988 8002") == ["王小明"]
    keep_events(session, arrived("c1", main))
    assert [one.id for one in store.history(session, added).calls] == ["c1"]


def test_customers_are_sorted_by_name_as_people_read_them(session: Session) -> None:
    names = ["Émile", "emma", "zack", "Zoë", "阿强", "李四", "张三"]
    for name in sorted(names):
        store.add_customer(session, CustomerDraft(name))
    for descending in (False, True):
        seen: list[str] = []
        cursor = None
        while True:
            page = search.customers(
                session, order=CustomerOrder.NAME, descending=descending, limit=2, cursor=cursor
            )
            seen += [one.draft.name for one in page.items]
            if not (cursor := page.next):
                break

        assert seen == (names[::-1] if descending else names)


def test_the_longest_names_are_sorted_and_paged(session: Session) -> None:
    for place in range(3):
        store.add_customer(session, CustomerDraft("双" * 199 + str(place)))
    page = search.customers(session, order=CustomerOrder.NAME, descending=False, limit=2)

    assert page.next is not None
    assert len(page.next) <= 1000
    rest = search.customers(
        session, order=CustomerOrder.NAME, descending=False, limit=2, cursor=page.next
    )
    assert len(rest.items) == 1


def test_a_text_with_all_pieces_but_not_the_word_is_not_found(session: Session) -> None:
    customer(session, "abc bcd")

    assert found(session, "abcd") == []
    assert found(session, "bcd") == ["abc bcd"]


@pytest.mark.parametrize("order", list(CustomerOrder))
@pytest.mark.parametrize("descending", [True, False])
def test_customers_are_paged_in_any_order(
    session: Session,
    order: CustomerOrder,
    descending: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    for number in range(25):
        customer(session, f"Customer {number % 5}")
    seen: list[Customer] = []
    cursor = None
    while True:
        page = search.customers(
            session, order=order, descending=descending, limit=10, cursor=cursor
        )
        seen += page.items
        if not (cursor := page.next):
            break

    assert len({one.id for one in seen}) == len(seen) == 25
    if order is CustomerOrder.NAME:
        names = [one.draft.name for one in seen]
        assert names == sorted(names, reverse=descending)
    assert search.how_many(session, CustomerFilter(level="gold")) == 25
    assert search.how_many(session, CustomerFilter(text="customer", level="silver")) == 0


@pytest.mark.parametrize("cursor", ["x", "=", "AAAA", "\0", "é", "WyItbmFtZSIsMSwyXQ"])
def test_an_invalid_cursor_is_refused(session: Session, cursor: str) -> None:
    with pytest.raises(InvalidError):
        search.customers(session, cursor=cursor)


def test_the_second_of_two_concurrent_changes_of_a_customer_is_refused(session: Session) -> None:
    added = customer(session)

    changed = store.change_customer(session, added.id, replace(added.draft, note="mine"), 1)

    assert (added.version, changed.version) == (1, 2)
    with pytest.raises(ConflictError):
        store.change_customer(session, added.id, added.draft, 1)


def test_a_level_must_be_offered_unless_it_was_there_before(session: Session) -> None:
    added = customer(session)
    gold = Item("gold", "Gold", "金卡", enabled=False)
    save_item(session, List.CUSTOMER_LEVEL, gold)

    kept = store.change_customer(session, added.id, replace(added.draft, note="x"))

    assert kept.draft.level == "gold"
    with pytest.raises(InvalidError) as refused:
        store.add_customer(session, CustomerDraft("x", status="unheard of"))
    assert refused.value.field == "status"


def test_numbers_keep_their_labels(session: Session) -> None:
    phones, labels = (NUMBER, "+862158880001"), (Label.MOBILE, Label.OFFICE)

    added = store.add_customer(session, CustomerDraft("x", phones=phones, labels=labels))

    assert (added.draft.phones, added.draft.labels) == (phones, labels)


def test_several_customers_get_the_same_category_at_once(session: Session) -> None:
    first, second = customer(session, "first"), customer(session, "second")

    before = store.choose_for(session, [first.id, second.id, 10**9], "category", "partner")

    assert [one.draft.category for one in before] == ["", ""]
    assert store.customer(session, first.id).draft.category == "partner"
    assert store.choose_for(session, [first.id], "category", "partner") == []
    with pytest.raises(InvalidError):
        store.choose_for(session, [first.id], "category", "nothing")


def test_a_number_of_two_customers_finds_both(session: Session) -> None:
    first = customer(session, "first", NUMBER)
    second = customer(session, "second", NUMBER)
    store.change_customer(session, second.id, second.draft)

    found = store.customers_by_phones(session, [NUMBER, ""])

    assert [one.id for one in found] == [second.id, first.id]


def test_the_history_of_a_customer_holds_calls_from_before_they_were_known(
    session: Session,
) -> None:
    keep_events(session, arrived("before", NUMBER))
    known = customer(session, "王小明", NUMBER)
    keep_events(session, arrived("hotel", "+861000000", minute=5, known=known.id))
    keep_events(session, arrived("stranger", "+862000000", minute=6))

    found = store.history(session, known)

    assert [one.id for one in found.calls] == ["hotel", "before"]


def test_an_unknown_number_has_a_history_too(session: Session) -> None:
    keep_events(session, arrived("c1", NUMBER))
    choices(session)
    service.write_record(session, ServiceDraft(CallId("c1"), agent(session), "repair"))

    found = store.history(session, None, NUMBER)

    assert [one.id for one in found.calls] == ["c1"]
    assert [one.draft.call for one in found.service_records] == ["c1"]


def choices(session: Session) -> None:
    save_item(session, List.SERVICE_TYPE, Item("repair", "Repair", "报修"))
    save_item(session, List.SERVICE_TYPE, Item("old", "Old", "旧", enabled=False))
    save_item(session, List.PRODUCT, Item("router", "Router", "路由器"))


def test_a_service_record_is_read_with_its_call_and_its_customer(session: Session) -> None:
    choices(session)
    known = customer(session)
    draft = ServiceDraft(
        CallId("c1"), agent(session), "repair", known.id, product="router", note="坏了\0"
    )

    written = service.write_record(session, draft)

    assert written.draft == replace(draft, note="坏了")
    assert service.records_of_call(session, "c1") == [written]
    assert service.records_of_customer(session, known.id) == [written]
    assert service.record(session, written.id) == written


@pytest.mark.parametrize(
    ("field", "key"),
    [("service_type", ""), ("service_type", "old"), ("product", "repair"), ("cause", "\0")],
)
def test_a_key_that_its_dictionary_does_not_offer_is_named(
    session: Session, field: str, key: str
) -> None:
    choices(session)
    keys = {"service_type": "repair", field: key}
    draft = ServiceDraft(CallId("c1"), agent(session), customer=None, **keys)

    with pytest.raises(InvalidError) as refused:
        service.write_record(session, draft)

    assert refused.value.field == field


def test_the_second_of_two_concurrent_changes_of_a_record_is_refused(session: Session) -> None:
    choices(session)
    written = service.write_record(session, ServiceDraft(CallId("c1"), agent(session), "repair"))
    draft = replace(written.draft, note="mine")

    changed = service.change_record(session, written.id, written.version, draft)

    assert (changed.version, changed.draft.note) == (2, "mine")
    with pytest.raises(ConflictError):
        service.change_record(session, written.id, written.version, draft)
    with pytest.raises(MissingError):
        service.change_record(session, 10**9, 1, draft)


def test_a_dictionary_offers_what_is_enabled_in_its_order(session: Session) -> None:
    save_item(session, List.OUTCOME, Item("b", "B", "乙", 1))
    save_item(session, List.OUTCOME, Item("a", "A", "", 2))
    save_item(session, List.OUTCOME, Item("c", "C", "丙", 0, enabled=False))

    assert [one.key for one in items(session, List.OUTCOME)] == ["b", "a"]
    assert [one.key for one in items(session, List.OUTCOME, disabled_too=True)] == ["c", "b", "a"]
    assert [one.name("zh_CN") for one in items(session, List.OUTCOME)] == ["乙", "A"]
    assert dictionaries(session)[List.CAUSE] == []
