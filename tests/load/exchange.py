"""The channels, bridges and playbacks of a fake Asterisk, and their events in JSON.

The events after each command, their fields and their sizes were read from a real Asterisk 22.10
during one whole call. A channel's JSON is kept as text until it changes, so that ten thousand
channels can be listed without being encoded again.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

OURS = "hotline"
SHOWN = ("HOTLINE_NUMBER",)  # channelvars= of ari.conf
QUALITY = (
    "RTPAUDIOQOS",
    "RTPAUDIOQOSJITTER",
    "RTPAUDIOQOSLOSS",
    "RTPAUDIOQOSRTT",
    "RTPAUDIOQOSMES",
)
NOTED = "ssrc=455536102;themssrc=2066438150;lp=0;rxjitter=0.000000;rxcount=159;txjitter=0.000125"


def now_told() -> str:
    """Give the time in Asterisk's format."""
    return f"{datetime.now(UTC).isoformat(timespec='milliseconds')[:23]}+0000"  # noqa: TID251 - a test


@dataclass(slots=True, eq=False)
class Channel:
    """A caller's channel or a leg."""

    id: str
    name: str
    caller: str
    context: str
    number: str
    state: str = "Ring"
    app_data: str = ""
    born: str = field(default_factory=now_told)
    variables: dict[str, str] = field(default_factory=dict)
    account: str = "customer"
    bridge: str = ""
    playback: str = ""
    _text: str = ""

    def change(self, **changed) -> None:
        """Change some fields."""
        for name, value in changed.items():
            setattr(self, name, value)
        self._text = ""

    def set(self, variable: str, value: str) -> None:
        """Set a channel variable."""
        self.variables[variable] = value
        self._text = ""

    @property
    def call(self) -> str:
        """The id of its call."""
        return self.account.partition(":")[2] or self.id

    @property
    def text(self) -> str:
        """The channel as JSON."""
        if not self._text:
            self._text = json.dumps(
                {
                    "id": self.id,
                    "name": self.name,
                    "state": self.state,
                    "protocol_id": f"{self.id}-un83fHF4.mYEmswgiT00",
                    "caller": {"name": "", "number": self.caller},
                    "connected": {"name": "", "number": ""},
                    "accountcode": self.account,
                    "dialplan": {
                        "context": self.context,
                        "exten": self.number,
                        "priority": 2,
                        "app_name": "Stasis",
                        "app_data": self.app_data,
                    },
                    "creationtime": self.born,
                    "language": "en",
                    "channelvars": {name: self.variables.get(name, "") for name in SHOWN},
                }
            )
        return self._text


class Exchange:
    """The channels and bridges, and the one application that listens."""

    def __init__(self) -> None:
        """Nothing exists and nothing listens."""
        self.born = now_told()
        self.channels: dict[str, Channel] = {}
        self.bridges: dict[str, list[str]] = {}
        self.say = None  # sends text to the listener, or None
        self.heard_of: set[str] = set()  # channels with events for the application
        self.allowed: frozenset[str] = frozenset()  # event types; all if empty
        self.told = 0
        self.bytes = 0

    # ---- the listener

    def link(self, say) -> None:
        """Note a new listener."""
        self.say = say

    def unlink(self) -> None:
        """Note that the listener is gone; subscriptions are forgotten, as in Asterisk."""
        self.say = None
        self.heard_of.clear()
        self.allowed = frozenset()

    def tell(self, kind: str, channel: Channel, more: str = "") -> None:
        """Send an event of a channel; `more` is JSON members, each with its comma."""
        if channel.id in self.heard_of:
            self._send(kind, f'{more}"channel":{channel.text},')

    def _send(self, kind: str, members: str) -> None:
        if self.say is None or (self.allowed and kind not in self.allowed):
            return
        text = (
            f'{{"type":"{kind}","timestamp":"{now_told()}",{members}'
            f'"asterisk_id":"02:fc:00:00:00:01","application":"{OURS}"}}'
        )
        self.told += 1
        self.bytes += len(text)
        self.say(text)

    # ---- channels

    def enter(self, channel: Channel, *words: str) -> None:
        """Let a channel enter the application."""
        self.channels[channel.id] = channel
        self.heard_of.add(channel.id)
        channel.change(app_data=",".join((OURS, *words)))
        self.tell("StasisStart", channel, f'"args":{json.dumps(words)},')

    def up(self, channel: Channel) -> None:
        """Answer a channel."""
        channel.change(state="Up")
        self.tell("ChannelStateChange", channel)

    def set(self, channel: Channel, variable: str, value: str) -> None:
        """Set a variable, and send its event."""
        channel.set(variable, value)
        said = f'"variable":{json.dumps(variable)},"value":{json.dumps(value)},'
        self.tell("ChannelVarset", channel, said)

    def make(self, leg: Channel) -> None:
        """Make a leg; it is not dialled yet."""
        self.channels[leg.id] = leg
        self.heard_of.add(leg.id)
        application = '"dialplan_app":"AppDial2","dialplan_app_data":"(Outgoing Line)",'
        self.tell("ChannelDialplan", leg, application)
        for kind in ("ChannelConnectedLine", "ChannelCallerId", "ChannelConnectedLine"):
            self.tell(kind, leg)
        self.set(leg, "HOTLINE", leg.variables.get("HOTLINE", ""))
        self.enter(leg, "leg")

    def dial(self, leg: Channel, status: str) -> None:
        """Send the progress of dialling."""
        if leg.id in self.heard_of:
            said = f'"dialstatus":"{status}","forward":"","dialstring":"{leg.number}",'
            self._send("Dial", f'{said}"peer":{leg.text},')

    def playing(self, playback: str, channel: Channel, media: str, *, begins: bool) -> None:
        """Start or end prompts."""
        channel.playback = playback if begins else ""
        if channel.id not in self.heard_of:
            return
        said = json.dumps(
            {
                "id": playback,
                "media_uri": media,
                "target_uri": f"channel:{channel.id}",
                "language": "en",
                "state": "playing" if begins else "done",
            }
        )
        self._send("PlaybackStarted" if begins else "PlaybackFinished", f'"playback":{said},')

    def press(self, channel: Channel, digit: str) -> None:
        """Let a caller press a key."""
        self.tell("ChannelDtmfReceived", channel, f'"digit":"{digit}","duration_ms":200,')

    def record(self, channel: Channel) -> None:
        """Send a channel through the dialplan that starts the recorder, and back."""
        self.leave(channel)
        channel.change(context="hotline-record")
        self.enter(channel, "recorded")

    def leave(self, channel: Channel) -> None:
        """Let a channel leave the application."""
        self.tell("StasisEnd", channel)
        self.heard_of.discard(channel.id)

    def hang_up(self, channel: Channel, cause: int) -> None:
        """End a channel."""
        if self.channels.pop(channel.id, None) is None:
            return
        others = self.bridges.get(channel.bridge, ())
        peers = [self.channels[one] for one in others if one in self.channels]
        for variable in QUALITY:
            self.set(channel, variable, NOTED)
            for peer in peers:
                self.set(peer, f"{variable}BRIDGED", NOTED)
        self.tell("ChannelHangupRequest", channel, f'"cause":{cause},')
        self.take_out(channel)
        self.tell("ChannelHangupRequest", channel, f'"cause":{cause},')
        self.leave(channel)

    # ---- bridges

    def bridge_text(self, bridge: str) -> str:
        """A bridge as JSON."""
        inside = json.dumps(self.bridges.get(bridge, []))
        return (
            f'{{"id":"{bridge}","technology":"simple_bridge","bridge_type":"mixing",'
            f'"bridge_class":"stasis","creator":"Stasis","name":"","channels":{inside},'
            f'"creationtime":"{self.born}","video_mode":"talker"}}'
        )

    def put_in(self, bridge: str, channel: Channel) -> None:
        """Let a channel enter a bridge."""
        self.take_out(channel)
        self.bridges[bridge].append(channel.id)
        channel.bridge = bridge
        self.tell("ChannelEnteredBridge", channel, f'"bridge":{self.bridge_text(bridge)},')
        for variable in ("BRIDGEPEER", "BRIDGEPVTCALLID"):
            self.set(channel, variable, "PJSIP/1001-00000001")
        self.tell("ChannelConnectedLine", channel)

    def take_out(self, channel: Channel) -> None:
        """Let a channel leave its bridge."""
        inside = self.bridges.get(channel.bridge)
        if inside and channel.id in inside:
            inside.remove(channel.id)
            for variable in ("BRIDGEPEER", "BRIDGEPVTCALLID"):
                self.set(channel, variable, "")
            self.tell("ChannelLeftBridge", channel, f'"bridge":{self.bridge_text(channel.bridge)},')
        channel.bridge = ""
