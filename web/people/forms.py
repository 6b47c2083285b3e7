"""The form of a user."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from acd.store import next_extension
from crm.mail import store as outbox
from crm.people.granting import covers
from crm.people.person import SignedIn
from crm.people.rights import BuiltIn, Right
from crm.people.roles.store import roles
from web.desk.actions import queue_names
from web.groups.actions import group_choices
from web.kit.body_form import Options, fields_of
from web.kit.clock import now
from web.kit.forms import Form, choices_of
from web.kit.i18n import N_, Reader
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Choice
from web.kit.zones import grouped_zones
from web.people.actions import version_of
from web.people.limits import typed_end
from web.people.shapes import UserBody, UserFile

ADMIN = BuiltIn.ADMINISTRATOR  # holds every right, and seldom takes calls


def user_form(session: Session, reader: Reader, who: SignedIn, file: UserFile | None) -> Form:
    """Make the form for a new user, or for an existing one."""
    agent = file.agent if file else None
    free = "" if agent else next_extension(session)
    form = Form(
        f"/users/{file.id}" if file else "/users",
        fields_of(
            UserBody,
            reader,
            _values(reader, file),
            _options(session, reader, who, file),
            number=free,
        ),
        version=version_of(file) if file else "",
        submit=reader.gettext(N_("Save")) if file else reader.gettext(N_("Add user")),
        cancel_url="/users",
        name="user",
    )
    zone = form.field("timezone")
    zone.groups = grouped_zones(reader, now(), str(zone.value))
    form.field("extension").placeholder = free
    if agent:
        form.field("extension").help = ""
    role = form.field("role")
    role.ticks, role.ticked_by = "takes_calls", _agent_roles(session)
    if file is not None or not outbox.is_on(session):
        form.fields.remove(form.field("mail_link"))
    return form


def _values(reader: Reader, file: UserFile | None) -> Mapping[str, object]:
    if file is None:
        return {"language": reader.language}
    agent = file.agent
    if agent is None:
        return dict(file)
    number = reader.phone(agent.caller_number) if agent.caller_number else ""
    typed = typed_end(agent.outbound_until, reader)
    return {
        **dict(file),
        "agent": {**dict(agent), "caller_number": number, "outbound_until": typed},
    }


def _queues(session: Session, reader: Reader, file: UserFile | None) -> list[Choice]:
    """Give the active queues, and those that the user is in."""
    known, theirs = vocabulary(session).queues, file.agent.queues if file and file.agent else ()
    shown = {key for key, one in known.items() if one.enabled} | set(theirs)
    names = queue_names(session, reader).items()
    return choices_of((key, name) for key, name in names if key in shown)


def _agent_roles(session: Session) -> list[str]:
    """Give the roles that are for people who take calls, as options of the form."""
    return [str(one.id) for one in roles(session) if Right.DESK in one.rights and one.key != ADMIN]


def _options(session: Session, reader: Reader, who: SignedIn, file: UserFile | None) -> Options:
    present = file.role.id if file else 0
    return {
        "role": choices_of(
            (one.id, one.name(reader.language))
            for one in roles(session)
            if one.id == present or (one.enabled and covers(who.rights, one.rights))
        ),
        "groups": group_choices(session),
        "queues": _queues(session, reader, file),
    }
