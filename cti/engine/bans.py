"""Bans in the engine: attempts are counted, banned addresses are denied, and both are stored.

Everything runs in the engine's event loop, the database in a thread. Bans hold while the database
is away; they are stored when it is back.
"""

import asyncio
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_network
from typing import Protocol

import structlog

from crm.kernel.network import network_of
from cti.asterisk.ari import ARIError
from cti.asterisk.bans import DenyList, read_attempt
from cti.bans import rule
from cti.bans.rule import Ban, BanLimits, BanState, Network
from cti.bans.store import BanPlan, NewAttempts

ROUND_SECONDS = 1.0
RESOLVE_SECONDS = 300.0
"""How often the names of trunks' hosts are looked up again."""

MOST_UNSAVED = 5000  # addresses, while the database is away

log = structlog.get_logger(__name__)


class BanRecords(Protocol):
    """The database, as far as bans go; called in a thread."""

    def ban_plan(self) -> BanPlan:
        """Read limits, bans and trunks."""
        ...

    def keep_attempts(self, attempts: Sequence[NewAttempts], bans: Mapping[str, Ban]) -> None:
        """Store attempts and bans."""
        ...


class BanWatch:
    """The unauthorized attempts, and the bans that follow."""

    def __init__(self, deny: DenyList, records: BanRecords, clock: Callable[[], float]) -> None:
        """`clock` gives the time in seconds of Unix."""
        self._deny = deny
        self._records = records
        self._clock = clock
        self._limits = BanLimits()
        self._hosts: frozenset[str] = frozenset()
        self._trunks: tuple[Network, ...] = ()
        self._resolve_at = 0.0
        self._due = asyncio.Event()
        self._read_due = True
        self._linked = False
        self._attempts: dict[str, NewAttempts] = {}  # not stored yet
        self._unsaved: dict[str, Ban] = {}
        self.state = BanState()

    def on_ami_event(self, event: Mapping[str, str]) -> None:
        """Count an attempt; from here on everything is done in the next round."""
        attempt = read_attempt(event)
        if attempt is None or not self._hosts_known:
            return
        now, before = self._clock(), self.state
        self.state = rule.attempted(before, attempt, now, self._limits, self._trunks)
        place = network_of(attempt.address)
        self._note(place, attempt.name, now)
        if (ban := self.state.bans.get(place)) and place not in before.bans:
            log.warning("an address is banned", address=place, seconds=ban.until - ban.since)
            self._unsaved[place] = ban
            self._due.set()

    def on_ari_link(self, up: bool) -> None:  # noqa: FBT001 - the two states of a link
        """Push the list afresh after a connect: an Asterisk that was restarted has none."""
        self._linked = up
        self._deny.forget()
        self._due.set()

    def changed(self) -> None:
        """Note that bans, limits or trunks were edited."""
        self._read_due = True
        self._due.set()

    async def run(self) -> None:
        """Do a round each second, and at once when an address is banned or released."""
        while True:
            try:
                await self.round()
            except Exception:
                log.exception("a round of the bans failed")
            try:
                async with asyncio.timeout(ROUND_SECONDS):
                    await self._due.wait()
            except TimeoutError:
                continue

    async def round(self) -> None:
        """Bring Asterisk and the database in step with the bans."""
        self._due.clear()
        self.state = rule.expired(self.state, self._clock())
        await self._push()
        if await self._save() and self._read_due:
            await self._read()
        if self._clock() >= self._resolve_at:
            await self._resolve()
        await self._push()

    @property
    def _hosts_known(self) -> bool:
        """Whether trunks are known: before that nobody is banned."""
        return self._resolve_at > 0

    def _note(self, place: str, name: str, now: float) -> None:
        old = self._attempts.get(place)
        if old is None:
            if len(self._attempts) < MOST_UNSAVED:
                self._attempts[place] = NewAttempts(place, 1, (name,), now, now)
            return
        names = old.names
        if name not in names and len(names) < rule.MOST_NAMES:
            names = (*names, name)
        self._attempts[place] = replace(old, count=old.count + 1, names=names, last=now)

    async def _push(self) -> None:
        if not self._linked:
            return
        try:
            await self._deny.push(self.state.bans)
        except ARIError as error:
            log.info("bans could not be pushed", why=str(error))

    async def _save(self) -> bool:
        """Store what is new; whether the database took it."""
        if not (self._attempts or self._unsaved):
            return True
        attempts, self._attempts = self._attempts, {}
        bans = dict(self._unsaved)
        try:
            await asyncio.to_thread(self._records.keep_attempts, list(attempts.values()), bans)
        except Exception as error:  # noqa: BLE001 - until it is back
            log.info("attempts could not be stored", why=str(error)[:200])
            self._attempts = {**attempts, **self._attempts}
            return False
        for place, ban in bans.items():
            if self._unsaved.get(place) == ban:
                del self._unsaved[place]
        return True

    async def _read(self) -> None:
        self._read_due = False
        try:
            plan = await asyncio.to_thread(self._records.ban_plan)
        except Exception as error:  # noqa: BLE001 - until it is back
            log.info("bans could not be read", why=str(error)[:200])
            self._read_due = True
            return
        self._limits = plan.limits
        if plan.hosts != self._hosts or not self._hosts_known:
            self._hosts = plan.hosts
            await self._resolve()
        # An address banned while this was read is in `_unsaved`, and not in the plan.
        bans = {**plan.bans, **self._unsaved}
        state = rule.released(self.state, bans)
        for place, ban in bans.items():
            state = rule.banned(state, place, ban)
        state = rule.expired(state, self._clock())
        self.state = rule.without_exempt(state, (*self._limits.exceptions, *self._trunks))

    async def _resolve(self) -> None:
        found: list[Network] = []
        for host in sorted(self._hosts):
            found += await addresses_of(host)
        self._trunks = tuple(found)
        self._resolve_at = self._clock() + RESOLVE_SECONDS
        self.state = rule.without_exempt(self.state, self._trunks)


async def addresses_of(host: str) -> list[Network]:
    """Give the networks of an address, a network or a host name; none if it is not known."""
    try:
        return [ip_network(host, strict=False)]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(3.0):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, TimeoutError, UnicodeError):
        return []
    return [ip_network(address) for address in sorted({str(one[4][0]) for one in found})]
