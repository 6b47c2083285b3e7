"""Actions on routes that pages and API share: show, add, change, order, delete."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.hours.group import TimeGroupId
from crm.hours.store import time_groups
from crm.kernel.destination import Destination
from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from cti.routes import store
from cti.routes.rule import RouteId, RouteRule
from cti.routes.store import RouteSettings
from cti.routes.typed import typed_pattern
from web.destinations.actions import read
from web.destinations.targets import DestinationTargets, targets_of
from web.kit.audit import note
from web.kit.i18n import N_, Reader
from web.kit.request import context_of
from web.routes.shapes import RouteBody, RouteChange, RouteLine, RouteShape
from web.routes.views import TimeGroupNames, show_lines, show_route, version_of

THING = "routes"
NEW = RouteId(0)


def show_routes(session: Session, reader: Reader) -> list[RouteLine]:
    """Show all routes in their order, with what is wrong with them."""
    return show_lines(store.routes(session), targets_of(session), _hours(session), reader)


def show_one(session: Session, reader: Reader, route: int) -> RouteShape:
    """Show one route."""
    known = store.route_to_change(session, route)
    return show_route(known, targets_of(session), _hours(session), reader)


def read_route(
    session: Session, request: Request, body: RouteBody, known: RouteSettings | None = None
) -> RouteSettings:
    """Read the settings of a route; InvalidError names the field that is wrong.

    A route that is deactivated may keep a destination that calls cannot be sent to by now.
    """
    region, targets = context_of(request).settings.region, targets_of(session)

    def destination(text: str, before: Destination | None, field: str) -> Destination:
        if before is not None and not body.active and text.strip() == str(before):
            return before
        return read(text, targets, region, field)

    old = known.rule if known else None
    closed = (
        destination(body.closed, old.closed if old else None, "closed")
        if body.closed.strip()
        else None
    )
    rule = RouteRule(
        id=old.id if old else NEW,
        name=body.name,
        destination=destination(body.destination, old.destination if old else None, "destination"),
        called=typed_pattern(body.called, region, "called"),
        caller=typed_pattern(body.caller, region, "caller"),
        hours=_time_group(session, body.time_group),
        closed=closed,
    )
    if rule.closed and rule.hours is None:
        raise InvalidError(
            N_("Select a time group too, or leave this empty: without one it is never closed."),
            "closed",
        )
    return RouteSettings(rule, body.active)


def make_route(session: Session, request: Request, who: SignedIn, body: RouteBody) -> RouteId:
    """Add a route behind the others."""
    made = store.add_route(session, read_route(session, request, body))
    after = _noted(store.route_to_change(session, made))
    note(session, request, who, "route.added", THING, made, {}, after)
    return made


def write_route(
    session: Session, request: Request, who: SignedIn, route: int, body: RouteBody
) -> None:
    """Replace the settings of a route; the next call follows them."""
    known = store.route_to_change(session, route)
    changed = read_route(session, request, body, known)
    if changed == known:
        return
    store.save_route(session, changed)
    before, after = _noted(known), _noted(store.route_to_change(session, route))
    if before != after:
        note(session, request, who, "route.changed", THING, route, before, after)


def changed_body(known: RouteSettings, change: RouteChange) -> RouteBody:
    """Give all settings of a route with the given ones changed."""
    given = {
        name: getattr(change, name)
        for name in change.model_fields_set
        if name == "time_group" or getattr(change, name) is not None
    }
    return RouteBody(**{**dict(version_of(known)), **given})


def remove_route(session: Session, request: Request, who: SignedIn, route: int) -> None:
    """Delete a route."""
    known = store.route_to_change(session, route)
    store.remove_route(session, known.rule.id)
    note(session, request, who, "route.removed", THING, route, _noted(known), {})


def order(session: Session, request: Request, who: SignedIn, wanted: Sequence[int]) -> None:
    """Put all routes into an order."""
    before = [one.rule.id for one in store.routes(session)]
    store.order_routes(session, wanted)
    if list(wanted) != before:
        names = {int(one.rule.id): one.rule.name for one in store.routes(session)}
        old, new = ({"order": [names[one] for one in ids]} for ids in (before, wanted))
        note(session, request, who, "route.ordered", THING, 0, old, new)


def move(session: Session, request: Request, who: SignedIn, route: int, step: int) -> None:
    """Move a route up (-1) or down (1) by one place."""
    store.route_to_change(session, route)
    ids: list[int] = [one.rule.id for one in store.routes(session)]
    place = ids.index(route)
    other = place + step
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
        order(session, request, who, ids)


def names_and_targets(session: Session) -> tuple[TimeGroupNames, DestinationTargets]:
    """Read the names of all that a route can refer to."""
    return _hours(session), targets_of(session)


def _time_group(session: Session, id_: int | None) -> TimeGroupId | None:
    if id_ is None:
        return None
    if not time_groups(session, [TimeGroupId(id_)]):
        raise InvalidError(N_("There is no time group {group}."), "time_group", group=id_)
    return TimeGroupId(id_)


def _hours(session: Session) -> TimeGroupNames:
    return {one.id: one.name for one in time_groups(session)}


def _noted(one: RouteSettings) -> dict[str, Any]:
    return version_of(one).model_dump(mode="json")
