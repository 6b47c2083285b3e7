"""The tester of outbound rules: whether an agent may dial a number, and how."""

from collections.abc import Iterator

from fastapi import Request
from sqlalchemy.orm import Session

from acd.queue import AgentId
from crm.kernel.errors import InvalidError
from crm.number_lists.lists import NumberLists
from crm.number_lists.store import live_entries
from cti.outbound.guard import midnight
from cti.outbound.rule import SYSTEM, Allowed, Looked, Moment, OutboundPlan, Refused, may_dial
from cti.outbound.store import outbound_plan
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.kit.shapes import Named
from web.outbound.shapes import AskedRule, DialAnswer, DialTest, WayShape
from web.outbound.words import NOT_ASKED, RULE_APPLIES


def test(session: Session, request: Request, body: DialTest) -> DialAnswer:
    """Decide as the engine does, on lines that are all free."""
    reader, region = reader_of(request), context_of(request).settings.region
    today = midnight(now(), context_of(request).zone)
    plan = outbound_plan(session, region, today)
    dialler = SYSTEM if body.agent is None else plan.diallers.get(AgentId(body.agent))
    if dialler is None:
        raise InvalidError(N_("There is no agent {agent}."), "agent", agent=body.agent)
    lists = NumberLists(live_entries(session))
    found = may_dial(body.number, dialler, plan, Moment(now().timestamp(), lists=lists))
    return _show(found, plan, reader)


def _show(found: Allowed | Refused, plan: OutboundPlan, reader: Reader) -> DialAnswer:
    refused = isinstance(found, Refused)
    return DialAnswer(
        allowed=not refused,
        sentence=reader.say(found.sentence, **found.values) if isinstance(found, Refused) else "",
        number=found.number,
        number_class=found.number_class,
        rule=reader.gettext(found.rule if isinstance(found, Refused) else found.rule.name),
        ways=[
            WayShape(
                trunk=Named(id=way.trunk, name=plan.trunks[way.trunk].name),
                digits=way.digits,
                caller_number=way.caller_number,
            )
            for way in (() if isinstance(found, Refused) else found.ways)
        ],
        rules=list(_rules(found.looked, plan, reader)),
    )


def _rules(looked: tuple[Looked, ...], plan: OutboundPlan, reader: Reader) -> Iterator[AskedRule]:
    """Give a line for each rule; those behind the one that applies are not asked."""
    for one in looked:
        sentence = reader.gettext(one.why or RULE_APPLIES)
        yield AskedRule(name=one.rule, applies=not one.why, sentence=sentence)
    for rule in plan.rules[len(looked) :] if looked else ():
        yield AskedRule(name=rule.name, applies=False, sentence=reader.gettext(NOT_ASKED))
