"""The part of JSON schema that a flow's schema uses; an unknown word is an error."""

import re

TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: TYPES["number"](value) and value == int(value),
}
WORDS = {
    "$schema": lambda _, __, ___: True,
    "title": lambda _, __, ___: True,
    "description": lambda _, __, ___: True,
    "type": lambda wanted, value, _: TYPES[wanted](value),
    "const": lambda wanted, value, _: value == wanted,
    "enum": lambda wanted, value, _: value in wanted,
    "oneOf": lambda wanted, value, _: sum(valid(one, value) for one in wanted) == 1,
    "minimum": lambda least, value, _: value >= least,
    "maximum": lambda most, value, _: value <= most,
    "pattern": lambda wanted, value, _: re.search(wanted, value) is not None,
    "items": lambda one, value, _: all(valid(one, item) for item in value),
    "minItems": lambda least, value, _: len(value) >= least,
    "maxItems": lambda most, value, _: len(value) <= most,
    "maxProperties": lambda most, value, _: len(value) <= most,
    "minProperties": lambda least, value, _: len(value) >= least,
    "required": lambda names, value, _: all(name in value for name in names),
    "propertyNames": lambda one, value, _: all(valid(one, name) for name in value),
    "properties": lambda ones, value, _: all(
        valid(one, value[name]) for name, one in ones.items() if name in value
    ),
    "additionalProperties": lambda one, value, schema: all(
        valid(one, item) for name, item in value.items() if name not in schema.get("properties", {})
    ),
}


def valid(schema, value):
    """Whether a JSON value fits a schema."""
    if "type" in schema and not TYPES[schema["type"]](value):
        return False
    return all(WORDS[word](wanted, value, schema) for word, wanted in schema.items())
