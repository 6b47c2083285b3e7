"""Entries of number lists as a target of imports."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from crm.imports.row import ADDED, SKIPPED, ImportColumn, ReadRow, RowOutcome, WriteTask, bad
from crm.imports.store import read_import
from crm.kernel.errors import InvalidError, MissingError
from crm.number_lists.entries.store import LONGEST_REASON, expire_entries
from crm.number_lists.imported.store import (
    EntrySource,
    ImportedEntry,
    add_imported,
    held,
    undo_import,
)
from crm.number_lists.lists import ListDirection, Pattern
from crm.number_lists.store import number_list, number_lists
from crm.number_lists.typed import typed_patterns
from crm.parameters.parameter import Parameters
from crm.parameters.store import parameters
from crm.people.rights import Right
from web.kit.clock import now
from web.kit.i18n import N_, site_zone
from web.kit.import_target import ImportOption, ImportTarget
from web.number_lists.words import DIRECTIONS

DIRECTION_WORDS: Mapping[str, ListDirection] = {
    **dict.fromkeys(("in", "inbound", "incoming", "呼入", "来电"), ListDirection.IN),
    **dict.fromkeys(("out", "outbound", "outgoing", "呼出", "外呼", "去电"), ListDirection.OUT),
    **dict.fromkeys(("both", "all", "双向", "全部", "呼入呼出"), ListDirection.BOTH),
}
NO_DAY = N_("Enter a date such as 2026-12-31.")


def _patterns(text: str, region: str) -> tuple[Pattern, ...]:
    return typed_patterns(text, region)


def _direction(text: str, _region: str) -> ListDirection:
    """Read a direction: a word of ours, or the label that pages show in English."""
    word = text.casefold()
    labels = {label.casefold(): one for one in ListDirection if (label := DIRECTIONS[one])}
    found = DIRECTION_WORDS.get(word) or labels.get(word)
    if found is None:
        raise InvalidError("“{key}” is not one of the options.", key=text[:50])
    return found


def _day(text: str, _region: str) -> datetime:
    """Read a day or a time, without a zone if none is written: a day ends with its last second."""
    plain = text.strip().replace("/", "-").replace("年", "-").replace("月", "-").rstrip("日")
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"):
        try:
            found = datetime.strptime(plain, form)  # noqa: DTZ007 - the site's zone comes later
        except ValueError:
            continue
        return found + timedelta(days=1) if form == "%Y-%m-%d" else found
    try:
        return datetime.fromisoformat(plain)
    except (ValueError, OverflowError):
        raise InvalidError(NO_DAY) from None


def _offered(session: Session) -> Sequence[ImportOption]:
    lists = {str(one.id): one.draft.name for one in number_lists(session)}
    return (
        ImportOption(
            "list",
            N_("Number list"),
            lists,
            N_("Numbers that the list already has are skipped."),
        ),
    )


def _write(session: Session, rows: Sequence[ReadRow], task: WriteTask) -> list[RowOutcome]:
    """Write rows as entries of the chosen list; approval is needed as for entries by hand."""
    at, known = now(), parameters(session)
    try:
        list_ = int(number_list(session, int(task.options.get("list") or 0)).id)
    except MissingError as error:
        gone = InvalidError(error.sentence, "list", **error.values)
        return [bad(gone) for _ in rows]
    expire_entries(session, at)
    found = [_entries(row, known, task.region, at) for row in rows]
    taken = held(session, list_, [one for entries in found for one in entries])
    new: list[ImportedEntry] = []
    outcomes: list[RowOutcome] = []
    for entries in found:
        mine = [one for one in entries if one.place not in taken and _key(one) not in task.seen]
        taken.update(one.place for one in mine)
        new += mine
        outcomes.append(ADDED if mine else SKIPPED)
    if task.dry_run:
        task.seen.update(dict.fromkeys(map(_key, new), 1))
        return outcomes
    user = read_import(session, task.import_id).file.created_by
    approved = not known.flag("list_approval")
    add_imported(session, list_, new, EntrySource(task.import_id, user, at, approved))
    return outcomes


def _entries(row: ReadRow, known: Parameters, region: str, at: datetime) -> list[ImportedEntry]:
    direction = row.values.get("direction")
    expires = row.values.get("expires")
    patterns = row.values.get("number")
    days = known.number("list_days")
    until = at + timedelta(days=days) if days else None
    return [
        ImportedEntry(
            pattern,
            direction if isinstance(direction, ListDirection) else ListDirection.BOTH,
            row.text("reason"),
            _moment(expires, known, region) if isinstance(expires, datetime) else until,
        )
        for pattern in (patterns if isinstance(patterns, tuple) else ())
    ]


def _moment(typed: datetime, known: Parameters, region: str) -> datetime:
    """Take a time without a zone as one of the site's zone."""
    if typed.tzinfo is not None:
        return typed
    return typed.replace(tzinfo=site_zone(region, known.text("timezone")))


def _key(one: ImportedEntry) -> str:
    return "|".join(one.place)


LIST_ENTRIES = ImportTarget(
    key="number-list-entries",
    title=N_("Entries of a number list"),
    right=Right.LISTS_EDIT,
    url="/number-lists/entries",
    filter="import",
    columns=(
        ImportColumn(
            "number",
            N_("Phone number"),
            required=True,
            read=_patterns,
            names=("phone", "telephone", "tel", "mobile", "number", "号码", "电话", "手机", "号段"),
            help=N_("A number, a segment such as 138*, or a range."),
        ),
        ImportColumn(
            "direction",
            N_("Direction"),
            read=_direction,
            names=("direction", "方向", "呼叫方向"),
            help=N_("“in”, “out” or “both”. Empty: both."),
        ),
        ImportColumn(
            "reason",
            N_("Reason"),
            longest=LONGEST_REASON,
            names=("reason", "comment", "note", "原因", "remark", "备注", "说明"),
        ),
        ImportColumn(
            "expires",
            N_("Expires"),
            read=_day,
            names=("expiry", "until", "expires", "到期", "到期时间", "有效期", "失效日期"),
            help=N_("A date such as 2026-12-31, which is the last day. Empty: the default."),
        ),
    ),
    offered=_offered,
    write=_write,
    undo=undo_import,
)
