"""Customers from a file: many at once, duplicates found by their numbers, undone as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.calls.models import CallRow
from crm.customers import store
from crm.customers.customer import Customer, CustomerDraft, Label
from crm.customers.models import CustomerPhoneRow, CustomerRow
from crm.dictionary.store import items
from crm.imports.row import ADDED, CHANGED, SKIPPED, RowOutcome, WriteTask, bad
from crm.kernel.errors import InvalidError
from crm.kernel.names import needed_name
from crm.kernel.phone import main_number
from crm.people.models import UserRow
from crm.service.models import ServiceRecordRow
from crm.sql.db import whole_table
from crm.webhooks.file_events import customer_created
from crm.webhooks.store import announce
from crm.webhooks.webhook import OutgoingEvent

_CUSTOMERS, _PHONES = whole_table(CustomerRow), whole_table(CustomerPhoneRow)


class Duplicates(StrEnum):
    """What becomes of a row with a number that a customer has already."""

    SKIP = "skip"
    UPDATE = "update"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class CustomerFields:
    """A row of a file: the fields whose cells are not empty."""

    fields: Mapping[str, str | int]
    phones: Mapping[str, Label] = field(default_factory=dict)  # E.164, in their order

    @property
    def numbers(self) -> list[str]:
        """The numbers without their extensions."""
        return list(dict.fromkeys(main_number(one) for one in self.phones))

    @property
    def mark(self) -> int:
        """The same for rows with the same fields, within one process."""
        return hash((tuple(self.fields.items()), tuple(self.phones.items())))

    def over(self, draft: CustomerDraft) -> CustomerDraft:
        """Write the fields over a file; its other fields and numbers stay."""
        labels = [*draft.labels, *(Label.OTHER for _ in draft.phones)]
        phones = dict(zip(draft.phones, labels, strict=False))
        for phone, label in self.phones.items():
            phones[phone] = label or phones.get(phone, Label.OTHER)
        kept = tuple(phones.values()) if any(phones.values()) else ()
        changes: dict[str, object] = {**self.fields, "phones": tuple(phones), "labels": kept}
        return replace(draft, **changes)  # type: ignore[arg-type]


def write_customers(
    session: Session, rows: Sequence[CustomerFields], task: WriteTask, duplicates: Duplicates
) -> list[RowOutcome]:
    """Write rows as customers, or in a dry run say what would become of each."""
    return _Writing(session, task, duplicates, rows).write(rows)


def undo(session: Session, import_id: int, most: int) -> int:
    """Remove customers that an import added, unless they were changed or called since."""
    called = exists().where(CallRow.customer == CustomerRow.id)
    served = exists().where(ServiceRecordRow.customer_id == CustomerRow.id)
    some = (
        select(CustomerRow.id)
        .where(CustomerRow.import_id == import_id, CustomerRow.version == 1, ~called, ~served)
        .limit(most)
    )
    gone = delete(CustomerRow).where(CustomerRow.id.in_(some)).returning(CustomerRow.id)
    return len(session.scalars(gone).all())


def active_choices(session: Session) -> dict[str, dict[str, str]]:
    """Give for level, category and status the key of each active option by all its names."""
    found: dict[str, dict[str, str]] = {}
    for name, which in store.CHOSEN.items():
        found[name] = {}
        for one in items(session, which):
            for word in (one.name_en, one.name_zh, one.key):
                found[name].setdefault(word.strip().casefold(), one.key)
    return found


def owners(session: Session) -> dict[str, int]:
    """Give the users by their usernames, and by their full names where only one has it."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    people = session.execute(select(UserRow.id, UserRow.name, UserRow.login)).all()
    for id_, name, _ in people:
        word = name.strip().casefold()
        twice |= {word} & found.keys()
        found[word] = id_
    by_name = {word: id_ for word, id_ in found.items() if word not in twice}
    return by_name | {login.casefold(): id_ for id_, _, login in people}


class _Writing:
    """The rows of one transaction; new customers are inserted together at its end."""

    def __init__(
        self,
        session: Session,
        task: WriteTask,
        duplicates: Duplicates,
        rows: Sequence[CustomerFields],
    ) -> None:
        self._session = session
        self._task = task
        self._duplicates = duplicates
        self._new: list[CustomerDraft] = []
        self._pending: set[str] = set()  # the numbers of the new ones
        numbers = {number for row in rows for number in row.numbers}
        self._by_number = self._owners(numbers) if duplicates is not Duplicates.ADD else {}
        changes = duplicates is Duplicates.UPDATE
        self._files = self._read(set(self._by_number.values())) if changes else {}

    def write(self, rows: Sequence[CustomerFields]) -> list[RowOutcome]:
        """Write the rows in their order."""
        outcomes = []
        for row in rows:
            try:
                outcomes.append(self._write(row))
            except InvalidError as error:
                outcomes.append(bad(error))
        self._insert()
        return outcomes

    def _write(self, row: CustomerFields) -> RowOutcome:
        if self._duplicates is not Duplicates.ADD and self._is_known(row):
            return SKIPPED if self._duplicates is Duplicates.SKIP else self._change(row)
        draft = row.over(CustomerDraft(""))
        needed_name(draft.name, 200)
        store.labelled_phones(draft)
        self._new.append(draft)
        self._pending.update(row.numbers)
        if self._task.dry_run:
            self._task.seen.update(dict.fromkeys(row.numbers, row.mark))
        return ADDED

    def _is_known(self, row: CustomerFields) -> bool:
        return any(
            one in self._by_number or one in self._pending or one in self._task.seen
            for one in row.numbers
        )

    def _change(self, row: CustomerFields) -> RowOutcome:
        if not any(one in self._by_number for one in row.numbers):
            if self._task.dry_run:  # it is a row of this file: it would be there by now
                same = any(self._task.seen.get(one) == row.mark for one in row.numbers)
                return SKIPPED if same else CHANGED
            self._insert()
        id_ = next(self._by_number[one] for one in row.numbers if one in self._by_number)
        old = self._files[id_]
        draft = row.over(old.draft)
        if draft == old.draft:
            return SKIPPED
        store.labelled_phones(draft)
        if self._task.dry_run:
            self._files[id_] = replace(old, draft=draft)
            return CHANGED
        self._files[id_] = store.change_customer(self._session, id_, draft)
        marked = update(_CUSTOMERS).where(_CUSTOMERS.c.id == id_)
        self._session.execute(marked.values(import_id=self._task.import_id))
        self._by_number.update(dict.fromkeys(row.numbers, id_))
        return CHANGED

    def _insert(self) -> None:
        """Insert the new customers with their numbers."""
        new, self._new = self._new, []
        if not new or self._task.dry_run:
            return
        phones = [store.labelled_phones(draft) for draft in new]
        lines = [
            {**store.file_columns(draft, of), "import_id": self._task.import_id}
            for draft, of in zip(new, phones, strict=True)
        ]
        added = insert(_CUSTOMERS).returning(_CUSTOMERS.c.id, sort_by_parameter_order=True)
        ids = list(self._session.scalars(added, lines))
        numbers = [
            row for id_, of in zip(ids, phones, strict=True) for row in store.phone_rows(id_, of)
        ]
        if numbers:
            self._session.execute(insert(_PHONES), numbers)
        for number in numbers:
            self._by_number.setdefault(str(number["number"]), int(str(number["customer_id"])))
        self._pending.clear()
        if self._duplicates is Duplicates.UPDATE:
            self._files |= self._read(set(ids))
        announce(self._session, self._created(ids))

    def _created(self, ids: Sequence[int]) -> Iterator[OutgoingEvent]:
        """Make the events of new customers; they are read only if a webhook wants them."""
        for one in self._read(set(ids)).values():
            yield customer_created(one)

    def _owners(self, numbers: set[str]) -> dict[str, int]:
        """Give the customers of some numbers; of several, the one that was changed last."""
        if not numbers:
            return {}
        query = (
            select(CustomerPhoneRow.number, CustomerRow.id)
            .join(CustomerRow, CustomerRow.id == CustomerPhoneRow.customer_id)
            .where(CustomerPhoneRow.number.in_(numbers))
            .order_by(CustomerRow.updated_at, CustomerRow.id.desc())
        )
        return {number: id_ for number, id_ in self._session.execute(query)}  # noqa: C416

    def _read(self, ids: set[int]) -> dict[int, Customer]:
        if not ids:
            return {}
        query = store.whole_files().where(CustomerRow.id.in_(ids)).order_by(CustomerRow.id)
        found = store.read_customers(self._session, self._session.execute(query).all())
        return {int(one.id): one for one in found}
