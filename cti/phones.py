"""Telephones in Asterisk: pushed over ARI as sorcery objects, kept there in astdb.

AOR and endpoint are made once, when the phone is made; signing in changes only `auth`. All AORs go
first: making one costs Asterisk time in proportion to the endpoints that are there.
"""

import asyncio
import secrets
from collections.abc import Iterable

import structlog

from acd.agent import Phone
from acd.store import AgentSettings
from cti.ari import ARIClient, ARIError
from cti.asterisk import Json, Request, endpoint_of, guest_objects, phone_objects

GUESTS = 20
_OBJECTS = "/asterisk/config/dynamic/res_pjsip"
_AT_ONCE = 8

log = structlog.get_logger(__name__)


class Phones:
    """The phones of one Asterisk."""

    def __init__(self, ari: ARIClient) -> None:
        """Push through this client."""
        self._ari = ari

    async def push_all(self, agents: Iterable[AgentSettings]) -> None:
        """Make every agent's phones and the guests' as they should be."""
        wanted: dict[str, dict[str, Json]] = {}
        for agent in agents:
            sip = endpoint_of(agent.extension, Phone.SIP)
            web = endpoint_of(agent.extension, Phone.BROWSER)
            secret = agent.sip_secret if agent.enabled else secrets.token_urlsafe(24)
            wanted[sip] = phone_objects(sip, secret, Phone.SIP, agent.name)
            wanted[web] = phone_objects(web, "", Phone.BROWSER, agent.name)
        for number in range(1, GUESTS + 1):
            guest = f"guest-{number:02d}"
            wanted[guest] = guest_objects(guest, "")
        for kind in ("aor", "auth", "endpoint"):
            await self._each(
                self._push(kind, name, objects[kind])
                for name, objects in wanted.items()
                if kind in objects
            )

    async def password(self, endpoint: str) -> str | None:
        """The password that an endpoint has now."""
        try:
            found = await self._ari.get(f"{_OBJECTS}/auth/{endpoint}")
        except ARIError:
            return None
        return next((f["value"] for f in found or () if f["attribute"] == "password"), None)

    async def new_password(self, endpoint: str) -> str:
        """Give an endpoint a fresh password; whoever had the old one is out."""
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
            # A browser's password is made when it is asked for; one in use survives our restart.
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
        """Whether an object already says what it should; `webrtc` sets others, so ask only ours."""
        try:
            found = await self._ari.get(f"{_OBJECTS}/{kind}/{name}")
        except ARIError:
            return False
        there = {f["attribute"]: str(f["value"]) for f in found or ()}
        asked = ("context", "callerid", "auth", "rtp_timeout")
        return all(there.get(key) == str(fields[key]) for key in asked if key in fields)

    async def _put(self, kind: str, name: str, fields: Json) -> None:
        body = {"fields": [{"attribute": k, "value": v} for k, v in fields.items()]}
        await self._ari.ask(Request("PUT", f"{_OBJECTS}/{kind}/{name}", body))

    @staticmethod
    async def _each(pushes: Iterable[object]) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(push: object) -> None:
            async with gate:
                await push  # type: ignore[misc]

        await asyncio.gather(*(one(push) for push in pushes))
