"""Conditions and sums in flows, over the variables of a run.

The language is a small part of Python's: `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `not in`, `and`,
`or`, `not`, `+`, `-`, `*`, `/`, `… if … else …`, numbers and texts, and a few functions. Variables
are texts; beside a number they count as numbers. `simpleeval` evaluates the expression; whatever is
not in that list is refused when a flow is read, so no expression calls, repeats or grows anything.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

from crm.kernel.errors import InvalidError

LONGEST = 500  # characters
LONGEST_TEXT = 500  # of a result
EXACT = 1e15  # whole numbers below are exact as floats
DEEPEST = 20  # brackets and operators within one another

Value = str | int | float | bool


def number(text: Value) -> int | float:
    """Give the number that a text spells; 0 for a text that spells none."""
    if isinstance(text, int | float):
        return text
    try:
        found = float(text)
    except ValueError:
        return 0
    if not math.isfinite(found):
        return 0
    return int(found) if found == int(found) and abs(found) < EXACT else found


def _alike(left: Value, right: Value) -> tuple[Value, Value]:
    """A text beside a number is read as a number."""
    numbers = isinstance(left, int | float), isinstance(right, int | float)
    return (number(left), number(right)) if any(numbers) else (left, right)


def _both(rule: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Any]:
    return lambda left, right: rule(*_alike(left, right))


def _sum(left: Value, right: Value) -> Value:
    one, two = _alike(left, right)
    found: Value = one + two  # type: ignore[operator]
    if isinstance(found, str) and len(found) > LONGEST_TEXT:
        raise InvalidExpression("the text is too long")
    return found


def _numbers(rule: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Any]:
    return lambda left, right: rule(number(left), number(right))


def _contains(left: Value, right: Value) -> bool:
    return str(left) in str(right)


OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Eq: _both(operator.eq),
    ast.NotEq: _both(operator.ne),
    ast.Lt: _both(operator.lt),
    ast.LtE: _both(operator.le),
    ast.Gt: _both(operator.gt),
    ast.GtE: _both(operator.ge),
    ast.In: _contains,
    ast.NotIn: lambda left, right: not _contains(left, right),
    ast.Add: _sum,
    ast.Sub: _numbers(operator.sub),
    ast.Mult: _numbers(operator.mul),
    ast.Div: _numbers(operator.truediv),
    ast.Not: operator.not_,
    ast.USub: lambda value: -number(value),
}

FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "number": number,
    "length": lambda text: len(str(text)),
    "lower": lambda text: str(text).lower(),
    "starts": lambda text, start: str(text).startswith(str(start)),
    "ends": lambda text, end: str(text).endswith(str(end)),
}

_SHAPES = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.BinOp, ast.Compare, ast.IfExp,
    ast.Name, ast.Load, ast.Constant, ast.Call, *OPERATORS,
)  # fmt: skip


@lru_cache(maxsize=4096)
def read_expression(text: str) -> ast.expr:
    """Read an expression; InvalidError says what is wrong with it."""
    if len(text) > LONGEST:
        raise InvalidError("The expression is longer than {most} characters.", most=LONGEST)
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise InvalidError("“{text}” is not an expression.", text=text) from None
    for node in ast.walk(tree):
        _check(node, text)
    if _depth(tree) > DEEPEST:
        raise InvalidError("“{text}” is not an expression.", text=text)
    return tree.body


def _check(node: ast.AST, text: str) -> None:
    if not isinstance(node, _SHAPES):
        raise InvalidError("“{text}” is not an expression.", text=text)
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | float | bool):
        raise InvalidError("“{text}” is not an expression.", text=text)
    if isinstance(node, ast.Call):
        known = isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS
        wanted = 2 if known and node.func.id in {"starts", "ends"} else 1  # type: ignore[attr-defined]
        if not known or node.keywords or len(node.args) != wanted:
            raise InvalidError(
                "In “{text}” only these functions can be used: {names}.",
                text=text,
                names=", ".join(FUNCTIONS),
            )


def _depth(tree: ast.AST) -> int:
    deepest, open_ = 0, [(tree, 1)]
    while open_:
        node, depth = open_.pop()
        deepest = max(deepest, depth)
        open_ += ((child, depth + 1) for child in ast.iter_child_nodes(node))
    return deepest


def variables_of(text: str) -> frozenset[str]:
    """Give the names of the variables that an expression reads."""
    nodes = list(ast.walk(read_expression(text)))
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return frozenset(
        node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called
    )


def evaluate(text: str, variables: Mapping[str, str]) -> Value | None:
    """Evaluate an expression; None if it cannot be, e.g. a division by zero.

    A variable that is not known is an empty text.
    """
    names = {name: variables.get(name, "") for name in variables_of(text)}
    evaluator = SimpleEval(operators=dict(OPERATORS), functions=dict(FUNCTIONS), names=names)
    try:
        found = evaluator.eval(text, previously_parsed=read_expression(text))
    except (InvalidExpression, ArithmeticError, TypeError, ValueError):
        return None
    return found if isinstance(found, str | int | float | bool) else None


def spelt(value: Value) -> str:
    """Give a result as the text that a variable holds: `yes` and `` for truth values."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return str(number(value)) if math.isfinite(value) else ""
    return str(value)[:LONGEST_TEXT]
