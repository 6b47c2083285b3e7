"""Asterisk's own words: its JSON to events, orders to its requests. Nothing else spells them.

Source: Asterisk's ARI resources (channels, bridges, playbacks, events), version 20 to 22.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from acd.agent import Phone
from crm.calls.record import CallId
from cti.core import commands as c
from cti.core import events as e
from cti.core.call import Call
from cti.core.context import memory_of, remembered

APPLICATION = "hotline"
MEMORY = "HOTLINE"  # the channel variable that carries what a new engine needs
NUMBER = "HOTLINE_NUMBER"
FALLBACK = "HOTLINE_FALLBACK"
RECORDING = "HOTLINE_RECORD"  # name below the recordings folder, without `-in.wav`, `-out.wav`
GUEST_PREFIX = "guest-"  # endpoints of the trial callers' browsers
BROWSER_PREFIX = "w"  # endpoint of an agent's browser: w1001; of his telephone: 1001

HUNG_UP = 16  # Q.850: normal clearing
NO_SOUND = 44  # what Asterisk gives when RTP stops: requested channel not available

# Of some seventy events that one call makes, those that `read_event` knows. ApplicationReplaced is
# how an engine learns that another has taken its place.
HEARD = (
    "StasisStart",
    "ChannelDtmfReceived",
    "PlaybackFinished",
    "ChannelHangupRequest",
    "ChannelDestroyed",
    "ChannelHold",
    "ChannelUnhold",
    "ApplicationReplaced",
)

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to ARI; `missing_is_fine`: 404 or 409 means it is already done."""

    method: str
    path: str
    body: Mapping[str, Any] = field(default_factory=dict)
    missing_is_fine: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the translation needs to know of this installation."""

    number: Callable[[str], str]  # as Asterisk tells it -> E.164
    sound: Callable[[str], str]  # a prompt's name -> a media URI's path


# ---- events


def read_event(event: Json, dialect: Dialect) -> list[e.Event]:  # noqa: PLR0911 - one an event
    """Read one message of the event socket; what means nothing to us gives nothing."""
    match event.get("type"):
        case "StasisStart":
            return _started(event, dialect)
        case "ChannelDtmfReceived" if c.call_of(event["channel"]["id"]) == event["channel"]["id"]:
            return [e.DigitPressed(CallId(event["channel"]["id"]), str(event["digit"])[:1])]
        case "PlaybackFinished":
            playback = str(event["playback"]["id"])
            call, _, _ = playback.rpartition("-p")
            return [e.PlaybackEnded(CallId(call), playback)] if call else []
        case "ChannelDestroyed":
            return [_gone(str(event["channel"]["id"]), int(event.get("cause", 0)))]
        case "ChannelHangupRequest":
            # The one sure sign: of a channel that leaves Stasis by its hangup, ChannelDestroyed is
            # often not told any more. Asterisk's own hangups are `soft` (no RTP, for one).
            cause = int(event.get("cause", 0)) or (NO_SOUND if event.get("soft") else HUNG_UP)
            return [_gone(str(event["channel"]["id"]), cause)]
        case "ChannelHold" | "ChannelUnhold" as kind:
            channel = str(event["channel"]["id"])
            call = c.call_of(channel)
            return [e.LegHeld(call, channel, kind == "ChannelHold")] if call != channel else []
        case _:
            return []


def _started(event: Json, dialect: Dialect) -> list[e.Event]:
    channel = event["channel"]
    door = str((event.get("args") or [""])[0])
    channel_id = str(channel["id"])
    match door:
        case "in" | "guest":
            seen = read_channel(channel)
            return [
                e.CallArrived(
                    CallId(channel_id),
                    dialect.number(seen.caller) if door == "in" else seen.caller,
                    dialect.number(str(event["args"][1]) if len(event["args"]) > 1 else ""),
                    "trunk" if door == "in" else "guest",
                )
            ]
        case "leg":
            return [e.LegAnswered(c.call_of(channel_id), channel_id)]
        case "recorded":
            return []
        case "return":
            return [e.CallReturned(returned(read_channel(channel), dialect))]
        case _:
            return [e.StrayChannel(channel_id)]


def _gone(channel: str, cause: int) -> e.CallerGone | e.LegGone:
    call = c.call_of(channel)
    return e.CallerGone(call, cause) if call == channel else e.LegGone(call, channel, cause)


def read_recorded(event: Json) -> CallId | None:
    """The caller whose recording has begun: he comes back from the dialplan's `hotline-record`."""
    if event.get("type") == "StasisStart" and (event.get("args") or [""])[0] == "recorded":
        return CallId(str(event["channel"]["id"]))
    return None


def read_contact(event: Json) -> tuple[str, str, bool] | None:
    """A registration's change, from AMI's ContactStatus: endpoint, address, whether it is there."""
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


@dataclass(frozen=True, slots=True)
class SeenChannel:
    """A channel as Asterisk lists it."""

    id: str
    name: str  # e.g. PJSIP/1001-00000012
    up: bool
    caller: str
    app: str
    context: str
    created: float  # seconds since the epoch
    memory: Json
    number: str  # what was dialled
    far: str = ""  # the number at the other end, as Asterisk told this one

    @property
    def endpoint(self) -> str:
        """The endpoint's name within the channel's."""
        return self.name.partition("/")[2].rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Seen:
    """What an Asterisk carries at one moment."""

    channels: Mapping[str, SeenChannel]
    bridged: Mapping[str, frozenset[str]]  # channel -> the others in its bridge
    reachable: frozenset[str]  # endpoints with a registration
    empty_bridges: tuple[str, ...] = ()


def read_channel(channel: Json) -> SeenChannel:
    """Read a channel's JSON."""
    variables = channel.get("channelvars") or {}
    dialplan = channel.get("dialplan") or {}
    try:
        memory = json.loads(variables.get(MEMORY) or "{}")
    except ValueError:
        memory = {}
    return SeenChannel(
        id=str(channel["id"]),
        name=str(channel.get("name", "")),
        up=channel.get("state") == "Up",
        caller=str((channel.get("caller") or {}).get("number") or ""),
        app=str(dialplan.get("app_name") or ""),
        context=str(dialplan.get("context") or ""),
        created=_epoch(str(channel.get("creationtime", ""))),
        memory=memory if isinstance(memory, dict) else {},
        number=str(variables.get(NUMBER) or dialplan.get("exten") or ""),
        far=str((channel.get("connected") or {}).get("number") or ""),
    )


def said_at(event: Json) -> float | None:
    """When Asterisk says that an event happened, in seconds since 1970."""
    return _epoch(str(event.get("timestamp", ""))) or None


def _epoch(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def read_online(endpoint: Json) -> str:
    """The name of an endpoint with a registration, "" for one without."""
    return str(endpoint["resource"]) if endpoint.get("state") == "online" else ""


def read_alive(
    channels: Iterable[SeenChannel], bridges: Iterable[Json], online: Iterable[str]
) -> Seen:
    """Put together what the three listings say of a moment."""
    bridged: dict[str, frozenset[str]] = {}
    for bridge in bridges:
        members = [str(m) for m in bridge.get("channels", ())]
        for member in members:
            bridged[member] = frozenset(members) - {member}
    return Seen(
        {channel.id: channel for channel in channels},
        bridged,
        frozenset(online) - {""},
        tuple(str(bridge["id"]) for bridge in bridges if not bridge.get("channels")),
    )


def returned(channel: SeenChannel, dialect: Dialect) -> Call:
    """The call of a channel that comes back from the fallback."""
    call = remembered(CallId(channel.id), channel.memory)
    if call is not None:
        return call
    guest = channel.endpoint.startswith(GUEST_PREFIX)
    return Call(
        CallId(channel.id),
        channel.caller if guest else dialect.number(channel.caller),
        dialect.number(channel.number),
        "guest" if guest else "trunk",
        arrived=channel.created,
        since=channel.created,
    )


# ---- orders


def requests(  # noqa: C901, PLR0911, PLR0912 - one line an order
    command: c.Command, call: Call | None, dialect: Dialect
) -> list[Request]:
    """The HTTP requests of an order. Orders that are not for ARI give none."""
    channel = f"/channels/{command.call}"
    match command:
        case c.Answer():
            return [Request("POST", f"{channel}/answer")]
        case c.Play(playback=playback, prompts=prompts):
            media = [f"sound:{dialect.sound(p)}" for p in prompts]
            return [Request("POST", f"{channel}/play/{playback}", {"media": media})]
        case c.StopPlay(playback=playback):
            return [Request("DELETE", f"/playbacks/{playback}", missing_is_fine=True)]
        case c.StartMusic(music=music):
            return [Request("POST", f"{channel}/moh", {"mohClass": music})]
        case c.StopMusic():
            return [Request("DELETE", f"{channel}/moh", missing_is_fine=True)]
        case c.RingAgent():
            return [_ring(command)]
        case c.HangUp(channel=ending, reason=reason):
            code = {"unallocated": "1", "no_answer": "19", "rejected": "21"}.get(reason, "16")
            return [Request("DELETE", f"/channels/{ending}", {"reason_code": code}, True)]
        case c.Bridge(leg=leg):
            bridge = f"/bridges/{c.bridge_of(command.call)}"
            return [
                Request("POST", bridge, {"type": "mixing"}, missing_is_fine=True),
                Request("POST", f"{bridge}/addChannel", {"channel": [command.call, leg]}),
            ]
        case c.TakeOut():
            path = f"/bridges/{c.bridge_of(command.call)}/removeChannel"
            return [Request("POST", path, {"channel": command.call}, True)]
        case c.DropBridge():
            return [Request("DELETE", f"/bridges/{c.bridge_of(command.call)}", {}, True)]
        case c.Remember(fallback=fallback) if call is not None:
            said = {MEMORY: memory_of(call)}
            if fallback:
                said[FALLBACK] = f"fallback-{fallback}"
            return [
                Request("POST", f"{channel}/variable", {"variable": k, "value": v}, True)
                for k, v in said.items()
            ]
        case _:
            return []


def record(call: CallId, name: str) -> list[Request]:
    """Send the caller through the dialplan that starts the recorder; he comes back at once."""
    channel = f"/channels/{call}"
    where = {"context": "hotline-record", "extension": "s", "priority": 1}
    return [
        Request("POST", f"{channel}/variable", {"variable": RECORDING, "value": name}),
        Request("POST", f"{channel}/continue", where),
    ]


def is_gone(why: str) -> bool:
    """Whether an agent was not rung because the caller, for whom it was, is no more."""
    return "originator channel was not found" in why


def is_elsewhere(why: str) -> bool:
    """Whether an order was refused because its caller is in the dialplan: someone moved him."""
    return "not in Stasis" in why


def _ring(command: c.RingAgent) -> Request:
    headers: dict[str, str] = {"PJSIP_HEADER(add,X-Hotline-Call)": command.call}
    if command.auto:
        headers["PJSIP_HEADER(add,X-Hotline-Answer)"] = "auto"
    return Request(
        "POST",
        f"/channels/{command.leg}",
        {
            "endpoint": f"PJSIP/{endpoint_of(command.extension, command.phone)}",
            "app": APPLICATION,
            "appArgs": "leg",
            "callerId": command.caller or "anonymous",
            "timeout": 120,  # our own deadline is shorter; this one is for our death
            "originator": command.call,
            "variables": {
                **headers,
                MEMORY: json.dumps({"agent": command.agent}, separators=(",", ":")),
            },
        },
    )


def only_heard() -> Request:
    """Have no other events sent to our application; forgotten when its socket ends."""
    wanted = [{"type": kind} for kind in HEARD]
    return Request("PUT", f"/applications/{APPLICATION}/eventFilter", {"allowed": wanted})


def subscription(*channels: str) -> Request:
    """Have channels' events sent to our application again; all fails if one of them is gone."""
    source = {"eventSource": [f"channel:{channel}" for channel in channels]}
    return Request("POST", f"/applications/{APPLICATION}/subscription", source)


def drop_bridge(bridge: str) -> Request:
    """Remove a bridge by its own id."""
    return Request("DELETE", f"/bridges/{bridge}", missing_is_fine=True)


def endpoint_of(extension: str, phone: Phone) -> str:
    """The endpoint's name of an agent's phone."""
    return f"{BROWSER_PREFIX}{extension}" if phone is Phone.BROWSER else extension
