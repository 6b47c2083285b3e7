"""Random flows over all step types that there are, made from the fields that they declare.

Made from a `random.Random`, so a seed names a flow. A new step type is among them at once; a new
kind of field needs a line in `VALUES`.
"""

import dataclasses
from random import Random

from crm.kernel.errors import InvalidError
from ivr.fields import DIGITS, REFERENCES, SPEC, FieldKind
from ivr.flow import Flow, read_flow
from ivr.registry import STEP_TYPES, read_step
from ivr.step import ERROR, Answered, Failed, Key, PromptsOver, TimeOver, WaitsFor


def seeded(seed: object) -> Random:
    """Chance that is the same for the same seed."""
    return Random(str(seed))  # noqa: S311 - a failure must come again


PROMPTS = ("greeting", "menu", "wrong-key", "goodbye")
VARIABLES = ("order", "level", "tries", "customer_name", "language")
TEXTS = (
    "",
    "12",
    "-3.50",
    "2026-02-28",
    "23:59",
    "{order}",
    "=tries + 1",
    "=order / 0",
    "=length(order) > 3 and level == 'VIP'",
    "王芳 {customer_name} 🙂",
    "https://crm.example.com/find/{order}?q={level}",
    '{"order": "{order}"}',
    "en",
    "zh_CN",
    "+8613800138000",
)
CONDITIONS = ("tries < 3", "order == '12'", "level in 'VIP gold'", "1 / 0 > 1", "not order")
ANSWERS = (
    "open",
    "closed",
    "0",
    "49.99",
    "99.99",
    "nan",
    "",
    "[]",
    "null",
    "{",
    "x" * 2000,
    '{"customer_name": "Li", "customer_level": "VIP", "calls_before": "3"}',
    '{"http_status": "200", "level": "gold", "other": {"a": [1]}}',
    '{"customer_name": 7, "level": null}',
)


def _prompts(chance, one, _names):
    least = one.least or 0
    return chance.choices(PROMPTS, k=chance.randint(least, least + 2))


def _choices(chance, _one, names):
    keys = chance.sample(DIGITS, chance.randint(1, 4))
    return {key: chance.choice(names) for key in keys}


def _branches(chance, _one, names):
    count = chance.randint(1, 3)
    return [{"when": chance.choice(CONDITIONS), "then": chance.choice(names)} for _ in range(count)]


def _shares(chance, _one, names):
    count = chance.randint(1, 3)
    return [
        {"share": chance.randint(1, 100 // count), "then": chance.choice(names)}
        for _ in range(count)
    ]


def _number(chance, one, _names):
    least = one.least if one.least is not None else -3
    return chance.choice((least, one.most if one.most is not None else 3, least + 1))


def _templates(chance, _one, _names):
    return {name: chance.choice(VARIABLES) for name in chance.sample(VARIABLES[:4], 2)}


VALUES = {
    FieldKind.PROMPTS: _prompts,
    FieldKind.CHOICES: _choices,
    FieldKind.OUTPUT: lambda chance, _one, names: chance.choice(names),
    FieldKind.BRANCHES: _branches,
    FieldKind.SHARES: _shares,
    FieldKind.QUEUE: lambda chance, *_: chance.choice(("sales", "support", "gone")),
    FieldKind.PHONE_NUMBER: lambda chance, *_: chance.choice(("+8613800138000", "110", "1001")),
    FieldKind.NUMBER: _number,
    FieldKind.INTEGER: _number,
    FieldKind.FLAG: lambda chance, *_: chance.random() < 0.5,
    FieldKind.TEXT: lambda chance, *_: chance.choice((*TEXTS, *VARIABLES)),
    FieldKind.OPTION: lambda chance, one, _names: chance.choice(one.options),
    FieldKind.VARIABLE: lambda chance, *_: chance.choice(VARIABLES),
    FieldKind.TEMPLATE: lambda chance, *_: chance.choice(TEXTS),
    FieldKind.TEMPLATES: _templates,
    FieldKind.NEEDS: lambda chance, *_: {"english": chance.randint(1, 10)},
    **dict.fromkeys(REFERENCES, lambda chance, *_: chance.randint(1, 3)),
}


def random_step(chance: Random, type_, names):
    """A step of this type that can be read, which leads to some of these steps."""
    for _ in range(200):
        node = {"type": type_.name}
        for one in dataclasses.fields(type_.fields):
            declared = one.metadata[SPEC]
            optional = one.default is not one.default_factory  # one of them is not MISSING
            if declared.kind in VALUES and not (optional and chance.random() < 0.4):
                node[one.name] = VALUES[declared.kind](chance, declared, names)
        if chance.random() < 0.6:
            node[ERROR] = chance.choice(names)
        try:
            step = read_step("s", node)
            step.type.check("s", step.fields)
        except InvalidError:
            continue
        return node
    raise AssertionError(f"no step of the type {type_.name} could be made")


def random_document(chance: Random, most: int = 8):
    """The document of a flow that can be read; it may lead round for ever."""
    types = [STEP_TYPES[name] for name in sorted(STEP_TYPES)]
    while True:
        names = [f"s{number}" for number in range(chance.randint(1, most))]
        nodes = {name: random_step(chance, chance.choice(types), names) for name in names}
        document = {"start": names[0], "nodes": nodes}
        try:
            read_flow(1, 1, "Any", document)
        except InvalidError:  # a circle in which nothing is asked
            continue
        return document


def random_flows(chance: Random, count: int = 3) -> dict[int, Flow]:
    """Some flows by their ids, which may be sub-flows of one another."""
    return {
        id_: read_flow(id_, chance.randint(1, 3), f"Flow {id_}", random_document(chance))
        for id_ in range(1, count + 1)
    }


USUAL = {
    WaitsFor.PROMPTS: lambda _chance: PromptsOver(),
    WaitsFor.KEY: lambda chance: Key(chance.choice(DIGITS)),
    WaitsFor.ANSWER: lambda chance: Answered(chance.choice(ANSWERS)),
}


def random_event(chance: Random, waits_for: WaitsFor):
    """What happens next to a caller: mostly what the run waits for, else anything."""
    if chance.random() < 0.7:
        return USUAL[waits_for](chance)
    others = [one(chance) for one in USUAL.values()]
    return chance.choice([*others, TimeOver(), Failed("refused")])
