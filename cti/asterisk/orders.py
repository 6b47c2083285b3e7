"""Commands of the core as ARI's HTTP requests.

Source: Asterisk's ARI resources (channels, bridges, playbacks), version 20 to 22.
"""

from collections.abc import Mapping, Sequence
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
from cti.core.leg import BridgeId, LegId, LegRole
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


def requests(  # noqa: C901, PLR0911, PLR0912 - one line per command
    command: c.Command, state: SwitchState, dialect: Dialect
) -> list[Request]:
    """Give the HTTP requests of a command."""
    match command:
        case c.Join(bridge=bridge, legs=legs):
            return _join(bridge, legs)
        case c.DropBridge(bridge=bridge):
            return [drop_bridge(bridge)]
    channel = f"/channels/{command.leg}"
    match command:
        case c.Answer():
            return [Request("POST", f"{channel}/answer")]
        case c.Play(playback=playback, prompts=prompts, language=language):
            media = [f"sound:{dialect.sound(p, language)}" for p in prompts]
            return [Request("POST", f"{channel}/play/{playback}", {"media": media})]
        case c.StopPlay(playback=playback):
            return [Request("DELETE", f"/playbacks/{playback}", missing_is_fine=True)]
        case c.RecordMessage(file=file, most_seconds=seconds):
            return [Request("POST", f"{channel}/record", _message(file, seconds))]
        case c.ReceiveFax(file=file):
            return _receive_fax(command.leg, file)
        case c.StopMessage(file=file):
            path = f"/recordings/live/{quote(file, safe='')}/stop"
            return [Request("POST", path, missing_is_fine=True)]
        case c.StartMusic(music=music):
            return [Request("POST", f"{channel}/moh", {"mohClass": music})]
        case c.StopMusic():
            return [Request("DELETE", f"{channel}/moh", missing_is_fine=True)]
        case c.StartSilence():
            return [Request("POST", f"{channel}/silence")]
        case c.StopSilence():
            return [Request("DELETE", f"{channel}/silence", missing_is_fine=True)]
        case c.Mute(muted=muted):
            method = "POST" if muted else "DELETE"
            return [Request(method, f"{channel}/mute", {"direction": "in"}, not muted)]
        case c.AcceptRefer():
            accepted = {"states": "channel_answered"}
            return [Request("POST", f"{channel}/transfer_progress", accepted, True)]
        case c.RefuseRefer():
            # Fine if it is missing: the phone has hung up, or is in the fallback.
            declined = {"states": "channel_declined"}
            return [Request("POST", f"{channel}/transfer_progress", declined, True)]
        case c.CreateLeg():
            return [_create(command)]
        case c.CreateTrunkLeg():
            return _create_over_trunk(command, state)
        case c.DialLeg():
            return _dial(command.leg, state)
        case c.Snoop(of=of, whisper=whisper):
            spy = {
                "spy": "both",
                "whisper": "out" if whisper else "none",
                "app": APPLICATION,
                "appArgs": "leg",
            }
            return [Request("POST", f"/channels/{of}/snoop/{command.leg}", spy)]
        case c.HangUp(reason=reason):
            return [Request("DELETE", channel, {"reason_code": _REASONS.get(reason, "16")}, True)]
        case c.Leave(bridge=bridge):
            path = f"/bridges/{bridge}/removeChannel"
            return [Request("POST", path, {"channel": command.leg}, True)]
        case c.SaveContext(fallback=fallback):
            return _save(command.leg, fallback, state)
        case _:
            return []


SILENT_SECONDS = 8
"""A message ends after so much silence."""


def _message(file: str, seconds: int) -> dict[str, Any]:
    return {
        "name": file,
        "format": "wav",
        "maxDurationSeconds": seconds,
        "maxSilenceSeconds": SILENT_SECONDS,
        "ifExists": "overwrite",
        "beep": True,
        "terminateOn": "#",
    }


_REASONS = {
    "unallocated": "1",
    "busy": "17",
    "no_answer": "19",
    "rejected": "21",
    "answered_elsewhere": "26",
    "handed_over": "26",
}
"""Q.850 causes by our reasons for ending a leg; 26 makes phones show "completed elsewhere"."""


def _join(bridge: BridgeId, legs: tuple[LegId, ...]) -> list[Request]:
    path = f"/bridges/{bridge}"
    return [
        Request("POST", path, {"type": BRIDGE_TYPE}, missing_is_fine=True),
        Request("POST", f"{path}/addChannel", {"channel": list(legs)}),
    ]


def _save(leg_id: LegId, fallback: int, state: SwitchState) -> list[Request]:
    leg = state.legs.get(leg_id)
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
    if fallback:
        said[FALLBACK] = f"fallback-{fallback}"
    path = f"/channels/{leg_id}/variable"
    return [Request("POST", path, {"variable": k, "value": v}, True) for k, v in said.items()]


def record(leg: LegId, name: str) -> list[Request]:
    """Send a leg through the dialplan that starts the recorder; the leg comes back at once."""
    channel = f"/channels/{leg}"
    where = {"context": "hotline-record", "extension": "s", "priority": 1}
    return [
        Request("POST", f"{channel}/variable", {"variable": RECORDING, "value": name}),
        Request("POST", f"{channel}/continue", where),
    ]


def _receive_fax(leg: LegId, file: str) -> list[Request]:
    """Send a leg to the dialplan's fax context; its events are still sent to us."""
    channel = f"/channels/{leg}"
    where = {"context": FAX_CONTEXT, "extension": "s", "priority": 1}
    return [
        Request("POST", f"{channel}/variable", {"variable": FAX, "value": file}),
        subscription(leg),
        Request("POST", f"{channel}/continue", where),
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


def _dial(leg_id: LegId, state: SwitchState) -> list[Request]:
    """Dial a leg; one over a trunk then says so itself.

    With the sound of a carrier (183) its state stays as it was before. A new engine that took it
    for one that is still to be dialled would end it by dialling it twice.
    """
    channel, leg = f"/channels/{leg_id}", state.legs.get(leg_id)
    made = [Request("POST", f"{channel}/dial", {"timeout": DIAL_SECONDS})]
    if leg is not None and leg.dial is not None:
        said = {"variable": NUMBER, "value": leg.dial.way.digits}
        made.append(Request("POST", f"{channel}/variable", said, True))
    return made


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
