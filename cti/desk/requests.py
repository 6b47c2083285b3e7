"""Requests of agents' pages: each is checked, turned into events for the engine and answered."""

import secrets
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from acd.agent import Agent, AgentState, Phone
from acd.queue import AgentId
from crm.calls.record import CallId
from crm.customers.customer import CustomerCard, CustomerId
from crm.kernel.destination import Destination, read_destination
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from cti.asterisk.phones import GUESTS, Phones
from cti.asterisk.registrations import Registrations
from cti.asterisk.translate import endpoint_of
from cti.core import events as e
from cti.core import requests as r
from cti.core.state import SwitchState
from cti.desk.callback_requests import OF_CALLBACKS

Handle = Callable[[e.Event], None]

GUEST_SECONDS = 300.0
GUESTS_OF_ONE_PLACE = 3  # trial telephones that one address holds at a time
LONGEST_TEXT = 4000
MOST_MINUTES = 24 * 60
# Requests with an agent and a call only, and their events.
OF_CALLS: Mapping[str, Callable[[AgentId, CallId], e.Event]] = {
    "answer": r.AnswerAsked,
    "hold": partial(r.HoldAsked, hold=True),
    "resume": partial(r.HoldAsked, hold=False),
    "hangup": r.HangUpAsked,
    "shuttle": r.ShuttleAsked,
    "complete": r.CompleteAsked,
    "take back": r.TakeBackAsked,
    "conference": r.ConferenceAsked,
    "park": r.ParkAsked,
    "pick up": r.PickUpAsked,
    "more time": r.MoreTimeAsked,
}


@dataclass(frozen=True, slots=True)
class GuestLease:
    """A trial telephone that is lent: until when (monotonic clock), and to which address."""

    until: float
    place: str


class AgentRequests:
    """Carries requests out by name. A refusal of the core is raised to the web as an error."""

    def __init__(
        self,
        state: SwitchState,
        handle: Handle,
        phones: Phones,
        registrations: Registrations,
        linked: Callable[[], bool],
    ) -> None:
        """`handle` handles an event at once; `linked` tells whether Asterisk is connected."""
        self._live = state
        self._handle = handle
        self._phones = phones
        self._registrations = registrations
        self._linked = linked
        self._guests: dict[str, GuestLease] = {}  # by endpoint
        self._names: dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]] = {
            "signin": self._sign_in,
            "phone": self._phone,
            "signout": self._sign_out,
            "state": self._state,
            "decline": self._decline,
            "dial": self._dial,
            "when free": self._when_free,
            "transfer": self._transfer,
            "consult": self._consult,
            "add": self._add,
            "drop": self._drop,
            "mute": self._mute,
            "monitor": self._monitor,
            "move": self._move,
            "retrieve": self._retrieve,
            **{name: partial(self._callback, name) for name in OF_CALLBACKS},
            "customer": self._customer,
            "outcome": self._outcome,
            "guest": self._guest,
        }

    async def __call__(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Carry out one request by its name."""
        if name in OF_CALLS:
            self._handle(OF_CALLS[name](_agent(fields), _call(fields)))
            return {}
        if name not in self._names:
            raise InvalidError("Unknown request “{name}”.", name=name)
        return await self._names[name](fields)

    async def _sign_in(self, fields: dict[str, Any]) -> dict[str, Any]:
        agent = _agent(fields)
        known = self._known(agent)
        try:
            phone = Phone(str(fields.get("phone", "")))
        except ValueError:
            raise InvalidError("A phone is “browser”, “sip” or “outside”.", field="phone") from None
        if phone is Phone.OUTSIDE:
            number = str(fields.get("number", ""))[:64]
            self._handle(r.SignInAsked(agent, phone, reachable=True, number=number))
            return {}
        endpoint = endpoint_of(known.extension, phone)
        again = known.state is not AgentState.SIGNED_OUT and known.phone is phone
        if phone is Phone.BROWSER and not self._linked():
            raise ConflictError("The phone server is not responding. Try again in a moment.")
        self._handle(r.SignInAsked(agent, phone, self._registrations.is_reachable(endpoint)))
        if phone is Phone.SIP:
            return {}
        password = await self._phones.password(endpoint) if again else None
        return {"sip": _sip(endpoint, password or await self._phones.new_password(endpoint))}

    async def _phone(self, fields: dict[str, Any]) -> dict[str, Any]:
        agent = _agent(fields)
        known = self._known(agent)
        if known.state is AgentState.SIGNED_OUT or known.phone is not Phone.BROWSER:
            raise ConflictError("Connect the softphone first.")
        endpoint = endpoint_of(known.extension, Phone.BROWSER)
        self._registrations.phone_restarted(endpoint)
        self._handle(e.PhoneStarted(agent))
        password = await self._phones.password(endpoint)
        return {"sip": _sip(endpoint, password or await self._phones.new_password(endpoint))}

    async def _sign_out(self, fields: dict[str, Any]) -> dict[str, Any]:
        agent = _agent(fields)
        known = self._known(agent)
        self._handle(r.SignOutAsked(agent))
        if (
            known.phone is Phone.BROWSER
            and known.state is not AgentState.SIGNED_OUT
            and self._linked()
        ):
            await self._phones.new_password(endpoint_of(known.extension, Phone.BROWSER))
        return {}

    async def _state(self, fields: dict[str, Any]) -> dict[str, Any]:
        wanted = fields.get("state")
        if wanted not in ("ready", "paused"):
            raise InvalidError("A state is “ready” or “paused”.", field="state")
        reason = str(fields.get("reason") or "")[:100]
        minutes = _minutes(fields)
        self._handle(r.StateAsked(_agent(fields), wanted == "ready", reason, minutes))
        return {}

    async def _decline(self, fields: dict[str, Any]) -> dict[str, Any]:
        reason = str(fields.get("reason") or "")[:100]
        self._handle(r.DeclineAsked(_agent(fields), _call(fields), reason))
        return {}

    async def _when_free(self, fields: dict[str, Any]) -> dict[str, Any]:
        call, on = CallId(f"hotline-{uuid.uuid4().hex}"), bool(fields.get("on", True))
        self._handle(r.CallWhenFreeAsked(call, _agent(fields), _agent(fields, "to"), on))
        return {}

    async def _dial(self, fields: dict[str, Any]) -> dict[str, Any]:
        call = CallId(f"hotline-{uuid.uuid4().hex}")
        self._check_linked()
        dialled = str(fields.get("to", ""))[:64]
        card = _card(fields) if fields.get("customer") else None
        hidden = bool(fields.get("hidden"))
        self._handle(r.CallAsked(call, _agent(fields), dialled, card, hidden))
        return {"call": call}

    async def _transfer(self, fields: dict[str, Any]) -> dict[str, Any]:
        to, note, front = _destination(fields), _note(fields), bool(fields.get("front"))
        wait = bool(fields.get("wait"))
        self._handle(r.TransferAsked(_agent(fields), _call(fields), to, note, front, wait))
        return {}

    async def _consult(self, fields: dict[str, Any]) -> dict[str, Any]:
        to, note = _destination(fields), _note(fields)
        self._handle(r.ConsultAsked(_agent(fields), _call(fields), to, note))
        return {}

    async def _add(self, fields: dict[str, Any]) -> dict[str, Any]:
        self._check_linked()
        self._handle(r.AddAsked(_agent(fields), _call(fields), _destination(fields)))
        return {}

    async def _drop(self, fields: dict[str, Any]) -> dict[str, Any]:
        self._handle(r.DropAsked(_agent(fields), _call(fields), str(fields.get("leg", ""))[:200]))
        return {}

    async def _mute(self, fields: dict[str, Any]) -> dict[str, Any]:
        leg, on = str(fields.get("leg", ""))[:200], bool(fields.get("on"))
        self._handle(r.MuteAsked(_agent(fields), _call(fields), leg, on))
        return {}

    async def _monitor(self, fields: dict[str, Any]) -> dict[str, Any]:
        self._check_linked()
        try:
            mode = r.MonitorMode(str(fields.get("mode", "")))
        except ValueError:
            raise InvalidError("Choose how to take part in the call.", field="mode") from None
        self._handle(r.MonitorAsked(_agent(fields), _call(fields), mode))
        return {}

    async def _move(self, fields: dict[str, Any]) -> dict[str, Any]:
        self._check_linked()
        to = _destination(fields) if fields.get("to") else None
        by = _agent(fields) if fields.get("agent") else None
        self._handle(r.MoveAsked(_call(fields), to, by))
        return {}

    async def _retrieve(self, fields: dict[str, Any]) -> dict[str, Any]:
        self._check_linked()
        slot = fields.get("slot")
        if not isinstance(slot, int):
            raise InvalidError("A slot is a number.", field="slot")
        self._handle(r.RetrieveAsked(_agent(fields), slot))
        return {}

    async def _callback(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        self._handle(OF_CALLBACKS[name](fields))
        return {}

    async def _customer(self, fields: dict[str, Any]) -> dict[str, Any]:
        self._handle(r.CustomerChosen(_agent(fields), _call(fields), _card(fields)))
        return {}

    async def _outcome(self, fields: dict[str, Any]) -> dict[str, Any]:
        outcome = str(fields.get("outcome") or "")[:100]
        note = _note(fields)
        self._handle(r.OutcomeChosen(_agent(fields), _call(fields), outcome, note))
        return {}

    async def _guest(self, fields: dict[str, Any]) -> dict[str, Any]:
        now = time.monotonic()
        place = str(fields.get("place") or "")[:100]
        guest = self._guest_to_lend(now, place)
        if guest is None or not self._linked():
            raise ConflictError("All test phones are in use. Try again in a few minutes.")
        self._guests[guest] = GuestLease(now + GUEST_SECONDS, place)
        password = await self._phones.new_password(guest)
        return {
            "sip": _sip(guest, password),
            "until": datetime.fromtimestamp(time.time() + GUEST_SECONDS, UTC).isoformat(),
            "numbers": sorted(self._live.routes.numbers),
        }

    def _guest_to_lend(self, now: float, place: str) -> str | None:
        """Choose a trial telephone that is in no call; None if there is none.

        An address that holds several already gets the one that it was lent first again, with a new
        password: one visitor cannot take all of them. An unnamed place is not limited.
        """
        talking = {c.customer_number for c in self._live.calls.values() if c.via == "guest"}
        lent = {g: one for g, one in self._guests.items() if one.until > now}
        own = [g for g, one in lent.items() if place and one.place == place]
        if len(own) >= GUESTS_OF_ONE_PLACE:
            again = [g for g in own if g not in talking]
            return min(again, key=lambda g: lent[g].until, default=None)
        names = [f"guest-{n:02d}" for n in range(1, GUESTS + 1)]
        free = [g for g in names if g not in lent and g not in talking]
        return secrets.choice(free) if free else None

    async def end_leases(self, in_call: set[str]) -> None:
        """Change the password of guests when their lease is over; one in a call keeps it."""
        now = time.monotonic()
        for guest, lease in list(self._guests.items()):
            if lease.until <= now and guest not in in_call:
                del self._guests[guest]
                await self._phones.new_password(guest)

    def _check_linked(self) -> None:
        if not self._linked():
            raise ConflictError("The phone server is not responding. Try again in a moment.")

    def _known(self, agent: AgentId) -> Agent:
        known = self._live.agents.get(agent)
        if known is None:
            raise MissingError("Your account isn't set up for calls.")
        return known


def _sip(user: str, password: str) -> dict[str, str]:
    return {"user": user, "password": password, "domain": "hotline"}


def _agent(fields: dict[str, Any], which: str = "agent") -> AgentId:
    try:
        return AgentId(int(fields[which]))
    except (KeyError, TypeError, ValueError):
        raise InvalidError("The request does not name an agent.", field=which) from None


def _destination(fields: dict[str, Any]) -> Destination:
    return read_destination(str(fields.get("to", ""))[:150])


def _card(fields: dict[str, Any]) -> CustomerCard:
    try:
        said = fields["customer"]
        texts = (str(said[name])[:200] for name in ("name", "company", "level"))
        return CustomerCard(CustomerId(int(said["id"])), *texts)
    except (KeyError, TypeError, ValueError):
        raise InvalidError("The request names no customer.", field="customer") from None


def _minutes(fields: dict[str, Any]) -> float:
    said = fields.get("minutes")
    minutes = float(said) if isinstance(said, int | float) else 0.0
    return minutes if 0 < minutes <= MOST_MINUTES else 0.0


def _note(fields: dict[str, Any]) -> str:
    return str(fields.get("note") or "")[:LONGEST_TEXT]


def _call(fields: dict[str, Any]) -> CallId:
    return CallId(str(fields.get("call", ""))[:150])
