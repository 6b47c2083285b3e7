"""The demo's custom destination: an example of a CRM that decides, and an inactive route to it."""

from sqlalchemy.orm import Session

from crm.custom_destinations.custom import SEALED_FOR, CustomDraft
from crm.custom_destinations.store import add_custom, custom_destinations, remove_custom
from crm.kernel.destination import Destination, DestinationKind
from crm.outgoing.signing import Seal, new_secret
from cti.routes.rule import RouteId, RouteRule
from cti.routes.store import RouteSettings, add_route, remove_route, routes
from web.kit.settings import Settings

NAME = "CRM decides"
DRAFT = CustomDraft(NAME, "https://crm.example.com/calls", fallback="queue:support")


def add_demo_custom(session: Session, settings: Settings, called: str) -> None:
    """Add the custom destination, and a route to it that is off."""
    seal = Seal(settings.secrets.session_secret, SEALED_FOR)
    made = add_custom(session, DRAFT, seal.close(new_secret()))
    to = Destination(DestinationKind.CUSTOM, str(made))
    rule = RouteRule(RouteId(0), NAME, to, called=called)
    add_route(session, RouteSettings(rule, enabled=False))


def remove_demo_custom(session: Session) -> None:
    """Remove the route unless a user has activated it, and the unchanged custom destination."""
    for one in routes(session):
        if one.rule.name == NAME and not one.enabled:
            remove_route(session, one.rule.id)
    led = {str(to) for one in routes(session) for to in (one.rule.destination, one.rule.closed)}
    for known in custom_destinations(session):
        if known.draft == DRAFT and f"custom:{known.id}" not in led:
            remove_custom(session, known.id)
