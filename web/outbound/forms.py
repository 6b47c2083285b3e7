"""The form of an outbound rule: its own fields, its trunks in order, and changes of the number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.people.roles.store import roles
from cti.outbound.digits import DIAL_CHARACTERS
from cti.outbound.store import BAD_BEGINNING, MOST_REWRITES, NO_TRUNK
from cti.trunks.store import trunks
from ivr.store import numbers
from web.groups.actions import group_choices
from web.kit.body_form import fields_of, read_body
from web.kit.etag import etag_of
from web.kit.forms import Field, Form, choices_of
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.kit.shapes import Choice
from web.outbound.actions import version_of
from web.outbound.shapes import (
    LONGEST_BEGINNING,
    MOST_TRUNKS,
    RewriteBody,
    RuleBody,
    RuleForm,
    RuleShape,
)
from web.queues.actions import agent_choices

EMPTY_ROWS = 2  # rows that are free to be filled
REWRITE_PARTS = ("begins", "strip", "prepend")
FIRST_PART = ("name", "classes", "begins", "roles", "groups", "agents")
LAST_PART = (
    "caller_number",
    "most_calls",
    "per_minute",
    "day_cost",
    "record",
    "may_hide",
    "active",
)


@dataclass(frozen=True, slots=True)
class RuleFormParts:
    """A form, and the same fields as its page arranges them."""

    form: Form
    first: Sequence[Field] = ()
    trunks: Sequence[Field] = ()
    rewrites: Sequence[Sequence[Field]] = field(default_factory=list)  # one for each row
    last: Sequence[Field] = ()


def rule_form(
    session: Session, reader: Reader, shape: RuleShape | None, *, copied: RuleShape | None = None
) -> RuleFormParts:
    """Make the form for a new rule, perhaps a copy of another one, or for an existing one."""
    filled = shape or copied
    values: dict[str, object] = dict(filled) if filled else {}
    if shape is None and copied is not None:
        values["name"] = reader.say(N_("{name} (copy)"), name=copied.name)[:100]
    own = {
        one.name: one
        for one in fields_of(RuleForm, reader, values, _options(session, reader, filled))
    }
    chosen = _trunk_fields(session, reader, filled)
    rows = [_rewrite_row(reader, at, row) for at, row in enumerate(_rewrites(filled), start=1)]
    first, last = ([own[name] for name in part] for part in (FIRST_PART, LAST_PART))
    lines = [*chosen, own["choice"]]
    form = Form(
        f"/outbound-rules/{shape.id}" if shape else "/outbound-rules",
        [*first, *lines, *(one for row in rows for one in row), *last],
        version=etag_of(version_of(shape)) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add rule")),
        cancel_url="/outbound-rules",
        name="rule",
    )
    return RuleFormParts(form, first, lines, rows, last)


def read_rule(sent: Posted) -> RuleBody:
    """Read the form; InvalidError and ValidationError name the fields that are wrong."""
    typed = read_body(RuleForm, sent)
    chosen = [one for at in range(1, MOST_TRUNKS + 1) for one in sent.ids(f"trunk_{at}")[:1]]
    if not chosen:
        raise InvalidError(NO_TRUNK, "trunk_1")
    rows = (_read_rewrite(sent, at) for at in range(1, MOST_REWRITES + 1))
    rewrites = [one for one in rows if one is not None]
    return RuleBody(**dict(typed), trunks=chosen, rewrites=rewrites)


def test_form(session: Session, reader: Reader, asked: Mapping[str, str], nobody: str) -> Form:
    """Make the form of the tester's question, filled with what was asked."""
    agent = Field(
        "agent",
        reader.gettext(N_("Agent")),
        "select",
        asked.get("agent", ""),
        options=agent_choices(session),
        placeholder=reader.gettext(nobody),
    )
    number = Field(
        "number",
        reader.gettext(N_("Number dialed")),
        "tel",
        asked.get("number", ""),
        required=True,
        maxlength=40,
    )
    return Form("/outbound-rules/test", [agent, number], name="test")


def _options(
    session: Session, reader: Reader, shape: RuleShape | None
) -> Mapping[str, Sequence[Choice]]:
    chosen = {one.id for one in shape.roles} if shape else set()
    ours = [one for one in numbers(session) if one.enabled]
    return {
        "roles": choices_of(
            (one.id, one.name(reader.language))
            for one in roles(session)
            if one.enabled or one.id in chosen
        ),
        "groups": group_choices(session),
        "agents": agent_choices(session, [one.id for one in shape.agents] if shape else ()),
        "caller_number": choices_of(
            (one.number, f"{reader.phone(one.number)} {one.name}".strip()) for one in ours
        ),
    }


def _trunk_fields(session: Session, reader: Reader, shape: RuleShape | None) -> list[Field]:
    known = trunks(session)
    options = choices_of((one.id, one.name) for one in known)
    chosen = [one.id for one in shape.trunks] if shape else []
    count = min(MOST_TRUNKS, max(1, len(known), len(chosen)))
    return [
        Field(
            f"trunk_{at}",
            reader.say(N_("Trunk {number}"), number=at),
            "select",
            value=str(chosen[at - 1]) if at <= len(chosen) else "",
            required=at == 1,
            options=options,
            placeholder=reader.gettext(N_("None")) if at > 1 else "",
        )
        for at in range(1, count + 1)
    ]


def _rewrites(shape: RuleShape | None) -> list[RewriteBody | None]:
    known = shape.rewrites if shape else ()
    return [*known, *[None] * EMPTY_ROWS][:MOST_REWRITES]


def _rewrite_row(reader: Reader, at: int, row: RewriteBody | None) -> list[Field]:
    return [
        Field(
            f"begins_{at}",
            reader.gettext(N_("Number begins with")),
            "tel",
            row.begins if row else "",
            maxlength=LONGEST_BEGINNING,
            placeholder="+86" if at == 1 else "",
        ),
        Field(
            f"strip_{at}",
            reader.gettext(N_("Digits to remove")),
            "number",
            str(row.strip) if row else "",
            least="0",
            most=str(LONGEST_BEGINNING),
            placeholder="3" if at == 1 else "",
        ),
        Field(
            f"prepend_{at}",
            reader.gettext(N_("Digits to put in front")),
            "tel",
            row.prepend if row else "",
            maxlength=LONGEST_BEGINNING,
            placeholder="0" if at == 1 else "",
        ),
    ]


def _read_rewrite(sent: Posted, at: int) -> RewriteBody | None:
    begins, strip, prepend = (sent.one(f"{part}_{at}").strip() for part in REWRITE_PARTS)
    if not (begins or strip or prepend):
        return None
    digits = strip or "0"
    if not (digits.isascii() and digits.isdecimal()) or int(digits[:9]) > LONGEST_BEGINNING:
        raise InvalidError(
            N_("Enter a number from 0 to {most}."), f"strip_{at}", most=LONGEST_BEGINNING
        )
    for part, text in (("begins", begins), ("prepend", prepend)):
        if len(text) > LONGEST_BEGINNING or set(text) - DIAL_CHARACTERS:
            raise InvalidError(BAD_BEGINNING, f"{part}_{at}")
    return RewriteBody(begins=begins, strip=int(digits), prepend=prepend)
