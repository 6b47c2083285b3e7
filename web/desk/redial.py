"""The numbers that an agent dialled last, for the dial box."""

from datetime import datetime

from sqlalchemy.orm import Session

from acd.queue import AgentId
from crm.calls.dialled.store import dialled_by
from crm.customers.store import customer_names
from crm.people.person import SignedIn
from crm.people.rights import Right
from cti.outbound.hiding import may_hide
from cti.outbound.store import diallers, rules
from web.calls.words import RESULTS
from web.desk.shapes import DialledNumbers, DialledNumberShape
from web.desk.side import midnight
from web.kit.i18n import Reader


def dialled_numbers(
    session: Session, reader: Reader, who: SignedIn, now: datetime
) -> DialledNumbers:
    """Give the numbers that a user dialled, with the names of the customers they may see."""
    found = dialled_by(session, who.user.id)
    theirs = [one.customer for one in found if one.customer is not None]
    names = customer_names(session, theirs) if who.may(Right.CUSTOMERS_SEE) else {}
    today = midnight(now, reader)
    items = [
        DialledNumberShape(
            number=one.number,
            number_name=reader.phone(one.number),
            name=names.get(one.customer, "") if one.customer is not None else "",
            customer=one.customer if one.customer in names else None,
            at=one.at,
            at_name=reader.time(one.at) if one.at >= today else reader.date(one.at),
            result=one.result,
            result_name=reader.gettext(RESULTS[one.result]),
        )
        for one in found
    ]
    return DialledNumbers(items=items, may_hide=_may_hide(session, who))


def _may_hide(session: Session, who: SignedIn) -> bool:
    known = [one.rule for one in rules(session) if one.enabled and one.rule.may_hide]
    dialler = diallers(session).get(AgentId(who.user.id)) if known else None
    return dialler is not None and may_hide(dialler, known)
