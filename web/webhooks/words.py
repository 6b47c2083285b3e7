"""The words for webhooks' events and failures."""

from collections.abc import Mapping

from crm.webhooks.webhook import DeliveryState, DisabledReason, EventType
from web.kit.i18n import N_

EVENT_TYPES: Mapping[str, str] = {
    EventType.CALL_STARTED: N_("Call arrived"),
    EventType.CALL_ANSWERED: N_("Call answered"),
    EventType.CALL_ENDED: N_("Call ended"),
    EventType.CALL_OUTCOME: N_("Disposition set"),
    EventType.RECORDING_READY: N_("Recording ready"),
    EventType.VOICEMAIL_LEFT: N_("Voicemail left"),
    EventType.CUSTOMER_CREATED: N_("Customer created"),
    EventType.CUSTOMER_CHANGED: N_("Customer updated"),
    EventType.SERVICE_RECORD_CREATED: N_("Interaction record added"),
    EventType.ALARM_RAISED: N_("Alarm raised"),
    EventType.ALARM_ENDED: N_("Alarm ended"),
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
WHY_OFF: Mapping[str, str] = {
    DisabledReason.BY_HAND: N_("Deactivated by a user"),
    DisabledReason.GONE: N_("Deactivated: the receiver answered 410 Gone"),
    DisabledReason.FAILING: N_("Deactivated: it had failed for three days"),
}
