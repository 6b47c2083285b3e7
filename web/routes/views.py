"""Routes as pages and API show them."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from crm.hours.group import TimeGroupId
from crm.kernel.destination import Destination
from cti.routes.rule import hides
from cti.routes.store import RouteSettings
from web.destinations.actions import describe, fault_of
from web.destinations.targets import DestinationTargets
from web.kit.i18n import Reader
from web.kit.shapes import Named
from web.routes.shapes import RouteLine, RouteShape

TimeGroupNames = Mapping[TimeGroupId, str]


class RouteVersion(BaseModel):
    """What can be set for a route; its version is made of it, not of names and other routes."""

    name: str
    called: str
    caller: str
    time_group: int | None
    destination: str
    closed: str
    active: bool


def show_route(
    one: RouteSettings, targets: DestinationTargets, names: TimeGroupNames, reader: Reader
) -> RouteShape:
    """Show one route."""
    rule = one.rule
    hours = Named(id=rule.hours, name=names.get(rule.hours, "")) if rule.hours else None
    return RouteShape(
        id=rule.id,
        name=rule.name,
        called=rule.called,
        caller=rule.caller,
        time_group=hours,
        destination=str(rule.destination),
        destination_name=describe(rule.destination, targets, reader),
        closed=str(rule.closed) if rule.closed else "",
        closed_name=describe(rule.closed, targets, reader) if rule.closed else "",
        active=one.enabled,
    )


def show_lines(
    routes: Sequence[RouteSettings],
    targets: DestinationTargets,
    names: TimeGroupNames,
    reader: Reader,
) -> list[RouteLine]:
    """Show all routes in their order, each with what is wrong with it."""
    return [
        RouteLine(
            **dict(show_route(one, targets, names, reader)),
            position=position,
            hidden_by=hidden_by(one, routes),
            fault=fault_in(one, targets, reader),
        )
        for position, one in enumerate(routes, start=1)
    ]


def hidden_by(one: RouteSettings, routes: Sequence[RouteSettings]) -> Named | None:
    """Give the first active route before this one that takes all its calls."""
    for other in routes:
        if other.rule.id == one.rule.id:
            return None
        if one.enabled and other.enabled and hides(other.rule, one.rule):
            return Named(id=other.rule.id, name=other.rule.name)
    return None


def fault_in(one: RouteSettings, targets: DestinationTargets, reader: Reader) -> str:
    """Say why calls cannot be sent where a route leads; "" if they can."""
    for destination in _destinations(one):
        if fault := fault_of(destination, targets):
            return reader.error(fault)
    return ""


def version_of(one: RouteSettings) -> RouteVersion:
    """Give the settings of a route alone."""
    rule = one.rule
    return RouteVersion(
        name=rule.name,
        called=rule.called,
        caller=rule.caller,
        time_group=rule.hours,
        destination=str(rule.destination),
        closed=str(rule.closed) if rule.closed else "",
        active=one.enabled,
    )


def _destinations(one: RouteSettings) -> list[Destination]:
    rule = one.rule
    return [rule.destination, *([rule.closed] if rule.closed else [])]
