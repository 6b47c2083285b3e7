"""The form of a step, made from the fields of its type."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ivr import fields
from ivr.fields import DIGITS, REFERENCES, FieldKind, FieldSpec
from ivr.registry import STEP_TYPES
from ivr.step import ERROR, StepType
from ivr.steps.language import LANGUAGE
from web.flows import titles
from web.flows.nodes import Nodes
from web.flows.steps import MOST_ROWS, NEW
from web.flows.words import KEY, NEW_STEP, OPTIONS
from web.flows.world import FlowWorld
from web.kit.forms import Field, Form, OptionGroups
from web.kit.i18n import N_, NAMES, Reader
from web.kit.shapes import Choice

EXPRESSION_HELP = N_(
    'For example: customer_level == "VIP" and tries < 3. Texts stand in quotation marks.'
)
SPARE_ROWS = 2


def step_form(  # noqa: PLR0913, PLR0917 - a step in its flow
    reader: Reader,
    flow: int,
    step: str,
    type_: StepType[Any],
    nodes: Nodes,
    world: FlowWorld,
    revision: int,
) -> Form:
    """Make the form of a step."""
    node = nodes[step]
    ways = _ways(reader, nodes, step)
    found = [
        Field(
            "name",
            reader.gettext(N_("Name")),
            value=_text(node.get("name")),
            maxlength=100,
            help=reader.gettext(N_("What people call the step, also on a call's page.")),
        )
    ]
    for name, one in fields.specs(type_.fields).items():
        found += _fields(reader, name, one, node, ways, world)
    error = Field(
        ERROR,
        reader.gettext(N_("After an error")),
        "select",
        _text(node.get(ERROR)),
        groups=ways,
        placeholder=reader.gettext(N_("The end: the call is hung up")),
    )
    return Form(
        f"/flows/{flow}/steps/{step}",
        [*found, error],
        version=f"r{revision}",
        cancel_url=f"/flows/{flow}",
        name="step",
        columns=1,
    )


def _ways(reader: Reader, nodes: Nodes, step: str) -> OptionGroups:
    steps = [
        Choice(key=key, name=step_title(reader, key, node))
        for key, node in nodes.items()
        if key != step
    ]
    steps.append(Choice(key=step, name=reader.gettext(N_("This step again"))))
    new = [
        Choice(key=f"{NEW}{name}", name=reader.say(NEW_STEP, type=reader.gettext(type_.label)))
        for name, type_ in STEP_TYPES.items()
    ]
    return [(reader.gettext(N_("Steps")), steps), (reader.gettext(N_("Add")), new)]


step_title = titles.step_title


def _fields(  # noqa: C901, PLR0912, PLR0913, PLR0917 - a field in its form
    reader: Reader,
    name: str,
    one: FieldSpec,
    node: Mapping[str, Any],
    ways: OptionGroups,
    world: FlowWorld,
) -> Iterator[Field]:
    label, value = reader.gettext(one.label), node.get(name)
    choose = reader.gettext(N_("Choose …"))
    if value is None:
        value = _default(node, name)
    match one.kind:
        case FieldKind.OUTPUT:
            yield Field(name, label, "select", _text(value), groups=ways, placeholder=choose)
        case FieldKind.CHOICES:
            known = value if isinstance(value, Mapping) else {}
            for digit in DIGITS:
                key = reader.say(KEY, digit=digit)
                to = _text(known.get(digit))
                yield Field(f"{name}.{digit}", key, "select", to, groups=ways, placeholder="—")
        case FieldKind.PROMPTS:
            yield from _prompts(name, label, value, world)
        case FieldKind.BRANCHES | FieldKind.SHARES:
            yield from _rows(reader, name, one, value, ways)
        case FieldKind.TEMPLATES:
            yield from _pairs(reader, name, label, value)
        case FieldKind.NEEDS:
            yield from _needs(reader, name, label, value, world)
        case FieldKind.FLAG:
            yield Field(name, label, "checkbox", "on" if value else "", help=_hint(reader, one))
        case FieldKind.NUMBER | FieldKind.INTEGER:
            least, most = _text(one.least), _text(one.most)
            hint = _hint(reader, one)
            yield Field(name, label, "number", _text(value), least=least, most=most, help=hint)
        case FieldKind.QUEUE | FieldKind.OPTION | FieldKind.TEXT:
            yield _choice(reader, name, one, value, world)
        case _ if one.kind in REFERENCES:
            yield _choice(reader, name, one, value, world)
        case _:
            hint = _hint(reader, one)
            yield Field(name, label, "text", _text(value), maxlength=500, help=hint)


def options_of(
    reader: Reader, name: str, one: FieldSpec, world: FlowWorld
) -> Sequence[Choice] | None:
    """Give what a field can name; None if anything may be typed."""
    if one.kind is FieldKind.OPTION:
        return [Choice(key=key, name=reader.gettext(OPTIONS.get(key, key))) for key in one.options]
    if name == LANGUAGE:
        return [Choice(key=key.value, name=word) for key, word in NAMES.items()]
    return world.choices.get(one.kind)


def _hint(reader: Reader, one: FieldSpec) -> str:
    return reader.gettext(one.hint) if one.hint else ""


def _choice(reader: Reader, name: str, one: FieldSpec, value: object, world: FlowWorld) -> Field:
    label, shown = reader.gettext(one.label), _text(value)
    options = options_of(reader, name, one, world)
    if options is None:
        return Field(name, label, "text", shown, maxlength=500)
    if shown and all(option.key != shown for option in options):
        options = [*options, Choice(key=shown, name=shown)]
    choose = reader.gettext(N_("Choose …"))
    hint = _hint(reader, one)
    return Field(name, label, "select", shown, options=options, placeholder=choose, help=hint)


def _prompts(name: str, label: str, value: object, world: FlowWorld) -> Iterator[Field]:
    known = [str(one) for one in value][:MOST_ROWS] if isinstance(value, list) else []
    options = [*world.choices[FieldKind.PROMPTS]]
    options += (Choice(key=one, name=one) for one in {*known} - {*world.prompts})
    for at in range(1, min(len(known) + 1, MOST_ROWS) + 1):
        shown = known[at - 1] if at <= len(known) else ""
        title = label if at == 1 else f"{label} {at}"
        yield Field(f"{name}.{at}", title, "select", shown, options=options, placeholder="—")


def _rows(
    reader: Reader, name: str, one: FieldSpec, value: object, ways: OptionGroups
) -> Iterator[Field]:
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    branches = one.kind is FieldKind.BRANCHES
    word = "when" if branches else "share"
    for at in range(1, min(len(rows) + SPARE_ROWS, MOST_ROWS) + 1):
        row = rows[at - 1] if at <= len(rows) else {}
        title = N_("If {number}") if branches else N_("Share {number} (percent)")
        yield Field(
            f"{name}.{at}.{word}",
            reader.say(title, number=at),
            "text" if branches else "number",
            _text(row.get(word)),
            maxlength=500,
            help=reader.gettext(EXPRESSION_HELP) if branches and at == 1 else "",
        )
        yield Field(
            f"{name}.{at}.then",
            reader.say(N_("Then {number}"), number=at),
            "select",
            _text(row.get("then")),
            groups=ways,
            placeholder="—",
        )


def _pairs(reader: Reader, name: str, label: str, value: object) -> Iterator[Field]:
    rows = [*value.items()] if isinstance(value, Mapping) else []
    for at in range(1, min(len(rows) + SPARE_ROWS, MOST_ROWS) + 1):
        key, text = rows[at - 1] if at <= len(rows) else ("", "")
        said = {"label": label, "number": at}
        title = reader.say(N_("{label} {number}: name"), **said)
        yield Field(f"{name}.{at}.name", title, "text", _text(key), maxlength=100)
        title = reader.say(N_("{label} {number}: value"), **said)
        yield Field(f"{name}.{at}.value", title, "text", _text(text), maxlength=500)


def _needs(
    reader: Reader, name: str, label: str, value: object, world: FlowWorld
) -> Iterator[Field]:
    """A skill and its level, in pairs."""
    rows = [*value.items()] if isinstance(value, Mapping) else []
    options: list[Choice] = [*world.choices[FieldKind.NEEDS]]
    known = {one.key for one in options}
    options += (Choice(key=key, name=key) for key, _ in rows if key not in known)
    for at in range(1, min(len(rows) + 1, MOST_ROWS) + 1):
        key, level = rows[at - 1] if at <= len(rows) else ("", "")
        title = label if at == 1 else f"{label} {at}"
        place = f"{name}.{at}"
        yield Field(f"{place}.skill", title, "select", key, options=options, placeholder="—")
        said = reader.say(N_("Level of skill {number}"), number=at)
        yield Field(
            f"{place}.level", said, "number", _text(level), least="1", most=str(fields.MOST_LEVEL)
        )


def _default(node: Mapping[str, Any], name: str) -> object:
    type_ = STEP_TYPES.get(str(node.get("type")))
    found = type_.fields.__dataclass_fields__[name].default if type_ is not None else None
    if isinstance(found, tuple):
        return list(found)
    return found if isinstance(found, int | float | str) else None


def _text(value: object) -> str:
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return "" if value is None or isinstance(value, dict | list) else str(value)
