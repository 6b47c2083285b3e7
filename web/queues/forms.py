"""The form of a queue: sections of fields, and rows of agents, skill groups, skills and steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from acd.skill_groups.store import skill_groups
from acd.skill_levels.store import skills
from acd.store import queue_names
from crm.dictionary.item import one_of_two
from crm.hours.store import time_groups
from web.destinations.actions import fields
from web.destinations.targets import targets_of
from web.kit.body_form import fields_of
from web.kit.etag import etag_of
from web.kit.forms import Field, Form, OptionGroups
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.kit.shapes import Choice
from web.music.actions import music_choices
from web.queues.actions import agent_choices
from web.queues.reading import DESTINATIONS, QueueRows, StepRow, read_rows
from web.queues.row_shapes import StepBody
from web.queues.shapes import NO_ROWS, QueueSettingsForm, QueueShape
from web.queues.words import STEPS, STRATEGIES, STRATEGY_HELP

TOGETHER = {
    "name": ("name_en", "name_zh", "active", "record"),
    "distribution": ("priority", "weight", "ageing"),
    "ringing": ("ring_seconds", "wrapup_seconds", "max_misses"),
    "waiting": (
        "max_wait_seconds",
        "timed_out",
        "timed_out_number",
        "max_length",
        "full",
        "full_number",
        "music",
    ),
    "announcements": (
        "announce_ahead",
        "announce_waited",
        "announce_estimate",
        "announce_first_seconds",
        "announce_every_seconds",
        "announce_text_en",
        "announce_text_zh",
    ),
    "hours": ("hours", "closed", "closed_number", "empty", "empty_number"),
    "preferred": ("last_agent_days", "patience_seconds", "prefer_owner"),
    "callbacks": ("callback_tries", "callback_pause_seconds", "callback_choose_time"),
    "service": ("service_percent", "service_seconds"),
}
"""The fields of each section."""

TITLES: Sequence[tuple[str, str]] = (
    ("name", N_("Name")),
    ("members", N_("Agents")),
    ("skills", N_("Skills")),
    ("distribution", N_("Distribution")),
    ("ringing", N_("Ringing and wrap-up")),
    ("waiting", N_("Waiting")),
    ("announcements", N_("Announcements")),
    ("steps", N_("Overflow")),
    ("hours", N_("Opening hours")),
    ("preferred", N_("Preferred agents")),
    ("callbacks", N_("Callbacks")),
    ("service", N_("Service level")),
)


@dataclass(slots=True)
class Options:
    """What can be chosen in the rows."""

    agents: Mapping[str, str]
    groups: Mapping[str, str]
    skills: Sequence[Choice]
    added: OptionGroups  # what a step can add
    destinations: OptionGroups
    steps: Sequence[Choice]


@dataclass(slots=True)
class QueueForm:
    """A form and the rows of it, as its page draws them."""

    form: Form
    rows: QueueRows
    options: Options
    sections: Mapping[str, list[Field]] = field(default_factory=dict[str, list[Field]])

    def fill_rows(self, sent: Posted) -> None:
        """Put the typed rows back."""
        self.rows = read_rows(sent)

    def error(self, name: str) -> str:
        """Give what is wrong with rows, or with one of them."""
        found = (one.error for one in self.form.fields if one.name == name)
        return next(found, "")


def queue_form(session: Session, reader: Reader, shape: QueueShape | None) -> QueueForm:
    """Make the form for a new queue, or for an existing one."""
    targets = targets_of(session)
    groups = [Choice(key=str(one.id), name=one.name) for one in time_groups(session)]
    choices = {"hours": groups, "music": music_choices(session, reader)}
    made = fields_of(QueueSettingsForm, reader, _values(shape), choices)
    labels = {name: NO_ROWS[name] for name in DESTINATIONS}
    for name in DESTINATIONS:
        value = getattr(shape, name) if shape else ""
        said = {"required": False, "placeholder": NOWHERE[name]}
        made += fields(name, labels[name], value, targets, reader, **said)  # type: ignore[arg-type]
    strategy = next(one for one in made if one.name == "strategy")
    strategy.options = [
        Choice(key=one.value, name=reader.gettext(label)) for one, label in STRATEGIES.items()
    ]
    hidden = [*NO_ROWS, *(f"step_{number}" for number in range(1, 21))]
    made += [
        Field(name, reader.gettext(NO_ROWS.get(name, NO_ROWS["steps"])), "hidden")
        for name in hidden
        if name not in DESTINATIONS
    ]
    form = Form(
        f"/queues/{shape.key}" if shape else "/queues",
        made,
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add queue")),
        cancel_url="/queues",
        name="queue",
    )
    by_name = {one.name: one for one in made}
    sections = {key: [by_name[name] for name in names] for key, names in TOGETHER.items()}
    sections["strategy"] = [strategy]
    options = _options(session, reader, shape)
    options.destinations = by_name["timed_out"].groups
    return QueueForm(form, _rows(shape), options, sections)


NOWHERE = {
    "timed_out": N_("Select…"),
    "full": N_("Select…"),
    "closed": N_("Select…"),
    "empty": N_("Let them wait"),
}


def strategy_help(reader: Reader) -> Mapping[str, str]:
    """Give a sentence for each strategy."""
    return {one.value: reader.gettext(said) for one, said in STRATEGY_HELP.items()}


def _options(session: Session, reader: Reader, shape: QueueShape | None) -> Options:
    chosen = [one.id for one in shape.members] if shape else []
    known = skill_groups(session)
    kept = {one.group for one in shape.groups} if shape else set()
    kept |= {one.group for one in shape.steps if one.group is not None} if shape else set()
    groups = {str(one.id): one.name for one in known if one.enabled or one.id in kept}
    queues = {
        key: one_of_two(one.en, one.zh, reader.language)
        for key, one in queue_names(session).items()
        if one.enabled and (shape is None or key != shape.key)
    }
    needed = {one.skill for one in shape.needs} if shape else set()
    return Options(
        agents={one.key: one.name for one in agent_choices(session, chosen)},
        groups=groups,
        skills=[
            Choice(key=one.key, name=one.named(reader.language))
            for one in skills(session)
            if one.enabled or one.key in needed
        ],
        added=[
            (
                reader.gettext(N_("Skill groups")),
                [Choice(key=f"group:{key}", name=name) for key, name in groups.items()],
            ),
            (
                reader.gettext(N_("Queues")),
                [Choice(key=f"queue:{key}", name=name) for key, name in queues.items()],
            ),
        ],
        destinations=(),
        steps=[Choice(key=key, name=reader.gettext(label)) for key, label in STEPS.items()],
    )


def _rows(shape: QueueShape | None) -> QueueRows:
    if shape is None:
        return QueueRows()
    return QueueRows(
        [(str(one.id), str(one.rank)) for one in shape.members],
        [(str(one.group), str(one.rank)) for one in shape.groups],
        [(one.skill, str(one.level)) for one in shape.needs],
        [_step_row(one) for one in shape.steps],
    )


def _step_row(step: StepBody) -> StepRow:
    kind, _, number = step.destination.partition(":")
    outside = kind == "number"
    added = f"group:{step.group}" if step.group is not None else ""
    return StepRow(
        after=str(step.after_seconds),
        do=step.do.value,
        skill=step.skill,
        level=str(step.level),
        add=f"queue:{step.queue}" if step.queue else added,
        rank=str(step.rank),
        by=str(step.by or 10),
        to="number" if outside else step.destination,
        to_number=number if outside else "",
    )


def _values(shape: QueueShape | None) -> Mapping[str, object]:
    if shape is None:
        return {}
    seconds = {key: round(getattr(shape, key)) for key in ("ring_seconds", "wrapup_seconds")}
    shares = {key: _short(getattr(shape, key)) for key in ("weight", "ageing")}
    return {**dict(shape), **seconds, **shares}


def _short(number: float) -> str:
    """Write 1.0 as 1."""
    return f"{number:g}"
