"""The words for webhooks' events and failures."""

from collections.abc import Mapping

from crm.webhooks.webhook import DeliveryState, DisabledReason, EventType, Failure
from web.kit.i18n import N_

EVENT_TYPES: Mapping[str, str] = {
    EventType.CALL_STARTED: N_("Call arrived"),
    EventType.CALL_ANSWERED: N_("Call answered"),
    EventType.CALL_ENDED: N_("Call ended"),
    EventType.CALL_OUTCOME: N_("Disposition set"),
    EventType.RECORDING_READY: N_("Recording ready"),
    EventType.CUSTOMER_CREATED: N_("Customer created"),
    EventType.CUSTOMER_CHANGED: N_("Customer updated"),
    EventType.SERVICE_RECORD_CREATED: N_("Interaction record added"),
    EventType.TEST: N_("Test event"),
}
STATES: Mapping[str, str] = {
    DeliveryState.WAITING: N_("Pending"),
    DeliveryState.DELIVERED: N_("Sent"),
    DeliveryState.DEAD: N_("Failed"),
}
TONES: Mapping[str, str] = {
    DeliveryState.WAITING: "wrap",
    DeliveryState.DELIVERED: "ready",
    DeliveryState.DEAD: "danger",
}
FAILURES: Mapping[str, str] = {
    Failure.NAME: N_("Unknown host name."),
    Failure.ADDRESS: N_("No webhook may be sent to this address."),
    Failure.CONNECT: N_("No connection."),
    Failure.TLS: N_("Invalid TLS certificate or handshake."),
    Failure.TIMEOUT: N_("No response in time."),
    Failure.CLOSED: N_("The connection was closed before a response arrived."),
    Failure.STATUS: N_("The response was not a success (2xx)."),
    Failure.REDIRECT: N_("The response was a redirect; redirects are not followed."),
    Failure.SECRET: N_("The secret cannot be read. Rotate it."),
}
WHY_OFF: Mapping[str, str] = {
    DisabledReason.BY_HAND: N_("Deactivated by a user"),
    DisabledReason.GONE: N_("Deactivated: the receiver answered 410 Gone"),
    DisabledReason.FAILING: N_("Deactivated: it had failed for three days"),
}
