"""Actions on phones that pages and API share: show, make several, reset a password."""

import csv
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast

from anyio import from_thread
from fastapi import Request
from sqlalchemy.orm import Session
from starlette.datastructures import State

from acd import store as acd
from acd.agent import AgentState, Phone
from acd.extensions import free_from
from acd.queue import AgentId
from crm.kernel.errors import HotlineError, InvalidError, MissingError, RefusedError
from crm.people import store as people
from crm.people.person import Language, SignedIn
from crm.people.rights import BuiltIn, Right
from crm.people.roles.store import role_id
from cti.asterisk.translate import endpoint_of
from cti.core import live
from web.kit.i18n import N_
from web.kit.request import context_of
from web.kit.shapes import Named
from web.live.context import LiveContext
from web.live.schema import ItemKind
from web.people import actions as people_actions
from web.people.shapes import AgentBody, UserBody, UserChange
from web.people.sip_actions import reset_sip_secret, sip_settings
from web.phones.provisioning import PhoneAccount, Vendor, provisioning
from web.phones.shapes import (
    MOST_NEW,
    ExtensionShape,
    MadePhone,
    NewPerson,
    PhonesBody,
    RegistrationShape,
    ResetPhone,
)

Registered = Mapping[str, RegistrationShape]  # by endpoint
FIRST_EXTENSION = "1001"
NOTHING = N_("Select users, or enter new ones.")
NOT_ALLOWED = N_("You may not add users. Select existing ones.")
TOO_MANY = N_("Too many: at most {most} new users at once.")
BAD_LINE = N_("Line {line}: enter a name and a username, separated by a comma.")


def show_phones(session: Session, state: State) -> list[ExtensionShape]:
    """Show all extensions with what is registered as them; `state` is that of the app."""
    shared: LiveContext = state.live
    registered = _registered(shared)
    return [_show(one, shared, registered) for one in acd.agents(session)]


def show_phone(session: Session, state: State, user: int) -> ExtensionShape:
    """Show one extension; MissingError for a user who has none."""
    shared: LiveContext = state.live
    agent = acd.agents_among(session, [user]).get(AgentId(user))
    if agent is None:
        raise MissingError("There is no agent {agent}.", agent=user)
    return _show(agent, shared, _registered(shared))


def without_extension(session: Session) -> list[tuple[int, str]]:
    """Give the active users who have no extension in use, by name."""
    active = [one for one in people.users(session) if one.enabled]
    working = acd.working_agents(session, [one.id for one in active])
    return [(one.id, f"{one.name} ({one.login})") for one in active if one.id not in working]


def make_phones(
    session: Session, request: Request, who: SignedIn, body: PhonesBody
) -> list[MadePhone]:
    """Make extensions with desk phones, all or none; give their secrets."""
    if not body.users and not body.people:
        raise InvalidError(NOTHING, "users")
    if body.people and not who.may(Right.PEOPLE_MANAGE):
        raise RefusedError(NOT_ALLOWED)
    users = list(dict.fromkeys(body.users))
    taken = {one.extension for one in acd.agents(session)}
    named = {one.extension for one in body.people if one.extension}
    count = len(users) + sum(1 for one in body.people if not one.extension)
    free = iter(free_from(body.start.strip() or FIRST_EXTENSION, count, taken | named))
    made = [_for_user(session, request, who, user, next(free)) for user in users]
    role = int(role_id(session, BuiltIn.AGENT)) if body.people else 0
    for person in body.people:
        extension = person.extension or next(free)
        made.append(_for_new(session, request, who, person, extension, role))
    return made


def read_people(text: str) -> list[NewPerson]:
    """Read pasted lines of name, username and extension; InvalidError names a wrong line."""
    found: list[NewPerson] = []
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.replace("，", ",").replace("\t", ",").replace(";", ",")  # noqa: RUF001
        cells = [one.strip() for one in next(csv.reader([plain]), [])]
        if not any(cells):
            continue
        name, login, extension = (*cells, "", "", "")[:3]
        if not name or not login or len(name) > 100 or len(login) > 64 or len(extension) > 6:  # noqa: PLR2004
            raise InvalidError(BAD_LINE, "people", line=number)
        found.append(NewPerson(name=name, login=login, extension=extension))
    if len(found) > MOST_NEW:
        raise InvalidError(TOO_MANY, "people", most=MOST_NEW)
    return found


def reset_phone(session: Session, request: Request, who: SignedIn, user: int) -> ResetPhone:
    """Make a new password for a desk phone; give it with the configurations of all makers."""
    account = reset_sip_secret(session, request, who, user)
    name = people.user_by_id(session, user).name
    whole = PhoneAccount(name, account, account.secret)
    texts = {vendor.value: provisioning(vendor, whole) for vendor in Vendor}
    return ResetPhone(account=account, provisioning=texts)


def accounts_of(
    session: Session, request: Request, shown: Mapping[int, str]
) -> list[tuple[PhoneAccount, acd.AgentSettings]]:
    """Give the accounts with passwords that were shown a moment ago; others are left out."""
    settings = context_of(request).settings
    known = acd.agents_among(session, shown)
    return [
        (PhoneAccount(one.name, sip_settings(settings, one.extension), one.sip_secret), one)
        for one in sorted(known.values(), key=lambda agent: agent.extension)
        if secrets.compare_digest(one.sip_secret.encode(), shown[one.id].encode())
    ]


def _for_user(
    session: Session, request: Request, who: SignedIn, user: int, extension: str
) -> MadePhone:
    known = people.user_by_id(session, user)
    if not known.enabled or acd.working_agents(session, [user]):
        raise InvalidError(N_("{name} is inactive or has an extension."), "users", name=known.name)
    change = UserChange(agent=AgentBody(extension=extension))
    secret = people_actions.change(session, request, who, user, change)
    return MadePhone(
        user=user,
        name=known.name,
        login=known.login,
        extension=extension,
        secret=secret or "",
        password="",
    )


def _for_new(  # noqa: PLR0913, PLR0917 - a new user has these parts
    session: Session,
    request: Request,
    who: SignedIn,
    person: NewPerson,
    extension: str,
    role: int,
) -> MadePhone:
    body = UserBody(
        login=person.login,
        name=person.name,
        role=role,
        language=Language(context_of(request).parameters().text("language")),
        agent=AgentBody(extension=extension),
    )
    try:
        added = people_actions.add(session, request, who, body)
    except InvalidError as error:
        raise InvalidError(error.sentence, "people", **error.values) from None
    return MadePhone(
        user=added.user,
        name=person.name,
        login=person.login,
        extension=extension,
        secret=added.sip_secret or "",
        password=added.password,
    )


def _registered(shared: LiveContext) -> Registered | None:
    """Ask the engine which phones are registered; None if it cannot tell."""
    try:
        answer = from_thread.run(partial(shared.link.ask, "phones"))
    except HotlineError:
        return None
    found = cast("Sequence[Mapping[str, Any]]", answer.get("phones", ()))
    return {
        str(one["endpoint"]): RegistrationShape(
            address=one["address"],
            user_agent=one["user_agent"],
            since=datetime.fromisoformat(one["since"]),
        )
        for one in found
    }


def _show(
    agent: acd.AgentSettings, shared: LiveContext, registered: Registered | None
) -> ExtensionShape:
    value = None if shared.mirror.away else shared.mirror.value(ItemKind.AGENT, agent.id)
    word = cast("live.AgentValue", value)["state"] if value is not None else None
    state = AgentState(word) if word is not None and word in set(AgentState) else None
    there = registered or {}
    return ExtensionShape(
        user=Named(id=agent.id, name=agent.name),
        extension=agent.extension,
        active=agent.enabled,
        known=registered is not None,
        desk_phone=there.get(endpoint_of(agent.extension, Phone.SIP)),
        softphone=there.get(endpoint_of(agent.extension, Phone.BROWSER)),
        signed_in=state not in {None, AgentState.SIGNED_OUT},
        state=state,
    )
