"""The routes of the demo: inactive ones for VIPs and the night, and two saved test cases."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from crm.hours.store import time_groups
from crm.kernel.destination import Destination, DestinationKind
from cti.routes.cases import RouteCase
from cti.routes.rule import RouteId, RouteRule
from cti.routes.store import (
    RouteSettings,
    add_case,
    add_route,
    cases,
    remove_case,
    remove_route,
    routes,
)
from ivr.flow import FlowId

SUPPORT, OPERATOR = (Destination(DestinationKind.QUEUE, key) for key in ("support", "operator"))
VIP, NIGHT = "VIP", "Night"
CALLERS = ("+8613800138000", "+862161234567")
_ZONE = ZoneInfo("Asia/Shanghai")
_TIMES = (datetime(2026, 12, 1, 10, tzinfo=_ZONE), datetime(2026, 12, 1, 22, tzinfo=_ZONE))


def add_demo_routes(session: Session, called: str, flow: FlowId) -> None:
    """Add routes that can be activated, and cases that tell what would change then."""
    menu = Destination(DestinationKind.FLOW, str(flow))
    hours = next((one.id for one in time_groups(session)), None)
    night = OPERATOR if hours is not None else None
    for rule in (
        RouteRule(RouteId(0), VIP, SUPPORT, caller=CALLERS[0]),
        RouteRule(RouteId(0), NIGHT, menu, called=called, hours=hours, closed=night),
    ):
        add_route(session, RouteSettings(rule, enabled=False))
    for caller, at in zip(CALLERS, _TIMES, strict=True):
        add_case(session, RouteCase(0, called, caller, at, str(menu)))


def remove_demo_routes(session: Session) -> None:
    """Delete the routes that nobody has activated, and the cases."""
    for one in routes(session):
        if one.rule.name in {VIP, NIGHT} and not one.enabled:
            remove_route(session, one.rule.id)
    for case in cases(session):
        if (case.caller, case.at) in set(zip(CALLERS, _TIMES, strict=True)):
            remove_case(session, case.id)
