"""Commands of the core as ARI's HTTP requests.

Source: Asterisk's ARI resources (channels, bridges, playbacks), version 20 to 22.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from crm.calls.record import CallId
from crm.kernel.errors import ImpossibleError
from cti.asterisk.translate import (
    APPLICATION,
    CONTEXT,
    DIALLABLE,
    FALLBACK,
    FAX,
    FAX_CONTEXT,
    LEG_ENDED,
    NUMBER,
    RECORDING,
    TELLS_SOUND,
    WANTED_EVENTS,
    account_code,
    endpoint_of,
)
from cti.core import commands as c
from cti.core.context import context_of, leg_context, trunk_leg_context
from cti.core.leg import LegId, LegRole
from cti.core.seen import Dialect
from cti.core.state import SwitchState
from cti.trunks.trunk import endpoint_name

BRIDGE_TYPE = "mixing,video_sfu"
"""Every bridge is a softmix from birth: one that changes its technology in mid-call loses sound
where translators are reused, and a softmix sends silence to a leg that is alone or muted."""

DIAL_SECONDS = 120
"""The engine's own timers are shorter; this one is for a dead engine."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to ARI; `missing_is_fine`: 404 or 409 means it is done already."""

    method: str
    path: str
    body: Mapping[str, Any] = field(default_factory=dict)
    missing_is_fine: bool = False


def requests(command: c.Command, state: SwitchState, dialect: Dialect) -> list[Request]:
    """Give the HTTP requests of a command; none for one that is not for ARI."""
    if isinstance(command, c.Play):
        return [_play(command, dialect)]
    alone = _ALONE.get(type(command))
    if alone is not None:
        return [alone(command)]
    others = _OTHERS.get(type(command))
    return others(command, state) if others is not None else []


def _at(leg: LegId, what: str = "") -> str:
    return f"/channels/{leg}/{what}" if what else f"/channels/{leg}"


def _play(play: c.Play, dialect: Dialect) -> Request:
    media = [f"sound:{dialect.sound(one, play.language)}" for one in play.prompts]
    return Request("POST", _at(play.leg, f"play/{play.playback}"), {"media": media})


def _mute(mute: c.Mute) -> Request:
    method = "POST" if mute.muted else "DELETE"
    return Request(method, _at(mute.leg, "mute"), {"direction": "in"}, not mute.muted)


def _refer(leg: LegId, answer: str) -> Request:
    """Answer a REFER. Fine if it is missing: the phone has hung up, or is in the fallback."""
    return Request("POST", _at(leg, "transfer_progress"), {"states": answer}, True)


def _snoop(snoop: c.Snoop) -> Request:
    whisper = "out" if snoop.whisper else "none"
    spy = {"spy": "both", "whisper": whisper, "app": APPLICATION, "appArgs": "leg"}
    return Request("POST", _at(snoop.of, f"snoop/{snoop.leg}"), spy)


def _stop_message(stop: c.StopMessage) -> Request:
    path = f"/recordings/live/{quote(stop.file, safe='')}/stop"
    return Request("POST", path, missing_is_fine=True)


def _hang_up(order: c.HangUp) -> Request:
    cause = _REASONS.get(order.reason, "16")
    return Request("DELETE", _at(order.leg), {"reason_code": cause}, True)


def _leave(order: c.Leave) -> Request:
    return Request("POST", f"/bridges/{order.bridge}/removeChannel", {"channel": order.leg}, True)


SILENT_SECONDS = 8
"""A message ends after so much silence."""


def _record_message(order: c.RecordMessage) -> Request:
    wanted = {
        "name": order.file,
        "format": "wav",
        "maxDurationSeconds": order.most_seconds,
        "maxSilenceSeconds": SILENT_SECONDS,
        "ifExists": "overwrite",
        "beep": True,
        "terminateOn": "#",
    }
    return Request("POST", _at(order.leg, "record"), wanted)


_REASONS = {
    "unallocated": "1",
    "busy": "17",
    "no_answer": "19",
    "rejected": "21",
    "answered_elsewhere": "26",
    "handed_over": "26",
}
"""Q.850 causes by our reasons for ending a leg; 26 makes phones show "completed elsewhere"."""


def _join(join: c.Join, _state: SwitchState) -> list[Request]:
    path = f"/bridges/{join.bridge}"
    return [
        Request("POST", path, {"type": BRIDGE_TYPE}, missing_is_fine=True),
        Request("POST", f"{path}/addChannel", {"channel": list(join.legs)}),
    ]


def _save(save: c.SaveContext, state: SwitchState) -> list[Request]:
    leg = state.legs.get(save.leg)
    if leg is None:
        return []
    call = state.calls.get(leg.call) if leg.call is not None else None
    said = {CONTEXT: context_of(state, leg, call)}
    called_us = leg.call == CallId(leg.id) and leg.role is not LegRole.CUSTOMER
    moved = leg.call is not None and not leg.id.startswith(leg.call)
    if leg.role in (LegRole.SNOOP, LegRole.WHISPER) or called_us or moved:
        # Only after the channel is made: a snoop has the account code of the channel that it hears,
        # a phone that dialled by itself has none, and a leg that has moved that of its first call.
        said = {"CHANNEL(accountcode)": account_code(leg.role, leg.call), **said}
    if save.fallback:
        said[FALLBACK] = f"fallback-{save.fallback}"
    path = _at(save.leg, "variable")
    return [Request("POST", path, {"variable": k, "value": v}, True) for k, v in said.items()]


def record(leg: LegId, name: str) -> list[Request]:
    """Send a leg through the dialplan that starts the recorder; the leg comes back at once."""
    channel = f"/channels/{leg}"
    where = {"context": "hotline-record", "extension": "s", "priority": 1}
    return [
        Request("POST", f"{channel}/variable", {"variable": RECORDING, "value": name}),
        Request("POST", f"{channel}/continue", where),
    ]


def _receive_fax(fax: c.ReceiveFax, _state: SwitchState) -> list[Request]:
    """Send a leg to the dialplan's fax context; its events are still sent to us."""
    where = {"context": FAX_CONTEXT, "extension": "s", "priority": 1}
    return [
        Request("POST", _at(fax.leg, "variable"), {"variable": FAX, "value": fax.file}),
        subscription(fax.leg),
        Request("POST", _at(fax.leg, "continue"), where),
    ]


def context_path(leg: LegId) -> str:
    """Give the path for reading a channel's context; it works wherever the channel is."""
    return f"/channels/{leg}/variable?variable={CONTEXT}"


def is_unset(why: str) -> bool:
    """Whether a variable was not found because it is not set, and not because the leg is gone."""
    return "variable was not found" in why


def is_gone(why: str) -> bool:
    """Whether a leg was not made because its originator, the caller, is gone."""
    return "originator channel was not found" in why


def is_elsewhere(why: str) -> bool:
    """Whether a command was refused because its leg is in the dialplan: something moved it."""
    return "not in Stasis" in why


def _create(command: c.CreateLeg) -> Request:
    number = command.shown_number or "anonymous"
    variables: dict[str, str] = {
        "CHANNEL(accountcode)": account_code(command.role, command.call),
        "PJSIP_TRANSFER_HANDLING()": "ari-only",  # a phone's REFER only sends us an event
        LEG_ENDED: TELLS_SOUND,
        "CONNECTEDLINE(num,i)": number,
        "CONNECTEDLINE(pres,i)": "allowed",
        "PJSIP_HEADER(add,X-Hotline-Call)": command.call,
        CONTEXT: leg_context(command.role, command.call, command.agent, command.phone),
    }
    if command.auto:
        variables["PJSIP_HEADER(add,X-Hotline-Answer)"] = "auto"
    return Request(
        "POST",
        "/channels/create",
        {
            "channelId": command.leg,
            "endpoint": f"PJSIP/{endpoint_of(command.extension, command.phone)}",
            "app": APPLICATION,
            "appArgs": "leg",
            "originator": command.originator,
            "variables": variables,
        },
    )


def _create_over_trunk(command: c.CreateTrunkLeg, state: SwitchState) -> list[Request]:
    """Only digits, `+`, `*` and `#` may reach the dial string.

    The call has no originator: its codecs would come first, and Asterisk would offer them.
    """
    leg = state.legs.get(command.leg)
    if leg is None:
        return []
    if not DIALLABLE.fullmatch(command.digits):
        raise ImpossibleError("Nothing to dial: {leg}", leg=command.leg)
    variables: dict[str, str] = {
        "CHANNEL(accountcode)": account_code(leg.role, leg.call),
        "PJSIP_TRANSFER_HANDLING()": "ari-only",
        LEG_ENDED: TELLS_SOUND,
        CONTEXT: trunk_leg_context(leg),
    }
    if command.shown_number:
        variables["CONNECTEDLINE(num,i)"] = command.shown_number
    variables["CONNECTEDLINE(pres,i)"] = "allowed" if command.shown_number else "prohib"
    body = {
        "channelId": command.leg,
        "endpoint": f"PJSIP/{command.digits}@{endpoint_name(command.trunk)}",
        "app": APPLICATION,
        "appArgs": "leg",
        "formats": ",".join(command.codecs),
        "variables": variables,
    }
    return [Request("POST", "/channels/create", {k: v for k, v in body.items() if v})]


def _dial(dial: c.DialLeg, state: SwitchState) -> list[Request]:
    """Dial a leg; one over a trunk then says so itself.

    With the sound of a carrier (183) its state stays as it was before. A new engine that took it
    for one that is still to be dialled would end it by dialling it twice.
    """
    leg = state.legs.get(dial.leg)
    made = [Request("POST", _at(dial.leg, "dial"), {"timeout": DIAL_SECONDS})]
    if leg is not None and leg.dial is not None:
        said = {"variable": NUMBER, "value": leg.dial.way.digits}
        made.append(Request("POST", _at(dial.leg, "variable"), said, True))
    return made


_ALONE: Mapping[type, Callable[[Any], Request]] = {
    c.Answer: lambda one: Request("POST", _at(one.leg, "answer")),
    c.StopPlay: lambda one: Request("DELETE", f"/playbacks/{one.playback}", missing_is_fine=True),
    c.RecordMessage: _record_message,
    c.StopMessage: _stop_message,
    c.StartMusic: lambda one: Request("POST", _at(one.leg, "moh"), {"mohClass": one.music}),
    c.StopMusic: lambda one: Request("DELETE", _at(one.leg, "moh"), missing_is_fine=True),
    c.StartSilence: lambda one: Request("POST", _at(one.leg, "silence")),
    c.StopSilence: lambda one: Request("DELETE", _at(one.leg, "silence"), missing_is_fine=True),
    c.Mute: _mute,
    c.AcceptRefer: lambda one: _refer(one.leg, "channel_answered"),
    c.RefuseRefer: lambda one: _refer(one.leg, "channel_declined"),
    c.CreateLeg: _create,
    c.Snoop: _snoop,
    c.HangUp: _hang_up,
    c.Leave: _leave,
    c.DropBridge: lambda one: drop_bridge(one.bridge),
}
"""Commands that are one request."""

_OTHERS: Mapping[type, Callable[[Any, SwitchState], list[Request]]] = {
    c.CreateTrunkLeg: _create_over_trunk,
    c.DialLeg: _dial,
    c.Join: _join,
    c.ReceiveFax: _receive_fax,
    c.SaveContext: _save,
}
"""Commands that are several requests, or none, by what is known of the leg."""


def claim(leg: LegId) -> Request:
    """Claim a broadcast caller; 409 and 404: another engine was faster, or it is too late."""
    return Request(
        "POST", f"/events/claim?channelId={leg}&application={APPLICATION}", missing_is_fine=True
    )


def entry(*, by_broadcast: bool) -> Request:
    """Have the dialplan broadcast callers, or send them into Stasis."""
    value = "broadcast" if by_broadcast else "stasis"
    return Request("POST", "/asterisk/variable", {"variable": "HOTLINE_ENTRY", "value": value})


EMERGENCY_TRUNKS = 3


def emergency_trunks(names: Sequence[str]) -> list[Request]:
    """Tell the dialplan over which trunks it may call emergency numbers without an engine."""
    given = [*names[:EMERGENCY_TRUNKS], *[""] * EMERGENCY_TRUNKS][:EMERGENCY_TRUNKS]
    return [
        Request(
            "POST",
            "/asterisk/variable",
            {"variable": f"HOTLINE_EMERGENCY_{number}", "value": name},
        )
        for number, name in enumerate(given, 1)
    ]


def event_filter() -> Request:
    """Have no other events sent to our application; Asterisk forgets it when the socket ends."""
    wanted = [{"type": kind} for kind in WANTED_EVENTS]
    return Request("PUT", f"/applications/{APPLICATION}/eventFilter", {"allowed": wanted})


def subscription(*channels: str) -> Request:
    """Have channels' events sent to our application again; all fails if one channel is gone."""
    source = {"eventSource": [f"channel:{channel}" for channel in channels]}
    return Request("POST", f"/applications/{APPLICATION}/subscription", source)


def drop_bridge(bridge: str) -> Request:
    """Remove a bridge by its own id."""
    return Request("DELETE", f"/bridges/{bridge}", missing_is_fine=True)
