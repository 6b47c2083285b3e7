"""Telephones in Asterisk: pushed over ARI as sorcery objects, which Asterisk keeps in astdb.

AOR and endpoint are made once, with the phone; signing in changes only `auth`. All AORs are pushed
first: for each new one Asterisk looks through all endpoints (in memory: see sorcery.conf).
"""

import asyncio
import secrets
from collections.abc import Awaitable, Iterable, Mapping, Sequence

import structlog

from acd.agent import Phone
from acd.queue import AgentId
from acd.store import AgentSettings
from cti.asterisk.ari import ARIClient, ARIError
from cti.asterisk.orders import Request
from cti.asterisk.pjsip import guest_objects, phone_objects
from cti.asterisk.translate import Json, endpoint_of

GUESTS = 20
_OBJECTS = "/asterisk/config/dynamic/res_pjsip"
_AT_ONCE = 8

log = structlog.get_logger(__name__)


class Phones:
    """The phones of one Asterisk."""

    def __init__(self, ari: ARIClient, media_address: str = "") -> None:
        """Push through this client; desk phones' sound arrives at `media_address` ("": any)."""
        self._ari = ari
        self._media_address = media_address
        self._pushed: dict[AgentId, AgentSettings] = {}
        self._pushing = asyncio.Lock()

    async def push(self, agents: Iterable[AgentSettings], *, afresh: bool) -> None:
        """Push the agents' telephones and the guests' that differ from what Asterisk has.

        Only phones with changed settings are checked; with `afresh`, after a connect, all of them:
        missing ones at once, the others one by one so that calls are not delayed.
        """
        async with self._pushing:
            await self._push_all(list(agents), afresh=afresh)

    async def _push_all(self, agents: Sequence[AgentSettings], *, afresh: bool) -> None:
        if afresh:
            self._pushed.clear()
        changed = [agent for agent in agents if self._pushed.get(agent.id) != agent]
        wanted = {name: made for agent in changed for name, made in self._of_agent(agent).items()}
        if afresh:
            guests = (f"guest-{number:02d}" for number in range(1, GUESTS + 1))
            wanted |= {guest: guest_objects(guest, "") for guest in guests}
        there = await self._there() if afresh else set[str]()
        missing = {name: made for name, made in wanted.items() if name not in there}
        await self._push_each(missing, _AT_ONCE)
        await self._push_each({n: m for n, m in wanted.items() if n in there}, 1)
        self._pushed.update((agent.id, agent) for agent in changed)

    async def _there(self) -> set[str]:
        try:
            found = await self._ari.get("/endpoints/PJSIP")
        except ARIError as error:
            if error.status == 404:  # noqa: PLR2004 - Asterisk's answer while it has none
                return set()
            raise
        return {one["resource"] for one in found or ()}

    async def _push_each(self, wanted: Mapping[str, Mapping[str, Json]], at_once: int) -> None:
        for kind in ("aor", "auth", "endpoint"):
            pushes = (self._push(kind, n, o[kind]) for n, o in wanted.items() if kind in o)
            await _each(pushes, at_once)

    async def password(self, endpoint: str) -> str | None:
        """Give the current password of an endpoint."""
        try:
            found = await self._ari.get(f"{_OBJECTS}/auth/{endpoint}")
        except ARIError:
            return None
        return next((f["value"] for f in found or () if f["attribute"] == "password"), None)

    async def new_password(self, endpoint: str) -> str:
        """Give an endpoint a new password; the old one no longer works."""
        password = secrets.token_urlsafe(24)
        await self._put(
            "auth",
            endpoint,
            {"auth_type": "userpass", "username": endpoint, "password": password},
        )
        return password

    async def _push(self, kind: str, name: str, fields: Json) -> None:
        if kind == "aor" and await self._exists(kind, name):
            return
        if kind == "auth" and not fields["password"]:
            # A browser's password is made at sign-in; one in use outlives our restart.
            if await self._exists(kind, name):
                return
            fields = {**fields, "password": secrets.token_urlsafe(24)}
        if kind == "endpoint" and await self._same(kind, name, fields):
            return
        await self._put(kind, name, fields)

    async def _exists(self, kind: str, name: str) -> bool:
        try:
            await self._ari.get(f"{_OBJECTS}/{kind}/{name}")
        except ARIError as error:
            if error.status == 404:  # noqa: PLR2004 - HTTP: not found
                return False
            raise
        return True

    async def _same(self, kind: str, name: str, fields: Json) -> bool:
        """Whether an object has its fields; `webrtc` sets others, so compare only ours."""
        try:
            found = await self._ari.get(f"{_OBJECTS}/{kind}/{name}")
        except ARIError:
            return False
        there = {f["attribute"]: str(f["value"]) for f in found or ()}
        asked = (
            "context",
            "callerid",
            "auth",
            "rtp_timeout",
            "timers",
            "timers_sess_expires",
            "media_address",
            "mailboxes",
        )
        return all(there.get(key) == str(fields[key]) for key in asked if key in fields)

    def _of_agent(self, agent: AgentSettings) -> dict[str, dict[str, Json]]:
        """Give the objects of an agent's phones; a disabled one gets an unknown password."""
        sip, web = (endpoint_of(agent.extension, phone) for phone in (Phone.SIP, Phone.BROWSER))
        secret = agent.sip_secret if agent.enabled else secrets.token_urlsafe(24)
        return {
            sip: phone_objects(sip, secret, Phone.SIP, agent.name, self._media_address),
            web: phone_objects(web, "", Phone.BROWSER, agent.name),
        }

    async def _put(self, kind: str, name: str, fields: Json) -> None:
        body = {"fields": [{"attribute": k, "value": v} for k, v in fields.items()]}
        await self._ari.ask(Request("PUT", f"{_OBJECTS}/{kind}/{name}", body))


async def _each(pushes: Iterable[Awaitable[None]], at_once: int) -> None:
    gate = asyncio.Semaphore(at_once)

    async def one(push: Awaitable[None]) -> None:
        async with gate:
            await push

    await asyncio.gather(*(one(push) for push in pushes))
