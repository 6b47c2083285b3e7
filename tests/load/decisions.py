"""How long one decision takes: where a call goes, and whether a number may be dialled.

10,000 routes, 100,000 entries of number lists, 200 outbound rules.
"""

import sys
import time

from load.report import Report, machine

from crm.kernel.destination import Destination, DestinationKind
from crm.number_lists.lists import (
    Effect,
    EffectKind,
    EntryId,
    ListEntry,
    ListKind,
    NumberListId,
    NumberLists,
    Pattern,
)
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import (
    SYSTEM,
    DialTrunk,
    Moment,
    OutboundPlan,
    OutboundRule,
    RuleId,
    Usage,
    may_dial,
)
from cti.routes.rule import RouteId, RoutePlan, RouteRule, decide
from ivr.flow import FlowId, NumberSettings

ROUTES, ENTRIES, RULES, ASKED = 10_000, 100_000, 200, 2_000
BOUND_MS = 1.0
QUEUE = Destination(DestinationKind.QUEUE, "sales")


def lists():
    """Half exact numbers, half segments; all of them refuse."""
    refuse = Effect(EffectKind.REFUSE)

    def entry(number):
        text = f"+86{13_000_000_000 + number * 7_919}"
        segment = number % 2
        pattern = Pattern(text + "*" * segment, (text[: -3 * segment or None],), bool(segment))
        return ListEntry(EntryId(number), NumberListId(1), ListKind.BLACK, pattern, effect=refuse)

    return NumberLists(map(entry, range(ENTRIES)))


def route_plan(made, shape):
    """Routes by called number, by caller, or by both with open digits."""
    rules = []
    for number in range(ROUTES):
        called = f"+86400{number:07}" if shape != "caller" else ""
        caller = f"+86139{number:08}*" if shape != "called" else ""
        rules.append(RouteRule(RouteId(number), f"Route {number}", QUEUE, called, caller))
    return RoutePlan({"+864008001234": NumberSettings(FlowId(1))}, tuple(rules), lists=made)


def timed(ask):
    """Give p50, p99 and the most of many decisions, in ms."""
    took = []
    for number in range(ASKED):
        began = time.perf_counter()
        ask(number)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return took[len(took) // 2], took[len(took) * 99 // 100], took[-1]


def main():
    """Measure, and judge the 99th percentile."""
    report = Report("decisions")
    report.say(machine())
    made, now, rows = lists(), time.time(), []
    for shape in ("called", "caller", "both"):
        plan = route_plan(made, shape)
        took = timed(
            lambda n, plan=plan: decide(plan, f"+86400{n % 9:07}", f"+8615{n * 31:09}", now)
        )
        rows.append((f"route by {shape}", *took))
    classes = frozenset({NumberClass.MOBILE})
    rules = tuple(
        OutboundRule(RuleId(n), f"Rule {n}", classes, (1,), begins=(f"+86{n:05}",))
        for n in range(RULES)
    )
    out = OutboundPlan((*rules, OutboundRule(RuleId(999), "Last", classes, (1,))),
                       {1: DialTrunk(1, "Trunk")}, site_number="+864008001234")  # fmt: skip
    moment = Moment(now, Usage(), made)
    rows.append(("may dial", *timed(lambda n: may_dial(f"138{n:08}", SYSTEM, out, moment))))
    report.table("One decision, ms", ("what", "p50", "p99", "most"), rows)
    missed = [what for what, _, p99, _ in rows if p99 > BOUND_MS]
    report.say("NOT REACHED: " + ", ".join(missed) if missed else f"reached: {BOUND_MS} ms")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
