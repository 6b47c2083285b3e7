"""The legs of a generated call and the decisions of its offers, as the lines that COPY takes.

A leg's line says what `crm.calls.leg.fold_legs` would make of the call's timeline.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEG_COLUMNS = (
    "call, leg, role, agent, phone, node, trunk, caller_number, called_number, began_at, rang_at, "
    "answered_at, ended_at, cause, reason, talk_seconds, hold_seconds, inferred"
)
DECISION_COLUMNS = "fact, work, call, at, queue, agent, rule, waited_seconds, considered"
RECORDING_COLUMNS = "call, segment, file, started_at, late_seconds, failed_why"
TALK = 2  # the segment in which recordings begin: after the menu and the line
ANSWER_SOON_MS = 1000  # a shorter wait means that an agent was idle
NULL = "\\N"


@dataclass(slots=True)
class Leg:
    """A leg as it comes along. Times are as COPY takes them; talk and hold are milliseconds."""

    id: str
    role: str
    caller: str
    called: str
    began: str
    agent: str = NULL
    phone: str = ""
    rang: str = NULL
    answered: str = NULL
    ended: str = NULL
    cause: str = NULL
    reason: str = ""
    talk: int = 0
    hold: int = 0

    def line(self, call: str, node: str) -> str:
        """Give the leg's row."""
        return (
            f"{call}\t{self.id}\t{self.role}\t{self.agent}\t{self.phone}\t{node}\t\t{self.caller}\t"
            f"{self.called}\t{self.began}\t{self.rang}\t{self.answered}\t{self.ended}\t"
            f"{self.cause}\t{self.reason}\t{self.talk / 1000}\t{self.hold / 1000}\tf"
        )

    def told(self, node: str) -> str:
        """Give the detail of the fact that the leg began."""
        theirs = "" if self.agent == NULL else f'"agent": {self.agent}, "phone": "{self.phone}", '
        return (
            f'"leg": "{self.id}", "role": "{self.role}", {theirs}"caller": "{self.caller}", '
            f'"called": "{self.called}", "node": "{node}"'
        )


def decision_line(  # noqa: PLR0913, PLR0917 - a decision's columns
    fact: str,
    call: str,
    at: str,
    queue: str,
    agent: int,
    waited_ms: int,
    others: Iterable[tuple[int, str]],
    idle: Sequence[float],
) -> str:
    """Give the row of an offer's decision: the chosen agent first, then others with a verdict."""
    rule = "longest idle" if waited_ms < ANSWER_SOON_MS else "most urgent"
    rows = [(agent, "chosen"), *others]
    considered = ", ".join(
        f'{{"agent": {one}, "idle_seconds": {seconds:.3f}, "verdict": "{verdict}"}}'
        for (one, verdict), seconds in zip(rows, idle, strict=False)
    )
    return (
        f"{fact}\t{call}\t{call}\t{at}\t{queue}\t{agent}\t{rule}\t{waited_ms / 1000}\t"
        f"[{considered}]"
    )
