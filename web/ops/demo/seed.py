"""The demo: users, queues, a flow, past calls and the demo data of all features.

It is installed once, into a database that is still empty.
"""

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
from acd.decisions.store import keep_decisions
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.queues import store as queue_store
from crm.calls import store as calls
from crm.customers import store as customers
from crm.customers.customer import Customer
from crm.dictionary import store as dictionary
from crm.kernel.errors import MissingError
from crm.kernel.phone import e164
from crm.people import store as people
from crm.people.person import NewUser, User
from crm.service import store as service
from crm.sql.db import connect, sessions
from cti.outbound.charging.store import keep_charged
from cti.trunks.trunk import Trunk
from ivr import store as ivr
from ivr.flow import FlowId
from web.features import features
from web.kit.first_password import readable_password
from web.kit.passwords import hash_password
from web.kit.settings import Settings
from web.ops.demo import content
from web.ops.demo.agent_states import add_agent_states
from web.ops.demo.appointments import add_demo_appointments
from web.ops.demo.callbacks import add_callbacks
from web.ops.demo.custom import add_demo_custom
from web.ops.demo.faxes import add_demo_fax
from web.ops.demo.flow_tests import add_demo_tests, in_flow
from web.ops.demo.flows import add_demo_flows
from web.ops.demo.lost_calls import add_lost_calls
from web.ops.demo.outgoing import outgoing_calls
from web.ops.demo.past_calls import FIRST, FinishedCall, past_calls
from web.ops.demo.prompts import add_demo_prompts
from web.ops.demo.queues import add_demo_distribution
from web.ops.demo.routes import add_demo_routes
from web.ops.demo.scores import add_demo_scores
from web.ops.demo.trunk import adapt_demo_trunk, add_demo_trunk, close_demo_trunk
from web.ops.demo.voicemail import OWNER, PIN, add_demo_voicemail
from web.ops.demo.waits import add_demo_waits

log = structlog.get_logger(__name__)
_INSTALL_LOCK = 0x44454D4F  # "DEMO"
WRAPUP_SECONDS = 30.0

Keys = Mapping[str, Mapping[str, str]]
"""login → its `password` and `sip_secret`."""


def install(settings: Settings) -> None:
    """Fill the database, completely or not at all; a second time changes nothing.

    A database that has users of its own is left alone. If the file of the accounts is lost, the
    demo's users get new passwords.
    """
    engine = connect(settings.database_url, pool_size=1, statement_timeout_ms=60_000)
    try:
        with sessions(engine).begin() as session:
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _INSTALL_LOCK})
            _install(session, settings)
    finally:
        engine.dispose()


def accounts(settings: Settings) -> dict[str, Any]:
    """Give addresses, numbers and the accounts of all users of the demo.

    MissingError as long as the demo has not been installed.
    """
    keys = _read_keys(settings)
    if keys is None:
        raise MissingError("No demo data yet: start Hotline first.")
    return {
        "address": settings.address.rstrip("/").replace("localhost", "127.0.0.1"),
        "hotlines": [{"number": content.HOTLINE, "name": content.HOTLINE_NAME}],
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
            for person in content.PEOPLE
        ],
    }


def welcome(settings: Settings) -> list[str]:
    """Give a few lines for a terminal: how to sign in, and which number to call."""
    with suppress(MissingError):
        told = accounts(settings)
        lines = [f"{one['login']:<12} {one['password']}" for one in told["accounts"]]
        return [
            f"Sign in with one of these; the number to call is {content.HOTLINE}.",
            *lines,
            f"Voicemail: dial *97 as {OWNER}; the PIN of the demo's boxes is {PIN}.",
        ]
    return []


def close(settings: Settings) -> int:
    """Lock the demo's accounts, if there are any; give how many were open.

    The next start with the demo opens them again, with new passwords.
    """
    engine = connect(settings.database_url, pool_size=1, statement_timeout_ms=60_000)
    try:
        with sessions(engine).begin() as session:
            return lock_accounts(session, settings)
    finally:
        engine.dispose()


def lock_accounts(session: Session, settings: Settings) -> int:
    """Lock the demo's accounts, remove the file of their passwords; give how many were open."""
    if not is_installed(session):
        return 0
    locked = [user.id for user in own_accounts(session) if user.enabled]
    people.lock_out(session, locked)
    close_demo_trunk(session)
    keys_file(settings).unlink(missing_ok=True)
    return len(locked)


def is_installed(session: Session) -> bool:
    """Whether the demo has filled this database."""
    return bool(calls.timeline(session, FIRST))


def own_accounts(session: Session) -> list[User]:
    """Give the demo's accounts; one that got a password of its own belongs to the site by now."""
    found = (people.user_by_login(session, person.login) for person in content.PEOPLE)
    return [
        user
        for user in found
        if user and not (user.password_changed_at or user.must_change_password or user.by_provider)
    ]


def _install(session: Session, settings: Settings) -> None:
    filled = is_installed(session)
    if not filled and people.users(session):
        log.warning("the database has users of its own, so the demo is not installed")
        return
    keys = _read_keys(settings)
    reopened = keys is None
    if keys is None:
        keys = _new_keys(session if filled else None)
        # Before the transaction ends: a start that fails later finds the same passwords again.
        _write_private(keys_file(settings), json.dumps(keys, indent=1))
        for user in own_accounts(session) if filled else ():
            password = keys[user.login]["password"]
            people.set_password(session, user.id, hash_password(password))
            people.set_enabled(session, user.id, enabled=True)
    if not filled:
        users = _fill(session, settings, keys)
        _add_outgoing_calls(session, settings, users, add_demo_trunk(session, settings))
    else:
        adapt_demo_trunk(session, settings, reopened=reopened)


def _fill(session: Session, settings: Settings, keys: Keys) -> dict[str, User]:
    for reason in content.PAUSE_REASONS:
        acd.save_pause_reason(session, reason)
    users = {one.login: _add_user(session, one, keys[one.login]) for one in content.PEOPLE}
    for feature in features():
        if feature.demo is not None:
            feature.demo(session, users)
    for fallback, (key, (english, chinese)) in enumerate(content.QUEUES.items(), start=1):
        members = tuple(AgentId(users[one.login].id) for one in content.PEOPLE if key in one.queues)
        queue = Queue(
            QueueKey(key),
            english,
            members_of(members),
            wrapup_seconds=WRAPUP_SECONDS,
            fallback=fallback,
        )
        queue_store.save_queue(session, queue, chinese)
    add_demo_distribution(session)
    for prompt in content.PROMPTS:
        ivr.save_prompt(session, prompt)
    add_demo_prompts(session, settings, users)
    flow = ivr.add_flow(session, content.FLOW_NAME)
    ivr.publish(session, flow, content.FLOW, users["admin"].id)
    called = e164(content.HOTLINE, settings.region)
    ivr.save_number(session, ivr.Number(called, content.HOTLINE_NAME, flow))
    add_demo_flows(session, settings.region, users["admin"].id)
    add_demo_tests(session, flow, users["admin"].id)
    add_demo_routes(session, called, flow)
    add_demo_custom(session, settings, called)
    past = _add_past_calls(session, settings, called, users, flow)
    add_demo_scores(session, past, flow)
    return users


def _add_user(session: Session, person: content.DemoPerson, keys: Mapping[str, str]) -> User:
    hashed = hash_password(keys["password"])
    user = people.add_user(
        session, NewUser(person.login, person.name, person.role, hashed, person.language)
    )
    if person.extension:
        acd.add_agent(session, user.id, person.extension, keys["sip_secret"])
    return user


def _add_outgoing_calls(
    session: Session, settings: Settings, users: Mapping[str, User], trunk: Trunk
) -> None:
    own = e164(content.HOTLINE, settings.region)
    now = datetime.now(UTC)  # noqa: TID251 - as below
    for events in outgoing_calls(now, own, _customers(session), users, trunk):
        calls.keep_events(session, events)
        keep_charged(session, events, settings.region, now)


def _customers(session: Session) -> list[Customer]:
    found = customers.read_customers(session, session.execute(customers.whole_files()).all())
    return sorted(found, key=lambda one: one.id)


def _add_past_calls(
    session: Session, settings: Settings, called: str, users: Mapping[str, User], flow: FlowId
) -> list[FinishedCall]:
    known = _customers(session)
    choices = dictionary.dictionaries(session)
    # The end of a start-up may read the clock too.
    now = datetime.now(UTC)  # noqa: TID251
    made = list(past_calls(now, called, known, users, choices))
    lines = [in_flow(event, flow) for one in made for event in one.timeline]
    calls.keep_events(session, lines)
    keep_decisions(session, [decision for one in made for decision in one.decisions])
    for one in made:
        if one.service_record:
            service.write_record(session, one.service_record, one.timeline[-1].at)
    add_demo_voicemail(session, settings, called, known[0], users, now)
    add_demo_fax(session, settings, called, known[0], now)
    add_lost_calls(session, settings, called, users, now)
    add_callbacks(session, called, known, users, now)
    add_demo_waits(session, now)
    add_demo_appointments(session, users, now)
    add_agent_states(session, users, now)
    return made


def keys_file(settings: Settings) -> Path:
    """Give the file of the demo's passwords."""
    return settings.home / "demo-accounts.json"


def _read_keys(settings: Settings) -> Keys | None:
    """Read the accounts' file; None if there is none, or one that lacks an account."""
    try:
        keys: Keys = json.loads(keys_file(settings).read_text())
        whole = all(set(keys[one.login]) >= {"password", "sip_secret"} for one in content.PEOPLE)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return keys if whole else None


def _new_keys(filled: Session | None) -> Keys:
    """Make random passwords; the secrets of telephones stay where the database knows them."""
    known = {one.extension: one.sip_secret for one in acd.agents(filled)} if filled else {}
    return {
        person.login: {
            "password": readable_password(),
            "sip_secret": known.get(person.extension) or secrets.token_urlsafe(18),
        }
        for person in content.PEOPLE
    }


def _write_private(path: Path, content: str) -> None:
    """Write completely or not at all, readable by the owner only (as temporary files are)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
