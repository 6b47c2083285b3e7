"""What became of a simulated call, as the API shows it."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from ivr import fields
from ivr.fields import FieldKind
from ivr.registry import STEP_TYPES
from ivr.simulation.run import End, Line, LineKind, PlayedCall
from ivr.simulation.ways import FlowWay
from ivr.steps import customer, http
from ivr.store import prompts
from web.flow_tests import words
from web.flow_tests.naming import Naming
from web.flow_tests.shapes import (
    EndShape,
    FlowWayShape,
    HeardPromptShape,
    LineShape,
    MissingShape,
    NamedWayShape,
    PlayedShape,
)

Texts = Mapping[tuple[str, str], str]  # by a prompt's name and language


def show_played(session: Session, naming: Naming, played: PlayedCall) -> PlayedShape:
    """Show what became of a call."""
    texts = {(one.name, one.language): one.text for one in prompts(session)}
    flow, step = played.at
    return PlayedShape(
        trace=[_line(naming, texts, one) for one in played.trace],
        ways=[show_way(one) for one in played.ways if one.flow == naming.flow],
        at=step,
        at_name=naming.step(step, flow),
        waits_for=played.waits_for.value,
        variables=dict(played.variables),
        prompts=[one for line in played.trace for one in _prompts(texts, line)],
        ended=None
        if played.ended is None
        else EndShape(
            kind=played.ended.kind,
            target=played.ended.target,
            text=naming.end(played.ended),
        ),
        missing=[
            MissingShape(
                step=one.step,
                step_name=naming.step(one.step, one.flow),
                question=one.question,
                names=_names(naming, one.step, one.flow),
            )
            for one in played.missing
        ],
    )


def show_way(way: FlowWay) -> FlowWayShape:
    """Show a way."""
    return FlowWayShape(step=way.step, output=way.output, to=way.to)


def show_named_ways(naming: Naming, ways: Iterable[FlowWay]) -> list[NamedWayShape]:
    """Show ways with their names."""
    return [
        NamedWayShape(
            step=way.step,
            output=way.output,
            to=way.to,
            step_name=naming.step(way.step, way.flow),
            output_name=naming.output(way.step, way.output, way.flow),
            to_name=naming.step(way.to, way.flow),
        )
        for way in ways
    ]


def _line(naming: Naming, texts: Texts, line: Line) -> LineShape:
    return LineShape(
        kind=line.kind.value,
        flow=line.flow,
        step=line.step,
        step_name=naming.step(line.step, line.flow),
        text=_text(naming, texts, line),
        values={**line.values, **({"count": str(len(line.prompts))} if line.prompts else {})},
    )


def _text(naming: Naming, texts: Texts, line: Line) -> str:  # noqa: PLR0911 - one for each kind
    say, values = naming.reader.say, line.values
    match line.kind:
        case LineKind.STEP:
            return say(words.STEP, step=naming.step(line.step, line.flow))
        case LineKind.SAID:
            return " ".join(one.text or one.name for one in _prompts(texts, line))
        case LineKind.HEARD if values.get("digit"):
            sentence = words.PRESSED_EARLY if values.get("early") else words.PRESSED
            return say(sentence, digit=values["digit"])
        case LineKind.HEARD:
            return say(words.ACTS[values["act"]])
        case LineKind.ASKED:
            return say(words.ASKED)
        case LineKind.ANSWERED if "why" in values:
            return say(words.FAILED, found=values["why"])
        case LineKind.ANSWERED:
            return say(words.ANSWERED, value=values.get("value", "")[:200])
        case LineKind.SET:
            return f"{values['name']} = {values['value']}"
        case LineKind.END:
            return naming.end(End(values["kind"], values["target"]))


def _prompts(texts: Texts, line: Line) -> list[HeardPromptShape]:
    language = line.values.get("language", "en")
    return [
        HeardPromptShape(name=name, text=texts.get((name, language), ""), language=language)
        for name in line.prompts
    ]


def _names(naming: Naming, step: str, flow: int) -> list[str]:
    """The variables that an answer to a step may hold, as far as its type tells."""
    node = naming.nodes(flow).get(step, {})
    type_ = STEP_TYPES.get(str(node.get("type")))
    if type_ is customer.STEP:
        return list(customer.VARIABLES)
    found = [http.STATUS] if type_ is http.STEP else []
    for name, one in fields.specs(type_.fields).items() if type_ is not None else ():
        value = node.get(name)
        if one.kind is FieldKind.TEMPLATES and name == "answers" and isinstance(value, Mapping):
            found += map(str, value)
    return found
