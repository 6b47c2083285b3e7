"""Charged calls for pages and API."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from crm.charges.charge import Charge, ChargeSum
from crm.charges.rate import amount_of
from crm.people.store import names
from web.calls.views import address_of_call
from web.charges.shapes import AmountShape, ChargeShape, ChargeSumShape
from web.kit.i18n import Reader
from web.kit.shapes import Named
from web.outbound.words import CLASSES


def show_charges(session: Session, reader: Reader, found: Iterable[Charge]) -> list[ChargeShape]:
    """Show charges with the names of their agents."""
    charges = list(found)
    people = names(session, {one.agent for one in charges if one.agent is not None})
    return [_show(one, people, reader) for one in charges]


def show_sum(found: ChargeSum) -> ChargeSumShape:
    """Show the sum of charges."""
    costs = [AmountShape(currency=key, amount=amount_of(one)) for key, one in found.costs.items()]
    return ChargeSumShape(calls=found.count, seconds=round(found.seconds, 1), costs=costs)


def _show(one: Charge, people: Mapping[int, str], reader: Reader) -> ChargeShape:
    agent, trunk = one.agent, one.trunk
    return ChargeShape(
        call=one.call,
        url=address_of_call(one.call),
        leg=one.leg,
        at=one.at,
        agent=Named(id=agent, name=people.get(agent, f"#{agent}")) if agent is not None else None,
        trunk=Named(id=trunk, name=one.trunk_name) if trunk is not None else None,
        number=one.number,
        number_class=one.number_class,
        class_name=reader.gettext(CLASSES.get(one.number_class, one.number_class)),
        seconds=round(one.seconds, 1),
        rate=one.rate,
        per_minute=amount_of(one.per_minute) if one.per_minute is not None else None,
        cost=amount_of(one.cost) if one.cost is not None else None,
        currency=one.currency,
    )
