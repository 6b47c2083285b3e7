"""Asterisk's JSON, read: events, channels and bridges. `orders` writes the other direction.

Source: Asterisk's ARI resources (channels, bridges, playbacks, events), version 20 to 22.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from acd.agent import Phone
from crm.calls.record import CallId
from crm.kernel.phone import user_part
from cti.core import events as e
from cti.core.leg import BridgeId, LegId, LegRole
from cti.core.saved import SavedLeg, read_context
from cti.core.seen import ChannelState, Dialect, Seen, SeenChannel, Where

APPLICATION = "hotline"
BROADCAST = "StasisBroadcast"
STASIS = frozenset({"Stasis", BROADCAST})  # the dialplan's applications that lead to the engine
BROADCAST_MODULE = "app_stasis_broadcast.so"
CONTEXT = "HOTLINE"  # the channel variable with the context for a new engine
NUMBER = "HOTLINE_NUMBER"
FALLBACK = "HOTLINE_FALLBACK"
RECORDING = "HOTLINE_RECORD"  # name below the recordings folder, without `-in.wav`, `-out.wav`
BROWSER_PREFIX = "w"  # endpoint of an agent's browser: w1001; of the SIP phone: 1001

FALLBACK_CONTEXT, RETURN_CONTEXT = "hotline-fallback", "hotline-return"
FAX_CONTEXT = "hotline-fax"  # of the dialplan, where a leg receives a fax
FAX = "HOTLINE_FAX"  # name of its file, without a folder and `.tiff`
FAX_EVENT = "HotlineFax"
LEG_ENDED = "CHANNEL(hangup_handler_push)"  # the dialplan that runs at the end of a channel
TELLS_SOUND = "hotline-leg-ended,s,1"
BACK = frozenset({FALLBACK_CONTEXT, RETURN_CONTEXT})
"""Contexts of the dialplan from which a caller comes back to the engine."""

MOST_PAGES = 10_000

HUNG_UP = 16  # Q.850: normal clearing
TIMER_EXPIRED = 102  # Q.850: recovery on timer expiry
UNANSWERED = frozenset({408, 481})  # SIP: request timeout; the phone knows no such call any more
NO_SOUND = 44  # Asterisk's cause when RTP stops: requested channel not available

# Of some seventy events per call, those that `read_event` understands. ApplicationReplaced tells an
# engine that another has taken its place.
WANTED_EVENTS = (
    "CallBroadcast",
    "StasisStart",
    "ChannelStateChange",
    "ChannelDtmfReceived",
    "PlaybackFinished",
    "RecordingFinished",
    "RecordingFailed",
    "ChannelHangupRequest",
    "ChannelDestroyed",
    "ChannelHold",
    "ChannelUnhold",
    "ChannelTransfer",
    "Dial",
    "ChannelUserevent",
    "ApplicationReplaced",
)

DIALLABLE = re.compile(r"[0-9+*#]{1,40}")

Json = Mapping[str, Any]


def account_code(role: LegRole, call: CallId | None) -> str:
    """Give the channel's account code for AMI and CEL: the leg's role and its call.

    The dialplan sets a caller's: the role alone, since the call's id is the channel's.
    """
    return f"{role.value}:{call}" if call else role.value


def read_account_code(text: str) -> tuple[LegRole, CallId | None] | None:
    """Give the role and the call of an account code of ours; None for any other."""
    role, _, call = text.partition(":")
    return (LegRole(role), CallId(call) if call else None) if role in set(LegRole) else None


# ---- events


def read_event(  # noqa: C901, PLR0911 - one return per event type
    event: Json, dialect: Dialect
) -> list[e.Event]:
    """Read one message of the event socket; an event without meaning for the core gives nothing."""
    match event.get("type"):
        case "StasisStart":
            return _started(event, dialect)
        case "ChannelStateChange":
            return _changed(event)
        case "ChannelDtmfReceived":
            return [e.DigitPressed(LegId(event["channel"]["id"]), str(event["digit"])[:1])]
        case "PlaybackFinished":
            kind, _, leg = str(event["playback"].get("target_uri", "")).partition(":")
            playback = str(event["playback"]["id"])
            return [e.PlaybackEnded(LegId(leg), playback)] if kind == "channel" else []
        case "RecordingFinished" | "RecordingFailed":
            kind, _, leg = str(event["recording"].get("target_uri", "")).partition(":")
            file = str(event["recording"]["name"])
            return [e.MessageEnded(LegId(leg), file)] if kind == "channel" else []
        case "ChannelDestroyed":
            return [e.LegEnded(LegId(event["channel"]["id"]), _cause(event), sip=_sip(event))]
        case "ChannelHangupRequest":
            # The one sure sign: for a channel that leaves Stasis by its hangup, ChannelDestroyed is
            # often not sent any more.
            leg, cause = LegId(event["channel"]["id"]), _cause(event) or HUNG_UP
            return [e.LegEnded(leg, cause, sip=_sip(event))]
        case "ChannelHold" | "ChannelUnhold" as kind:
            return [e.LegHeld(LegId(event["channel"]["id"]), kind == "ChannelHold")]
        case "ChannelTransfer":
            return [_referred(event)]
        case "Dial":
            return _dialling(event)
        case "ChannelUserevent" if event.get("eventname") == FAX_EVENT:
            said = str((event.get("userevent") or {}).get("Fax") or "")
            return [read_fax(LegId(str(event["channel"]["id"])), said)]
        case _:
            return []


def _cause(event: Json) -> int:
    """Give the Q.850 cause of a hangup; 0 if Asterisk gives none.

    Asterisk's own hangups are `soft` (no RTP, for one): their `cause` is a flag of Asterisk's, not
    Q.850. For a phone that did not answer a request (session timers) it says normal clearing, and
    beside it the SIP status (since 22.7).
    """
    if event.get("soft"):
        return NO_SOUND
    cause = int(event.get("cause", 0))
    lost = int(event.get("tech_cause") or 0) in UNANSWERED
    return TIMER_EXPIRED if lost and cause in (0, HUNG_UP) else cause


def _sip(event: Json) -> int:
    """Give the SIP status of a hangup (since 22.7); 0 without one, and for an answered call."""
    status = int(event.get("tech_cause") or 0)
    return status if status >= 300 else 0  # noqa: PLR2004 - SIP: below are no failures


def _started(event: Json, dialect: Dialect) -> list[e.Event]:
    seen = read_channel(event["channel"])
    arguments = [str(one) for one in event.get("args") or [""]]
    match arguments[0]:
        case "in" | "guest" as way:
            return [
                e.CallArrived(
                    seen.id,
                    dialect.number(seen.caller) if way == "in" else seen.caller,
                    dialect.dialled(seen.number),
                    "trunk" if way == "in" else "guest",
                    trunk=seen.trunk,
                )
            ]
        case "leg":
            return [e.LegCreated(seen.id)]
        case "phone":
            return [_phone_dialled(seen)]
        case "recorded" | "return":
            return []  # see `read_recorded` and `read_returned`
        case _:
            return [e.StrayChannel(seen.id)]


def _phone_dialled(seen: SeenChannel) -> e.PhoneDialled:
    phone = Phone.BROWSER if seen.endpoint.startswith(BROWSER_PREFIX) else Phone.SIP
    extension = seen.endpoint.removeprefix(BROWSER_PREFIX)
    return e.PhoneDialled(seen.id, extension, phone, seen.number)


def _changed(event: Json) -> list[e.Event]:
    """Give the new state of a leg that the engine made; it answers callers itself."""
    seen = read_channel(event["channel"])
    if seen.role is None or (seen.role is LegRole.CUSTOMER and seen.call is None):
        return []
    match event["channel"].get("state"):
        case "Up":
            return [e.LegAnswered(seen.id)]
        case "Ringing":
            return [e.LegRang(seen.id)]
        case _:
            return []


def _dialling(event: Json) -> list[e.Event]:
    """Read the progress of a leg that we dial: another number is named, or early sound is sent.

    Ringing and the answer are told by the channel's state. Of an address that is named only the
    number counts: it is dialled over a trunk of ours, wherever the address leads.
    """
    leg = LegId(str(event["peer"]["id"]))
    if named := str(event.get("forward") or ""):
        number = user_part(unquote(named))
        return [e.LegRedirected(leg, number)] if DIALLABLE.fullmatch(number) else []
    return [e.LegRang(leg)] if event.get("dialstatus") == "PROGRESS" else []


def _referred(event: Json) -> e.ReferReceived:
    """Read a REFER: the leg that asks, and the number or the other leg to transfer to."""
    target = event["refer_to"]
    number = str((target.get("requested_destination") or {}).get("destination") or "")
    other = (target.get("destination_channel") or {}).get("id")
    return e.ReferReceived(
        LegId(str(event["referred_by"]["source_channel"]["id"])),
        number if DIALLABLE.fullmatch(number) else "",
        LegId(str(other)) if other else None,
    )


FAX_DONE = "SUCCESS"
FAX_HANGUP = "HANGUP"


def read_fax(leg: LegId, said: str) -> e.FaxEnded:
    """Read the dialplan's report of a fax: `file|status|pages|station|error|text`."""
    file, status, pages, station, error, text = [*said.split("|"), *[""] * 6][:6]
    number = int(pages) if pages.isascii() and pages.isdecimal() else 0
    why = ""
    if status != FAX_DONE:
        why = "the other side hung up" if error == FAX_HANGUP else text or error
        why = why or "fax is not installed"
    return e.FaxEnded(leg, file, min(number, MOST_PAGES), station.strip()[:40], why.strip()[:100])


def broadcast(event: Json) -> LegId | None:
    """Give the caller who is broadcast to every engine, for the first that claims it."""
    if event.get("type") != "CallBroadcast":
        return None
    return LegId(str((event.get("channel") or {}).get("id", "")))


def moved(event: Json) -> frozenset[CallId | LegId]:
    """Give the channel that has just come back or ended, and its call, known to us or not."""
    kind = event.get("type")
    back = kind == "StasisStart" and (event.get("args") or [""])[0] == "return"
    if not back and kind not in ("ChannelDestroyed", "ChannelHangupRequest"):
        return frozenset()
    channel = event.get("channel") or {}
    leg = LegId(str(channel.get("id", "")))
    code = read_account_code(str(channel.get("accountcode") or ""))
    return frozenset({leg, (code[1] if code is not None else None) or CallId(leg)})


def read_recorded(event: Json) -> LegId | None:
    """Give the leg whose recording has begun: it returns from the dialplan's `hotline-record`."""
    if event.get("type") == "StasisStart" and (event.get("args") or [""])[0] == "recorded":
        return LegId(str(event["channel"]["id"]))
    return None


def read_returned(event: Json) -> SeenChannel | None:
    """Give the caller who comes back from the fallback; the context must be read separately."""
    if event.get("type") == "StasisStart" and (event.get("args") or [""])[0] == "return":
        return read_channel(event["channel"])
    return None


def read_contact(event: Json) -> tuple[str, str, bool] | None:
    """Read AMI's ContactStatus: the endpoint, its address, whether it is registered."""
    if event.get("Event") != "ContactStatus":
        return None
    endpoint = str(event.get("EndpointName") or event.get("AOR") or "")
    status = str(event.get("ContactStatus", ""))
    return (
        endpoint,
        str(event.get("URI", "")),
        status in {"Created", "Reachable", "NonQualified", "Updated"},
    )


# ---- what is alive


def read_channel(channel: Json) -> SeenChannel:
    """Read a channel's JSON. It has no context: see `with_context`."""
    variables = channel.get("channelvars") or {}
    dialplan = channel.get("dialplan") or {}
    code = read_account_code(str(channel.get("accountcode") or ""))
    return SeenChannel(
        id=LegId(str(channel["id"])),
        name=str(channel.get("name", "")),
        state=_STATES.get(str(channel.get("state")), ChannelState.OTHER),
        caller=str((channel.get("caller") or {}).get("number") or ""),
        where=_where(str(dialplan.get("app_name") or ""), str(dialplan.get("context") or "")),
        in_fallback=dialplan.get("context") in BACK,
        way=_way(str(dialplan.get("context") or "")),
        created=_epoch(str(channel.get("creationtime", ""))),
        saved=None,
        number=str(variables.get(NUMBER) or ""),
        far=str((channel.get("connected") or {}).get("number") or ""),
        role=code[0] if code is not None else None,
        call=code[1] if code is not None else None,
        called_out=dialplan.get("app_name") == BROADCAST,
    )


def with_context(channel: SeenChannel, text: str) -> SeenChannel:
    """Add the context that an engine has saved on a channel; invalid text adds none."""
    saved = _read_saved(channel.id, text)
    if saved is None:
        return channel
    role, call = channel.role or saved.role, channel.call or saved.call
    return replace(channel, saved=saved, role=role, call=call)


def read_variable(answer: Json | None) -> str:
    """Give the value of a variable in ARI's answer."""
    return str((answer or {}).get("value") or "")


_STATES = {
    "Down": ChannelState.DOWN,
    "Ringing": ChannelState.RINGING,
    "Up": ChannelState.UP,
}


def _where(app: str, context: str) -> Where:
    if app in STASIS:
        return Where.OURS
    if context == FAX_CONTEXT:
        return Where.FAX
    if app == "AppQueue":
        return Where.RUNG_BY_FALLBACK
    if context == FALLBACK_CONTEXT and app == "Queue":
        return Where.FALLBACK_QUEUE
    return Where.ELSEWHERE


def _way(context: str) -> str:
    """Give the way by which a new caller arrives: "trunk", "guest", or ""."""
    if context.startswith("hotline-guest"):
        return "guest"
    return "trunk" if context.startswith("hotline-arrive") else ""


def _read_saved(channel: str, text: str) -> SavedLeg | None:
    if not text:
        return None
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return read_context(channel, said) if isinstance(said, dict) else None


def event_time(event: Json) -> float | None:
    """Give Asterisk's timestamp of an event, in seconds since 1970."""
    return _epoch(str(event.get("timestamp", ""))) or None


def _epoch(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def read_online(endpoint: Json) -> str:
    """Give the name of an endpoint with a registration, "" for one without."""
    return str(endpoint["resource"]) if endpoint.get("state") == "online" else ""


def read_alive(
    channels: Iterable[SeenChannel], bridges: Iterable[Json], online: Iterable[str]
) -> Seen:
    """Combine the three listings into one snapshot."""
    bridge_of: dict[LegId, BridgeId] = {}
    bridged: dict[LegId, frozenset[LegId]] = {}
    empty = []
    for bridge in bridges:
        id_ = BridgeId(str(bridge["id"]))
        members = frozenset(LegId(str(m)) for m in bridge.get("channels", ()))
        if not members:
            empty.append(id_)
        for member in members:
            bridge_of[member] = id_
            bridged[member] = members - {member}
    return Seen(
        {channel.id: channel for channel in channels},
        bridge_of,
        bridged,
        frozenset(online) - {""},
        tuple(empty),
    )


def endpoint_of(extension: str, phone: Phone) -> str:
    """Give the endpoint's name of an agent's phone."""
    return f"{BROWSER_PREFIX}{extension}" if phone is Phone.BROWSER else extension
