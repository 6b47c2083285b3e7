"""The backup of every night: made by the leader of the jobs, at an hour that the site chose."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

import structlog
from sqlalchemy.orm import Session, sessionmaker

from crm.parameters.store import parameters
from web.backup import back_up, backups_dir, daily_name, keep_newest, last_backup
from web.clock import now
from web.i18n import house_zone
from web.settings import Settings
from web.setup.steps import SetupError

AGAIN_AFTER = timedelta(hours=1)

log = structlog.get_logger()


def nightly_backup(settings: Settings) -> Callable[[sessionmaker[Session]], None]:
    """Give the job that makes a backup if one is due; it is to be asked every few minutes."""
    zone = house_zone(settings.region)

    def back_up_if_due(database: sessionmaker[Session]) -> None:
        with database.begin() as session:
            known = parameters(session)
        keep, hour = known.number("backups_kept"), known.number("backup_hour")
        if keep and is_due(now(), hour, zone, newest(settings), _failed_at(settings)):
            _make(settings, keep)

    return back_up_if_due


def is_due(
    at: datetime, hour: int, zone: tzinfo, newest_at: datetime | None, failed_at: datetime | None
) -> bool:
    """Say whether the hour has come since the newest one; after a failure an hour is waited."""
    here = at.astimezone(zone)
    slot = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if slot > here:
        slot -= timedelta(days=1)
    if failed_at is not None and at - failed_at < AGAIN_AFTER:
        return False
    return newest_at is None or newest_at < slot


def newest(settings: Settings) -> datetime | None:
    """Tell when the newest nightly backup was made, by its file."""
    found = sorted(backups_dir(settings).glob("daily-*.tar.gz"))
    if not found:
        return None
    name = found[-1].name.removeprefix("daily-").removesuffix(".tar.gz")
    try:
        return datetime.strptime(f"{name}+0000", "%Y%m%d-%H%M%S%z")
    except ValueError:
        return None  # somebody put a file of his own there


def _failed_at(settings: Settings) -> datetime | None:
    last = last_backup(settings)
    return datetime.fromisoformat(last.at) if last is not None and not last.well else None


def _make(settings: Settings, keep: int) -> None:
    try:
        done = back_up(settings, backups_dir(settings) / daily_name(now()))
    except SetupError as error:
        log.error("the nightly backup failed", why=str(error))  # noqa: TRY400 - told on the page
        return
    keep_newest(settings, keep)
    log.info("the nightly backup was made", size=done.size, rows=done.rows, seconds=done.seconds)
