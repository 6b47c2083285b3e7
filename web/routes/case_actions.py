"""The tester of routes: where a call would go, its saved cases, and what a change would do."""

from dataclasses import replace
from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.kernel.phone import dialled, e164
from crm.people.person import SignedIn
from cti.routes import cases, store
from cti.routes.cases import RouteCase
from cti.routes.rule import Checked, RouteDecision, RoutePlan, Why, explain
from cti.routes.store import RouteSettings, route_plan
from web.destinations.actions import describe, describe_text, read
from web.destinations.targets import DestinationTargets, targets_of
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.routes.actions import read_route
from web.routes.case_shapes import (
    CaseBody,
    CaseShape,
    ChangedCase,
    ChangedRoute,
    CheckedShape,
    RouteDecisionShape,
    RouteTestBody,
    RouteTestShape,
)
from web.routes.words import ALL_NUMBERS, LIST_APPLIES, NOT_ASKED, NOT_OURS, REASONS

FIRST_YEAR, LAST_YEAR = 1970, 2199
THING = "route_cases"


def test(session: Session, request: Request, body: RouteTestBody) -> RouteTestShape:
    """Say where a call would go, perhaps with a changed or a removed route."""
    reader, region = reader_of(request), context_of(request).settings.region
    at = moment(body.at, reader)
    plan = route_plan(session)
    after = plan
    if body.route is not None or body.removed is not None:
        after = changed_plan(session, request, plan, body.route, body.removed)
    called, caller = dialled(body.called, region), e164(body.caller, region)
    targets = targets_of(session)
    decision = explain(after, called, caller, at.timestamp()) if called else None
    return RouteTestShape(
        called=called,
        caller=caller,
        at=at,
        decision=_show(decision, after, targets, reader) if decision else None,
        changed_cases=_changed(session, plan, after, targets, reader),
    )


def moment(at: datetime | None, reader: Reader) -> datetime:
    """Read a time, without a zone in the reader's; now if there is none."""
    if at is None:
        return now()
    whole = at if at.tzinfo else at.replace(tzinfo=reader.zone)
    if not FIRST_YEAR <= whole.year <= LAST_YEAR:
        raise InvalidError(N_("Enter a valid time."), "at")
    return whole


def changed_plan(
    session: Session,
    request: Request,
    plan: RoutePlan,
    route: ChangedRoute | None,
    removed: int | None,
) -> RoutePlan:
    """Give the plan as it would be with a changed or new route, or without one."""
    wanted: RouteSettings | None = None
    if route is not None:
        known = store.route_to_change(session, route.id) if route.id else None
        wanted = read_route(session, request, route, known)
    if removed is not None:
        store.route_to_change(session, removed)
    return with_route(session, plan, wanted, removed)


def with_route(
    session: Session, plan: RoutePlan, wanted: RouteSettings | None, removed: int | None = None
) -> RoutePlan:
    """Give the plan with a route put in the place of the stored one, or without one."""
    rules: list[RouteSettings] = [
        wanted if wanted and one.rule.id == wanted.rule.id else one
        for one in store.routes(session)
        if one.rule.id != removed
    ]
    if wanted and wanted not in rules:
        rules.append(wanted)
    return replace(plan, rules=tuple(one.rule for one in rules if one.enabled))


def cases_changed_by(
    session: Session, reader: Reader, wanted: RouteSettings | None, removed: int | None = None
) -> list[ChangedCase]:
    """Give the saved cases whose calls would go elsewhere with a route changed or removed."""
    if not store.cases(session):
        return []
    plan = route_plan(session)
    after = with_route(session, plan, wanted, removed)
    return _changed(session, plan, after, targets_of(session), reader)


def show_cases(session: Session, reader: Reader) -> list[CaseShape]:
    """Show the saved cases with their results now."""
    kept = store.cases(session)
    if not kept:
        return []
    targets, plan = targets_of(session), route_plan(session)
    return [
        CaseShape(
            id=one.case.id,
            called=one.case.called,
            caller=one.case.caller,
            at=one.case.at,
            destination=one.case.destination,
            destination_name=describe_text(one.case.destination, targets, reader),
            now=str(one.destination),
            now_name=describe(one.destination, targets, reader),
            as_expected=one.as_expected,
        )
        for one in cases.run(plan, kept)
    ]


def make_case(session: Session, request: Request, who: SignedIn, body: CaseBody) -> int:
    """Save a test case."""
    reader, region = reader_of(request), context_of(request).settings.region
    called, caller = dialled(body.called, region), e164(body.caller, region)
    if not called:
        raise InvalidError(N_("Enter the called number."), "called")
    at = moment(body.at, reader)
    if body.destination.strip():
        expected = str(read(body.destination, targets_of(session), region, "destination"))
    else:
        expected = str(explain(route_plan(session), called, caller, at.timestamp()).destination)
    made = store.add_case(session, RouteCase(0, called, caller, at, expected))
    said = {"called": called, "caller": caller, "destination": expected}
    note(session, request, who, "route_case.added", THING, made, {}, said)
    return made


def accept_case(session: Session, request: Request, who: SignedIn, case: int) -> None:
    """Expect from now on where the call of a case goes now."""
    kept = [one for one in store.cases(session) if one.id == case]
    for one in cases.run(route_plan(session), kept):
        before, after = one.case.destination, str(one.destination)
        said = {"destination": before}, {"destination": after}
        note(session, request, who, "route_case.changed", THING, case, *said)
        store.expect(session, case, after)
        return
    store.expect(session, case, "")


def remove_case(session: Session, request: Request, who: SignedIn, case: int) -> None:
    """Delete a test case."""
    store.remove_case(session, case)
    note(session, request, who, "route_case.removed", THING, case)


def _changed(
    session: Session,
    before: RoutePlan,
    after: RoutePlan,
    targets: DestinationTargets,
    reader: Reader,
) -> list[ChangedCase]:
    if before == after:
        return []
    return [
        ChangedCase(
            id=one.case.id,
            called=one.case.called,
            caller=one.case.caller,
            at=one.case.at,
            before=str(one.before),
            before_name=describe(one.before, targets, reader),
            after=str(one.after),
            after_name=describe(one.after, targets, reader),
        )
        for one in cases.changes(before, after, store.cases(session))
    ]


def _show(
    decision: RouteDecision, plan: RoutePlan, targets: DestinationTargets, reader: Reader
) -> RouteDecisionShape:
    checked = [_checked(one, reader) for one in decision.checked]
    asked = sum(one.kind == "route" for one in checked)
    checked += [
        CheckedShape(
            kind="route",
            name=rule.name,
            applies=False,
            why=None,
            sentence=reader.gettext(NOT_ASKED),
        )
        for rule in plan.rules[asked:]
    ]
    return RouteDecisionShape(
        destination=str(decision.destination),
        destination_name=describe(decision.destination, targets, reader),
        by=_checked(decision.by, reader),
        language=decision.language,
        priority=decision.priority,
        cause=decision.cause,
        message=decision.message,
        checked=checked,
    )


def _checked(one: Checked, reader: Reader) -> CheckedShape:
    name = one.name
    if one.kind == "number":
        name = reader.phone(name)
    elif one.kind == "forced":
        name = reader.phone(name) if name else reader.gettext(ALL_NUMBERS)
    return CheckedShape(
        kind=one.kind,
        name=name,
        applies=one.applies,
        why=one.why,
        sentence=reader.gettext(_sentence(one)),
    )


def _sentence(one: Checked) -> str:
    if one.kind == "list" and one.applies:
        return LIST_APPLIES
    if one.kind == "number" and one.why is Why.OTHER_NUMBER:
        return NOT_OURS
    return REASONS[one.why]
