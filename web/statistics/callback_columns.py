"""The columns of callbacks in the statistics of seats, which there are by queue only."""

from acd.callback import CallbackState
from web.kit.i18n import N_
from web.statistics.columns import Figure, FigureKind

CALLBACK_LIST = "/callbacks"

CALLBACKS: tuple[Figure, ...] = (
    Figure(
        "callbacks",
        N_("Callbacks"),
        N_("By queue: callbacks that customers or users asked for in the interval."),
        lambda one: one.callbacks,
        behind=CALLBACK_LIST,
        of_queues=True,
        shown=False,
    ),
    Figure(
        "callbacks_reached",
        N_("Callbacks reached"),
        N_("By queue: callbacks of the interval whose customer was reached."),
        lambda one: one.callbacks_reached,
        behind=CALLBACK_LIST,
        words={"state": CallbackState.DONE.value},
        of_queues=True,
        shown=False,
    ),
    Figure(
        "callbacks_failed",
        N_("Callbacks failed"),
        N_("By queue: callbacks of the interval whose customer was not reached."),
        lambda one: one.callbacks_failed,
        behind=CALLBACK_LIST,
        words={"state": CallbackState.FAILED.value},
        of_queues=True,
        shown=False,
    ),
    Figure(
        "callbacks_canceled",
        N_("Callbacks canceled"),
        N_("By queue: callbacks of the interval that were canceled, also by calling again."),
        lambda one: one.callbacks_canceled,
        behind=CALLBACK_LIST,
        words={"state": CallbackState.CANCELED.value},
        of_queues=True,
        shown=False,
    ),
    Figure(
        "callback_wait",
        N_("Average wait for a callback"),
        N_("By queue: from the place in line to the talk, of the customers reached."),
        lambda one: one.average_callback_wait_seconds,
        FigureKind.TIME,
        of_queues=True,
        shown=False,
    ),
)
