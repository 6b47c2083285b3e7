"""The set-up after the first sign-in: the first administrator, the checklist, and its steps."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import Request
from sqlalchemy.orm import Session

from acd.store import pause_reasons, save_pause_reason
from crm.audit.entry import AuditEntry
from crm.audit.store import note as write_note
from crm.dictionary.item import List
from crm.dictionary.store import dictionaries, save_item
from crm.first_day import store
from crm.first_day.step import SetupStep, StepState, is_finished, next_step
from crm.parameters import store as parameters
from crm.people.first_administrator import store as first
from crm.people.person import Language, NewUser, SignedIn, User
from crm.people.rights import BuiltIn
from crm.people.roles.store import role_id
from crm.people.store import add_user, set_password
from web.dictionaries.demo import CHOICES
from web.first_day.shapes import AdministratorForm, AgentRowForm, CompanyForm
from web.first_day.words import STEP_NAMES, STEP_NOTES, STEP_RIGHTS, STEP_STATES, STEP_TONES
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import Reader
from web.kit.password_fields import check_same
from web.kit.passwords import check_new, hash_password
from web.kit.request import address_of, context_of, reader_of
from web.ops.demo.content import PAUSE_REASONS
from web.ops.first_administrator import begin_set_up
from web.parameters import rules
from web.people import actions as people
from web.people.shapes import AgentBody, UserBody

LONGEST_TOKEN = 100  # ours have 43 letters
STANDARD_PICKLISTS = (List.OUTCOME, List.SERVICE_TYPE, List.METHOD, List.DECLINE_REASON)


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    """A step of the checklist, ready to be drawn."""

    key: str
    name: str
    note: str
    state: str
    state_name: str
    tone: str


@dataclass(frozen=True, slots=True)
class NewAgent:
    """A new agent with the password that is shown only once."""

    name: str
    login: str
    extension: str
    password: str = field(repr=False)


def is_valid_link(request: Request, token: str) -> bool:
    """Whether a one-time address for the first administrator is valid."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return False
    with context_of(request).database.begin() as session:
        return first.is_valid(session, token, now())


def make_first_administrator(
    request: Request, token: str, language: Language, body: AdministratorForm
) -> User | None:
    """Make the first administrator, once; None if the address is no longer valid.

    InvalidError, for a bad username or password, leaves the address valid.
    """
    check_same(body.new, body.again)
    least = context_of(request).parameters().number("password_least")
    at = now()
    with context_of(request).database.begin() as session:
        if not first.is_valid(session, token, at, lock=True):
            return None
        new = NewUser(
            body.login, body.name, BuiltIn.ADMINISTRATOR, "", language, email=body.email.strip()
        )
        user = add_user(session, new)
        check_new(body.new, user, least)
        user = set_password(session, user.id, hash_password(body.new), at)
        begin_set_up(session)
        add_standard_picklists(session)
        entry = AuditEntry(
            at, user.id, "administrator.made", "users", str(user.id), address_of(request)
        )
        write_note(session, entry)
    return user


def add_standard_picklists(session: Session) -> None:
    """Add the usual not-ready reasons and dispositions to a site that has none."""
    if not pause_reasons(session, disabled_too=True):
        for reason in PAUSE_REASONS:
            save_pause_reason(session, reason)
    known = dictionaries(session)
    for which in STANDARD_PICKLISTS:
        if not known[which]:
            for item in CHOICES[which]:
                save_item(session, which, item)


def set_company(session: Session, request: Request, who: SignedIn, body: CompanyForm) -> None:
    """Set the company and the defaults of new users, which are parameters."""
    before = parameters.parameters(session)
    wishes = rules.checked(context_of(request).settings, body.model_dump(mode="json"))
    wanted = {key: value for key, value in wishes.items() if value is not None}
    after = parameters.save(session, wanted, who.user.id)
    for key in wanted:
        if after[key] != before[key]:
            old, new = {"value": before[key]}, {"value": after[key]}
            note(session, request, who, "parameter.changed", "parameters", key, old, new)


def checklist(session: Session, reader: Reader, who: SignedIn) -> list[ChecklistStep]:
    """Give the steps that a user may do, with their states; empty where the set-up is over."""
    state = store.state(session)
    if is_finished(state):
        return []
    return [
        ChecklistStep(
            key=step.value,
            name=reader.gettext(STEP_NAMES[step]),
            note=reader.gettext(STEP_NOTES[step]),
            state=found.value,
            state_name=reader.gettext(STEP_STATES[found]),
            tone=STEP_TONES[found],
        )
        for step, found in state.items()
        if who.may(STEP_RIGHTS[step])
    ]


def finish_step(session: Session, who: SignedIn, step: SetupStep) -> None:
    """Mark a step as done."""
    store.set_step(session, step, StepState.DONE, who.user.id)


def skip_step(session: Session, request: Request, who: SignedIn, step: SetupStep) -> None:
    """Skip a step; one that is done stays done."""
    if store.state(session).get(step) is StepState.OPEN:
        store.set_step(session, step, StepState.SKIPPED, who.user.id)
    before, after = {"state": "open"}, {"state": "skipped"}
    note(session, request, who, "first_day.skipped", "first_day_steps", step, before, after)


def hide_checklist(session: Session, request: Request, who: SignedIn) -> None:
    """End the set-up, with whatever was done of it."""
    store.end(session)
    note(session, request, who, "first_day.ended", "first_day_steps", "all")


def place_after(session: Session, who: SignedIn, step: SetupStep) -> str:
    """Give the page of the next open step that a user may do, else the checklist."""
    state = {one: on for one, on in store.state(session).items() if who.may(STEP_RIGHTS[one])}
    following = next_step(state, step)
    return "/first-day" if following is None else f"/first-day/{following}"


def add_agents(
    session: Session, request: Request, who: SignedIn, rows: Sequence[AgentRowForm]
) -> list[NewAgent]:
    """Add agents, all or none; each gets the next free extension and a first password."""
    language = Language(context_of(request).parameters().text("language"))
    role = role_id(session, BuiltIn.AGENT)
    made = []
    for row in rows:
        body = UserBody(
            login=row.login, name=row.name, role=role, language=language, agent=AgentBody()
        )
        added = people.add(session, request, who, body)
        file = people.show_file(session, reader_of(request), added.user)
        extension = file.agent.extension if file.agent else ""
        made.append(NewAgent(row.name, file.login, extension, added.password))
    return made
