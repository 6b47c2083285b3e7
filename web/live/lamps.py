"""The states of colleagues, told to the pages of agents that show them.

A desk sees no agent but its own. A lamp is the exception: what a colleague does, and since when;
never with which party.
"""

import asyncio
from dataclasses import asdict, dataclass

from acd.agent import AgentState, Presence
from acd.work import Medium
from crm.people.person import SessionKind
from crm.people.rights import Right
from web.live.changes import write
from web.live.mirror import Mirror
from web.live.schema import ItemKind, Value
from web.live.subscriptions import Subscription, Subscriptions

LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Lamp:
    """What one agent does now."""

    id: int
    state: str
    since: str
    reason: str  # key of the pause reason, else empty
    back_at: str | None  # when the agent means to be ready again, of a pause
    reachable: bool  # the phone is registered
    free: bool  # a call rings there at once
    can_wait: bool  # busy with a call and ready for the next: a customer can wait for them


def lamp_of(value: Value) -> Lamp:
    """Give the lamp of an agent; an engine of an older version has fewer members."""
    state, reachable = str(value["state"]), bool(value["reachable"])
    tasks = value.get("tasks", ())
    return Lamp(
        id=int(value["id"]),
        state=state,
        since=str(value["since"]),
        reason=str(value.get("reason") or ""),
        back_at=value.get("back_at"),
        reachable=reachable,
        free=state == AgentState.READY and reachable,
        can_wait=value.get("presence") == Presence.READY
        and any(task["medium"] == Medium.VOICE for task in tasks),
    )


class LampBoard:
    """The lamps of all agents at the last look, as two messages: all of them, and the changes."""

    def __init__(self) -> None:
        """Begin without agents."""
        self.whole = ""
        self.changed = ""
        self._values: dict[int, Value] = {}
        self._lamps: dict[int, Lamp] = {}

    def look(self, mirror: Mirror) -> None:
        """Take the present states; an agent that is new or gone makes all lamps a change."""
        before, old = self._values, self._lamps
        self._values = {int(one["id"]): one for one in mirror.values(ItemKind.AGENT)}
        self._lamps = {
            id_: old[id_] if before.get(id_) is value else lamp_of(value)
            for id_, value in self._values.items()
        }
        lit = [lamp for id_, lamp in self._lamps.items() if lamp != old.get(id_)]
        if before.keys() == self._values.keys():
            self.changed = write({"lamps": list(map(asdict, lit))}) if lit else ""
        if lit or before.keys() != self._values.keys() or not self.whole:
            self.whole = write({"lamps": list(map(asdict, self._lamps.values())), "all": True})
        if before.keys() != self._values.keys():
            self.changed = self.whole


def may_see(mirror: Mirror, one: Subscription) -> bool:
    """Whether a page is an agent's and shows the panel of colleagues; programs use the API."""
    who = one.seen.who
    is_page = who.kind is SessionKind.BROWSER and not one.seen.hidden
    return is_page and who.may(Right.DESK) and mirror.value(ItemKind.AGENT, who.user.id) is not None


def show_lamps(mirror: Mirror, sockets: Subscriptions, board: LampBoard) -> None:
    """Send the states of colleagues to the pages that show them; without a page nothing is read."""
    shown = [one for one in sockets.of() if one.shows_lamps]
    if mirror.away or not shown:
        return
    board.look(mirror)
    for one in shown:
        if may_see(mirror, one):
            one.tell_lamps(board.whole, board.changed)


async def keep_showing(mirror: Mirror, sockets: Subscriptions) -> None:
    """Tell it twice a second; until cancelled."""
    board = LampBoard()
    while True:
        show_lamps(mirror, sockets, board)
        await asyncio.sleep(LOOK_SECONDS)
