"""Needs and overflow steps between the API, the settings and sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from acd.queue import (
    AddMembers,
    OverflowStep,
    QueueKey,
    RaisePriority,
    RelaxSkill,
    SendTo,
    SkillGroupId,
    StepAction,
)
from acd.skill_groups.store import skill_groups
from acd.skill_levels.store import skill_names
from acd.skills import Need, SkillKey
from crm.kernel.destination import DestinationKind
from crm.kernel.errors import InvalidError
from crm.kernel.text import clean
from web.destinations.actions import describe, read
from web.destinations.targets import DestinationTargets, targets_of
from web.kit.i18n import N_, Reader
from web.queues.row_shapes import NeedBody, StepBody, StepDo

LOWERED = N_("{skill}: level {level} is enough")
DROPPED = N_("{skill} is not needed any more")
ADDED_GROUP = N_("add the agents of the skill group {name}")
ADDED_QUEUE = N_("add the agents of the queue {name}")
RAISED = N_("raise the priority by {by}")
SENT = N_("send to {destination}")


@dataclass(frozen=True, slots=True)
class StepWords:
    """The names that steps and needs are told with, in a reader's language."""

    skills: Mapping[str, str]
    groups: Mapping[int, str]
    targets: DestinationTargets
    reader: Reader

    def queue(self, key: str) -> str:
        """Name a queue."""
        known = self.targets.get(DestinationKind.QUEUE, {}).get(key)
        return known.shown(self.reader) if known is not None else key

    def skill(self, key: str) -> str:
        """Name a skill."""
        return self.skills.get(key, key)


def step_words(session: Session, reader: Reader) -> StepWords:
    """Read the names."""
    return StepWords(
        skill_names(session, reader.language),
        {int(one.id): one.name for one in skill_groups(session)},
        targets_of(session),
        reader,
    )


def read_needs(bodies: Sequence[NeedBody]) -> tuple[Need, ...]:
    """Read the needed skills; the store says which cannot be."""
    return tuple(Need(SkillKey(one.skill), one.level) for one in bodies)


def read_steps(
    bodies: Sequence[StepBody], targets: DestinationTargets, region: str
) -> tuple[OverflowStep, ...]:
    """Read overflow steps by their times; InvalidError names the step that is wrong."""
    found = [
        OverflowStep(float(body.after_seconds), _action(body, targets, region, f"step_{number}"))
        for number, body in enumerate(bodies, 1)
    ]
    return tuple(sorted(found, key=lambda one: one.after_seconds))


def step_body(step: OverflowStep) -> StepBody:
    """Give a step as the API does."""
    seconds = round(step.after_seconds)
    match step.action:
        case RelaxSkill(skill=skill, level=level):
            return StepBody(after_seconds=seconds, do=StepDo.RELAX, skill=skill, level=level)
        case AddMembers(group=group, queue=queue, rank=rank):
            return StepBody(
                after_seconds=seconds,
                do=StepDo.ADD,
                group=int(group) if group is not None else None,
                queue=queue or "",
                rank=rank,
            )
        case RaisePriority(by=by):
            return StepBody(after_seconds=seconds, do=StepDo.RAISE, by=by)
        case SendTo(destination=to):
            return StepBody(after_seconds=seconds, do=StepDo.SEND, destination=str(to))


def step_sentence(action: StepAction, words: StepWords) -> str:
    """Say what a step does."""
    say = words.reader.say
    match action:
        case RelaxSkill(skill=skill, level=0):
            return say(DROPPED, skill=words.skill(skill))
        case RelaxSkill(skill=skill, level=level):
            return say(LOWERED, skill=words.skill(skill), level=level)
        case AddMembers(group=group, queue=queue):
            if group is not None:
                return say(ADDED_GROUP, name=words.groups.get(int(group), str(group)))
            return say(ADDED_QUEUE, name=words.queue(queue or ""))
        case RaisePriority(by=by):
            return say(RAISED, by=by)
        case SendTo(destination=to):
            return say(SENT, destination=describe(to, words.targets, words.reader))


def _action(body: StepBody, targets: DestinationTargets, region: str, field: str) -> StepAction:
    match body.do:
        case StepDo.RELAX:
            if not body.skill:
                raise InvalidError(N_("Select the skill of this step."), field)
            return RelaxSkill(SkillKey(body.skill), body.level)
        case StepDo.ADD:
            if (body.group is None) == (not body.queue):
                raise InvalidError(N_("Choose the skill group or the queue to add."), field)
            group = SkillGroupId(body.group) if body.group is not None else None
            queue = QueueKey(clean(body.queue, 50)) if body.queue else None
            return AddMembers(group, queue, body.rank)
        case StepDo.RAISE:
            if not body.by:
                raise InvalidError(N_("A step raises the priority by 1 to 100."), field)
            return RaisePriority(body.by)
        case StepDo.SEND:
            return SendTo(read(body.destination, targets, region, field))
