"""The manifest of the live floor."""

from crm.people.rights import Right
from web.kit.feature import AuditWords, Feature, RightWords
from web.kit.i18n import N_
from web.kit.menu import MenuEntry
from web.kit.openapi import ApiTag
from web.monitor import api, control, pages, seats, waiting
from web.monitor.alarms import watch_queues
from web.monitor.demo import add_thresholds, remove_thresholds
from web.monitor.thresholds import LONG_WAIT

FEATURE = Feature(
    name="monitor",
    order=30,
    pages=(pages.router,),
    api=(api.router, control.router, seats.router, waiting.router),
    tasks=(watch_queues,),
    alarms=(LONG_WAIT,),
    demo=add_thresholds,
    remove_demo=remove_thresholds,
    tags={"floor": ApiTag("Live monitor", "What supervisors do with agents and calls.")},
    audit=AuditWords(
        actions={
            "call.monitored.listen": N_("Call listened to"),
            "call.monitored.whisper": N_("Whispered to the agent of a call"),
            "call.monitored.barge": N_("Barged into a call"),
            "call.monitored.take-over": N_("Call taken over"),
            "call.monitored.stop": N_("Stopped monitoring a call"),
            "call.ended": N_("Call of an agent ended"),
            "call.moved": N_("Waiting caller moved"),
            "agent.state_forced": N_("Agent state set"),
            "agent.queues_changed": N_("Queues of an agent changed for today"),
            "agent.messaged": N_("Message sent to an agent"),
        },
        fields={
            "to": N_("Destination"),
            "queues": N_("Queues"),
            "text": N_("Message"),
        },
    ),
    menu=(
        MenuEntry("/floor", N_("Live monitor"), "layout-dashboard", frozenset({Right.FLOOR_SEE})),
    ),
    rights=(
        RightWords(
            Right.FLOOR_SEE,
            N_("Work with calls"),
            N_("View live monitor"),
            N_("Agent states, calls and queues."),
        ),
        RightWords(
            Right.CALLS_LISTEN,
            N_("Work with calls"),
            N_("Take part in calls"),
            N_("Listen, whisper, barge in and take over; who did so is in the call's timeline."),
        ),
        RightWords(
            Right.MONITOR_CONTROL,
            N_("Work with calls"),
            N_("Control agents and waiting calls"),
            N_("Set agents ready or not ready, sign them out, end and move their calls."),
        ),
        RightWords(
            Right.CALLS_PICKUP,
            N_("Work with calls"),
            N_("Pick up calls of others"),
            N_("Answer a call that is ringing at another agent's phone."),
        ),
    ),
)
