"""The trunks of the live state: pushed to Asterisk, watched, and shown as live items."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import structlog

from cti.asterisk.ami import AMIAway, AMIClient, AMIError
from cti.asterisk.ari import ARIError
from cti.asterisk.trunks import Trunks, read_registrations, read_registry
from cti.core import events as e
from cti.core import live, views
from cti.core.seen import Seen
from cti.trunks import state as rules
from cti.trunks.objects import client_uri, server_uri
from cti.trunks.state import Registration, TrunkState, TrunkTrouble
from cti.trunks.trunk import Trunk, TrunkId, endpoint_name, trunk_of_endpoint

KIND = "trunk"
FIRST_ANSWER_SECONDS = 10.0
"""How long a trunk has to answer before it is called unreachable."""

ASK_AGAIN_SECONDS = 0.25
"""A trunk over which many calls are dialled is not asked more often than that."""

DOWN_SECONDS = 10.0
"""How often a trunk that does not answer is asked again; calls go past it until it answers."""

RETRY_SECONDS = 60.0
"""How often a trunk that Asterisk refused is sent again: its name may be resolved by then."""

log = structlog.get_logger(__name__)


class TrunkWatch:
    """The states of all trunks. Everything runs in the engine's event loop."""

    def __init__(
        self,
        trunks: Trunks,
        ami: AMIClient,
        clock: Callable[[], float],
        show: Callable[[list[views.Item]], None],
        handle: Callable[[e.Event], None],
    ) -> None:
        """`clock` gives the engine's time; `show` takes the items that have changed.

        `handle` tells the core which trunks answer.
        """
        self._handle = handle
        self._down: set[TrunkId] = set()
        self._trunks = trunks
        self._ami = ami
        self._clock = clock
        self._show = show
        self._settings: Mapping[TrunkId, Trunk] = {}
        self._shown: dict[TrunkId, live.TrunkValue] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._retry_at = 0.0
        self._asked: dict[TrunkId, float] = {}  # when last, since its settings changed
        self._asking: set[asyncio.Task[bool]] = set()
        self.states: dict[TrunkId, TrunkState] = {}

    async def adopt(self, trunks: Mapping[TrunkId, Trunk], *, linked: bool) -> None:
        """Take new settings, and push them if Asterisk is connected."""
        old, self._settings = self._settings, trunks
        now = self._clock()
        for gone in self.states.keys() - trunks.keys():
            del self.states[gone]
        for key, trunk in trunks.items():
            if old.get(key) != trunk:
                self.states[key] = rules.state_of(trunk, now, self.states.get(key))
                self._asked.pop(key, None)
        self._tell()
        if linked and old != trunks:
            await self.push(afresh=False)

    async def push(self, *, afresh: bool) -> None:
        """Give Asterisk the trunks that have changed, or all after a connect."""
        try:
            await self._trunks.push(self._settings.values(), afresh=afresh)
        except ARIError as error:
            log.warning("trunks could not be pushed", why=str(error))
            return
        now = self._clock()
        for key, state in self.states.items():
            self.states[key] = rules.refused(state, now, self._trunks.refusals.get(key, ""))
        self._tell()
        await self._ask_unknown()

    def on_ami_event(self, event: Mapping[str, str]) -> None:
        """Handle a change of a contact or of a registration."""
        now, name = self._clock(), event.get("AOR", "")
        if event.get("Event") == "ContactStatus" and (trunk := trunk_of_endpoint(name)):
            reachable, state = _CONTACTS.get(event.get("ContactStatus", "")), self.states.get(trunk)
            if state is not None and reachable is not None:
                self.states[trunk] = rules.linked(state, now, reachable=reachable)
                self._tell([trunk])
        said = read_registry(event)
        if said is not None:
            for key in self._registering(said.client, said.server):
                self._registered(key, accepted=said.accepted)

    async def look(self, seen: Seen) -> None:
        """Compare with what Asterisk lists: who is reachable, and the channels in use."""
        now = self._clock()
        names = (trunk_of_endpoint(one.endpoint) for one in seen.channels.values())
        channels = Counter(one for one in names if one is not None)
        for key, before in self.states.items():
            state = rules.in_use(before, now, channels[key])
            reachable = endpoint_name(key) in seen.reachable
            early = state.reach is rules.Reachability.UNKNOWN
            early = early and now - self._asked.get(key, now) < FIRST_ANSWER_SECONDS
            if state.enabled and not state.refused and (reachable or not early):
                state = rules.linked(state, now, reachable=reachable)
            self.states[key] = state
        self._tell()
        await self._ask_unknown()
        if any(one.registers and one.enabled for one in self._settings.values()):
            await self._ask_registrations()
        if now >= self._retry_at:
            self._retry_at = now + RETRY_SECONDS
            if self._trunks.retry_refused():
                await self.push(afresh=False)

    def ask(self, trunk: TrunkId) -> None:
        """Ask a trunk whether it is there: a call over it has not rung after some time."""
        now = self._clock()
        if now - self._asked.get(trunk, 0.0) < ASK_AGAIN_SECONDS or not self._may_ask(trunk):
            return
        self._asked[trunk] = now
        task = asyncio.create_task(self._qualify(trunk))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    def endpoint_failed(self, endpoint: str, status: int) -> None:
        """Note the SIP status of a call that the trunk of an endpoint could not make."""
        trunk = trunk_of_endpoint(endpoint)
        if trunk is not None:
            self.call_failed(trunk, status)

    def call_failed(self, trunk: TrunkId, status: int) -> None:
        """Note the SIP status of a call that a trunk could not make."""
        if trunk in self.states:
            self.states[trunk] = rules.call_failed(self.states[trunk], self._clock(), status)
            self._tell([trunk])

    def items(self) -> list[views.Item]:
        """Give the live items of all trunks."""
        return [views.item(KIND, key, value) for key, value in self._shown.items()]

    def _registering(self, client: str, server: str) -> list[TrunkId]:
        return [
            key
            for key, one in self._settings.items()
            if one.registers and (client_uri(one), server_uri(one)) == (client, server)
        ]

    async def _ask_unknown(self) -> None:
        """Ask trunks that have not answered yet, or not any more.

        Asterisk itself would first wait its interval.
        """
        now = self._clock()
        for key, state in list(self.states.items()):
            if not state.enabled or state.refused:
                continue
            match state.reach:
                case rules.Reachability.UNKNOWN:
                    due = key not in self._asked
                case rules.Reachability.UNREACHABLE:
                    due = now - self._asked.get(key, 0.0) >= DOWN_SECONDS
                case _:
                    due = False
            if due:
                if self._may_ask(key) and not await self._qualify(key):
                    return
                self._asked[key] = now

    def _may_ask(self, trunk: TrunkId) -> bool:
        settings = self._settings.get(trunk)
        return settings is not None and settings.enabled and bool(settings.qualify_seconds)

    async def _qualify(self, trunk: TrunkId) -> bool:
        """Have Asterisk send OPTIONS; False if AMI is away."""
        try:
            await self._ami.send("PJSIPQualify", Endpoint=endpoint_name(trunk))
        except AMIAway:
            return False
        except AMIError as error:
            log.info("a trunk could not be asked", trunk=trunk, why=str(error))
        return True

    async def _ask_registrations(self) -> None:
        try:
            found = read_registrations(await self._ami.send("PJSIPShowRegistrationsOutbound"))
        except AMIError as error:
            log.info("registrations could not be read", why=str(error))
            return
        for key, accepted in found.items():
            # Events report each registration; this corrects a state that differs.
            state = self.states.get(key)
            known = state is not None and state.registration is Registration.REGISTERED
            if accepted is not known:
                self._registered(key, accepted=accepted)

    def _registered(self, key: TrunkId, *, accepted: bool | None) -> None:
        state = self.states.get(key)
        if state is None:
            return
        now = self._clock()
        if accepted is None:
            after = rules.unregistered(state, now)
        else:
            after = rules.registered(state, now, accepted=accepted)
        self.states[key] = after
        self._tell([key])
        stopped = Registration.STOPPED
        if after.registration is stopped and state.registration is not stopped:
            log.warning("a registration is taken down: granted for too short a time", trunk=key)
            task = asyncio.create_task(self._end_registration(key))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def _end_registration(self, key: TrunkId) -> None:
        try:
            await self._trunks.end_registration(key)
        except ARIError as error:
            log.warning("a registration could not be taken down", trunk=key, why=str(error))

    def _tell(self, some: Iterable[TrunkId] | None = None) -> None:
        """Show the items that have changed since they were last shown."""
        keys = set(some) if some is not None else self.states.keys() | self._shown.keys()
        news: list[views.Item] = []
        for key in sorted(keys):
            state = self.states.get(key)
            value = None if state is None else trunk_value(self._settings[key], state)
            self._tell_core(key, down=state is not None and state.lamp in rules.FAULTS)
            if value == self._shown.get(key):
                continue
            news.append(views.item(KIND, key, value))
            if value is None:
                del self._shown[key]
            else:
                self._shown[key] = value
        if news:
            self._show(news)

    def _tell_core(self, key: TrunkId, *, down: bool) -> None:
        if down != (key in self._down):
            (self._down.add if down else self._down.discard)(key)
            self._handle(e.TrunkReachable(key, reachable=not down))


_CONTACTS: Mapping[str, bool] = {"Reachable": True, "NonQualified": True, "Unreachable": False}


def trunk_value(trunk: Trunk, state: TrunkState) -> live.TrunkValue:
    """Make the live item of a trunk."""
    return {
        "id": trunk.id,
        "name": trunk.name,
        "state": state.lamp,
        "since": views.instant(state.since),
        "channels": state.channels,
        "max_channels": state.max_channels,
        "error": state.trouble,
        "error_detail": state.detail,
        "error_at": None
        if state.trouble is TrunkTrouble.NOTHING
        else views.instant(state.trouble_at),
    }
