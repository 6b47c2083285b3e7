"""The words for webhooks' events and failures."""

from collections.abc import Mapping

from crm.webhooks.webhook import DeliveryState, DisabledReason, EventType, Failure
from web.kit.i18n import N_

EVENT_TYPES: Mapping[str, str] = {
    EventType.CALL_STARTED: N_("A call came in"),
    EventType.CALL_ANSWERED: N_("An agent took a call"),
    EventType.CALL_ENDED: N_("A call ended"),
    EventType.CALL_OUTCOME: N_("The outcome of a call was noted"),
    EventType.RECORDING_READY: N_("A recording is ready"),
    EventType.CUSTOMER_CREATED: N_("A customer was added"),
    EventType.CUSTOMER_CHANGED: N_("A customer was changed"),
    EventType.SERVICE_RECORD_CREATED: N_("A service record was written"),
    EventType.TEST: N_("A test by hand"),
}
STATES: Mapping[str, str] = {
    DeliveryState.WAITING: N_("On its way"),
    DeliveryState.DELIVERED: N_("Delivered"),
    DeliveryState.DEAD: N_("Given up"),
}
TONES: Mapping[str, str] = {
    DeliveryState.WAITING: "wrap",
    DeliveryState.DELIVERED: "ready",
    DeliveryState.DEAD: "danger",
}
FAILURES: Mapping[str, str] = {
    Failure.NAME: N_("The name of the host is not known."),
    Failure.ADDRESS: N_("No webhook may be sent to this address."),
    Failure.CONNECT: N_("There was no connection."),
    Failure.TLS: N_("The TLS certificate or handshake is not right."),
    Failure.TIMEOUT: N_("There was no answer in time."),
    Failure.CLOSED: N_("The connection was closed before an answer came."),
    Failure.STATUS: N_("The answer was not a success (2xx)."),
    Failure.REDIRECT: N_("The answer was a redirection, which is not followed."),
    Failure.SECRET: N_("The secret can no longer be read. Make a new one."),
}
WHY_OFF: Mapping[str, str] = {
    DisabledReason.BY_HAND: N_("Switched off by hand"),
    DisabledReason.GONE: N_("Switched off: the receiver said that it is gone (410)"),
    DisabledReason.FAILING: N_("Switched off: it had failed for three days"),
}
