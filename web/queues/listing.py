"""The list of queues."""

from crm.people.rights import Right
from web.kit.i18n import N_, Reader, duration
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing
from web.kit.listing.usual import (
    number_column,
    on_or_off,
    search,
    state_column,
    text_column,
)
from web.queues.actions import show_queues
from web.queues.estimates import BELOW, ERROR, ESTIMATES, WITHIN, EstimateDayShape, day_rows
from web.queues.shapes import QueueShape
from web.queues.words import STRATEGIES

READERS = (Right.QUEUES_MANAGE, Right.FLOOR_SEE)


def serving(one: QueueShape) -> set[int]:
    """Give the agents who serve a queue: those named, and those of its active groups."""
    of_groups = {agent for group in one.groups if group.active for agent in group.members}
    return {member.id for member in one.members} | of_groups


def _strategy(one: QueueShape, reader: Reader) -> str:
    return reader.gettext(STRATEGIES[one.strategy])


def _skills(one: QueueShape, _: Reader) -> str:
    return ", ".join(f"{need.name} ≥ {need.level}" for need in one.needs)


def _recorded(one: QueueShape, reader: Reader) -> str:
    return reader.gettext(N_("Yes") if one.record else N_("No"))


QUEUES: Listing[QueueShape] = Listing(
    name="queues",
    url="/queues",
    title=N_("Queues"),
    note=N_("Callers wait in a queue until one of its agents is free. Changes apply immediately."),
    right=None,
    rights=READERS,
    rows=lambda session, query: show_queues(session, query.reader),
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column("strategy", N_("Strategy"), _strategy),
        number_column("members", N_("Agents"), lambda one: len(serving(one))),
        Column("skills", N_("Skills"), _skills),
        number_column("ring", N_("Ring time (seconds)"), lambda one: round(one.ring_seconds)),
        number_column(
            "wrapup", N_("Wrap-up time (seconds)"), lambda one: round(one.wrapup_seconds)
        ),
        Column("record", N_("Record calls"), _recorded, order=lambda one: one.record),
        state_column(lambda one: one.active),
    ),
    filters=(search(), on_or_off(lambda one: one.active)),
    row_id=lambda one: one.key,
    row_url=lambda one: f"/queues/{one.key}",
    row_off=lambda one: not one.active,
    empty=N_("There are no queues yet."),
    empty_icon="hourglass",
    add_url="/queues/new",
    add_label=N_("Add queue"),
    add_right=Right.QUEUES_MANAGE,
)


QUEUE_ESTIMATES: Listing[EstimateDayShape] = Listing(
    name="queue_estimates",
    url="/queues/{queue}/estimates",
    title=N_("How often the estimate was true"),
    note=N_(
        "Of answered calls that had an estimate of their wait, by day. The range is that of 8 in 10"
        " waits."
    ),
    right=None,
    rights=READERS,
    rows=day_rows,
    columns=(
        Column(
            "day",
            N_("Day"),
            lambda one, reader: reader.date(one.day),
            order=lambda one: one.day,
            required=True,
        ),
        number_column("estimates", ESTIMATES, lambda one: one.estimates),
        Column(
            "within",
            WITHIN,
            lambda one, reader: reader.percent(one.within),
            order=lambda one: one.within,
            value=lambda one, _: round(one.within, 4),
            align="end",
            help=N_("Waits between the two ends of the estimate; 80 % would be exact."),
        ),
        Column(
            "below",
            BELOW,
            lambda one, reader: reader.percent(one.below),
            order=lambda one: one.below,
            value=lambda one, _: round(one.below, 4),
            align="end",
            help=N_("Waits up to the upper end of the estimate; 90 % would be exact."),
        ),
        Column(
            "error",
            ERROR,
            lambda one, _: duration(one.error_seconds),
            order=lambda one: one.error_seconds,
            value=lambda one, _: one.error_seconds,
            align="end",
            help=N_("Mean distance of a wait from the middle of its estimate."),
        ),
    ),
    filters=(
        Filter("from", N_("From"), FilterKind.SINCE, longest=40, by_source=True),
        Filter("to", N_("To"), FilterKind.UNTIL, longest=40, by_source=True),
    ),
    sort="-day",
    row_id=lambda one: f"{one.day:%Y-%m-%d}",
    empty=N_("Figures are shown from 20 estimates in 30 days on."),
    empty_icon="hourglass",
)
