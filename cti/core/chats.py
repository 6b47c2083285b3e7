"""Chats: works without legs, offered by the same floor beside calls."""

from collections.abc import Callable, Mapping
from typing import Any

from acd import events as floor_events
from acd import floor
from acd.work import Medium, Work
from cti.core.chat_events import ChatAccepted, ChatArrived, ChatDeclined, ChatEnded
from cti.core.state import SwitchTransaction


def arrive(tx: SwitchTransaction, event: ChatArrived) -> None:
    """A visitor waits in a queue; one that is known already is left alone."""
    if tx.works.get(event.work) is None:
        work = Work(event.work, Medium.CHAT, event.queue, tx.now, changed=tx.now)
        floor.step(tx, floor_events.WorkArrived(work))


def accept(tx: SwitchTransaction, event: ChatAccepted) -> None:
    """An agent takes the chat that is offered."""
    if _is_offered(tx, event):
        floor.step(tx, floor_events.OfferAccepted(event.work, event.agent))


def decline(tx: SwitchTransaction, event: ChatDeclined) -> None:
    """An agent does not take the chat: a miss, and the next agent."""
    if _is_offered(tx, event):
        floor.step(tx, floor_events.OfferEnded(event.work, event.agent, missed=True))


def end(tx: SwitchTransaction, event: ChatEnded) -> None:
    """The visitor or the agent has ended it."""
    work = tx.works.get(event.work)
    if work is not None and work.medium is Medium.CHAT:
        floor.step(tx, floor_events.WorkEnded(work.id, "chat", wrap_up=False))


def offers_due(tx: SwitchTransaction, work: Work) -> None:
    """The time for accepting is over."""
    for offer in work.offers:
        if offer.until <= tx.now:
            floor.step(tx, floor_events.OfferEnded(work.id, offer.agent, missed=True))


def _is_offered(tx: SwitchTransaction, event: ChatAccepted | ChatDeclined) -> bool:
    work = tx.works.get(event.work)
    return (
        work is not None and work.medium is Medium.CHAT and work.offer_to(event.agent) is not None
    )


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    ChatArrived: arrive,
    ChatAccepted: accept,
    ChatDeclined: decline,
    ChatEnded: end,
}
