"""The step types as the picture of a flow shows them: groups, icons, fields, in one language."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from ivr import fields
from ivr.fields import REFERENCES, FieldKind, FieldSpec
from ivr.registry import STEP_TYPES
from ivr.step import StepType
from web.flows.forms import EXPRESSION_HELP, options_of
from web.flows.world import FlowWorld
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice

SPEAK, DECIDE, LOOK_UP, LEAD_ON = "speak", "decide", "look-up", "lead-on"
GROUPS: Mapping[str, str] = {
    SPEAK: N_("Speak and ask"),
    DECIDE: N_("Decide"),
    LOOK_UP: N_("Look up and set"),
    LEAD_ON: N_("Lead on"),
}
ICONS: Mapping[str, str] = {
    "agent": "headset",
    "agent_number": "id",
    "back": "arrow-left",
    "callback": "phone-calling",
    "collect": "dialpad",
    "condition": "arrows-split",
    "custom": "plug-connected",
    "customer": "user-check",
    "fax": "printer",
    "flow": "route",
    "hangup": "phone-off",
    "hours": "clock",
    "http": "world",
    "language": "language",
    "menu": "list",
    "number": "phone-outgoing",
    "play": "volume",
    "put_on_list": "clipboard-list",
    "queue": "users",
    "record": "microphone",
    "ring_group": "phone-ringing",
    "say": "message",
    "score": "star",
    "set": "tag",
    "share": "arrows-random",
    "subflow": "sitemap",
    "survey": "star",
    "voicemail": "record-mail",
}
ICONS_OF_GROUPS: Mapping[str, str] = {
    SPEAK: "volume",
    DECIDE: "arrows-split",
    LOOK_UP: "database",
    LEAD_ON: "send",
}
WAYS = {FieldKind.OUTPUT, FieldKind.CHOICES, FieldKind.BRANCHES, FieldKind.SHARES}
LISTS = {FieldKind.PROMPTS, FieldKind.BRANCHES, FieldKind.SHARES}
MAPS = {FieldKind.CHOICES, FieldKind.TEMPLATES, FieldKind.NEEDS}


class StepFieldShape(BaseModel):
    """A declared field, with all that a form needs to know of it."""

    name: str
    kind: str
    label: str
    hint: str
    least: int | None
    most: int | None
    required: bool
    default: Any
    options: list[Choice] | None  # none: anything may be typed
    numeric: bool  # the value of an option is a number


class StepTypeShape(BaseModel):
    """A step type in the palette, and the fields of its form."""

    name: str
    label: str
    group: str
    icon: str
    fields: list[StepFieldShape]


def show_types(reader: Reader, world: FlowWorld) -> list[StepTypeShape]:
    """Show all step types by group and name, in the reader's language."""
    found = [_show(reader, world, one) for one in STEP_TYPES.values()]
    order = [reader.gettext(word) for word in GROUPS.values()]
    return sorted(found, key=lambda one: (order.index(one.group), one.label.casefold()))


def _show(reader: Reader, world: FlowWorld, type_: StepType[Any]) -> StepTypeShape:
    group = group_of(type_)
    return StepTypeShape(
        name=type_.name,
        label=reader.gettext(type_.label),
        group=reader.gettext(GROUPS[group]),
        icon=ICONS.get(type_.name, ICONS_OF_GROUPS[group]),
        fields=list(_fields(reader, world, type_)),
    )


def group_of(type_: StepType[Any]) -> str:
    """Find the group of a step type by its fields: what it plays, and how many ways lead out."""
    kinds = [one.kind for one in fields.specs(type_.fields).values()]
    ways = [kind for kind in kinds if kind in WAYS]
    if not ways:
        return LEAD_ON
    if FieldKind.PROMPTS in kinds:
        return SPEAK
    return DECIDE if len(ways) > 1 else LOOK_UP


def _fields(reader: Reader, world: FlowWorld, type_: StepType[Any]) -> Iterator[StepFieldShape]:
    needed = fields.required(type_.fields)
    for declared in dataclasses.fields(type_.fields):
        one: FieldSpec = declared.metadata[fields.SPEC]
        hint = EXPRESSION_HELP if one.kind is FieldKind.BRANCHES else one.hint
        options = options_of(reader, declared.name, one, world)
        yield StepFieldShape(
            name=declared.name,
            kind=one.kind.value,
            label=reader.gettext(one.label),
            hint=reader.gettext(hint) if hint else "",
            least=one.least,
            most=one.most,
            required=declared.name in needed,
            default=_default(declared, one),
            options=None if options is None else list(options),
            numeric=one.kind in REFERENCES,
        )


def _default(declared: dataclasses.Field[Any], one: FieldSpec) -> Any:
    found = declared.default
    if declared.default_factory is not dataclasses.MISSING:
        found = declared.default_factory()
    if found is dataclasses.MISSING or found is None:
        return [] if one.kind in LISTS else {} if one.kind in MAPS else None
    if isinstance(found, Mapping):
        return dict(found)
    if isinstance(found, Sequence) and not isinstance(found, str):
        return list(found)
    return found
