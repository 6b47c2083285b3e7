"""Checks a flow's document before it is published: every problem, with the step that has it.

`read_flow` refuses the first thing that is wrong; this tells all, also of a draft that is not
finished, and what would be legal but surely is not meant.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from ivr import fields, templates
from ivr.expressions import variables_of
from ivr.fields import FieldKind, FieldSpec
from ivr.flow import LOOP, in_a_circle
from ivr.registry import STEP_TYPES, StepTypes, read_step
from ivr.step import ERROR, Step, StepId, StepType
from ivr.steps import customer, http

MOST_STEPS = 1000
LARGEST_BYTES = 1_000_000
LONGEST_TEXT = 8000  # characters of one field, before its variables are filled in
MOST_PROMPTS = 50  # played one after the other
BUILT_IN = frozenset({"language"})
NOT_PUBLISHED = N_("“{label}” was never published. Publish it before callers come here.")


class Weight(StrEnum):
    """Whether a problem keeps a flow from being published."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class FlowProblem:
    """One thing that is wrong: a sentence with its values, and where."""

    sentence: str  # to be translated
    step: StepId | None = None
    place: str = ""  # the field
    weight: Weight = Weight.ERROR
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """What flows can name, as far as the check needs to know it."""

    known: Mapping[FieldKind, Collection[object]] = field(default_factory=dict)
    prompts: Mapping[str, Collection[str]] = field(default_factory=dict)  # name → its languages
    languages: Collection[str] = ()  # that callers hear
    # Of the known ones, those to which no call can be sent yet: flows without a version.
    waiting: Mapping[FieldKind, Collection[object]] = field(default_factory=dict)


NOWHERE = World()


def check_flow(
    document: Mapping[str, Any], world: World = NOWHERE, types: StepTypes = STEP_TYPES
) -> list[FlowProblem]:
    """Give the problems of a flow's document, errors first; none means that it can be published."""
    nodes = document.get("nodes")
    if not isinstance(nodes, Mapping) or not nodes:
        return [FlowProblem(N_("The flow has no steps."))]
    if len(nodes) > MOST_STEPS:
        return [
            FlowProblem(N_("The flow has more than {most} steps."), values={"most": MOST_STEPS})
        ]
    steps, found = _read(nodes, types)
    start = document.get("start")
    if not isinstance(start, str) or start not in nodes:
        found.append(FlowProblem(N_("Choose the first step."), place="start"))
    names = set(map(str, nodes))
    for key, step in steps.items():
        found += _check_step(key, step, names, world)
    if len(steps) == len(nodes) and isinstance(start, str) and start in steps:
        found += _check_ways(StepId(start), steps)
    return sorted(found, key=lambda one: one.weight is Weight.WARNING)


def _read(
    nodes: Mapping[Any, Any], types: StepTypes
) -> tuple[dict[StepId, Step], list[FlowProblem]]:
    steps: dict[StepId, Step] = {}
    found: list[FlowProblem] = []
    for name, node in nodes.items():
        key = StepId(str(name))
        if missing := list(_missing(node, types)):
            found += (
                FlowProblem(N_("“{label}” is missing."), key, place, values={"label": label})
                for place, label in missing
            )
            continue
        try:
            step = steps[key] = read_step(key, node, types)
            step.type.check(key, step.fields)
        except InvalidError as error:
            found.append(FlowProblem(error.sentence, key, values=error.values))
    return steps, found


def _missing(node: object, types: StepTypes) -> Iterator[tuple[str, str]]:
    """Give the fields that a step must have and has not, with their labels."""
    type_ = type_of(node, types)
    if type_ is None or not isinstance(node, Mapping):
        return
    declared = fields.specs(type_.fields)
    for name in fields.required(type_.fields):
        if node.get(name) in (None, "", [], {}):
            yield name, declared[name].label


def type_of(node: object, types: StepTypes = STEP_TYPES) -> StepType[Any] | None:
    """The type of a step of a document; None if there is no such type."""
    word = node.get("type") if isinstance(node, Mapping) else None
    return types.get(word) if isinstance(word, str) else None


def _check_step(
    key: StepId, step: Step, nodes: Collection[str], world: World
) -> Iterator[FlowProblem]:
    for name, target in step.outputs.items():
        if target not in nodes:
            gone = N_("Leads to a step that does not exist: {target}.")
            yield FlowProblem(gone, key, name, values={"target": target})
    for name, one in fields.specs(type(step.fields)).items():
        value = getattr(step.fields, name)
        known = world.known.get(one.kind)
        if known is not None and value not in known:
            values = {"label": one.label, "value": value}
            yield FlowProblem(
                N_("“{label}” does not exist any more: {value}."), key, name, values=values
            )
        if value in world.waiting.get(one.kind, ()):
            yield FlowProblem(NOT_PUBLISHED, key, name, Weight.WARNING, {"label": one.label})
        yield from _check_length(key, name, one, value)
        if one.kind is FieldKind.PROMPTS and (world.prompts or world.languages):
            yield from _check_prompts(key, name, value, world)


def _check_length(key: StepId, name: str, one: FieldSpec, value: object) -> Iterator[FlowProblem]:
    """Texts and lists of prompts that would keep the engine busy for one caller."""
    texts = value.values() if isinstance(value, Mapping) else [value]
    if any(isinstance(text, str) and len(text) > LONGEST_TEXT for text in texts):
        values = {"label": one.label, "most": LONGEST_TEXT}
        yield FlowProblem(
            N_("“{label}” is longer than {most} characters."), key, name, values=values
        )
    if isinstance(value, tuple) and len(value) > MOST_PROMPTS:
        values = {"label": one.label, "most": MOST_PROMPTS}
        yield FlowProblem(N_("“{label}” has more than {most} entries."), key, name, values=values)


def _check_prompts(
    key: StepId, name: str, prompts: Collection[str], world: World
) -> Iterator[FlowProblem]:
    for prompt in dict.fromkeys(prompts):
        spoken = world.prompts.get(prompt)
        if spoken is None:
            yield FlowProblem(
                N_("There is no prompt “{prompt}”."), key, name, values={"prompt": prompt}
            )
            continue
        for language in world.languages:
            if language not in spoken:
                values = {"prompt": prompt, "language": language}
                lacks = N_("The prompt “{prompt}” is missing in {language}.")
                yield FlowProblem(lacks, key, name, Weight.WARNING, values)


def _check_ways(start: StepId, steps: Mapping[StepId, Step]) -> Iterator[FlowProblem]:
    reached, open_ = {start}, [start]
    while open_:
        for target in steps[open_.pop()].outputs.values():
            if target in steps and target not in reached:
                reached.add(target)
                open_.append(target)
    for key in steps:
        if key not in reached:
            yield FlowProblem(N_("No way leads to this step."), key, weight=Weight.WARNING)
    yield from _check_ends(steps, reached)
    yield from _check_variables(steps)


def _check_ends(steps: Mapping[StepId, Step], reached: Collection[StepId]) -> Iterator[FlowProblem]:
    """Steps from which no way leads out, and circles in which the caller is asked nothing."""
    ends = {key for key, step in steps.items() if not step.outputs.keys() - {ERROR}}
    back: dict[StepId, set[StepId]] = {}
    for key, step in steps.items():
        for target in step.outputs.values():
            back.setdefault(target, set()).add(key)
    open_ = list(ends)
    while open_:
        for before in back.get(open_.pop(), ()):
            if before not in ends:
                ends.add(before)
                open_.append(before)
    for key in steps:
        if key in reached and key not in ends:
            yield FlowProblem(N_("From here a caller goes round without an end."), key)
    if (looped := in_a_circle(steps)) is not None:
        yield FlowProblem(LOOP, looped, values={"node": looped})


def _check_variables(steps: Mapping[StepId, Step]) -> Iterator[FlowProblem]:
    """Variables that are read and that no step sets."""
    kept = {
        str(getattr(step.fields, name))
        for step in steps.values()
        for name, one in fields.specs(type(step.fields)).items()
        if one.kind is FieldKind.VARIABLE
    } | BUILT_IN
    for step in steps.values():
        if step.type.name == customer.STEP.name:
            kept |= {*customer.VARIABLES}
        elif isinstance(step.fields, http.HttpFields):
            kept |= {*step.fields.answers, http.STATUS}
    for key, step in steps.items():
        for name in sorted(_read_by(step) - kept):
            unset = N_("No step sets the variable “{name}”.")
            yield FlowProblem(unset, key, weight=Weight.WARNING, values={"name": name})


def _read_by(step: Step) -> set[str]:
    found: set[str] = set()
    for name, one in fields.specs(type(step.fields)).items():
        value = getattr(step.fields, name)
        if one.kind is FieldKind.TEMPLATE:
            found |= templates.variables_of(value)
        elif one.kind is FieldKind.TEMPLATES:
            for text in value.values():
                found |= templates.variables_of(text)
        elif one.kind is FieldKind.BRANCHES:
            for branch in value:
                found |= variables_of(branch.when)
    return found
