"""Contacts of the address book as a target of imports."""

from collections.abc import Sequence
from enum import StrEnum
from functools import partial

from sqlalchemy.orm import Session

from crm.directory import store
from crm.directory.contact import Contact, ContactDraft, ContactNumber
from crm.imports.row import (
    ADDED,
    CHANGED,
    SKIPPED,
    ImportColumn,
    ReadRow,
    RowOutcome,
    WriteTask,
    bad,
)
from crm.kernel.errors import InvalidError
from crm.kernel.typed_phone import typed_numbers
from crm.people.rights import Right
from web.kit.i18n import N_
from web.kit.import_target import ImportOption, ImportTarget


class KnownContacts(StrEnum):
    """What becomes of a row with a number that a contact has already."""

    SKIP = "skip"
    UPDATE = "update"


def _phones(text: str, region: str) -> tuple[str, ...]:
    return typed_numbers(text, region)


def _draft(row: ReadRow) -> ContactDraft:
    numbers = [
        ContactNumber(number, row.text(f"label_{place}"))
        for place in (1, 2, 3)
        for number in _numbers(row, f"number_{place}")
    ]
    return store.checked_draft(
        ContactDraft(row.text("name"), row.text("company"), row.text("note"), tuple(numbers))
    )


def _numbers(row: ReadRow, key: str) -> tuple[str, ...]:
    found = row.values.get(key, ())
    return found if isinstance(found, tuple) else ()


def _write(session: Session, rows: Sequence[ReadRow], task: WriteTask) -> list[RowOutcome]:
    """Write rows as contacts; a row of a contact with the same number changes it or is skipped."""
    drafts: list[ContactDraft | InvalidError] = []
    for row in rows:
        try:
            drafts.append(_draft(row))
        except InvalidError as error:
            drafts.append(error)
    numbers = {n.number for one in drafts if isinstance(one, ContactDraft) for n in one.numbers}
    known = store.contacts_of_numbers(session, numbers)
    files = {int(one.id): one for one in store.contacts_by_ids(session, known.values())}
    updates = task.options.get("duplicates") == KnownContacts.UPDATE
    outcomes: list[RowOutcome] = []
    new: list[ContactDraft] = []
    mine: set[str] = set()
    for draft in drafts:
        if isinstance(draft, InvalidError):
            outcomes.append(bad(draft))
            continue
        its = [n.number for n in draft.numbers]
        id_ = next((known[one] for one in its if one in known), None)
        if id_ is not None:
            outcomes.append(_change(session, files, id_, draft, task) if updates else SKIPPED)
        elif any(one in mine or one in task.seen for one in its):
            outcomes.append(SKIPPED)  # the file has this contact twice
        else:
            new.append(draft)
            mine.update(its)
            outcomes.append(ADDED)
    if task.dry_run:
        task.seen.update(dict.fromkeys(mine, 1))
    else:
        store.add_contacts(session, new, task.import_id)
    return outcomes


def _change(
    session: Session,
    files: dict[int, Contact],
    id_: int,
    draft: ContactDraft,
    task: WriteTask,
) -> RowOutcome:
    old = files[id_].draft
    numbers = {n.number: n.label for n in old.numbers}
    numbers |= {n.number: n.label or numbers.get(n.number, "") for n in draft.numbers}
    merged = ContactDraft(
        draft.name,
        draft.company or old.company,
        draft.note or old.note,
        tuple(ContactNumber(number, label) for number, label in numbers.items()),
    )
    try:
        merged = store.checked_draft(merged)
    except InvalidError as error:
        return bad(error)
    if merged == old:
        return SKIPPED
    if not task.dry_run:
        files[id_] = store.change_contact(session, id_, merged, task.import_id)
    return CHANGED


_number_column = partial(ImportColumn, read=_phones)
CONTACTS = ImportTarget(
    key="contacts",
    title=N_("Contacts of the address book"),
    right=Right.DIRECTORY_EDIT,
    url="/address-book/contacts",
    filter="import",
    columns=(
        ImportColumn(
            "name",
            N_("Full name"),
            required=True,
            longest=200,
            names=("name", "contact", "联系人", "名称", "名字"),
        ),
        ImportColumn(
            "company",
            N_("Company"),
            longest=200,
            names=("organisation", "organization", "单位", "公司名称"),
        ),
        _number_column(
            "number_1",
            N_("Phone number"),
            required=True,
            names=("phone", "telephone", "tel", "mobile", "number", "电话", "手机", "联系电话"),
        ),
        ImportColumn("label_1", N_("Label"), longest=50, names=("label", "type", "类型")),
        _number_column("number_2", N_("Second number"), names=("phone 2", "电话2", "办公电话")),
        ImportColumn("label_2", N_("Label of the second number"), longest=50),
        _number_column("number_3", N_("Third number"), names=("phone 3", "电话3")),
        ImportColumn("label_3", N_("Label of the third number"), longest=50),
        ImportColumn("note", N_("Note"), longest=4000, names=("comment", "remark", "备注", "说明")),
    ),
    options=(
        ImportOption(
            "duplicates",
            N_("If a contact has the number already"),
            {
                KnownContacts.SKIP: N_("Skip the row"),
                KnownContacts.UPDATE: N_("Update the contact"),
            },
        ),
    ),
    write=_write,
    undo=store.undo_import,
)
