"""Words of the number lists: kinds, directions, effects and states."""

from collections.abc import Mapping

from crm.number_lists.lists import Effect, EffectKind, EntryState, ListDirection, ListKind
from web.kit.i18n import N_, Reader

KINDS: Mapping[str, str] = {
    ListKind.BLACK: N_("Black list"),
    ListKind.VIP: N_("VIP list"),
    ListKind.WHITE: N_("White list"),
}
KIND_TONES: Mapping[str, str] = {
    ListKind.BLACK: "danger",
    ListKind.VIP: "paused",
    ListKind.WHITE: "ready",
}
DIRECTIONS: Mapping[str, str] = {
    ListDirection.IN: N_("Inbound calls"),
    ListDirection.OUT: N_("Outbound calls"),
    ListDirection.BOTH: N_("Both directions"),
}
EFFECTS: Mapping[str, str] = {
    EffectKind.REFUSE: N_("Reject the call"),
    EffectKind.BUSY: N_("Play the busy tone"),
    EffectKind.MESSAGE: N_("Play a message"),
    EffectKind.PRIORITY: N_("Priority in the queue"),
    EffectKind.QUEUE: N_("Send to a queue"),
}
AS_LIST = N_("As for the list")
STATES: Mapping[str, str] = {
    EntryState.WAITING: N_("Pending approval"),
    EntryState.ACTIVE: N_("In effect"),
    EntryState.REJECTED: N_("Rejected"),
    EntryState.REMOVED: N_("Removed"),
    EntryState.EXPIRED: N_("Expired"),
}
STATE_TONES: Mapping[str, str] = {
    EntryState.WAITING: "paused",
    EntryState.ACTIVE: "ready",
    EntryState.REJECTED: "danger",
    EntryState.REMOVED: "out",
    EntryState.EXPIRED: "out",
}


def effect_name(effect: Effect | None, queues: Mapping[str, str], reader: Reader) -> str:
    """Name an effect with its priority or queue; "" for none."""
    match effect:
        case None:
            return ""
        case Effect(EffectKind.PRIORITY, key):
            return reader.say(N_("Priority {priority}"), priority=key)
        case Effect(EffectKind.QUEUE, key):
            return reader.say(N_("To the queue {queue}"), queue=queues.get(key, key))
        case _:
            return reader.gettext(EFFECTS[effect.kind])
