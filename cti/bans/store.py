"""Unauthorized attempts and bans in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import MissingError
from crm.kernel.text import clean
from crm.parameters.store import parameters
from crm.sql.db import notify
from cti.bans.models import SipAttemptRow, SipBanRow
from cti.bans.rule import MOST_NAMES, Ban, BanLimits, Network, read_networks
from cti.trunks.store import trunks
from cti.trunks.trunk import host_and_port

LONGEST_NAME = 80
MOST_KEPT = 10_000  # addresses with attempts
_TABLE = "sip_bans"


@dataclass(frozen=True, slots=True)
class BanPlan:
    """What the engine needs to know: the limits, the bans, and the hosts that are never banned."""

    limits: BanLimits
    bans: Mapping[str, Ban]
    hosts: frozenset[str]  # names and addresses of trunks, and their networks


@dataclass(frozen=True, slots=True)
class NewAttempts:
    """The attempts of one address since they were last stored; times in seconds of Unix."""

    address: str
    count: int
    names: tuple[str, ...]
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class StoredAttempts:
    """All attempts of one address, and until when it is banned."""

    address: str
    count: int
    names: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    banned_until: datetime | None


def ban_plan(session: Session) -> BanPlan:
    """Read what decides about bans, as the engine uses it."""
    known = parameters(session)
    rows = session.scalars(select(SipBanRow).execution_options(populate_existing=True))
    hosts: list[str] = []
    for one in trunks(session):
        proxy = (host_and_port(one.outbound_proxy)[0],) if one.outbound_proxy else ()
        hosts += [one.host, *proxy, *one.addresses]
    return BanPlan(
        BanLimits(
            known.number("ban_attempts"),
            60.0 * known.number("ban_within_minutes"),
            60.0 * known.number("ban_minutes"),
            _exceptions(known.text("ban_exceptions")),
        ),
        {row.address: Ban(row.since.timestamp(), row.until.timestamp()) for row in rows},
        frozenset(hosts),
    )


def keep_attempts(session: Session, new: Sequence[NewAttempts]) -> None:
    """Add attempts to what is known of their addresses."""
    row = SipAttemptRow
    ordered = sorted(new, key=lambda one: one.address)
    wanted = [one.address for one in ordered]
    query = select(row).where(row.address.in_(wanted)).order_by(row.address).with_for_update()
    known = {one.address: one for one in session.scalars(query)}
    for one in ordered:
        old = known.get(one.address)
        if old is None:
            session.add(
                row(
                    address=one.address,
                    count=one.count,
                    names=_names((), one.names),
                    first_at=_moment(one.first),
                    last_at=_moment(one.last),
                )
            )
        else:
            old.count += one.count
            old.names = _names(old.names, one.names)
            old.last_at = _moment(one.last)
    session.flush()


def keep_bans(session: Session, new: Mapping[str, Ban]) -> None:
    """Store bans; the engine that made them needs no notice."""
    for address, ban in sorted(new.items()):
        values = {"since": _moment(ban.since), "until": _moment(ban.until)}
        saved = insert(SipBanRow).values(address=address, **values)
        session.execute(saved.on_conflict_do_update(index_elements=["address"], set_=values))


def release(session: Session, addresses: Collection[str], at: datetime) -> list[str]:
    """End the bans of some addresses; MissingError if none of them is banned."""
    wanted = {clean(one, 60) for one in addresses}
    gone = delete(SipBanRow).where(SipBanRow.address.in_(wanted))
    found = session.execute(gone.returning(SipBanRow.address, SipBanRow.until))
    released = sorted(address for address, until in found if until > at)
    if not released:
        raise MissingError("This address is not banned.")
    notify(session, f"{_TABLE}:{released[0]}")
    return released


def attempts(session: Session, at: datetime) -> list[StoredAttempts]:
    """Give all addresses with attempts or a ban, the newest first."""
    row, ban = SipAttemptRow, SipBanRow
    tried = select(row, ban.until).outerjoin(ban, ban.address == row.address)
    found = [
        StoredAttempts(
            one.address,
            one.count,
            tuple(one.names),
            one.first_at,
            one.last_at,
            until if until is not None and until > at else None,
        )
        for one, until in session.execute(tried.execution_options(populate_existing=True))
    ]
    return sorted(found, key=lambda one: one.last_at, reverse=True)


def forget_old(session: Session, before: datetime, at: datetime) -> int:
    """Delete old attempts, the surplus of too many addresses, and bans that are over."""
    session.execute(delete(SipBanRow).where(SipBanRow.until <= at))
    row = SipAttemptRow
    newest = select(row.address).order_by(row.last_at.desc()).limit(MOST_KEPT)
    banned_now = select(SipBanRow.address)
    old = or_(row.last_at < before, row.address.not_in(newest))
    gone = delete(row).where(old, row.address.not_in(banned_now)).returning(row.address)
    return len(session.scalars(gone).all())


def count_attempts(session: Session) -> int:
    """Count the addresses with attempts."""
    return session.scalars(select(func.count()).select_from(SipAttemptRow)).one()


def _exceptions(text: str) -> tuple[Network, ...]:
    """Read the exceptions, which the web has checked; none if the text cannot be read."""
    try:
        return read_networks(text)
    except ValueError:
        return ()


def _names(known: Collection[str], new: Collection[str]) -> list[str]:
    texts = (clean("".join(ch for ch in one if ch.isprintable()), LONGEST_NAME) for one in new)
    return list(dict.fromkeys((*known, *(one for one in texts if one))))[:MOST_NAMES]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
