"""A queue that offers callbacks, and a caller who is asked: what the stories about it share."""

from dataclasses import replace

from journeys.calls_out import plan as outbound_plan
from journeys.site import open_site
from journeys.test_callbacks import BOTH, MOBILE

from acd.queue import CallbackRule, QueueKey
from crm.calls.record import CallId
from crm.hours.group import Interval, TimeGroup, TimeGroupId, WeeklyHours
from crm.kernel.destination import read_destination
from cti.core import events as e
from cti.core import requests as r
from cti.fake import sign_in
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings

HOUR = 3600.0
SUPPORT = QueueKey("support")
DAYS = frozenset(range(7))
DAY = TimeGroup(
    TimeGroupId(1), "Day", "Asia/Shanghai", (WeeklyHours(DAYS, Interval(9 * 60, 18 * 60)),)
)


def open_for_callbacks():
    """Agent 1 is busy with a talk; support offers callbacks and is open by day."""
    fake = open_site((1, 2), BOTH)
    fake.hear(e.OutboundChanged(outbound_plan()))
    sign_in(fake, 1)
    fake.dial("c0", caller="+8613700000000")
    fake.prompts_end("c0")
    fake.press("c0", "2")
    fake.pick_up("c0")
    return fake


def set_queue(fake, **fields):
    queue = fake.state.queues[SUPPORT]
    fake.hear(e.QueueChanged(SUPPORT, replace(queue, **fields)))


def chooses_time(fake):
    set_queue(fake, callback=CallbackRule(choose_time=True))


def is_offered(fake, call="c1", caller=MOBILE, waits=40):
    """A caller who has waited a while is asked."""
    fake.dial(call, caller=caller)
    fake.prompts_end(call)
    fake.press(call, "2")
    fake.wait(waits)
    fake.hear(r.MoveAsked(CallId(call), read_destination("callback:support")))


def enters(fake, number, call="c1"):
    fake.press(call, "2")
    for digit in f"{number}#":
        fake.press(call, digit)


def heard(fake, call="c1"):
    return fake.playing[fake.hearing[call]]


def waits_since(fake, call="c1"):
    return fake.state.works[call].since


def closed_site(site):
    """Support is closed from now on for 30 minutes, and offers a callback then."""
    minute = int(site.now % 86_400 // 60)
    intervals = Interval((minute + 30) % 1440, (minute + 90) % 1440)
    group = TimeGroup(TimeGroupId(1), "Late", "UTC", (WeeklyHours(DAYS, intervals),))
    numbers = {"100": NumberSettings(FlowId(1))}
    site.hear(e.RoutesChanged(RoutePlan(numbers, hours={group.id: group})))
    set_queue(site, hours=group.id, closed=read_destination("callback:support"))
