"""Rates as a target of imports."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from crm.charges.rate import (
    BAD_PRICE,
    BAD_STEP,
    MOST_PRICE,
    MOST_STEP,
    Rate,
    checked_rate,
    read_price,
)
from crm.charges.store import import_rates, known_places, undo_import
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
from crm.people.rights import Right
from cti.trunks.store import trunks
from web.kit.i18n import N_
from web.kit.import_target import ImportOption, ImportTarget
from web.rates.words import read_begins

EVERY = "0"


def _begins(text: str, _region: str) -> str:
    return checked_rate(Rate(read_begins(text), "-", Decimal(0))).begins


def _price(text: str, _region: str) -> Decimal:
    found = read_price(text)
    if found is None or found > MOST_PRICE:
        raise InvalidError(BAD_PRICE, most=str(MOST_PRICE))
    return found


def _seconds(text: str, _region: str) -> int:
    plain = text.strip().removesuffix(".0")
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 4):  # noqa: PLR2004
        raise InvalidError(BAD_STEP, most=MOST_STEP)
    if not 1 <= int(plain) <= MOST_STEP:
        raise InvalidError(BAD_STEP, most=MOST_STEP)
    return int(plain)


def _offered(session: Session) -> Sequence[ImportOption]:
    named = {EVERY: N_("Every trunk"), **{str(one.id): one.name for one in trunks(session)}}
    said = N_("A rate for the same numbers and trunk is replaced.")
    return (ImportOption("trunk", N_("Only over the trunk"), named, said),)


def _rate(row: ReadRow, trunk: int | None) -> Rate:
    def decimal(key: str) -> Decimal:
        found = row.values.get(key)
        return found if isinstance(found, Decimal) else Decimal(0)

    def seconds(key: str) -> int:
        found = row.values.get(key)
        return found if isinstance(found, int) else 60

    begins = row.text("begins")
    return checked_rate(
        Rate(
            begins,
            row.text("name") or begins,
            decimal("per_minute"),
            decimal("connection_fee"),
            seconds("first_seconds"),
            seconds("step_seconds"),
            trunk,
        )
    )


def _write(session: Session, rows: Sequence[ReadRow], task: WriteTask) -> list[RowOutcome]:
    """Write rows as rates; a rate for the same numbers and trunk is replaced."""
    chosen = task.options.get("trunk") or EVERY
    trunk = int(chosen) or None if chosen.isascii() and chosen.isdecimal() else None
    if trunk is not None and trunk not in {int(one.id) for one in trunks(session)}:
        gone = InvalidError(N_("“{key}” is not one of the options."), "trunk", key=chosen)
        return [bad(gone) for _ in rows]
    known = known_places(session, [row.text("begins") for row in rows])
    new: dict[str, Rate] = {}
    changed: dict[int, Rate] = {}
    outcomes: list[RowOutcome] = []
    for row in rows:
        rate = _rate(row, trunk)
        old = known.get((rate.begins, trunk))
        if rate.begins in new or rate.begins in task.seen:
            outcomes.append(SKIPPED)  # the file has these numbers twice
        elif old is None:
            new[rate.begins] = rate
            outcomes.append(ADDED)
        elif old.rate == rate:
            outcomes.append(SKIPPED)
        else:
            changed[old.id] = rate
            outcomes.append(CHANGED)
    if task.dry_run:
        task.seen.update(dict.fromkeys(new, 1))
    else:
        import_rates(session, list(new.values()), changed, task.import_id)
    return outcomes


RATES = ImportTarget(
    key="rates",
    title=N_("Rates"),
    right=Right.LINES_MANAGE,
    url="/rates",
    filter="import",
    columns=(
        ImportColumn(
            "begins",
            N_("Numbers that begin with"),
            required=True,
            read=_begins,
            names=("prefix", "code", "begins", "dial code", "前缀", "区号", "字冠", "号码前缀"),
            help=N_("Such as +8613 or 0044, or a kind such as “mobile”."),
        ),
        ImportColumn(
            "name",
            N_("Name"),
            longest=100,
            names=("destination", "country", "description", "名称", "目的地", "国家"),
        ),
        ImportColumn(
            "per_minute",
            N_("Price per minute"),
            required=True,
            read=_price,
            names=("rate", "price", "per minute", "费率", "单价", "每分钟", "资费"),
        ),
        ImportColumn(
            "connection_fee",
            N_("Connection fee"),
            read=_price,
            names=("setup", "connection", "setup fee", "接续费", "接通费"),
        ),
        ImportColumn(
            "first_seconds",
            N_("First step (seconds)"),
            read=_seconds,
            names=("first increment", "initial", "首次计费", "首段秒数"),
            help=N_("Empty: 60."),
        ),
        ImportColumn(
            "step_seconds",
            N_("Further steps (seconds)"),
            read=_seconds,
            names=("increment", "billing increment", "计费周期", "计费单位"),
            help=N_("Empty: 60."),
        ),
    ),
    offered=_offered,
    write=_write,
    undo=undo_import,
)
