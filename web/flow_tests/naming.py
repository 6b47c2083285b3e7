"""Names for what a simulated call did: steps, ends, prompts and failures, as readers call them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from crm.kernel.destination import DestinationKind
from ivr.fields import FieldKind
from ivr.mentions import NAMED
from ivr.simulation.expectation import Expectation, Mismatch, MismatchKind, read_expectation
from ivr.simulation.run import End, EndKind
from ivr.store import newest_document
from web.flow_tests.playing import Tested
from web.flow_tests.words import ENDS, FAILURES, NOT_ENDED
from web.flows.nodes import Nodes, nodes_of
from web.flows.titles import output_title, step_title
from web.flows.world import FlowWorld
from web.kit.i18n import Reader

KINDS: Mapping[str, FieldKind] = {
    kind.value: field_ for field_, kind in NAMED.items() if kind is not DestinationKind.NUMBER
} | {DestinationKind.CALLBACK.value: FieldKind.QUEUE}


@dataclass(slots=True)
class Naming:
    """Gives names to the steps of flows."""

    session: Session | None  # None: only the steps of the one flow have names
    reader: Reader
    world: FlowWorld
    flow: int
    document: Mapping[str, Any]
    known: dict[int, Nodes] = field(default_factory=dict)

    def step(self, step: str, flow: int = 0) -> str:
        """What a step is called."""
        return step_title(self.reader, step, self.nodes(flow).get(step, {})) if step else ""

    def output(self, step: str, output: str, flow: int = 0) -> str:
        """What an output of a step is called."""
        return output_title(self.reader, self.nodes(flow).get(step, {}), output)

    def nodes(self, flow: int = 0) -> Nodes:
        """The steps of a flow: of the one that is played as they are played."""
        flow = flow or self.flow
        if flow not in self.known:
            document = self.document
            if flow != self.flow and self.session is not None:
                document = newest_document(self.session, flow)
            self.known[flow] = nodes_of(document)
        return self.known[flow]

    def end(self, end: End | None) -> str:
        """Where a call ends."""
        if end is None:
            return self.reader.gettext(NOT_ENDED)
        target = end.target
        if end.kind in KINDS:
            target = self.world.name_of(KINDS[end.kind], end.target)
        elif end.kind == DestinationKind.NUMBER:
            target = self.reader.phone(end.target)
        sentence = ENDS.get(end.kind)
        said = self.reader.say(sentence, target=target) if sentence else f"{end.kind}: {target}"
        at = end.kind in {EndKind.CALLER, EndKind.UNFINISHED} and end.target
        return f"{said} ({self.step(end.target)})" if at else said

    def failures(self, tested: Tested) -> list[str]:
        """Why a test fails, in sentences."""
        try:
            expected = read_expectation(tested.test.expect)
        except (ValueError, TypeError, KeyError, AttributeError):
            expected = Expectation()
        return [self._failure(one, expected) for one in tested.failures]

    def _failure(self, one: Mismatch, expected: Expectation) -> str:
        ends = one.why is MismatchKind.ENDS
        found = self.reader.error(one.error) if one.error is not None else one.found
        return self.reader.say(
            FAILURES[one.why],
            step=self.step(one.step),
            name=one.name,
            found=self.end(one.end) if ends else found,
            wanted=self.end(expected.ends) if ends else one.wanted,
        )
