"""Trunks in Asterisk: pushed over ARI as sorcery objects, which Asterisk keeps in astdb.

A PUT of Asterisk's leaves fields alone that it does not name, so that a changed object is deleted
and made anew. A trunk is taken as a whole: where Asterisk refuses one object, the others are as
they were before, and its reason is kept.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import structlog

from cti.asterisk.ari import ARIClient, ARIError
from cti.asterisk.orders import Request, emergency_trunks
from cti.trunks.objects import Fields, Objects, Place, places_of, trunk_objects
from cti.trunks.trunk import Trunk, TrunkId, endpoint_name, trunk_of_endpoint

_OBJECTS = "/asterisk/config/dynamic/res_pjsip"
_REFUSALS = range(400, 500)  # HTTP statuses by which Asterisk refuses what we sent
_NOT_FOUND = 404
_YES, _NO = frozenset({"yes", "true", "1", "on"}), frozenset({"no", "false", "0", "off"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Registered:
    """What Asterisk says of one registration."""

    client: str  # the address that it registers
    server: str
    accepted: bool | None  # None: no answer yet, or ended


class Trunks:
    """The trunks of one Asterisk."""

    def __init__(self, ari: ARIClient, media_address: str = "") -> None:
        """Push through this client; trunks' sound arrives at `media_address` ("": any)."""
        self._ari = ari
        self._media_address = media_address
        self._tried: dict[TrunkId, Trunk] = {}  # as last pushed, whether taken or not
        self._taken: dict[TrunkId, Trunk] = {}  # as Asterisk has them
        self._pushing = asyncio.Lock()
        self._emergency: list[str] = []  # the trunks that the dialplan knows
        self.refusals: dict[TrunkId, str] = {}  # Asterisk's words
        self.differences = 0  # objects that were not as the database has them, after connects

    async def push(self, trunks: Iterable[Trunk], *, afresh: bool) -> None:
        """Make Asterisk's trunks equal to these; with `afresh`, after a connect, check all of them.

        Raises ARIError if Asterisk does not answer. Deleting a trunk drops none of its calls.
        """
        async with self._pushing:
            known = {one.id: one for one in trunks}
            await self._push_all(known, afresh=afresh)
            names = [endpoint_name(one.id) for one in known.values() if one.enabled]
            if afresh or names != self._emergency:
                for request in emergency_trunks(names):
                    await self._ari.ask(request)
                self._emergency = names

    def retry_refused(self) -> bool:
        """Let the next push try refused trunks again; True if there are any."""
        for trunk in self.refusals:
            self._tried.pop(trunk, None)
        return bool(self.refusals)

    async def end_registration(self, trunk: TrunkId) -> None:
        """Take a trunk's registration down until its settings change."""
        async with self._pushing:
            await self._delete(Place("registration", endpoint_name(trunk)))

    async def _push_all(self, trunks: Mapping[TrunkId, Trunk], *, afresh: bool) -> None:
        if afresh:
            self._tried.clear()
            self._taken.clear()
        known = set(self._tried) | (await self._there() if afresh else set())
        changed = [one for one in trunks.values() if self._tried.get(one.id) != one]
        differed = 0
        for gone in sorted(known - trunks.keys()):
            differed += await self._remove(gone, afresh=afresh)
        for trunk in changed:
            differed += await self._push_one(trunk, afresh=afresh)
        if afresh and differed:
            self.differences += differed
            log.info("trunks in Asterisk differed from the database", objects=differed)

    async def _there(self) -> set[TrunkId]:
        listed = await self._ari.get("/endpoints/PJSIP") or ()
        found = (trunk_of_endpoint(one["resource"]) for one in listed)
        return {one for one in found if one is not None}

    async def _remove(self, trunk: TrunkId, *, afresh: bool) -> int:
        """Delete a trunk's objects; give how many there were."""
        known = self._taken.pop(trunk, None)
        places = set(trunk_objects(known)) if known is not None and not afresh else None
        removed = 0
        for place in places_of(trunk):
            if places is None or place in places:
                removed += await self._delete(place)
        self._tried.pop(trunk, None)
        self.refusals.pop(trunk, None)
        return removed

    async def _push_one(self, trunk: Trunk, *, afresh: bool) -> int:
        """Push a trunk; give how many of its objects were not as wanted."""
        wanted = trunk_objects(trunk, self._media_address)
        before = self._taken.get(trunk.id)
        old = trunk_objects(before, self._media_address) if before is not None else {}
        asked = places_of(trunk.id) if afresh or before is None else [*old, *wanted]
        there = await self._read(dict.fromkeys(asked))
        surplus = [one for one in places_of(trunk.id) if one in there and one not in wanted]
        other = [
            one
            for one, fields in wanted.items()
            if old.get(one, fields) != fields or not same(one.kind, fields, there.get(one))
        ]
        # The addresses of host names are looked up again, which a connect is an occasion for.
        renewed = [one for one, fields in wanted.items() if afresh and _is_named(one.kind, fields)]
        if any(one.kind == "auth" for one in other):
            # The present registration would stay until it is renewed, with the old password.
            renewed += [one for one in wanted if one.kind == "registration"]
        self._tried[trunk.id] = trunk
        try:
            anew = dict.fromkeys((*other, *renewed))
            await self._replace(trunk.id, surplus, {one: wanted[one] for one in anew})
            await self._check(wanted)
        except ARIError as error:
            if error.status not in _REFUSALS:
                del self._tried[trunk.id]
                raise
            self.refusals[trunk.id] = reason_of(error)
            log.warning("a trunk was refused", trunk=trunk.id, why=self.refusals[trunk.id])
            await self._restore(trunk.id, old)
        else:
            self.refusals.pop(trunk.id, None)
            self._taken[trunk.id] = trunk
        return len(surplus) + len(other)

    async def _replace(self, trunk: TrunkId, surplus: Sequence[Place], other: Objects) -> None:
        """Delete what is too much or differs, then make what differs."""
        for place in places_of(trunk):
            if place in surplus or place in other:
                await self._delete(place)
        for place, fields in other.items():
            await self._put(place, fields)

    async def _check(self, wanted: Objects) -> None:
        """Read back: some wrong values are left out without an error."""
        there = await self._read(wanted)
        for place, fields in wanted.items():
            if not same(place.kind, fields, there.get(place)):
                field = _first_difference(place.kind, fields, there.get(place) or {})
                raise ARIError(f"400: {place.kind}: “{field}” was not taken", 400)

    async def _restore(self, trunk: TrunkId, old: Objects) -> None:
        """Put the objects back as they were before the settings that were refused."""
        for place in places_of(trunk):
            await self._delete(place)
        for place, fields in old.items():
            await self._put(place, fields)

    async def _read(self, places: Iterable[Place]) -> dict[Place, Fields]:
        found: dict[Place, Fields] = {}
        for place in places:
            try:
                answer = await self._ari.get(f"{_OBJECTS}/{place.kind}/{place.id}")
            except ARIError as error:
                if error.status != _NOT_FOUND:
                    raise
                continue
            found[place] = {one["attribute"]: str(one["value"]) for one in answer or ()}
        return found

    async def _delete(self, place: Place) -> bool:
        """Delete an object; False if there was none."""
        try:
            await self._ari.ask(Request("DELETE", f"{_OBJECTS}/{place.kind}/{place.id}"))
        except ARIError as error:
            if error.status != _NOT_FOUND:
                raise
            return False
        return True

    async def _put(self, place: Place, fields: Fields) -> None:
        body = {"fields": [{"attribute": k, "value": v} for k, v in fields.items()]}
        try:
            await self._ari.ask(Request("PUT", f"{_OBJECTS}/{place.kind}/{place.id}", body))
        except ARIError as error:
            # Asterisk names its object only: an address that it cannot resolve, or which part.
            what = fields["match"] if place.kind == "identify" else place.kind
            raise ARIError(f"{error.status}: {what}: {reason_of(error)}", error.status) from error


def same(kind: str, wanted: Fields, found: Fields | None) -> bool:
    """Whether an object of Asterisk's has these fields; others have Asterisk's defaults."""
    return found is not None and not _first_difference(kind, wanted, found)


def _first_difference(kind: str, wanted: Fields, found: Fields) -> str:
    for name, value in wanted.items():
        if name == "disallow":
            continue  # an order to forget codecs, which reads back as those allowed
        if name == "match" and _is_named(kind, wanted):
            continue  # of a host name Asterisk keeps the addresses that it had at this moment
        if _normal(kind, name, value) != _normal(kind, name, found.get(name, "")):
            return name
    return ""


def _normal(kind: str, name: str, value: str) -> str:
    """Write a value in one way: Asterisk gives back `true` for `yes`, and a mask for a network."""
    text = value.strip()
    if name == "allow":
        return text.strip("()").replace("|", ",").replace(" ", "")
    if kind == "identify" and name == "match":
        return _network(text) or text
    if name == "qualify_timeout" and "." in text:
        return text.rstrip("0").rstrip(".")  # it reads back with six digits
    if text.lower() in _YES | _NO and not text.isdigit():
        return "yes" if text.lower() in _YES else "no"
    return text


def _is_named(kind: str, fields: Fields) -> bool:
    """Whether an object names a host, not an address."""
    return kind == "identify" and not _network(fields["match"])


def _network(text: str) -> str:
    """Write an address or a network with the length of its prefix; "" for a host name."""
    address, slash, mask = text.partition("/")
    try:
        if ":" in mask:
            mask = str(int(ip_address(mask)).bit_count())
        return str(ip_network(f"{address}{slash}{mask}", strict=False))
    except ValueError:
        return ""


def reason_of(error: ARIError) -> str:
    """Give Asterisk's own words for a refusal."""
    text = str(error).partition(": ")[2] or str(error)
    try:
        said = json.loads(text)
    except ValueError:
        return text[:200]
    words = said.get("message") or said.get("error") if isinstance(said, dict) else None
    return str(words or text)[:200]


def read_registry(event: Mapping[str, str]) -> Registered | None:
    """Read AMI's `Registry`, which names the addresses of a registration and not its object."""
    if event.get("Event") != "Registry" or event.get("ChannelType") != "PJSIP":
        return None
    status = event.get("Status", "")
    return Registered(event.get("Username", ""), event.get("Domain", ""), _accepted(status))


def read_registrations(messages: Iterable[Mapping[str, str]]) -> dict[TrunkId, bool | None]:
    """Read the answer to AMI's `PJSIPShowRegistrationsOutbound`."""
    found: dict[TrunkId, bool | None] = {}
    for one in messages:
        trunk = trunk_of_endpoint(one.get("ObjectName", ""))
        if one.get("Event") == "OutboundRegistrationDetail" and trunk is not None:
            found[trunk] = _accepted(one.get("Status", ""))
    return found


def _accepted(status: str) -> bool | None:
    match status:
        case "Registered":
            return True
        case "Rejected" | "Stopped":
            return False
        case _:
            return None
