"""Actions on rates that pages and API share: show, add, change, remove."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.charges import store
from crm.charges.rate import (
    BAD_PRICE,
    MOST_PRICE,
    Rate,
    RateId,
    StoredRate,
    amount_of,
    read_price,
)
from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from cti.trunks.store import trunks
from web.kit.audit import note
from web.kit.i18n import N_
from web.kit.shapes import Choice, Named
from web.rates.shapes import RateBody, RateChange, RateForm, RateShape
from web.rates.words import read_begins

THING = "rates"


def show_rates(session: Session, of_import: int | None = None) -> list[RateShape]:
    """Show all rates, or those of one import."""
    names = _trunks(session)
    return [_show(one, names) for one in store.rates(session, of_import=of_import)]


def show_rate(session: Session, rate: int, *, lock: bool = False) -> RateShape:
    """Show one rate, perhaps to change it."""
    return _show(store.rate(session, rate, lock=lock), _trunks(session))


def make_rate(session: Session, request: Request, who: SignedIn, body: RateForm) -> RateId:
    """Add a rate; it counts for calls that end from now on."""
    made = store.add_rate(session, _rate(session, body))
    after = _noted(store.rate(session, made).rate)
    note(session, request, who, "rate.added", THING, made, {}, after)
    return made


def write_rate(
    session: Session, request: Request, who: SignedIn, rate: int, body: RateForm
) -> None:
    """Change a rate; calls that were charged stay as they are."""
    known = store.rate(session, rate, lock=True)
    store.change_rate(session, rate, _rate(session, body))
    before, after = _noted(known.rate), _noted(store.rate(session, rate).rate)
    if before != after:
        note(session, request, who, "rate.changed", THING, rate, before, after)


def remove_rates(session: Session, request: Request, who: SignedIn, rates: Collection[int]) -> None:
    """Remove rates; calls that were charged stay as they are."""
    for one in store.remove_rates(session, rates):
        note(session, request, who, "rate.removed", THING, one.id, _noted(one.rate), {})


def changed_body(shape: RateShape, change: RateChange) -> RateBody:
    """Give all fields of a rate with the given ones changed."""
    given: dict[str, Any] = {key: value for key, value in dict(change).items() if value is not None}
    if given.get("trunk") == 0:
        given["trunk"] = None
    values = {**dict(shape), "trunk": shape.trunk.id if shape.trunk else None}
    del values["id"]
    return RateBody(**{**values, **given})


def trunk_choices(session: Session) -> list[Choice]:
    """Give the trunks as choices."""
    return [Choice(key=str(one.id), name=one.name) for one in trunks(session)]


def price(text: str, field: str) -> Decimal:
    """Read a price; InvalidError if it is none."""
    found = read_price(text)
    if found is None:
        raise InvalidError(BAD_PRICE, field, most=str(MOST_PRICE))
    return found


def _rate(session: Session, body: RateForm) -> Rate:
    if body.trunk is not None and body.trunk not in _trunks(session):
        key = str(body.trunk)
        raise InvalidError(N_("“{key}” is not one of the options."), "trunk", key=key)
    return Rate(
        read_begins(body.begins),
        body.name,
        price(body.per_minute, "per_minute"),
        price(body.connection_fee, "connection_fee"),
        body.first_seconds,
        body.step_seconds,
        body.trunk,
    )


def _trunks(session: Session) -> dict[int, str]:
    return {int(one.id): one.name for one in trunks(session)}


def _show(one: StoredRate, names: Mapping[int, str]) -> RateShape:
    rate = one.rate
    trunk = rate.trunk
    return RateShape(
        id=one.id,
        begins=rate.begins,
        name=rate.name,
        per_minute=amount_of(rate.per_minute),
        connection_fee=amount_of(rate.connection_fee),
        first_seconds=rate.first_seconds,
        step_seconds=rate.step_seconds,
        trunk=Named(id=trunk, name=names.get(trunk, f"#{trunk}")) if trunk else None,
    )


def _noted(rate: Rate) -> dict[str, object]:
    return {
        "begins": rate.begins,
        "name": rate.name,
        "per_minute": amount_of(rate.per_minute),
        "connection_fee": amount_of(rate.connection_fee),
        "first_seconds": rate.first_seconds,
        "step_seconds": rate.step_seconds,
        "trunk": rate.trunk,
    }
