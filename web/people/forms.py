"""The forms of users and groups, and reading them."""

from collections.abc import Iterator
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from acd.agent import Outbound
from acd.store import next_extension
from crm.mail import store as outbox
from crm.people.granting import covers
from crm.people.person import SignedIn
from crm.people.roles.store import roles
from web.desk.actions import queue_names
from web.groups.actions import group_choices
from web.kit.forms import Field, Form, choices_of
from web.kit.i18n import N_, NAMES, Reader
from web.kit.posted import Posted
from web.kit.shapes import Choice
from web.people.shapes import AgentBody, AgentShape, UserBody, UserFile
from web.people.words import OUTBOUND


def user_form(
    session: Session, reader: Reader, who: SignedIn, file: UserFile | None, version: str
) -> Form:
    """Make the form for a new user, or for an existing one."""
    say = reader.gettext
    return Form(
        url=f"/users/{file.id}" if file else "/users",
        name="user",
        cancel_url="/users",
        submit=say(N_("Save")) if file else say(N_("Add user")),
        fields=[
            Field("version", "", "hidden", version),
            *_person(session, reader, who, file),
            *_mail_link(session, reader, file),
            *_seat(session, reader, file.agent if file else None),
        ],
    )


def _mail_link(session: Session, reader: Reader, file: UserFile | None) -> list[Field]:
    """Offer to mail a new user a link, if mail can be sent."""
    if file is not None or not outbox.is_on(session):
        return []
    label = reader.gettext(N_("Mail a link for setting the password"))
    return [Field("mail_link", label, "checkbox", "")]


def entered_user(posted: Posted) -> UserBody:
    """Read the form of a user; ValidationError names the wrong field."""
    agent = None
    if posted.one("takes_calls"):
        agent = AgentBody(
            extension=posted.one("extension").strip(),
            caller_number=posted.one("caller_number"),
            outbound=posted.one("outbound"),  # type: ignore[arg-type] # read by pydantic
            queues=posted.many("queues"),
        )
    words = ("login", "name", "email", "role", "language", "timezone")
    fields: dict[str, object] = {name: posted.one(name).strip() for name in words}
    fields |= {"groups": posted.ids("groups"), "agent": agent}
    if posted.one("mail_link"):
        fields["mail_link"] = True
    return UserBody.model_validate(fields)


def _person(
    session: Session, reader: Reader, who: SignedIn, file: UserFile | None
) -> Iterator[Field]:
    """Give the fields of a user's account."""
    say = reader.gettext
    role = file.role.id if file else 0
    may = [
        Choice(key=str(one.id), name=one.name(reader.language))
        for one in roles(session)
        if one.id == role or (one.enabled and covers(who.rights, one.rights))
    ]
    yield Field("login", say(N_("Login")), value=_of(file, "login"), required=True, maxlength=64)
    yield Field("name", say(N_("Name")), value=_of(file, "name"), required=True, maxlength=100)
    yield Field("email", say(N_("E-mail")), "email", _of(file, "email"), maxlength=254)
    yield Field("role", say(N_("Role")), "select", str(role or ""), required=True, options=may)
    yield Field(
        "language",
        say(N_("Language")),
        "select",
        str(file.language if file else reader.language),
        required=True,
        options=choices_of({str(key): name for key, name in NAMES.items()}.items()),
    )
    yield Field(
        "timezone",
        say(N_("Time zone")),
        "select",
        _of(file, "timezone"),
        options=_zones(),
        placeholder=say(N_("The site's own")),
    )
    yield Field(
        "groups",
        say(N_("Groups and departments")),
        "multiselect",
        options=group_choices(session),
        chosen=[str(one.id) for one in file.groups] if file else (),
    )


def _seat(session: Session, reader: Reader, agent: AgentShape | None) -> Iterator[Field]:
    """Give the fields of a user's phone and queues."""
    say = reader.gettext
    free = "" if agent else next_extension(session)
    next_free = reader.say(N_("Left empty, the next free one: {number}."), number=free)
    yield Field(
        "takes_calls",
        say(N_("Takes calls: has a seat, an extension and a telephone")),
        "checkbox",
        "on" if agent else "",
    )
    yield Field(
        "extension",
        say(N_("Extension")),
        value=agent.extension if agent else "",
        maxlength=6,
        placeholder=free,
        help="" if agent else next_free,
    )
    yield Field(
        "caller_number",
        say(N_("Default caller number")),
        "tel",
        reader.phone(agent.caller_number) if agent and agent.caller_number else "",
        maxlength=32,
        help=say(N_("What others see on outbound calls; empty for the site's number.")),
    )
    yield Field(
        "outbound",
        say(N_("Calls out")),
        "select",
        (agent.outbound if agent else Outbound.INTERNAL).value,
        required=True,
        options=choices_of((key, say(name)) for key, name in OUTBOUND.items()),
    )
    yield Field(
        "queues",
        say(N_("Queues")),
        "multiselect",
        options=choices_of(queue_names(session, reader).items()),
        chosen=agent.queues if agent else (),
    )


def _of(file: UserFile | None, name: str) -> str:
    return str(getattr(file, name)) if file else ""


@cache
def _zones() -> list[Choice]:
    areas = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    known = sorted(one for one in available_timezones() if one.partition("/")[0] in areas)
    return [Choice(key=one, name=one.replace("_", " ")) for one in ["UTC", *known]]
