"""Health checks of the system itself: processes, engine, database, disk, backup. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from crm.people.rights import Right
from cti.trunks.state import FAULTS, TrunkLamp
from web.kit.health import HealthFinding, HealthLevel, RelatedPage, Trouble
from web.kit.i18n import N_
from web.ops.system_status import SystemStatus

FEW_FREE_SHARE, NO_FREE_SHARE = 0.10, 0.03
FEW_DAYS = 14
LONG_TRANSACTION_SECONDS = 300.0
WRONG_CLOCK_SECONDS = 1.0
LARGE_BACKLOG = 1000
MANY_CONNECTIONS_SHARE = 0.9
OLD_BACKUP = timedelta(hours=36)
SLOW_EVENT_MS = 500


TONES = {HealthLevel.WELL: "ready", HealthLevel.WATCH: "paused", HealthLevel.WRONG: "danger"}

NO_SUPERVISOR = Trouble(
    HealthLevel.WATCH,
    "supervisor",
    N_("Process states are unknown: no process supervisor is running here."),
    N_("Start Hotline with `bin/up`, so that crashed processes restart."),
)
PROCESS = Trouble(
    HealthLevel.WRONG,
    "process",
    N_("{name} is not running."),
    N_("It restarts automatically. If it does not come back, read `log/{name}.log`."),
)
ENGINE = Trouble(
    HealthLevel.WRONG,
    "engine",
    N_("The engine is not responding: calls continue, but no new calls reach agents."),
    N_("It restarts within seconds. If it does not come back, read `log/engine.log`."),
)
NODE = Trouble(
    HealthLevel.WRONG,
    "node",
    N_("No connection to Asterisk {name}."),
    N_("New callers hear music, and Asterisk rings the agents directly. Read `log/asterisk.log`."),
)
TRUNK = Trouble(
    HealthLevel.WRONG,
    "trunk",
    N_("The trunk “{name}” has a fault: no calls go over it."),
    N_("Test it on its page. The last error there says more."),
    RelatedPage("/trunks", Right.LINES_MANAGE),
)
BUSY_TRUNK = Trouble(
    HealthLevel.WATCH,
    "trunk.busy",
    N_("All {count} channels of the trunk “{name}” are in use."),
    N_("Further calls use other trunks or hear a busy tone. If this is frequent, add channels."),
    RelatedPage("/trunks", Right.LINES_MANAGE),
)
JOURNAL_DISK = Trouble(
    HealthLevel.WRONG,
    "journal.disk",
    N_("The journal cannot write to the disk."),
    N_("Free space now: until then a power failure loses the latest records."),
)
BACKLOG = Trouble(
    HealthLevel.WATCH,
    "journal.backlog",
    N_("{count} records are waiting for the database."),
    N_("Nothing is lost; they are written as soon as the database is back."),
)
LATE_EVENTS = Trouble(
    HealthLevel.WATCH,
    "engine.lag",
    N_("Asterisk's events arrive {lag} ms late."),
    N_("The machine is overloaded, or its clock differs from Asterisk's."),
)
DATABASE = Trouble(
    HealthLevel.WRONG,
    "database",
    N_("The database is not responding."),
    N_("Calls continue and records wait in the journal. Read `log/postgres.log`."),
)
REVISION = Trouble(
    HealthLevel.WRONG,
    "database.revision",
    N_("The database schema does not match this version ({revision})."),
    N_("Stop Hotline and run `bin/hotline upgrade`."),
)
TRANSACTION = Trouble(
    HealthLevel.WATCH,
    "database.transaction",
    N_("A transaction has been open for {seconds} s."),
    N_("It keeps the database from cleaning up. A backup may take that long."),
)
CONNECTIONS = Trouble(
    HealthLevel.WATCH,
    "database.connections",
    N_("{count} of {most} connections to the database are in use."),
    N_("Raise `max_connections`, or find out who else uses this database."),
)
CLOCK = Trouble(
    HealthLevel.WATCH,
    "clock",
    N_("The database's clock and this machine's differ by {seconds} s."),
    N_("Synchronize both clocks with NTP."),
)
FULL_DISK = Trouble(
    HealthLevel.WRONG,
    "disk",
    N_("The disk is almost full: {share} % free."),
    N_("Free space now: move old recordings elsewhere. Without space, calls are not recorded."),
)
FILLING_DISK = Trouble(
    HealthLevel.WATCH,
    "disk",
    N_("The disk is filling up: {share} % free."),
    N_("Free space soon: recordings need it."),
)
NO_BACKUP = Trouble(
    HealthLevel.WATCH,
    "backup",
    N_("No backup yet."),
    N_("One is made every night; make one now with `bin/hotline backup FILE`."),
)
FAILED_BACKUP = Trouble(
    HealthLevel.WRONG,
    "backup",
    N_("The last backup failed: {why}."),
    N_("Fix the cause, then run `bin/hotline backup FILE`."),
)
STALE_BACKUP = Trouble(
    HealthLevel.WATCH,
    "backup",
    N_("The last backup is old."),
    N_("Check that the scheduler (“jobs”) is running and that nightly backups are enabled."),
)
NO_ADMINISTRATOR = Trouble(
    HealthLevel.WRONG,
    "administrator",
    N_("There is no administrator."),
    N_("Make one with `bin/hotline administrator LOGIN`."),
)
OPEN_DEMO = Trouble(
    HealthLevel.WRONG,
    "demo",
    N_("Other machines reach the demo and its accounts."),
    N_("Start Hotline with `HOTLINE_DEMO=0` before real callers use it."),
)


def findings(status: SystemStatus) -> list[HealthFinding]:
    """Give the problems found, the worst first; none if all is well."""
    found = [
        *_processes(status),
        *_switch(status),
        *_database(status),
        *_disk(status),
        *_backup(status),
        *_accounts(status),
        *status.findings,
    ]
    return sorted(found, key=lambda one: one.level is not HealthLevel.WRONG)


def level_of(found: list[HealthFinding]) -> HealthLevel:
    """Give the worst of some findings."""
    levels = {one.level for one in found}
    worst = (level for level in (HealthLevel.WRONG, HealthLevel.WATCH) if level in levels)
    return next(worst, HealthLevel.WELL)


def _processes(status: SystemStatus) -> Iterator[HealthFinding]:
    if status.supervisor is None:
        yield NO_SUPERVISOR.found()
        return
    for one in status.supervisor.processes:
        if one.state != "running":
            yield PROCESS.found(one.name, name=one.name)


def _switch(status: SystemStatus) -> Iterator[HealthFinding]:
    if not status.engine_linked:
        yield ENGINE.found()
        return
    for node in status.nodes:
        if not node.get("ari") or not node.get("ami"):
            yield NODE.found(str(node.get("name")), name=node.get("name", ""))
    for trunk in status.trunks:
        found = {"name": trunk.get("name", ""), "count": trunk.get("max_channels", 0)}
        if trunk.get("state") in FAULTS:
            yield TRUNK.found(str(trunk.get("id")), **found)
        elif trunk.get("state") == TrunkLamp.BUSY:
            yield BUSY_TRUNK.found(str(trunk.get("id")), **found)
    engine = status.engine or {}
    waiting = engine.get("journal_backlog") or 0
    if engine.get("journal_disk") is False:
        yield JOURNAL_DISK.found()
    if engine.get("database") is False or int(waiting) > LARGE_BACKLOG:
        yield BACKLOG.found(count=waiting)
    if (lag := engine.get("event_lag_ms")) is not None and lag > SLOW_EVENT_MS:
        yield LATE_EVENTS.found(lag=lag)


def _database(status: SystemStatus) -> Iterator[HealthFinding]:
    database = status.database
    if database is None:
        yield DATABASE.found()
        return
    if not status.database_current:
        yield REVISION.found(revision=database.revision)
    if database.oldest_seconds > LONG_TRANSACTION_SECONDS:
        yield TRANSACTION.found(seconds=int(database.oldest_seconds))
    if database.connections > database.connections_most * MANY_CONNECTIONS_SHARE:
        yield CONNECTIONS.found(count=database.connections, most=database.connections_most)
    ahead = status.database_ahead_seconds
    if ahead is not None and abs(ahead) > WRONG_CLOCK_SECONDS:
        yield CLOCK.found(seconds=round(ahead, 1))


def _disk(status: SystemStatus) -> Iterator[HealthFinding]:
    disk = status.disk
    share = disk.free_bytes / disk.total_bytes if disk.total_bytes else 1.0
    said = round(share * 100, 1)
    if share < NO_FREE_SHARE:
        yield FULL_DISK.found(share=said)
    elif share < FEW_FREE_SHARE or (disk.days_left is not None and disk.days_left < FEW_DAYS):
        yield FILLING_DISK.found(share=said)


def _backup(status: SystemStatus) -> Iterator[HealthFinding]:
    last = status.backup
    if last is None:
        yield NO_BACKUP.found()
    elif not last.well:
        yield FAILED_BACKUP.found(why=last.why, **last.values)
    elif status.at - datetime.fromisoformat(last.at) > OLD_BACKUP:
        yield STALE_BACKUP.found()


def _accounts(status: SystemStatus) -> Iterator[HealthFinding]:
    if not status.administrator:
        yield NO_ADMINISTRATOR.found()
    if status.demo_is_open:
        yield OPEN_DEMO.found()
