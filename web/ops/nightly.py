"""The nightly backup: made by the leader of the jobs, at the hour that the site has set.

The local date of the last backup's night is kept in a file in the home: a date gets one backup,
however often the jobs are restarted and wherever the backups are moved.
"""

import json
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from crm.notices.notice import NewNotice, NoticeKind
from crm.notices.store import notify_holders
from crm.parameters.store import parameters
from crm.people.rights import Right
from web.kit.clock import now
from web.kit.i18n import N_, site_zone
from web.kit.jobs import JobContext
from web.kit.settings import Settings
from web.ops import age
from web.ops.backup import (
    BackupError,
    StoppedError,
    back_up,
    backups_dir,
    daily_name,
    keep_newest,
    sweep,
)
from web.ops.failure_reason import Reason

AGAIN_AFTER = timedelta(hours=1)
KEPT = "nightly.json"  # in the home

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Nights:
    """The night of the last backup, and the time of a failure since."""

    made_for: date | None = None
    failed_at: datetime | None = None


def back_up_if_due(context: JobContext) -> None:
    """Make the nightly backup if it is due; the job is run every minute.

    If the process is told to stop, the backup is left unfinished; the next leader makes a new one.
    """
    settings = context.settings
    with context.database.begin() as session:
        known = parameters(session)
    zone = site_zone(settings.region, known.text("timezone"))
    keep = known.number("backups_kept")
    when = time(known.number("backup_hour"), known.number("backup_minute"))
    at, nights = now(), read_nights(settings)
    if not keep or not is_due(at, when, zone, nights):
        return
    night = night_of(at, when, zone)
    try:
        _make(settings, known.text("backup_key"), keep, context.stop)
    except StoppedError:
        log.info("the nightly backup was stopped, and is made anew")
    except BackupError as error:
        _keep(settings, replace(nights, failed_at=now()))
        log.error("the nightly backup failed", why=str(error))  # noqa: TRY400 - the reason says it all
        _notify(context.database, night, error.reason)
    else:
        _keep(settings, Nights(night))


def night_of(at: datetime, when: time, zone: tzinfo) -> date:
    """Give the local date of the last backup that was due."""
    here = at.astimezone(zone)
    return here.date() if here.time() >= when else here.date() - timedelta(days=1)


def is_due(at: datetime, when: time, zone: tzinfo, nights: Nights) -> bool:
    """Whether a backup is due since the last one; after a failure it waits for an hour."""
    if nights.failed_at is not None and timedelta() <= at - nights.failed_at < AGAIN_AFTER:
        return False
    return nights.made_for is None or nights.made_for < night_of(at, when, zone)


def read_nights(settings: Settings) -> Nights:
    """Read the last nights; an unreadable file counts as none."""
    try:
        kept = json.loads((settings.home / KEPT).read_text())
        made, failed = kept["made_for"], kept["failed_at"]
        return Nights(
            date.fromisoformat(made) if made else None,
            datetime.fromisoformat(failed) if failed else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Nights()


def _make(settings: Settings, key: str, keep: int, stop: threading.Event) -> None:
    try:
        lock = age.read_public_key(key) if key else None
    except ValueError:
        # No backup is better than one that is not encrypted.
        raise BackupError(Reason(N_("the setting backup_key is not a public key"))) from None
    sweep(settings, now())
    name = daily_name(now(), locked=lock is not None)
    done = back_up(settings, backups_dir(settings) / name, lock=lock, stop=stop)
    keep_newest(settings, keep)
    log.info("the nightly backup was made", size=done.size, rows=done.rows, seconds=done.seconds)


def _keep(settings: Settings, nights: Nights) -> None:
    with suppress(OSError):  # the backup is made once more then, which does no harm
        new = settings.home / f"{KEPT}.new"
        new.write_text(json.dumps(asdict(nights), default=lambda one: one.isoformat()))
        new.replace(settings.home / KEPT)


def _notify(database: sessionmaker[Session], night: date, reason: Reason) -> None:
    """Notify the administrators, once for a night."""
    notice = NewNotice(
        N_("The nightly backup failed: {why}"),
        reason.told(),
        "/status",
        NoticeKind.SYSTEM,
        f"backup failed {night.isoformat()}",
        urgent=True,
    )
    try:
        with database.begin() as session:
            notify_holders(session, Right.STATUS_SEE, notice)
    except SQLAlchemyError as error:
        log.warning(
            "the notice of the failed backup could not be written", why=type(error).__name__
        )
