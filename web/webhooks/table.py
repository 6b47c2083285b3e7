"""The lists of webhooks and of their deliveries, and the form of a webhook."""

from crm.webhooks.webhook import OFFERED, DeliveryState, EndpointDraft, EventType
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice
from web.kit.table import Action, Cell, Column, Filter, Option, Row
from web.webhooks.shapes import (
    AttemptShape,
    DeliveryQuery,
    DeliveryShape,
    EndpointLine,
    EndpointShape,
)
from web.webhooks.words import EVENT_TYPES, STATES, TONES


def endpoint_columns(reader: Reader) -> list[Column]:
    """Give the columns of the list of webhooks."""
    say = reader.gettext
    return [
        Column("name", say(N_("Webhook name")), required=True),
        Column("events", say(N_("Events"))),
        Column("state", say(N_("State"))),
        Column("rate", say(N_("Success in 24 hours")), align="end"),
        Column("waiting", say(N_("On its way")), align="end"),
        Column("dead", say(N_("Given up")), align="end"),
        Column("last", say(N_("Last answer"))),
    ]


def endpoint_row(one: EndpointLine, reader: Reader) -> Row:
    """Show a webhook as a row."""
    tone, state = endpoint_state(one, reader)
    deliveries = f"/webhooks/deliveries?endpoint={one.id}"
    return Row(
        id=one.id,
        url=f"/webhooks/{one.id}",
        disabled=not one.enabled,
        cells={
            "name": Cell(one.name, note=one.url),
            "events": Cell(reader.number(len(one.events)), title=", ".join(one.events)),
            "state": Cell(state, badge=tone),
            "rate": Cell(rate(one, reader)),
            "waiting": Cell(reader.number(one.waiting), url=f"{deliveries}&state=waiting"),
            "dead": Cell(reader.number(one.dead), url=f"{deliveries}&state=dead"),
            "last": last_cell(one.last, reader),
        },
    )


def endpoint_state(one: EndpointLine, reader: Reader) -> tuple[str, str]:
    """Give the tone and the word for how a webhook fares."""
    if not one.enabled:
        return "out", reader.gettext(N_("Off"))
    if one.failing_since is not None:
        return "danger", reader.gettext(N_("Failing"))
    return "ready", reader.gettext(N_("On"))


def rate(one: EndpointLine, reader: Reader) -> str:
    """Show how many of the attempts succeeded."""
    return reader.percent(one.succeeded / one.attempts) if one.attempts else ""


def last_cell(one: AttemptShape | None, reader: Reader) -> Cell:
    """Show the last attempt: what came of it, and when."""
    if one is None:
        return Cell()
    return Cell(
        str(one.status) if one.status else reader.gettext(N_("No answer")),
        badge="danger" if one.failure else "ready",
        note=reader.moment(one.at),
        title=one.failure_name,
    )


def delivery_columns(reader: Reader) -> list[Column]:
    """Give the columns of the list of deliveries."""
    say = reader.gettext
    return [
        Column("at", say(N_("When")), required=True),
        Column("event", say(N_("Event"))),
        Column("endpoint", say(N_("Webhook"))),
        Column("state", say(N_("State"))),
        Column("attempts", say(N_("Attempts")), align="end"),
        Column("last", say(N_("Last answer"))),
        Column("next", say(N_("Next attempt"))),
    ]


def delivery_row(one: DeliveryShape, reader: Reader) -> Row:
    """Show a delivery as a row."""
    return Row(
        id=one.id,
        url=f"/webhooks/deliveries/{one.id}",
        cells={
            "at": Cell(reader.moment(one.created_at)),
            "event": Cell(one.type_name, note=one.type.value),
            "endpoint": Cell(one.endpoint.name, url=f"/webhooks/{one.endpoint.id}"),
            "state": Cell(one.state_name, badge=TONES[one.state]),
            "attempts": Cell(reader.number(one.attempts)),
            "last": last_cell(one.last, reader),
            "next": Cell(reader.moment(one.due_at)),
        },
    )


def delivery_filters(
    reader: Reader, query: DeliveryQuery, endpoints: list[EndpointShape]
) -> list[Filter]:
    """Give the fields above the list of deliveries."""
    say = reader.gettext
    return [
        Filter(
            "endpoint",
            say(N_("Webhook")),
            "select",
            [Option(str(one.id), one.name) for one in endpoints],
            query.endpoint,
        ),
        Filter(
            "state",
            say(N_("State")),
            "select",
            [Option(one.value, say(STATES[one])) for one in DeliveryState],
            query.state,
        ),
        Filter(
            "type",
            say(N_("Event")),
            "select",
            [Option(one.value, say(EVENT_TYPES[one])) for one in EventType],
            query.type,
        ),
        Filter("from", say(N_("From")), "datetime", value=query.since),
        Filter("to", say(N_("To")), "datetime", value=query.until),
    ]


def delivery_actions(reader: Reader) -> list[Action]:
    """Give what can be done with chosen deliveries."""
    return [
        Action(
            "replay",
            reader.gettext(N_("Send again")),
            "/webhooks/deliveries/replay",
            icon="rotate-clockwise",
            confirm=reader.gettext(N_("Send the chosen deliveries again?")),
        )
    ]


def endpoint_form(reader: Reader, id_: int | None, draft: EndpointDraft | None) -> Form:
    """Give the form of a webhook, filled with what is known."""
    say = reader.gettext
    events = [Choice(key=one, name=f"{say(EVENT_TYPES[one])} ({one})") for one in OFFERED]
    chosen = draft.events if draft else frozenset(OFFERED)
    inside = N_(
        "Only for a receiver in our own network; there http:// is allowed too."
        " An administrator must say so."
    )
    return Form(
        url=f"/webhooks/{id_}" if id_ else "/webhooks",
        fields=[
            Field(
                "name", say(N_("Webhook name")), value=draft.name if draft else "", required=True
            ),
            Field(
                "url",
                say(N_("Address")),
                "url",
                draft.url if draft else "",
                required=True,
                maxlength=2000,
                placeholder="https://",
            ),
            Field(
                "events",
                say(N_("Events")),
                "multiselect",
                required=True,
                options=events,
                chosen=[one.value for one in chosen],
            ),
            Field("enabled", say(N_("On")), "checkbox", _flag(on=not draft or draft.enabled)),
            Field(
                "inside",
                say(N_("Inside our network")),
                "checkbox",
                _flag(on=bool(draft and draft.inside)),
                help=say(inside),
            ),
        ],
        cancel_url=f"/webhooks/{id_}" if id_ else "/webhooks",
    )


def _flag(*, on: bool) -> str:
    return "on" if on else ""
