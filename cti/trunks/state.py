"""How a trunk is: whether the other side answers and has registered it, and its last error."""

from dataclasses import dataclass, replace
from enum import StrEnum

from cti.trunks.trunk import Trunk

SHORTEST_SECONDS = 10.0
"""A registration that is granted for less makes Asterisk register without a pause."""

TOO_OFTEN = 20
"""This many registrations within `SHORTEST_SECONDS` are a sign of a fault; the usual rate is one in
ten minutes, or one in thirty seconds while the provider refuses."""


class Reachability(StrEnum):
    """Whether the other side answers."""

    UNKNOWN = "unknown"  # not asked, or no answer yet
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"


class Registration(StrEnum):
    """How far the registration with a provider is."""

    NONE = "none"  # the trunk does not register
    WAITING = "waiting"
    REGISTERED = "registered"
    REJECTED = "rejected"
    STOPPED = "stopped"  # taken down: the provider grants it for too short a time


class TrunkLamp(StrEnum):
    """The state of a trunk in one word."""

    OFF = "off"
    UNKNOWN = "unknown"
    AVAILABLE = "available"
    REGISTERED = "registered"
    REGISTERING = "registering"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    INVALID = "invalid"  # Asterisk refused the settings
    BUSY = "busy"  # all channels are in use


FAULTS = frozenset({TrunkLamp.UNREACHABLE, TrunkLamp.REJECTED, TrunkLamp.INVALID})


class TrunkTrouble(StrEnum):
    """What last went wrong with a trunk."""

    NOTHING = ""
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"
    SHORT = "short"  # the registration was granted for too short a time
    SETTINGS = "settings"  # `detail` gives Asterisk's words
    CALL = "call"  # `detail` is the SIP status of a call


@dataclass(frozen=True, slots=True)
class TrunkState:
    """The state of one trunk; times are seconds of the engine's clock."""

    since: float
    enabled: bool = True
    reach: Reachability = Reachability.UNKNOWN
    registration: Registration = Registration.NONE
    refused: str = ""  # Asterisk's words for settings that it does not take
    channels: int = 0
    max_channels: int = 0
    trouble: TrunkTrouble = TrunkTrouble.NOTHING
    detail: str = ""
    trouble_at: float = 0.0
    registered_at: tuple[float, ...] = ()  # the last registrations, as far as they count

    @property
    def lamp(self) -> TrunkLamp:  # noqa: PLR0911 - one line per word
        """The state in one word, the worst first."""
        if not self.enabled:
            return TrunkLamp.OFF
        if self.refused:
            return TrunkLamp.INVALID
        if self.registration in {Registration.REJECTED, Registration.STOPPED}:
            return TrunkLamp.REJECTED
        if self.reach is Reachability.UNREACHABLE:
            return TrunkLamp.UNREACHABLE
        if self.is_full:
            return TrunkLamp.BUSY
        if self.registration is Registration.WAITING:
            return TrunkLamp.REGISTERING
        if self.registration is Registration.REGISTERED:
            return TrunkLamp.REGISTERED
        return TrunkLamp.AVAILABLE if self.reach is Reachability.REACHABLE else TrunkLamp.UNKNOWN

    @property
    def is_full(self) -> bool:
        """Whether all channels are in use."""
        return 0 < self.max_channels <= self.channels

    @property
    def registers_too_often(self) -> bool:
        """Whether the provider grants registrations for too short a time."""
        return len(self.registered_at) >= TOO_OFTEN


def state_of(trunk: Trunk, now: float, before: TrunkState | None = None) -> TrunkState:
    """Give the state of a trunk with new settings; of the old state its last error stays."""
    made = TrunkState(
        since=now,
        enabled=trunk.enabled,
        registration=Registration.WAITING if trunk.registers else Registration.NONE,
        max_channels=trunk.max_channels,
    )
    if before is None:
        return made
    return replace(
        made,
        channels=before.channels,
        trouble=before.trouble,
        detail=before.detail,
        trouble_at=before.trouble_at,
    )


def linked(state: TrunkState, now: float, *, reachable: bool) -> TrunkState:
    """Take in whether the other side answers."""
    reach = Reachability.REACHABLE if reachable else Reachability.UNREACHABLE
    if reach is state.reach:
        return state
    changed = _since(state, replace(state, reach=reach), now)
    return changed if reachable else _troubled(changed, now, TrunkTrouble.UNREACHABLE)


def registered(state: TrunkState, now: float, *, accepted: bool) -> TrunkState:
    """Take in an answer to a registration; one that comes too often stops it."""
    if state.registration in {Registration.NONE, Registration.STOPPED}:
        return state
    if not accepted:
        changed = replace(state, registration=Registration.REJECTED)
        changed = _since(state, changed, now)
        news = state.registration is not Registration.REJECTED
        return _troubled(changed, now, TrunkTrouble.REJECTED) if news else changed
    recent = tuple(at for at in state.registered_at if now - at < SHORTEST_SECONDS)
    changed = replace(
        state, registration=Registration.REGISTERED, registered_at=(*recent, now)[-TOO_OFTEN:]
    )
    if changed.registers_too_often:
        changed = replace(changed, registration=Registration.STOPPED, registered_at=())
        changed = _troubled(changed, now, TrunkTrouble.SHORT)
    return _since(state, changed, now)


def unregistered(state: TrunkState, now: float) -> TrunkState:
    """Take in that Asterisk is not registered: it has asked and there was no answer yet."""
    if state.registration is not Registration.REGISTERED:
        return state
    return _since(state, replace(state, registration=Registration.WAITING), now)


def refused(state: TrunkState, now: float, words: str) -> TrunkState:
    """Take in whether Asterisk took the settings; `words` are its reason, "" if it did."""
    if words == state.refused:
        return state
    changed = _since(state, replace(state, refused=words), now)
    return _troubled(changed, now, TrunkTrouble.SETTINGS, words) if words else changed


def call_failed(state: TrunkState, now: float, status: int) -> TrunkState:
    """Take in a call that the trunk could not make, with the SIP status of the answer."""
    return _troubled(state, now, TrunkTrouble.CALL, str(status))


def in_use(state: TrunkState, now: float, channels: int) -> TrunkState:
    """Take in how many channels are in use."""
    if channels == state.channels:
        return state
    return _since(state, replace(state, channels=channels), now)


def _since(before: TrunkState, after: TrunkState, now: float) -> TrunkState:
    return after if before.lamp is after.lamp else replace(after, since=now)


def _troubled(state: TrunkState, now: float, trouble: TrunkTrouble, detail: str = "") -> TrunkState:
    return replace(state, trouble=trouble, detail=detail, trouble_at=now)
