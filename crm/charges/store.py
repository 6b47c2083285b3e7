"""Rates in the database."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.charges.models import RateRow
from crm.charges.rate import LONGEST_BEGINNING, Rate, RateId, StoredRate, checked_rate
from crm.kernel.errors import MissingError, TakenError
from crm.kernel.names import needed_name
from crm.sql.db import notify

MOST_RATES = 50_000
ALL_RATES = "rates:all"
Place = tuple[str, int | None]  # what only one rate has: its beginning, and its trunk


def rates(session: Session, *, of_import: int | None = None) -> list[StoredRate]:
    """Give all rates by their beginnings, or those of one import."""
    query = select(RateRow).order_by(RateRow.begins, RateRow.id).limit(MOST_RATES)
    if of_import is not None:
        query = query.where(RateRow.import_id == of_import)
    return [_rate(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def fitting_rates(
    session: Session, numbers: Collection[str], classes: Collection[str]
) -> list[Rate]:
    """Give the rates that can be for some numbers of some classes."""
    begins = {one[:length] for one in numbers for length in range(1, LONGEST_BEGINNING + 1)}
    query = select(RateRow).where(RateRow.begins.in_(begins | set(classes)))
    return [_rate(row).rate for row in session.scalars(query)]


def rate(session: Session, id_: int, *, lock: bool = False) -> StoredRate:
    """Read a rate, perhaps to change it; MissingError if there is none of this id."""
    row = session.get(RateRow, id_, populate_existing=True, with_for_update=lock or None)
    if row is None:
        raise MissingError("There is no rate {rate}.", rate=id_)
    return _rate(row)


def add_rate(session: Session, new: Rate) -> RateId:
    """Add a rate; TakenError if there is one for the same numbers and trunk."""
    found = insert(RateRow).values(_columns(new)).on_conflict_do_nothing().returning(RateRow.id)
    id_ = session.scalars(found).one_or_none()
    if id_ is None:
        raise _taken(new)
    notify(session, f"rates:{id_}")
    return RateId(id_)


def change_rate(session: Session, id_: int, changed: Rate) -> None:
    """Change a rate; charges that were written stay as they are."""
    columns = _columns(changed)
    other = select(RateRow.id).where(
        RateRow.begins == columns["begins"],
        RateRow.trunk_id.is_not_distinct_from(changed.trunk),
        RateRow.id != id_,
    )
    if session.scalars(other).first() is not None:
        raise _taken(changed)
    session.execute(update(RateRow).where(RateRow.id == id_).values(**columns, changed=True))
    notify(session, f"rates:{id_}")


def remove_rates(session: Session, ids: Collection[int]) -> list[StoredRate]:
    """Remove rates, and give those that were there."""
    gone = session.scalars(delete(RateRow).where(RateRow.id.in_(set(ids))).returning(RateRow)).all()
    notify(session, ALL_RATES)
    return [_rate(row) for row in gone]


def known_places(session: Session, begins: Collection[str]) -> Mapping[Place, StoredRate]:
    """Give the rates with these beginnings, by what only one rate has."""
    found = session.scalars(
        select(RateRow)
        .where(RateRow.begins.in_(set(begins)))
        .execution_options(populate_existing=True)
    )
    return {(one.rate.begins, one.rate.trunk): one for one in map(_rate, found)}


def import_rates(
    session: Session, new: Sequence[Rate], changed: Mapping[int, Rate], import_id: int
) -> None:
    """Add rates of a file, and change others, by id."""
    if new:
        added = [{**_columns(one), "import_id": import_id} for one in new]
        session.execute(insert(RateRow).on_conflict_do_nothing(), added)
    for id_, one in changed.items():
        columns = {**_columns(one), "changed": True}
        session.execute(update(RateRow).where(RateRow.id == id_).values(**columns))
    if new or changed:
        notify(session, ALL_RATES)


def undo_import(session: Session, import_id: int, most: int) -> int:
    """Remove up to a number of rates that an import added and nobody changed; give how many."""
    row = RateRow
    ids = select(row.id).where(row.import_id == import_id, ~row.changed).limit(most)
    gone = session.scalars(delete(row).where(row.id.in_(ids)).returning(row.id)).all()
    notify(session, ALL_RATES)
    return len(gone)


def rates_of_trunk(session: Session, trunk: int) -> list[str]:
    """Give the names of the rates that are for one trunk alone."""
    query = select(RateRow.name).where(RateRow.trunk_id == trunk).order_by(RateRow.name)
    return list(dict.fromkeys(session.scalars(query)))


def checked(new: Iterable[Rate]) -> list[Rate]:
    """Give rates that can be stored."""
    return [_checked(one) for one in new]


def _checked(one: Rate) -> Rate:
    rate = checked_rate(one)
    return Rate(
        rate.begins,
        needed_name(rate.name, 100),
        rate.per_minute,
        rate.connection_fee,
        rate.first_seconds,
        rate.step_seconds,
        rate.trunk,
    )


def _taken(one: Rate) -> TakenError:
    return TakenError("There is already a rate for “{begins}”.", "begins", begins=one.begins)


def _columns(one: Rate) -> dict[str, object]:
    rate = _checked(one)
    return {
        "begins": rate.begins,
        "name": rate.name,
        "per_minute": rate.per_minute,
        "connection_fee": rate.connection_fee,
        "first_seconds": rate.first_seconds,
        "step_seconds": rate.step_seconds,
        "trunk_id": rate.trunk,
    }


def _rate(row: RateRow) -> StoredRate:
    rate = Rate(
        row.begins,
        row.name,
        row.per_minute,
        row.connection_fee,
        row.first_seconds,
        row.step_seconds,
        row.trunk_id,
    )
    return StoredRate(RateId(row.id), rate)
