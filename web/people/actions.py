"""Actions on users that pages and API share: add, change, disable, reset, end sessions."""

import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from anyio import from_thread
from fastapi import Request
from sqlalchemy.orm import Session

from acd import store as acd
from acd.queue import QueueKey
from crm.kernel.errors import ConflictError, HotlineError, InvalidError
from crm.people import store
from crm.people.directory.store import ListedUser, seen_at
from crm.people.granting import check_account, check_grant
from crm.people.groups import store as groups
from crm.people.person import Login, LoginResult, NewUser, SignedIn, User, UserDraft, UserId
from crm.people.presence.store import end_sessions
from crm.people.rights import RoleId
from crm.people.roles.store import role as find_role
from crm.people.sessions.store import note_login
from web.destinations.usage import check_agent_unused
from web.kit.audit import note
from web.kit.clock import now
from web.kit.etag import etag_of
from web.kit.first_password import readable_password
from web.kit.i18n import Reader
from web.kit.passwords import hash_password
from web.kit.request import address_of, context_of, reader_of
from web.kit.shapes import Named
from web.live.context import live_of
from web.live.schema import ItemKind
from web.notices.notifying import notify_of_password, notify_of_role, warn_old_address
from web.people.limits import limit_end
from web.people.reading import check_zone, read_email, read_number
from web.people.shapes import AgentBody, AgentShape, UserBody, UserChange, UserFile
from web.sign_in import password_links

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AddedUser:
    """A new user, with the password and SIP secret that are shown only once."""

    user: UserId
    password: str = field(repr=False)
    sip_secret: str | None = field(repr=False)


def show_files(session: Session, reader: Reader, found: Sequence[ListedUser]) -> list[UserFile]:
    """Show users of a list with their groups and telephones."""
    ids = [one.user.id for one in found]
    agents, queues = acd.agents_among(session, ids), acd.queues_of(session, ids)
    names: dict[int, str] = {one.id: one.name for one in groups.groups(session)}
    working = acd.working_agents(session, ids)
    return [
        UserFile(
            id=one.user.id,
            login=one.user.login,
            name=one.user.name,
            email=one.user.email,
            role=Named(id=one.user.role.id, name=one.user.role.name(reader.language)),
            groups=[Named(id=id_, name=names[id_]) for id_ in one.groups],
            language=one.user.language,
            timezone=one.user.timezone,
            enabled=one.user.enabled,
            must_change_password=one.user.must_change_password,
            second_factor=one.user.totp,
            created_at=one.user.created_at,
            seen_at=one.seen_at,
            agent=_show_agent(agents[one.user.id], queues.get(one.user.id, []))
            if one.user.id in working
            else None,
        )
        for one in found
    ]


def show_file(session: Session, reader: Reader, user: int) -> UserFile:
    """Show one user."""
    found = store.user_by_id(session, user)
    theirs = tuple(groups.groups_of(session, [user]).get(user, ()))
    return show_files(session, reader, [ListedUser(found, theirs, seen_at(session, user))])[0]


def file_to_change(session: Session, reader: Reader, user: int) -> UserFile:
    """Show one user, locked until this transaction ends."""
    store.user_to_change(session, user)
    return show_file(session, reader, user)


def version_of(file: UserFile) -> str:
    """Name the version of a user; the time of their last activity does not count."""
    return etag_of(file.model_dump(mode="json", exclude={"seen_at"}))


def add(session: Session, request: Request, who: SignedIn, body: UserBody) -> AddedUser:
    """Add a user with a password that must be changed at the first sign-in."""
    role = find_role(session, body.role)
    check_grant(who.rights, role.rights)
    if not role.enabled:
        raise InvalidError("This role is inactive.", field="role")
    check_zone(body.timezone)
    password = readable_password()
    added = store.add_user(
        session,
        NewUser(
            login=body.login,
            name=body.name,
            role=RoleId(body.role),
            password_hash=hash_password(password),
            language=body.language,
            timezone=body.timezone,
            email=read_email(body.email),
            must_change_password=True,
        ),
    )
    with groups.no_wider_team(session, who) as team:
        team.add(added.id)
        groups.set_groups_of(session, added.id, body.groups)
    secret = _set_agent(session, request, added.id, body.agent) if body.agent else None
    after = _noted(show_file(session, reader_of(request), added.id))
    note(session, request, who, "user.added", "users", added.id, {}, after)
    if body.mail_link:
        send_link(session, request, who, added.id)
    return AddedUser(added.id, password, secret)


def change(
    session: Session, request: Request, who: SignedIn, user: int, body: UserChange
) -> str | None:
    """Change the given fields of a user; give the SIP secret of a new phone."""
    given = body.model_fields_set
    known = _to_change(session, who, user)
    before = _noted(show_file(session, reader_of(request), user))
    draft = UserDraft(
        login=known.login,
        name=known.name,
        role=known.role.id,
        email=known.email,
        language=known.language,
        timezone=known.timezone,
    )
    wanted: dict[str, Any] = {
        name: value
        for name in ("login", "name", "role", "email", "language", "timezone")
        if (value := getattr(body, name)) is not None
    }
    if "role" in wanted and wanted["role"] != known.role.id:
        role = find_role(session, wanted["role"])
        check_grant(who.rights, role.rights)
        if not role.enabled:
            raise InvalidError("This role is inactive.", field="role")
        notify_of_role(session, who, known, role)
    if "email" in wanted:
        wanted["email"] = read_email(wanted["email"])
        if wanted["email"] != known.email:
            _check_email_change(session, who, known)
    check_zone(wanted.get("timezone", ""))
    with groups.no_wider_team(session, who):
        store.change_user(session, user, replace(draft, **wanted))
        if body.groups is not None:
            groups.set_groups_of(session, user, body.groups)
    secret = _set_agent(session, request, user, body.agent) if "agent" in given else None
    after = _noted(show_file(session, reader_of(request), user))
    if before != after:
        note(session, request, who, "user.changed", "users", user, before, after)
    return secret


def set_role(session: Session, request: Request, who: SignedIn, user: int, role: RoleId) -> None:
    """Give a user another role."""
    change(session, request, who, user, UserChange(role=role))


def disable(session: Session, request: Request, who: SignedIn, user: int) -> list[int]:
    """Switch a user off; give the sessions that ended. Does nothing if already off.

    ConflictError while a route or another setting leads calls to the agent.
    """
    if user == who.user.id:
        raise ConflictError("You cannot deactivate your own account.")
    known = _to_change(session, who, user)
    if not known.enabled:
        return []
    check_agent_unused(session, user)
    ended = _end(session, request, known)
    store.set_enabled(session, user, enabled=False)
    note(session, request, who, "user.disabled", "users", user, {"enabled": True}, _OFF)
    return ended


def enable(session: Session, request: Request, who: SignedIn, user: int) -> None:
    """Switch a user on again."""
    known = _to_change(session, who, user)
    if not known.enabled:
        check_grant(who.rights, known.role.rights)
        with groups.no_wider_team(session, who):
            store.set_enabled(session, user, enabled=True)
        note(session, request, who, "user.enabled", "users", user, _OFF, {"enabled": True})


def reset_password(
    session: Session, request: Request, who: SignedIn, user: int
) -> tuple[str, list[int]]:
    """Make a new password that must be changed; give it, and the sessions that ended."""
    if user == who.user.id:
        raise ConflictError("Change your own password on your account page.")
    known = _to_take_over(session, who, user)
    password = readable_password()
    ended = _end(session, request, known)
    store.give_password(session, user, hash_password(password))
    notify_of_password(session, who, known)
    note(session, request, who, "user.password_reset", "users", user)
    return password, ended


def send_link(session: Session, request: Request, who: SignedIn, user: int) -> None:
    """Mail a user a link to set their password; the present one works until then."""
    if user == who.user.id:
        raise ConflictError("Change your own password on your own page.")
    known = _to_take_over(session, who, user)
    if not known.enabled:
        raise ConflictError("This account is inactive.")
    password_links.check_reachable(session, known)
    password_links.send(session, context_of(request).settings, known, now())
    note(session, request, who, "user.link_sent", "users", user)


def reset_second_factor(session: Session, request: Request, who: SignedIn, user: int) -> None:
    """Let a user sign in without a second factor until they set up a new one."""
    if user == who.user.id:
        raise ConflictError("Change your own two-factor authentication on your account page.")
    known = _to_take_over(session, who, user)
    if known.totp:
        store.forget_second_factor(session, user)
        note(session, request, who, "user.second_factor_reset", "users", user)


def unlock(session: Session, request: Request, who: SignedIn, user: int) -> None:
    """Let a user sign in again at once, though too many attempts on their login have failed."""
    known = _to_change(session, who, user)
    line = Login(now(), known.login, known.id, address_of(request), LoginResult.UNLOCKED)
    note_login(session, line)
    note(session, request, who, "user.unlocked", "users", user)


def end_all(session: Session, request: Request, who: SignedIn, user: int) -> list[int]:
    """End all sessions of a user; give their ids."""
    known = _to_change(session, who, user)
    ended = _end(session, request, known)
    if ended:
        note(session, request, who, "user.sessions_ended", "users", user, {}, {"count": len(ended)})
    return ended


def shut(request: Request, ended: Iterable[int], agents: Iterable[int] = ()) -> None:
    """After the commit: close live pages, and sign disabled agents out.

    Called in a thread of the web. The engine also learns from the database that an agent is
    disabled.
    """
    live = live_of(request)
    for session in ended:
        from_thread.run_sync(live.sockets.end, session)
    for agent in agents:
        if live.mirror.value(ItemKind.AGENT, agent) is None:
            continue
        try:
            from_thread.run(_sign_out, request, agent)
        except HotlineError as error:
            log.info("an agent is still signed in to the phone", agent=agent, why=str(error))
            with suppress(HotlineError):
                from_thread.run(_not_ready, request, agent)


async def _sign_out(request: Request, agent: int) -> None:
    await live_of(request).link.ask("signout", agent=agent)


async def _not_ready(request: Request, agent: int) -> None:
    """In a talk: no further call after this one."""
    await live_of(request).link.ask("state", agent=agent, state="paused", reason="signed out")


_OFF = {"enabled": False}


def _to_change(session: Session, who: SignedIn, user: int) -> User:
    known = store.user_to_change(session, user)
    check_account(who, known)
    return known


def _to_take_over(session: Session, who: SignedIn, user: int) -> User:
    """Read a user to change how they sign in, which may let the changer sign in as them."""
    known = _to_change(session, who, user)
    groups.check_takeover_of(session, who, known)
    return known


def _check_email_change(session: Session, who: SignedIn, known: User) -> None:
    """Refuse another e-mail address for oneself, as links to a new password go there."""
    if known.id == who.user.id:
        raise InvalidError("Change your own email address on your account page.", field="email")
    groups.check_takeover_of(session, who, known)
    warn_old_address(session, who, known)


def _end(session: Session, request: Request, known: User) -> list[int]:
    ended = [id_ for id_, _ in end_sessions(session, user=known.id)]
    if ended:
        line = Login(now(), known.login, known.id, address_of(request), LoginResult.SESSION_ENDED)
        note_login(session, line)
    return ended


def _set_agent(session: Session, request: Request, user: int, body: AgentBody | None) -> str | None:
    """Give a user a phone, change it, or take it away; give the new SIP secret."""
    known = acd.agents_among(session, [user]).get(user)
    if body is None:
        if known is not None:
            check_agent_unused(session, user)
            acd.change_agent(session, user, known.extension, enabled=False)
            acd.set_queues_of(session, user, ())
        return None
    draft = acd.AgentDraft(
        extension=body.extension or (known.extension if known else acd.next_extension(session)),
        caller_number=read_number(request, body.caller_number),
        outbound=body.outbound,
        outbound_until=limit_end(body.outbound, body.outbound_until, reader_of(request)),
        calls_at_once=body.calls_at_once,
    )
    secret = None
    if known is None:
        secret = secrets.token_urlsafe(18)
        acd.add_agent(session, user, draft.extension, secret, draft)
    else:
        if not acd.working_agents(session, [user]):
            # A phone that was taken away does not come back with the password it had.
            secret = secrets.token_urlsafe(18)
            acd.set_sip_secret(session, user, secret)
        acd.change_agent(session, user, draft.extension, enabled=True, draft=draft)
    acd.set_queues_of(session, user, map(QueueKey, body.queues))
    return secret


def _show_agent(agent: acd.AgentSettings, queues: Sequence[str]) -> AgentShape:
    return AgentShape(
        extension=agent.extension,
        caller_number=agent.caller_number,
        outbound=agent.outbound,
        outbound_until=agent.outbound_until,
        calls_at_once=agent.calls_at_once,
        queues=list(queues),
    )


def _noted(file: UserFile) -> dict[str, Any]:
    """Give the fields that the audit log stores of a user: ids and keys, no translated words."""
    agent = file.agent.model_dump(mode="json") if file.agent else {}
    return {
        "login": file.login,
        "name": file.name,
        "email": file.email,
        "role": file.role.id,
        "groups": sorted(one.id for one in file.groups),
        "language": str(file.language),
        "timezone": file.timezone,
        "takes_calls": file.agent is not None,
        **agent,
    }
