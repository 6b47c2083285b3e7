"""`hotline upgrade` and `rollback`: back up, then migrate to this release or back to an older one.

Releases are named by the schema they need. Data that only a newer release has is lost in a
rollback, and kept in the backup that is made first.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from crm.sql import db
from web.kit.clock import now
from web.kit.settings import Settings
from web.ops import backup
from web.ops.home import only_one
from web.ops.setup.steps import SetupError, step

# Release -> the last revision of its migrations, the oldest release first. A new migration belongs
# to the last line only as long as that release has not been given out; after that it needs a line
# of its own, with the new version of pyproject.toml, or `rollback` would lead to a schema that the
# older release has never seen.
RELEASES: Mapping[str, str] = {"0.3": "20261130s", "0.4": "20261201a"}


def release_of(revision: str) -> str:
    """Give the release of a revision: the first one that has it."""
    older = list(reversed(db.known_revisions()))
    if revision not in older:
        return ""
    for name, last in RELEASES.items():
        if older.index(revision) <= older.index(last):
            return name
    return ""


def bring_up_to_date(settings: Settings) -> Path | None:
    """Migrate an old database, after a backup; give the backup's path, if one was made.

    An empty database needs no backup. A newer database is refused.
    """
    there = db.revision_at(settings.database_url)
    _refuse_newer(there)
    kept = None
    if there and not db.is_current(settings.database_url):
        with step("Database: backing it up before its upgrade"):
            kept = _back_up(settings, f"before-{list(RELEASES)[-1]}")
    with step("Database: bringing its tables up to date"):
        db.migrate(settings.database_url)
        if not db.is_current(settings.database_url):
            raise SetupError("The database is not what this version needs, after its migration.")
    return kept


def roll_back(settings: Settings, release: str) -> Path:
    """Migrate the schema back to a release, after a backup; gives the path of the backup."""
    revision = RELEASES.get(release)
    if revision is None or release == list(RELEASES)[-1]:
        raise SetupError(f"There is no release {release} to go back to: {', '.join(RELEASES)}.")
    there = db.revision_at(settings.database_url)
    _refuse_newer(there)
    newest_first = db.known_revisions()
    if not there or newest_first.index(there) >= newest_first.index(revision):
        raise SetupError(f"The database is not newer than release {release}.")
    with step("Database: backing it up before it is taken back"):
        kept = _back_up(settings, f"before-back-to-{release}")
    try:
        with step(f"Database: taking it back to {release}"):
            db.downgrade(settings.database_url, revision)
    except (SQLAlchemyError, NotImplementedError) as error:
        why = str(error).splitlines()[0][:200]
        raise SetupError(
            f"The tables cannot be taken back ({why}); nothing was changed. Restore the backup that"
            " was made before the upgrade: hotline restore --replace FILE."
        ) from None
    return kept


def command_upgrade(settings: Settings) -> int:
    """Carry out `hotline upgrade`: Hotline must not run; start it afterwards."""
    with only_one(settings), backup.database_running(settings):
        backup.refuse_half_restored(settings)
        kept = bring_up_to_date(settings)
        revision = db.revision_at(settings.database_url)
    said = f"The backup made before is {kept}." if kept else "It was up to date."
    sys.stdout.write(f"  The database is at {revision}. {said}\n")
    return 0


def command_roll_back(settings: Settings, release: str) -> int:
    """Carry out `hotline rollback`: to a release, by default the one before the newest."""
    wanted = release or list(RELEASES)[-2]
    with only_one(settings), backup.database_running(settings):
        kept = roll_back(settings, wanted)
    sys.stdout.write(
        f"  The database is that of release {wanted}; start that release now. What was there"
        f" before is in {kept}.\n"
    )
    return 0


def _refuse_newer(there: str) -> None:
    if there and there not in db.known_revisions():
        raise SetupError(
            f"The database was made by a newer version of Hotline ({there}). Start that version, or"
            " restore a backup of this one."
        )


def _back_up(settings: Settings, why: str) -> Path:
    # A migration does not touch the recordings, which may be hundreds of gigabytes.
    target = backup.backups_dir(settings) / f"{why}-{now():%Y%m%d-%H%M%S}.tar.gz"
    backup.back_up(settings, target, sound=False)
    return target
