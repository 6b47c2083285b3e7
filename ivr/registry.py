"""The step types there are: each file in `ivr/steps/` is one, found by its `STEP`.

A new step type is a new file there, and its words in `web/calls/words.py`.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import Any

from crm.kernel.errors import InvalidError
from ivr import fields, steps
from ivr.step import ERROR, Step, StepId, StepType

StepTypes = Mapping[str, StepType[Any]]


def scan(package: ModuleType) -> StepTypes:
    """Find the step types of a package by name; TypeError if two files use the same name."""
    found: dict[str, StepType[Any]] = {}
    for module in iter_modules(package.__path__):
        type_ = import_module(f"{package.__name__}.{module.name}").STEP
        if type_.name in found:
            raise TypeError(f"Two step types are named {type_.name}")
        found[type_.name] = type_
    return MappingProxyType(found)


STEP_TYPES = scan(steps)


def read_step(key: StepId, node: Any, types: StepTypes = STEP_TYPES) -> Step:
    """Read one step of a flow's document; InvalidError names the step that is wrong."""
    try:
        return _read_step(key, node, types)
    except KeyError as error:
        lacks = str(error.args[0])
        raise InvalidError(
            "The step “{node}” lacks “{key}”.", field=key, node=key, key=lacks
        ) from error
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidError("The step “{node}” cannot be read.", field=key, node=key) from error


def _read_step(key: StepId, node: Any, types: StepTypes) -> Step:
    if not isinstance(node, Mapping):
        raise TypeError(node)
    word = node["type"]
    type_ = types.get(word) if isinstance(word, str) else None
    if type_ is None:
        raise InvalidError(
            "The step “{node}” has an unknown type: {type}.", field=key, node=key, type=word
        )
    read = fields.read_fields(type_.fields, node)
    outputs = fields.outputs(read)
    if ERROR in node:
        outputs[ERROR] = StepId(fields.read_text(node[ERROR]))
    return Step(type_, read, outputs)


def json_schema(type_: StepType[Any]) -> dict[str, Any]:
    """The JSON schema of a step of this type, as it is in a flow's document."""
    return {
        "title": type_.label,
        "type": "object",
        "properties": {
            "type": {"const": type_.name},
            "name": {"description": "What people call the step; a text."},
            ERROR: {"type": "string"},
            **fields.properties(type_.fields),
        },
        "required": ["type", *fields.required(type_.fields)],
    }


def flow_schema(types: StepTypes = STEP_TYPES) -> dict[str, Any]:
    """The JSON schema of a flow's document; it cannot check that outputs lead to existing steps."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "start": {"type": "string"},
            "nodes": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": {"oneOf": [json_schema(one) for one in types.values()]},
            },
        },
        "required": ["start", "nodes"],
    }
