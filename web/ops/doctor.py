"""`hotline doctor`: checks each part and prints a line: what is wrong, and what to do."""

import asyncio
import json
import shutil
import sys
from collections.abc import Awaitable, Callable

from cti.asterisk.ami import AMIClient
from web.kit.settings import Settings
from web.ops import doctor_sound, readiness
from web.ops.finding import Finding
from web.ops.setup import asterisk, client, nginx, ports, prompts
from web.ops.setup.packages import private_root_of
from web.ops.setup.steps import SetupError

LEAST_FREE_BYTES = 500_000_000


Check = Callable[[Settings], Awaitable[Finding]]
RUN_UP = "Run bin/up; if it runs, see the log folder."


def examine(settings: Settings) -> int:
    """Print a line for each part; give 0 if all are well, else 1."""
    findings = asyncio.run(_all(settings))
    for finding in findings:
        print(finding.line())
    return 0 if all(finding.well for finding in findings) else 1


async def _all(settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found.append(await asyncio.wait_for(check(settings), 15.0))
        except (OSError, TimeoutError, SetupError) as error:
            name = check.__name__.strip("_").replace("_", " ")
            found.append(Finding(name, well=False, seen=str(error) or "no answer", advice=RUN_UP))
    return found


async def _python(_settings: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), version, "Install Python 3.11 or newer.")


async def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.home).free
    seen = f"{free // 1_000_000} MB free at {settings.home}"
    return Finding("Disk", free >= LEAST_FREE_BYTES, seen, "Make room: recordings need it.")


async def _supervisor(settings: Settings) -> Finding:
    try:
        status = json.loads(settings.status_file.read_text())
        children = status["children"].items()
    except (OSError, ValueError, KeyError):
        return Finding("Supervisor", well=False, seen="it does not run", advice="Run bin/up.")
    bad = [name for name, child in children if child["state"] != "running"]
    restarts = sum(child["restarts"] for _, child in children)
    seen = f"{len(children)} processes, {restarts} restarts"
    if bad:
        seen += f", not running: {', '.join(bad)}"
    return Finding("Supervisor", not bad, seen, f"See {settings.log_dir}.")


async def _database(settings: Settings) -> Finding:
    if not settings.embedded_database:
        return Finding("Database", well=True, seen="elsewhere; see the migrations")
    well = await readiness.database(settings)
    advice = f"See {settings.log_dir / 'postgres.log'}."
    return Finding("Database", well, "answers" if well else "does not answer", advice)


async def _migrations(settings: Settings) -> Finding:
    from crm.sql import db  # noqa: PLC0415 - it must run even where a part cannot be imported

    try:
        current = await asyncio.to_thread(db.is_current, settings.database_url)
    except Exception as error:  # noqa: BLE001 - a doctor reports whatever is wrong
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return Finding("Migrations", well=False, seen=reason, advice=RUN_UP)
    seen = "current" if current else "the tables are older than the program"
    return Finding("Migrations", current, seen, "Run bin/hotline migrate.")


async def _sign_in(settings: Settings) -> Finding:
    from web.ops.first_administrator import examine  # noqa: PLC0415 - as above

    try:
        administrator, anyone = await asyncio.to_thread(examine, settings)
    except Exception as error:  # noqa: BLE001 - a doctor reports whatever is wrong
        return Finding("Sign-in", well=False, seen=type(error).__name__, advice=RUN_UP)
    seen = "there is an administrator"
    if not administrator:
        seen = "there is no administrator" if anyone else "nobody can sign in"
    advice = "Make an administrator with bin/hotline administrator LOGIN."
    return Finding("Sign-in", administrator, seen, advice)


async def _demo(settings: Settings) -> Finding:
    seen = "off"
    if settings.demo:
        seen = "other machines reach its accounts" if settings.demo_is_open else "on, on loopback"
    advice = "Start with HOTLINE_DEMO=0 before real callers use this system."
    return Finding("Demo", not settings.demo_is_open, seen, advice)


async def _asterisk(settings: Settings) -> Finding:
    try:
        found = await asyncio.to_thread(asterisk.known, settings)
    except SetupError as error:
        return Finding("Asterisk", well=False, seen=str(error).rstrip("."), advice="Run bin/up.")
    if found is None:
        return Finding("Asterisk", well=False, seen="not fetched yet", advice="Run bin/up.")
    return Finding("Asterisk", well=True, seen=f"version {found.version}")


async def _ari(settings: Settings) -> Finding:
    well = await readiness.ari(settings)
    seen = f"port {settings.asterisk_port} {'answers' if well else 'does not answer'}"
    return Finding("ARI", well, seen, f"See {settings.asterisk_dir / 'log' / 'messages'}.")


async def _ami(settings: Settings) -> Finding:
    linked = asyncio.Event()
    client_ = AMIClient(
        ("127.0.0.1", settings.ami_port),
        ("hotline", settings.secrets.ami_password),
        on_link=lambda up: linked.set() if up else None,
    )
    running = asyncio.create_task(client_.run())
    try:
        await asyncio.wait_for(linked.wait(), 3.0)
        seen = f"port {settings.ami_port} lets us in"
    except TimeoutError:
        seen = f"port {settings.ami_port} does not let us in"
    finally:
        client_.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    advice = f"See {settings.asterisk_dir / 'log' / 'messages'}."
    return Finding("AMI", linked.is_set(), seen, advice)


async def _engine(settings: Settings) -> Finding:
    well = await readiness.unix_socket(settings.engine_socket)
    seen = "its socket answers" if well else "its socket does not answer"
    return Finding("Engine", well, seen, f"See {settings.log_dir / 'engine.log'}.")


async def _web(settings: Settings) -> Finding:
    well = await readiness.web(settings)
    seen = "/healthz is well" if well else "/healthz does not answer"
    return Finding("Web", well, seen, f"See {settings.log_dir / 'web.log'}.")


async def _front_door(settings: Settings) -> Finding:
    if shutil.which("nginx") is None and private_root_of(nginx.WANTED, settings.cache_dir) is None:
        return Finding(
            "Web server (nginx)", well=False, seen="nginx not fetched yet", advice="Run bin/up."
        )
    well = await readiness.port(settings.host, settings.front_port)
    seen = f"{settings.address} {'answers' if well else 'does not answer'}"
    return Finding("Web server (nginx)", well, seen, f"See {settings.log_dir / 'nginx-error.log'}.")


async def _ports(settings: Settings) -> Finding:
    if settings.status_file.exists():
        return Finding("Ports", well=True, seen="ours, since Hotline runs")
    try:
        ports.check_free(settings)
    except SetupError as error:
        return Finding("Ports", well=False, seen=str(error).rstrip("."))
    return Finding("Ports", well=True, seen="free")


async def _prompts(settings: Settings) -> Finding:
    lacking = prompts.missing(settings)
    seen = f"missing: {', '.join(lacking)}" if lacking else "present"
    return Finding("Prompts", not lacking, seen, "Run bin/up.")


async def _pages(_settings: Settings) -> Finding:
    old = await asyncio.to_thread(client.needs_build)
    seen = "the browser's part is not built or old" if old else "built"
    return Finding("Pages", not old, seen, "Run bin/up.")


CHECKS: tuple[Check, ...] = (
    _python,
    _disk,
    _ports,
    _supervisor,
    _database,
    _migrations,
    _sign_in,
    _demo,
    _asterisk,
    _ari,
    _ami,
    _engine,
    _web,
    _front_door,
    *doctor_sound.CHECKS,
    _prompts,
    _pages,
)
