"""Settings of the live state: read from the database by row, given to the core as events.

A change of a setting notifies PostgreSQL of table and id. Only rows that the live state uses are
read again: agents, queues, flows, numbers, trunks. A saved customer or an ended session costs
nothing here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

import structlog

from acd.agent import AgentEvent, Capacity, Phone
from acd.queue import AgentId, Queue, QueueKey
from acd.store import AgentSettings
from acd.work import Medium
from cti.asterisk.translate import endpoint_of
from cti.core import events as e
from cti.outbound.rule import OutboundPlan
from cti.routes.rule import RoutePlan
from cti.trunks.trunk import Trunk, TrunkId
from ivr.flow import Flow, FlowId

SETTLE_SECONDS = 0.2
"""For so long changes gather before they are read: a page often changes several rows."""

AGAIN_SECONDS = 1.0

K = TypeVar("K")
V = TypeVar("V")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """All settings that the live state uses."""

    agents: Mapping[AgentId, AgentSettings] = field(default_factory=dict)
    queues: Mapping[QueueKey, Queue] = field(default_factory=dict)
    flows: Mapping[FlowId, Flow] = field(default_factory=dict)  # the newest version of each
    routes: RoutePlan = field(default_factory=RoutePlan)
    outbound: OutboundPlan = field(default_factory=OutboundPlan)
    trunks: Mapping[TrunkId, Trunk] = field(default_factory=dict)  # the inactive ones too
    older: Sequence[Flow] = ()  # versions that were replaced a short time ago; read at the start


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """The rows that were changed; `everything` after a connection that may have missed notices."""

    agents: frozenset[AgentId] = frozenset()
    queues: frozenset[QueueKey] = frozenset()
    flows: frozenset[FlowId] = frozenset()
    routes: bool = False
    lists: bool = False  # with `routes`: the entries of number lists too
    outbound: bool = False
    trunks: bool = False
    bans: bool = False  # read by `cti.engine.bans`
    lamps: bool = False  # read by `cti.engine.lamps`
    everything: bool = False

    def __bool__(self) -> bool:
        """Whether anything has to be read."""
        return self != ChangedRows()

    def __or__(self, other: "ChangedRows") -> "ChangedRows":
        """Give both changes together."""
        return ChangedRows(
            self.agents | other.agents,
            self.queues | other.queues,
            self.flows | other.flows,
            self.routes or other.routes,
            self.lists or other.lists,
            self.outbound or other.outbound,
            self.trunks or other.trunks,
            self.bans or other.bans,
            self.lamps or other.lamps,
            self.everything or other.everything,
        )


OUTBOUND_PARAMETERS = frozenset(
    {
        "outside_prefix",
        "site_number",
        "currency",
        "timezone",
        "person_day_cost",
        "site_day_cost",
        "fraud_calls",
        "fraud_minutes",
        "fraud_day_cost",
    }
)
BAN_PARAMETERS = frozenset({"ban_attempts", "ban_within_minutes", "ban_minutes", "ban_exceptions"})
AGENT_PARAMETERS = frozenset({"idle_sign_out_minutes"})
ROUTE_PARAMETERS = frozenset({"faxes", "voicemail_code", "voicemail_other_code"})
LIST_PARAMETERS = frozenset({"black_list_effect", "vip_priority"})
ALL_ROWS = ChangedRows(everything=True)


OF_TABLE = {
    "numbers": ChangedRows(routes=True, outbound=True),
    "routes": ChangedRows(routes=True),
    "time_groups": ChangedRows(routes=True),
    "forced_handling": ChangedRows(routes=True),
    "voicemail_boxes": ChangedRows(routes=True, lamps=True),
    "voicemails": ChangedRows(lamps=True),
    "user_groups": ChangedRows(outbound=True, lamps=True),
    "forwards": ChangedRows(routes=True),
    "ring_groups": ChangedRows(routes=True),
    "service_levels": ChangedRows(routes=True),
    "queue_successors": ChangedRows(routes=True),
    "custom_destinations": ChangedRows(routes=True),
    "number_lists": ChangedRows(routes=True, lists=True),
    "number_list_entries": ChangedRows(routes=True, lists=True),
    "outbound_rules": ChangedRows(outbound=True),
    "rates": ChangedRows(outbound=True),
    "dialling_stops": ChangedRows(outbound=True),
    "trunks": ChangedRows(outbound=True, trunks=True, bans=True),
    "sip_bans": ChangedRows(bans=True),
}
"""What is read again as a whole when a row of a table has changed."""


def read_notice(payload: str) -> ChangedRows:
    """Read a notice of PostgreSQL's, `table:id`; one of an unused table gives no rows."""
    table, _, key = payload.partition(":")
    match table:
        case "agents" | "users" if key == "all":
            return ALL_ROWS
        case "agents" | "users" if key.isdigit():
            return ChangedRows(agents=frozenset({AgentId(int(key))}), outbound=True)
        case "queues":
            return ChangedRows(queues=frozenset({QueueKey(key)}))
        case "flows" if key.isdigit():
            return ChangedRows(flows=frozenset({FlowId(int(key))}))
        case "parameters":
            lists = key in LIST_PARAMETERS
            outbound, bans = key in OUTBOUND_PARAMETERS, key in BAN_PARAMETERS
            routes = lists or key in ROUTE_PARAMETERS
            agents = key in AGENT_PARAMETERS
            return ChangedRows(
                routes=routes, lists=lists, outbound=outbound, bans=bans, everything=agents
            )
        case _:
            return OF_TABLE.get(table, ChangedRows())


def merged(old: LiveSettings, rows: ChangedRows, read: LiveSettings) -> LiveSettings:
    """Give the settings with the rows read again; rows that were not found are gone."""
    if rows.everything:
        return read
    return LiveSettings(
        _merged(old.agents, rows.agents, read.agents),
        _merged(old.queues, rows.queues, read.queues),
        _merged(old.flows, rows.flows, read.flows),
        _routes(old.routes, rows, read.routes),
        read.outbound if rows.outbound else old.outbound,
        read.trunks if rows.trunks else old.trunks,
        old.older,
    )


def _routes(old: RoutePlan, rows: ChangedRows, read: RoutePlan) -> RoutePlan:
    """The plan read again; a hundred thousand list entries are read only when one has changed."""
    if not rows.routes:
        return old
    return read if rows.lists else replace(read, lists=old.lists)


def _merged(old: Mapping[K, V], rows: Iterable[K], read: Mapping[K, V]) -> Mapping[K, V]:
    keys = set(rows)
    if not keys:
        return old
    return {key: row for key, row in old.items() if key not in keys} | dict(read)


def capacity_of(calls: int) -> Capacity:
    """The capacity of an agent who takes this many calls at once, all but one of them on hold."""
    return Capacity({Medium.VOICE: calls, Medium.CALLBACK: 1}, calls)


def differences(old: LiveSettings, new: LiveSettings) -> Iterator[e.Event]:
    """Give the events that lead from the old settings to the new."""
    for agent in _changed(old.agents, new.agents):
        yield e.AgentKnown(
            agent.id,
            agent.name,
            agent.extension,
            agent.enabled,
            capacity_of(agent.calls_at_once),
            agent.skills,
            60.0 * agent.idle_minutes,
        )
    for queue in _changed(old.queues, new.queues):
        yield e.QueueChanged(queue.key, queue)
        yield e.LineOpened(queue.key)
    for flow in new.older if not old.flows else ():
        yield e.FlowPublished(flow)
    for flow in _changed(old.flows, new.flows):
        yield e.FlowPublished(flow)
    if old.routes != new.routes:
        yield e.RoutesChanged(new.routes)
    # Last: callers who wait in a deleted queue go to its successor, which the routes tell.
    for gone in old.queues.keys() - new.queues.keys():
        yield e.QueueChanged(gone, None)
    if old.outbound != new.outbound:
        yield e.OutboundChanged(new.outbound)


def _changed(old: Mapping[K, V], new: Mapping[K, V]) -> Iterator[V]:
    if old is not new:
        yield from (row for key, row in new.items() if old.get(key) != row)


def endpoints(settings: LiveSettings) -> dict[str, tuple[AgentId, Phone]]:
    """Give the agent and kind of phone of each endpoint."""
    return {
        endpoint_of(agent.extension, phone): (agent.id, phone)
        for agent in settings.agents.values()
        for phone in (Phone.BROWSER, Phone.SIP)
    }


def restored(last: AgentEvent) -> e.AgentRestored:
    """Give the state that an agent's last fact holds."""
    phone, since = last.phone or Phone.BROWSER, last.at.timestamp()
    return e.AgentRestored(
        last.agent, last.state, phone, last.reason, last.call, since, last.detail
    )


class SettingsReader(Protocol):
    """The database, as far as settings go; called in a thread."""

    def live_settings(self, rows: ChangedRows) -> LiveSettings:
        """Read these rows, or everything."""
        ...


class SettingsFeed:
    """Keeps the settings of the live state: changed rows are read and given to `adopt`."""

    def __init__(
        self,
        reader: SettingsReader,
        adopt: Callable[[LiveSettings, LiveSettings], Awaitable[None]],
    ) -> None:
        """`adopt` takes the old settings and the new ones."""
        self._reader = reader
        self._adopt = adopt
        self._due = ChangedRows()
        self._any_changed = asyncio.Event()
        self.settings = LiveSettings()

    async def read_all(self) -> None:
        """Read and adopt everything; raises the database's errors."""
        new = await asyncio.to_thread(self._reader.live_settings, ALL_ROWS)
        await self._take(new)

    def changed(self, rows: ChangedRows) -> None:
        """Note changed rows: they are read in a moment."""
        if rows:
            self._due |= rows
            self._any_changed.set()

    async def run(self) -> None:
        """Read changed rows whenever there are some."""
        while True:
            await self._any_changed.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            self._any_changed.clear()
            rows, self._due = self._due, ChangedRows()
            try:
                read = await asyncio.to_thread(self._reader.live_settings, rows)
            except Exception as error:  # noqa: BLE001 - the old settings hold until it is back
                log.warning("settings could not be read", why=str(error)[:200])
                await asyncio.sleep(AGAIN_SECONDS)
                self.changed(rows)
                continue
            await self._take(merged(self.settings, rows, read))

    async def _take(self, new: LiveSettings) -> None:
        old, self.settings = self.settings, new
        await self._adopt(old, new)
