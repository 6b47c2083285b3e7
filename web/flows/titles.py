"""What steps and the ways out of them are called."""

from collections.abc import Mapping
from typing import Any

from ivr import fields
from ivr.fields import FieldKind
from ivr.registry import STEP_TYPES
from ivr.step import ERROR
from web.flows.words import KEY, NODE_FIELDS, SHARE
from web.kit.i18n import Reader


def step_title(reader: Reader, step: str, node: Mapping[str, Any]) -> str:
    """What a step is called: its name, else its type and id."""
    name = node.get("name")
    if isinstance(name, str) and name.strip():
        return name.strip()[:100]
    type_ = STEP_TYPES.get(str(node.get("type")))
    if type_ is None:
        return step
    label = reader.gettext(type_.label)
    return label if step == type_.name else f"{label} ({step})"


def output_title(reader: Reader, node: Mapping[str, Any], output: str) -> str:
    """What an output of a step is called: a key, an expression, a share, or its field's label."""
    if output == ERROR:
        return reader.gettext(NODE_FIELDS[ERROR])
    type_ = STEP_TYPES.get(str(node.get("type")))
    declared = fields.specs(type_.fields) if type_ is not None else {}
    if output in declared and declared[output].kind is FieldKind.OUTPUT:
        return reader.gettext(declared[output].label)
    for name, one in declared.items():
        value = node.get(name)
        if one.kind is FieldKind.CHOICES and isinstance(value, Mapping) and output in value:
            return reader.say(KEY, digit=output)
        if one.kind in {FieldKind.BRANCHES, FieldKind.SHARES} and isinstance(value, list):
            row = value[int(output) - 1] if output.isdecimal() and int(output) <= len(value) else {}
            if isinstance(row, Mapping) and "when" in row:
                return str(row["when"])[:80]
            if isinstance(row, Mapping) and "share" in row:
                return reader.say(SHARE, share=str(row["share"]))
    return output
