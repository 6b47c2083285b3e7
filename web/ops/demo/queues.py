"""What the demo's queues need, and what happens to callers who wait long in them."""

from dataclasses import replace

from sqlalchemy.orm import Session

from acd.queue import (
    AddMembers,
    Announcements,
    CallbackRule,
    OverflowStep,
    QueueKey,
    SendTo,
    SkillGroupId,
)
from acd.queues.store import queue_settings, save_queue
from acd.skill_groups.store import skill_groups
from acd.skills import Need, SkillKey
from crm.kernel.destination import Destination, DestinationKind

SALES, SUPPORT = QueueKey("sales"), QueueKey("support")
# The demo data of skills and of skill groups.
MANDARIN, SECOND_LINE = SkillKey("mandarin"), "Second line"
HELPED_AFTER_SECONDS = 60.0
CALLBACK_AFTER_SECONDS = 120.0
POSITION = Announcements(ahead=True, estimate=True, first_seconds=30.0, every_seconds=30.0)


def add_demo_distribution(session: Session) -> None:
    """Let sales need Mandarin, and be helped by the second line after a minute.

    A caller who waits for support hears the place every 30 seconds, is offered a callback after two
    minutes, and may choose a time.
    """
    known = {one.queue.key: one for one in queue_settings(session)}
    groups = {one.name: SkillGroupId(one.id) for one in skill_groups(session)}
    helped = OverflowStep(HELPED_AFTER_SECONDS, AddMembers(group=groups.get(SECOND_LINE), rank=2))
    sales = known[SALES]
    steps = (helped,) if SECOND_LINE in groups else ()
    needing = replace(sales.queue, needs=(Need(MANDARIN, 4),), steps=steps)
    save_queue(session, needing, sales.name_zh)
    support, to = known[SUPPORT], Destination(DestinationKind.CALLBACK, SUPPORT)
    offered = OverflowStep(CALLBACK_AFTER_SECONDS, SendTo(to))
    told = replace(
        support.queue,
        steps=(offered,),
        announcements=POSITION,
        callback=CallbackRule(choose_time=True),
    )
    save_queue(session, told, support.name_zh)
