"""Reading the form of a queue: single fields, and rows of agents, groups, skills and steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crm.kernel.errors import InvalidError
from web.destinations.actions import LONGEST_NUMBER, NUMBER, posted
from web.kit.body_form import read_body
from web.kit.i18n import N_
from web.kit.posted import Posted
from web.queues.row_shapes import MemberBody, NeedBody, QueueGroupBody, StepBody, StepDo
from web.queues.shapes import QueueBody, QueueSettingsForm

DESTINATIONS = ("timed_out", "full", "closed", "empty")
MOST_ROWS = 2000
# What a form sends that does not ask for it: a queue of the first day has few fields.
USUAL = {
    "strategy": "longest idle",
    "priority": "0",
    "weight": "1",
    "ageing": "0",
    "max_misses": "2",
    "music": "default",
    "max_wait_seconds": "0",
    "max_length": "0",
    "announce_first_seconds": "20",
    "announce_every_seconds": "60",
    "last_agent_days": "0",
    "patience_seconds": "30",
    "callback_tries": "3",
    "callback_pause_seconds": "300",
    "service_percent": "80",
    "service_seconds": "20",
}


@dataclass(frozen=True, slots=True)
class StepRow:
    """A row of a step as it was typed."""

    after: str = ""
    do: str = StepDo.ADD.value
    skill: str = ""
    level: str = "0"
    add: str = ""  # `group:3` or `queue:support`
    rank: str = "1"
    by: str = "10"
    to: str = ""
    to_number: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not (self.after or self.add or self.to or self.skill)


@dataclass(frozen=True, slots=True)
class QueueRows:
    """The rows of a form as they were typed: pairs of a key and a number, and steps."""

    members: Sequence[tuple[str, str]] = ()
    groups: Sequence[tuple[str, str]] = ()
    needs: Sequence[tuple[str, str]] = ()
    steps: Sequence[StepRow] = ()


def read_rows(sent: Posted) -> QueueRows:
    """Give the rows as they were typed."""
    members = [*_pairs(sent, "member"), *((one, "1") for one in sent.many("members"))]
    return QueueRows(
        members, list(_pairs(sent, "group")), list(_pairs(sent, "need")), list(_steps(sent))
    )


def read_queue(sent: Posted) -> QueueBody:
    """Read the form; InvalidError and ValidationError name what is wrong."""
    usual = {name: [value] for name, value in USUAL.items()}
    fields = read_body(QueueSettingsForm, Posted({**usual, **sent.fields}))
    rows = read_rows(sent)
    steps = [_step(row, number) for number, row in enumerate(rows.steps, 1) if not row.is_empty]
    read: dict[str, Any] = dict(fields)
    read |= {name: posted(sent, name) for name in DESTINATIONS}
    read["members"] = [
        MemberBody(agent=_number(agent, "members"), rank=_rank(rank, "members"))
        for agent, rank in rows.members
    ]
    read["groups"] = [
        QueueGroupBody(group=_number(group, "groups"), rank=_rank(rank, "groups"))
        for group, rank in rows.groups
    ]
    read["needs"] = read_needs(rows)
    return QueueBody(**read, steps=steps)


def read_needs(rows: QueueRows) -> list[NeedBody]:
    """Read the rows of needed skills; InvalidError for a level that is none."""
    return [NeedBody(skill=skill[:40], level=_level(level)) for skill, level in rows.needs]


def typed_seconds(rows: QueueRows) -> list[float]:
    """Give the times of the steps in the order of their rows."""
    return [float(row.after) for row in rows.steps if row.after.isascii() and row.after.isdigit()]


def _pairs(sent: Posted, name: str) -> Iterator[tuple[str, str]]:
    keys, numbers = sent.many(name), sent.many(f"{name}_number")
    numbers += ["1"] * (len(keys) - len(numbers))
    for key, number in list(zip(keys, numbers, strict=False))[:MOST_ROWS]:
        if key.strip():
            yield key.strip(), number.strip()


def _steps(sent: Posted) -> Iterator[StepRow]:
    names = ("after", "do", "skill", "level", "add", "rank", "by", "to", "to_number")
    columns = {name: sent.many(f"step_{name}") for name in names}
    for at in range(min(len(columns["after"]), 100)):
        usual = StepRow()
        row = StepRow(
            *(
                columns[name][at].strip() if at < len(columns[name]) else getattr(usual, name)
                for name in names
            )
        )
        if not row.is_empty:
            yield row


def _step(row: StepRow, number: int) -> StepBody:
    field = f"step_{number}"
    try:
        do = StepDo(row.do)
    except ValueError:
        raise InvalidError(N_("Select what this step does."), field) from None
    kind, _, key = row.add.partition(":")
    to = f"{NUMBER}:{row.to_number[:LONGEST_NUMBER]}" if row.to == NUMBER else row.to
    seconds = _between(row.after, 1, 86_400, field, N_("A step comes after 1 second to 24 hours."))
    level_wrong = N_("The level that is enough is a number from 0 to 9.")
    by_wrong = N_("A step raises the priority by 1 to 100.")
    lowered, added, raised = do is StepDo.RELAX, do is StepDo.ADD, do is StepDo.RAISE
    return StepBody(
        after_seconds=seconds,
        do=do,
        skill=row.skill[:40] if lowered else "",
        level=_between(row.level, 0, 9, field, level_wrong) if lowered else 0,
        group=_number(key, field) if added and kind == "group" else None,
        queue=key[:50] if added and kind == "queue" else "",
        rank=_rank(row.rank, field) if added else 1,
        by=_between(row.by, 1, 100, field, by_wrong) if raised else 0,
        destination=to[:150] if do is StepDo.SEND else "",
    )


def _rank(text: str, field: str) -> int:
    return _between(text or "1", 1, 99, field, N_("A rank is a number from 1 to 99."))


def _level(text: str) -> int:
    wrong = N_("The level of a skill is a number from 1 to 10.")
    return _between(text or "1", 1, 10, "needs", wrong)


def _number(text: str, field: str) -> int:
    wrong = N_("“{key}” is not one of the options.")
    return _between(text, 1, 2**63 - 1, field, wrong)


def _between(text: str, least: int, most: int, field: str, wrong: str) -> int:
    fits = text.isascii() and text.isdigit() and len(text) < 20  # noqa: PLR2004 - digits of an id
    if not fits or not least <= int(text) <= most:
        raise InvalidError(wrong, field, key=text[:40])
    return int(text)
