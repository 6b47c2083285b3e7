"""The forms of the first administrator and of the set-up's steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.people.person import Language
from web.first_day.shapes import MOST_ROWS, AdministratorForm, AgentRowForm, CompanyForm
from web.kit.body_form import fields_of
from web.kit.clock import now
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.kit.zones import grouped_zones
from web.numbers.shapes import MenuForm, NumberBody
from web.numbers.words import GREETING_TEXT
from web.queues.actions import agent_choices, queue_choices
from web.queues.shapes import QueueBody

NUMBER_FIELDS = ("number", "name", "language")
QUEUE_DEFAULTS = {"active": ["on"]}
QUEUE_FIELDS = ("name_en", "name_zh", "ring_seconds", "wrapup_seconds", "record", "members")
NEXT = N_("Save and continue")
PLACE = "/first-administrator"


@dataclass(slots=True)
class NewAgentRow:
    """A row of the form of first agents: what was typed, and what is wrong with it."""

    number: int
    name: str = ""
    login: str = ""
    errors: dict[str, str] = field(default_factory=dict[str, str])  # by `name` and `login`

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not (self.name or self.login)


def administrator_form(reader: Reader, least: int) -> Form:
    """Make the form of the first administrator; `least` is the shortest password."""
    return Form(
        PLACE,
        fields_of(AdministratorForm, reader, {}, {}, least=least),
        submit=reader.gettext(N_("Create administrator")),
        name="administrator",
        columns=1,
    )


def company_form(reader: Reader, values: Mapping[str, object]) -> Form:
    """Make the form of company, language and time zone."""
    form = _step_form(reader, "company", fields_of(CompanyForm, reader, values, {}))
    zone = form.field("timezone")
    zone.groups = grouped_zones(reader, now(), str(zone.value))
    return form


def queue_form(session: Session, reader: Reader) -> Form:
    """Make the form of the first queue, with all agents as its members."""
    choices = agent_choices(session)
    values = {"members": [one.key for one in choices]}
    fields = fields_of(QueueBody, reader, values, {"members": choices})
    return _step_form(reader, "queue", [one for one in fields if one.name in QUEUE_FIELDS])


def number_form(session: Session, reader: Reader, language: Language, company: str) -> Form:
    """Make the form of the first number with its greeting and menu."""
    numbers = fields_of(NumberBody, reader, {"language": language}, {})
    selects = [name for name in MenuForm.model_fields if name not in {"greeting", "menu"}]
    queues = queue_choices(session, reader)
    greeting = GREETING_TEXT[language].format(company=company) if company else ""
    values = {"otherwise": queues[0].key if queues else "", "greeting": greeting}
    menu = fields_of(MenuForm, reader, values, dict.fromkeys(selects, queues))
    wanted = [one for one in numbers if one.name in NUMBER_FIELDS]
    return _step_form(reader, "number", [*wanted, *menu])


def read_rows(posted: Posted) -> list[NewAgentRow]:
    """Read the rows of the form of first agents as they were typed."""
    return [
        NewAgentRow(
            number, posted.one(f"name_{number}").strip(), posted.one(f"login_{number}").strip()
        )
        for number in range(1, MOST_ROWS + 1)
    ]


def checked_rows(reader: Reader, rows: list[NewAgentRow]) -> list[AgentRowForm]:
    """Give the rows that are filled in; InvalidError, and an error beside each wrong row."""
    found = []
    for row in rows:
        if row.is_empty:
            continue
        try:
            found.append(AgentRowForm(name=row.name, login=row.login))
        except ValidationError as error:
            blamed = Form("", fields_of(AgentRowForm, reader, {}, {}))
            blamed.blame_all(reader, error)
            row.errors = {one.name: one.error for one in blamed.fields if one.error}
    if any(row.errors for row in rows):
        raise InvalidError("A name and a username are needed in each row that is used.")
    if not found:
        raise InvalidError("Enter at least one agent, or skip this step.")
    return found


def with_defaults(posted: Posted) -> Posted:
    """Add the fields of a queue that the set-up does not ask for."""
    return Posted({**posted.fields, **QUEUE_DEFAULTS})


def _step_form(reader: Reader, step: str, fields: list[Field]) -> Form:
    return Form(
        f"/first-day/{step}",
        fields,
        submit=reader.gettext(NEXT),
        cancel_url="/first-day",
        name=step,
    )
