"""The demo: a furnished house with accounts of its own, for a database that is still empty."""

import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from acd import store as acd
from acd.queue import AgentId, Queue, QueueKey
from crm.calls import store as calls
from crm.customers import store as customers
from crm.dictionary import store as dictionary
from crm.kernel.errors import MissingError
from crm.kernel.phone import e164
from crm.people import store as people
from crm.people.groups import store as groups
from crm.people.groups.group import GroupDraft
from crm.people.person import NewUser, User
from crm.people.roles.store import add_role
from crm.service import store as service
from crm.sql.db import connect, sessions
from ivr import store as ivr
from web.kit.passwords import hash_password
from web.kit.settings import Settings
from web.ops.demo import content as context
from web.ops.demo.past_calls import FIRST, past_calls
from web.people.first_password import readable_password

log = structlog.get_logger(__name__)
_ONE_FURNISHER = 0x44454D4F  # "DEMO"
WRAPUP_SECONDS = 30.0

Keys = Mapping[str, Mapping[str, str]]
"""login → its `password` and `sip_secret`."""


def install(settings: Settings) -> None:
    """Furnish the database, all of it or nothing; a second time changes nothing.

    A database in which somebody already works is left alone. If the file of the accounts is
    lost, those of the demo get new passwords.
    """
    engine = connect(settings.database_url, pool_size=1, statement_timeout_ms=60_000)
    try:
        with sessions(engine).begin() as session:
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_FURNISHER})
            _install(session, settings)
    finally:
        engine.dispose()


def accounts(settings: Settings) -> dict[str, Any]:
    """Tell how to get in: addresses, numbers, and the account of everybody in the demo.

    MissingError as long as the demo has not been installed.
    """
    keys = _read_keys(settings)
    if keys is None:
        raise MissingError("There is no demo here yet: start Hotline first.")
    return {
        "address": settings.address.rstrip("/").replace("localhost", "127.0.0.1"),
        "hotlines": [{"number": context.HOTLINE, "name": context.HOTLINE_NAME}],
        "sip": {"host": "127.0.0.1", "port": settings.sip_port, "transport": "udp"},
        "accounts": [
            {
                "login": person.login,
                "password": keys[person.login]["password"],
                "role": person.role.value,
                "name": person.name,
                "extension": person.extension,
                "sip_user": person.extension,
                "sip_secret": keys[person.login]["sip_secret"] if person.extension else "",
            }
            for person in context.PEOPLE
        ],
    }


def welcome(settings: Settings) -> list[str]:
    """Say in a few lines, for the terminal, how to look around."""
    with suppress(MissingError):
        told = accounts(settings)
        lines = [f"{one['login']:<12} {one['password']}" for one in told["accounts"]]
        return [f"Sign in with one of these; the number to call is {context.HOTLINE}.", *lines]
    return []


def _install(session: Session, settings: Settings) -> None:
    furnished = bool(calls.timeline(session, FIRST))
    if not furnished and people.users(session):
        log.warning("somebody works in this database already, so the demo is not installed")
        return
    keys = _read_keys(settings)
    if keys is None:
        keys = _new_keys(session if furnished else None)
        # Before the transaction ends: a start that fails later finds the same passwords again.
        _write_private(_keys_file(settings), json.dumps(keys, indent=1))
        for person in context.PEOPLE if furnished else ():
            if user := people.user_by_login(session, person.login):
                password = keys[person.login]["password"]
                people.set_password(session, user.id, hash_password(password))
    if not furnished:
        _furnish(session, settings, keys)


def _furnish(session: Session, settings: Settings, keys: Keys) -> None:
    for which, choices in context.CHOICES.items():
        for item in choices:
            dictionary.save_item(session, which, item)
    for reason in context.PAUSE_REASONS:
        acd.save_pause_reason(session, reason)
    staff = {person.login: _hire(session, person, keys[person.login]) for person in context.PEOPLE}
    _group(session, staff)
    for fallback, (key, (english, chinese)) in enumerate(context.QUEUES.items(), start=1):
        members = tuple(AgentId(staff[one.login].id) for one in context.PEOPLE if key in one.queues)
        queue = Queue(
            QueueKey(key), english, members, wrapup_seconds=WRAPUP_SECONDS, fallback=fallback
        )
        acd.save_queue(session, queue, chinese)
    for prompt in context.PROMPTS:
        ivr.save_prompt(session, prompt)
    flow = ivr.add_flow(session, context.FLOW_NAME)
    ivr.publish(session, flow, context.FLOW, staff["admin"].id)
    called = e164(context.HOTLINE, settings.region)
    ivr.save_number(session, ivr.Number(called, context.HOTLINE_NAME, flow))
    _remember(session, called, staff)


def _hire(session: Session, person: context.DemoPerson, keys: Mapping[str, str]) -> User:
    hashed = hash_password(keys["password"])
    user = people.add_user(
        session, NewUser(person.login, person.name, person.role, hashed, person.language)
    )
    if person.extension:
        acd.add_agent(session, user.id, person.extension, keys["sip_secret"])
    return user


def _group(session: Session, staff: Mapping[str, User]) -> None:
    made: dict[str, int] = {}
    for name, parent, logins in context.GROUPS:
        group = groups.add_group(session, GroupDraft(name, parent=made.get(parent)))
        groups.set_members(session, group.id, [staff[login].id for login in logins])
        made[name] = group.id
    add_role(session, context.TEAM_LEADER)


def _remember(session: Session, called: str, staff: Mapping[str, User]) -> None:
    known = [customers.add_customer(session, draft) for draft in context.customers()]
    # The end of a start-up is an edge too: here the clock is read.
    now = datetime.now(UTC)  # noqa: TID251
    told = list(past_calls(now, called, known, staff))
    calls.keep_events(session, [event for one in told for event in one.timeline])
    for one in told:
        if one.service_record:
            service.write_record(session, one.service_record, one.timeline[-1].at)


def _keys_file(settings: Settings) -> Path:
    return settings.home / "demo-accounts.json"


def _read_keys(settings: Settings) -> Keys | None:
    """Read the accounts' file; None if there is none, or not one for everybody."""
    try:
        keys: Keys = json.loads(_keys_file(settings).read_text())
        whole = all(set(keys[one.login]) >= {"password", "sip_secret"} for one in context.PEOPLE)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return keys if whole else None


def _new_keys(furnished: Session | None) -> Keys:
    """Make passwords by chance; the secrets of telephones stay, where the database knows them."""
    known = {one.extension: one.sip_secret for one in acd.agents(furnished)} if furnished else {}
    return {
        person.login: {
            "password": readable_password(),
            "sip_secret": known.get(person.extension) or secrets.token_urlsafe(18),
        }
        for person in context.PEOPLE
    }


def _write_private(path: Path, content: str) -> None:
    """Write whole or not at all, for the owner's eyes only (as temporary files are made)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
