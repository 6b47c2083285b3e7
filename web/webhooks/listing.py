"""The lists of webhooks and of their deliveries."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from crm.kernel.names import sort_key
from crm.people.rights import Right
from crm.sql.page import Page
from crm.webhooks import store
from crm.webhooks.deliveries import store as outbox
from crm.webhooks.webhook import DeliveryFilter, DeliveryState, EventType
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import (
    Column,
    Filter,
    FilterKind,
    Listing,
    ListQuery,
)
from web.kit.listing.table import Action, Cell, Option
from web.kit.listing.usual import missing_first, number_column, on_or_off, search, time_column
from web.webhooks.actions import lines
from web.webhooks.shapes import AttemptShape, DeliveryShape, EndpointLine, show_delivery
from web.webhooks.words import EVENT_TYPES, STATES, TONES


def endpoint_state(one: EndpointLine, reader: Reader) -> tuple[str, str]:
    """Give the tone and the word for the state of a webhook."""
    if not one.enabled:
        return "out", reader.gettext(N_("Inactive"))
    if one.failing_since is not None:
        return "danger", reader.gettext(N_("Failing"))
    return "ready", reader.gettext(N_("Active"))


def rate(one: EndpointLine, reader: Reader) -> str:
    """Give the share of attempts that succeeded; "" without attempts."""
    return reader.percent(one.succeeded / one.attempts) if one.attempts else ""


def _success(one: EndpointLine) -> float:
    return one.succeeded / one.attempts if one.attempts else -1


def _state(one: EndpointLine, reader: Reader) -> Cell:
    tone, state = endpoint_state(one, reader)
    return Cell(state, badge=tone)


def _last(one: AttemptShape | None, reader: Reader) -> Cell:
    if one is None:
        return Cell()
    return Cell(
        str(one.status) if one.status else reader.gettext(N_("No response")),
        badge="danger" if one.failure else "ready",
        note=reader.moment(one.at),
        title=one.failure_name,
    )


def _number_of(one: EndpointLine, state: DeliveryState, number: int, reader: Reader) -> Cell:
    url = f"/webhooks/deliveries?endpoint={one.id}&state={state}"
    return Cell(reader.number(number), url=url)


WEBHOOKS: Listing[EndpointLine] = Listing(
    name="webhooks",
    url="/webhooks",
    title=N_("Webhooks"),
    note=N_("Send events to other systems in real time."),
    right=Right.WEBHOOKS_MANAGE,
    rows=lambda session, query: lines(session, query.reader),
    columns=(
        Column(
            "name",
            N_("Name"),
            lambda one, _: Cell(one.name, note=one.url),
            order=lambda one: sort_key(one.name),
            required=True,
        ),
        Column(
            "events",
            N_("Events"),
            lambda one, reader: Cell(reader.number(len(one.events)), title=", ".join(one.events)),
            order=lambda one: len(one.events),
            value=lambda one, _: ", ".join(one.events),
        ),
        Column("state", N_("State"), _state),
        Column(
            "rate",
            N_("Success in 24 hours"),
            rate,
            order=_success,
            align="end",
        ),
        Column(
            "waiting",
            N_("Pending"),
            lambda one, reader: _number_of(one, DeliveryState.WAITING, one.waiting, reader),
            order=lambda one: one.waiting,
            value=lambda one, _: one.waiting,
            align="end",
        ),
        Column(
            "dead",
            N_("Failed"),
            lambda one, reader: _number_of(one, DeliveryState.DEAD, one.dead, reader),
            order=lambda one: one.dead,
            value=lambda one, _: one.dead,
            align="end",
        ),
        Column(
            "last",
            N_("Last response"),
            lambda one, reader: _last(one.last, reader),
            order=lambda one: missing_first(one.last and one.last.at),
        ),
    ),
    filters=(search(), on_or_off(lambda one: one.enabled)),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/webhooks/{one.id}",
    row_off=lambda one: not one.enabled,
    empty=N_("No webhooks yet."),
    empty_icon="webhook",
    add_url="/webhooks/new",
    add_label=N_("New webhook"),
)


def _endpoints(session: Session, _query: ListQuery) -> Sequence[Option]:
    return [Option(str(one.id), one.draft.name) for one in store.endpoints(session)]


def _deliveries(session: Session, query: ListQuery) -> Page[DeliveryShape]:
    endpoint = query.id("endpoint")
    if "webhook" in query.place:
        endpoint = store.endpoint(session, query.place_id("webhook")).id
    state, event = query.text("state"), query.text("type")
    wanted = DeliveryFilter(
        endpoint=endpoint,
        state=DeliveryState(state) if state else None,
        type=EventType(event) if event else None,
        since=query.time("from"),
        until=query.time("to"),
    )
    page = outbox.deliveries(
        session, wanted, newest_first=query.descending, limit=query.limit, cursor=query.cursor
    )
    return Page(tuple(show_delivery(one, query.reader) for one in page.items), page.next)


DELIVERIES: Listing[DeliveryShape] = Listing(
    name="deliveries",
    url="/webhooks/deliveries",
    title=N_("Deliveries"),
    right=Right.WEBHOOKS_MANAGE,
    fetch=_deliveries,
    sort="-at",
    columns=(
        time_column("at", N_("When"), lambda one: one.created_at, "at", required=True),
        Column("event", N_("Event"), lambda one, _: Cell(one.type_name, note=one.type.value)),
        Column(
            "endpoint",
            N_("Webhook"),
            lambda one, _: Cell(one.endpoint.name, url=f"/webhooks/{one.endpoint.id}"),
        ),
        Column("state", N_("State"), lambda one, _: Cell(one.state_name, badge=TONES[one.state])),
        number_column("attempts", N_("Attempts"), lambda one: one.attempts),
        Column("last", N_("Last response"), lambda one, reader: _last(one.last, reader)),
        time_column("next", N_("Next attempt"), lambda one: one.due_at),
    ),
    filters=(
        Filter("endpoint", N_("Webhook"), FilterKind.ID, _endpoints),
        Filter("state", N_("State"), FilterKind.CHOICE, STATES),
        Filter("type", N_("Event"), FilterKind.CHOICE, EVENT_TYPES),
        Filter("from", N_("From"), FilterKind.SINCE, by_minute=True),
        Filter("to", N_("To"), FilterKind.UNTIL, by_minute=True),
    ),
    row_id=lambda one: one.id,
    row_url=lambda one: f"/webhooks/deliveries/{one.id}",
    actions=(
        Action(
            "replay",
            N_("Resend"),
            "/webhooks/deliveries/replay",
            icon="rotate-clockwise",
            confirm=N_("Resend the selected deliveries?"),
        ),
    ),
    empty=N_("No deliveries yet."),
    empty_icon="send",
)

# The deliveries of one webhook, on its own page.
WEBHOOK_DELIVERIES: Listing[DeliveryShape] = replace(
    DELIVERIES,
    name="webhook-deliveries",
    url="/webhooks/{webhook}",
    title=N_("Last deliveries"),
    export_url="/webhooks/{webhook}/deliveries/export",
    columns=tuple(one for one in DELIVERIES.columns if one.key != "endpoint"),
    filters=tuple(one for one in DELIVERIES.filters if one.name != "endpoint"),
)
