"""Where an agent may send a call, or call: agents with their state, queues with their waits."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.names import comparable, sort_key, spellings
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.destinations.targets import DestinationTarget, targets_of
from web.destinations.words import KINDS
from web.directory.shapes import BookEntry, EntryKind
from web.directory.views import find_entries
from web.directory.words import PRESENCES
from web.kit.auth import AtDesk
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of
from web.live.context import live_of
from web.live.lamps import lamp_of
from web.live.mirror import Mirror
from web.live.schema import ItemKind

router = APIRouter(prefix="/desk")
MOST = 60
LEAST_BUSY = 20  # places kept for those who are not free, however many are free
ORDER = (
    DestinationKind.AGENT,
    DestinationKind.QUEUE,
    DestinationKind.RING_GROUP,
    DestinationKind.FLOW,
    DestinationKind.VOICEMAIL,
    DestinationKind.CUSTOM,
    DestinationKind.FAX,
)
READY = "ready"


class TransferTarget(BaseModel):
    """One place that a call can be sent to."""

    to: str  # as a transfer takes it, e.g. `queue:support`
    kind: DestinationKind
    kind_name: str
    name: str
    note: str  # an agent's extension, the company of a contact
    state: str  # of an agent: as in the live items; "" for others
    state_name: str
    since: str | None  # since when an agent is in that state, UTC
    free: bool  # can take the call now; always true for a target that is not an agent
    waiting: int | None  # calls that wait in a queue
    oldest_since: str | None  # since when the longest of them waits, UTC
    ready: int | None  # free agents of a queue
    spoken_to: bool  # can be consulted, or called into a talk
    can_wait: bool = False  # an agent who is busy; the customer can wait for them
    may_front: bool = False  # a queue at whose front this user may put the customer


class TransferTargets(BaseModel):
    """Places that a call can be sent to."""

    items: list[TransferTarget]


@router.get("/targets")
def find_targets(
    request: Request, who: AtDesk, q: Annotated[str, Query(max_length=100)] = ""
) -> TransferTargets:
    """Find where a call can be sent to, by a part of a name (also in pinyin), or a number.

    Free agents come first; without a text the others come last. Agents are also found by their
    extension; contacts and customers by a text only.
    """
    mirror = live_of(request).mirror
    with context_of(request).database.begin() as session:
        found = list(_targets(session, reader_of(request), mirror, who, q.strip()))
    if not q.strip():
        free = [one for one in found if one.free]
        busy = [one for one in found if not one.free][:LEAST_BUSY]
        found = [*free[: MOST - len(busy)], *busy]
    return TransferTargets(items=found[:MOST])


def _targets(
    session: Session, reader: Reader, mirror: Mirror, who: SignedIn, typed: str
) -> Iterator[TransferTarget]:
    wanted = comparable(typed)
    known = targets_of(session)
    busy: list[TransferTarget] = []
    for kind in ORDER:
        shown = [
            _show(kind, key, one, reader, mirror)
            for key, one in known.get(kind, {}).items()
            if one.active and not (kind is DestinationKind.AGENT and key == str(who.user.id))
        ]
        if kind is DestinationKind.QUEUE and who.may(Right.MONITOR_CONTROL):
            shown = [one.model_copy(update={"may_front": True}) for one in shown]
        fitting = [one for one in shown if _fits(one, wanted)]
        ordered = sorted(fitting, key=lambda one: (not one.free, sort_key(one.name)))
        if typed:
            yield from ordered
        else:
            yield from (one for one in ordered if one.free)
            busy += (one for one in ordered if not one.free)
    yield from busy
    if typed:
        for entry in find_entries(session, reader, mirror, who, typed):
            if entry.kind is not EntryKind.COLLEAGUE:
                yield _outside(entry, reader)


def _fits(one: TransferTarget, wanted: str) -> bool:
    if not wanted or any(wanted in spelling for spelling in spellings(one.name)):
        return True
    return one.kind is DestinationKind.AGENT and wanted in one.note


def _show(
    kind: DestinationKind, key: str, one: DestinationTarget, reader: Reader, mirror: Mirror
) -> TransferTarget:
    shape = TransferTarget(
        to=str(Destination(kind, key)),
        kind=kind,
        kind_name=reader.gettext(KINDS[kind]),
        name=one.shown(reader) or reader.gettext(KINDS[kind]),  # there is one fax, without a name
        note="",
        state="",
        state_name="",
        since=None,
        free=True,
        waiting=None,
        oldest_since=None,
        ready=None,
        spoken_to=kind is DestinationKind.AGENT,
    )
    if kind is DestinationKind.AGENT:
        value = mirror.value(ItemKind.AGENT, key)
        state = str(value["state"]) if value else ""
        shape.state, shape.free = state, state == READY and bool(value and value["reachable"])
        shape.state_name = reader.gettext(PRESENCES.get(state, state))
        shape.since = str(value["since"]) if value else None
        shape.can_wait = value is not None and lamp_of(value).can_wait and not shape.free
        if value:
            shape.name, shape.note = str(value["name"]), str(value["extension"])
    elif kind is DestinationKind.QUEUE:
        tile = mirror.value(ItemKind.QUEUE, key)
        if tile is not None:
            shape.waiting, shape.ready = int(tile["waiting"]), int(tile["ready"])
            shape.oldest_since = tile["oldest_since"]
    return shape


def _outside(entry: BookEntry, reader: Reader) -> TransferTarget:
    return TransferTarget(
        to=f"{DestinationKind.NUMBER}:{entry.number}",
        kind=DestinationKind.NUMBER,
        kind_name=reader.gettext(KINDS[DestinationKind.NUMBER]),
        name=entry.name or entry.number_name,
        note=" · ".join(one for one in (entry.company, entry.number_name) if one),
        state="",
        state_name="",
        since=None,
        free=True,
        waiting=None,
        oldest_since=None,
        ready=None,
        spoken_to=True,
    )
