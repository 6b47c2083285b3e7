"""What somebody is given notice of: what was done to him, and what is wrong in the house."""

import asyncio
import time
from collections.abc import Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from crm.notices.notice import Kind, NewNotice
from crm.notices.store import notify, notify_holders
from crm.people.person import SignedIn, User
from crm.people.rights import Right, Role
from web.house import House
from web.i18n import N_

log = structlog.get_logger()

ENGINE_AWAY_SECONDS = 30.0
LOOK_SECONDS = 5.0


def tell_of_role(session: Session, who: SignedIn, known: User, role: Role) -> None:
    """Tell somebody that he has another role."""
    values = {"name": who.user.name, "role": role.name(known.language)}
    _tell(session, known, N_("{name} gave you another role: {role}."), values)


def tell_of_password(session: Session, who: SignedIn, known: User) -> None:
    """Tell somebody that another person set his password."""
    _tell(session, known, N_("{name} set a new password for you."), {"name": who.user.name})


async def watch_engine(house: House) -> None:
    """Tell who looks after the house when the engine stays away; until cancelled.

    Every web process sees it. All name the same matter, so it is told once.
    """
    gone_at: float | None = None
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        mirror = house.mirror
        if not mirror.away or not mirror.boot:
            gone_at = None
            continue
        gone_at = time.monotonic() if gone_at is None else gone_at
        if time.monotonic() - gone_at >= ENGINE_AWAY_SECONDS:
            once = f"engine away {mirror.boot}.{mirror.number}"
            try:
                await run_in_threadpool(_tell_of_engine, house, once)
            except SQLAlchemyError as error:
                log.warning("nobody could be told of the engine", why=type(error).__name__)
                continue
            gone_at = float("inf")  # told; until it was back it is not told again


def _tell_of_engine(house: House, once: str) -> None:
    sentence = N_(
        "The call engine has been away for half a minute. Calls go on; nobody can be given a new "
        "one."
    )
    with house.database.begin() as session:
        notice = NewNotice(sentence, {}, "/status", Kind.SYSTEM, once)
        notify_holders(session, Right.STATUS_SEE, notice)


def _tell(session: Session, known: User, sentence: str, values: Mapping[str, str]) -> None:
    notify(session, [known.id], NewNotice(sentence, values, "/account", Kind.ACCOUNT))
