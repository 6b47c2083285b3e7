"""The supervisor: starts all processes in order, keeps them running, stops them in reverse."""

import asyncio
import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from cti.asterisk.ami import AMIClient
from cti.asterisk.cel import read_hangups
from web.kit.i18n import N_
from web.kit.setting_values import is_loopback
from web.kit.settings import REPOSITORY, Settings, forget_running, write_down
from web.ops import backup, control, guard, readiness, upgrade
from web.ops.children import Child, ProcessPlan, tidy_log
from web.ops.home import only_one
from web.ops.logs import write_lines
from web.ops.restarts import Restartable, Restarts
from web.ops.setup import asterisk, nginx, postgres
from web.ops.setup.parts import Parts, prepare
from web.ops.setup.programs import Power, last_lines, python_module, said_version
from web.ops.setup.steps import SetupError, step

PARTS = (
    "pages",
    "postgres",
    "migrations",
    "demo",
    "asterisk",
    "nginx",
    "ledger",
    "engine",
    "web",
    "jobs",
)
WATCHED = frozenset({"engine", "ledger"})  # killed and started again when they freeze
SPARED = frozenset({"engine", "web"})  # a spare process waits, with everything imported
START_SECONDS = 120.0
LOG_LOOK_SECONDS = 20.0
AS_ROOT = (
    "Started by root. An ordinary user is enough, and safer: see docs/operation.md, What runs."
)
MOST_FILES = 65536  # more makes programs slow that look through all possible ones


class Supervisor:
    """The children of one home, and their status file."""

    def __init__(self, settings: Settings, parts: Parts, without: frozenset[str]) -> None:
        """Take the result of `prepare`; `without` names parts not to start, for developers."""
        self._settings = settings
        self._parts = parts
        self._wanted = [part for part in PARTS if part not in without]
        self._children: list[Child] = []
        self._ready = False
        self._stop = asyncio.Event()
        self._others: list[asyncio.Task[None]] = []
        self._restarts = Restarts(self._write_status)
        self._control: asyncio.Server | None = None
        self._versions: dict[str, str] = {}
        self._first_administrator = ""  # the one-time address, while there is no administrator

    async def run(self) -> int:
        """Start everything, wait for a signal, stop everything."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop.set)
        bringing = asyncio.create_task(self._bring_up())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({bringing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if bringing.done():
                bringing.result()
                self._ready = True
                self._write_status()
                self._others.append(asyncio.create_task(self._tidy_logs(), name="logs"))
                say_ready(self._settings, self._first_administrator)
                await stopping
            return 0
        finally:
            bringing.cancel()
            stopping.cancel()
            await asyncio.gather(bringing, stopping, return_exceptions=True)
            await self._take_down()

    async def _bring_up(self) -> None:
        settings = self._settings
        parts = self._parts
        self._control = await control.listen(settings.supervisor_socket, self._asked)
        if "postgres" in self._wanted and settings.embedded_database:
            await self._start_postgres()
        if "migrations" in self._wanted:
            await asyncio.to_thread(upgrade.bring_up_to_date, settings)
        if "demo" in self._wanted:
            await self._prepare_accounts()
        if "asterisk" in self._wanted:
            command = asterisk.start_command(parts.asterisk, parts.asterisk_configuration)
            plan = self._plan("asterisk", command, environment=asterisk.environment())
            await self._start("Asterisk: starting", plan, lambda: readiness.ari(settings))
            self._restarts.know(Restartable(self._children[-1], lambda: readiness.ari(settings)))
        if "nginx" in self._wanted:
            await self._start_nginx(parts)
        for name, check in (
            ("ledger", readiness.at_once),
            ("engine", lambda: readiness.unix_socket(settings.engine_socket)),
            ("web", lambda: readiness.web(settings)),
            ("jobs", readiness.at_once),
        ):
            if name in self._wanted:
                plan = self._plan(name, python_module("web", name))
                plan = replace(plan, watched=name in WATCHED, spare=name in SPARED)
                if name == "web":
                    plan = replace(plan, socket=settings.web_socket)
                await self._start(f"{name.capitalize()}: starting", plan, check)
                self._restarts.know(Restartable(self._children[-1], check))
        if "engine" in self._wanted and "asterisk" in self._wanted:
            self._start_guard()

    async def _prepare_accounts(self) -> None:
        """Install the demo, or lock its accounts; offer an address for the first administrator."""
        settings = self._settings
        if settings.demo:
            with step("Demo: accounts and data"):
                await asyncio.to_thread(_call, "web.ops.demo.seed", "install", settings)
        elif locked := await asyncio.to_thread(_call, "web.ops.demo.seed", "close", settings):
            print(f"  Demo: {locked} accounts are switched off", flush=True)
        offered = await asyncio.to_thread(
            _call, "web.ops.first_administrator", "offer_address", settings
        )
        self._first_administrator = str(offered)

    async def _start_postgres(self) -> None:
        settings = self._settings
        if not (settings.postgres_dir / "PG_VERSION").exists():
            with step("Database: making it"):
                await asyncio.to_thread(postgres.make_cluster, settings)
        else:
            postgres.make_cluster(settings)
        left = postgres.orphan(settings)
        if left:
            # Its supervisor was killed: no process holds the home's lock.
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, signal.SIGINT)
            await readiness.ended(left)
        command = postgres.start_command(settings)
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client.
        plan = self._plan("postgres", command, stop_signal=signal.SIGINT)
        await self._start("Database: starting", plan, lambda: readiness.database(settings))
        await asyncio.to_thread(postgres.make_database, settings)

    async def _start_nginx(self, parts: Parts) -> None:
        settings = self._settings
        self._versions["nginx"] = await asyncio.to_thread(said_version, parts.nginx)
        plan = self._plan("nginx", nginx.start_command(parts.nginx, parts.nginx_configuration))
        address = (settings.host, settings.http_port)
        await self._start("Front door: opening", plan, lambda: readiness.port(*address))
        renewing = nginx.renew_certificate(settings, self._children[-1].hang_up)
        self._others.append(asyncio.create_task(renewing, name="certificate"))

        def render() -> None:
            nginx.render(settings, parts.nginx)

        # A restart would disconnect every browser phone: nginx only reads its settings again.
        door = Restartable(self._children[-1], lambda: readiness.port(*address), render)
        self._restarts.know(door)

    def _start_guard(self) -> None:
        engine = next(child for child in self._children if child.plan.name == "engine")
        client = AMIClient(
            ("127.0.0.1", self._settings.ami_port),
            ("guard", self._settings.secrets.guard_password),
        )
        hangups = partial(read_hangups, self._settings.cel_file, whole=False)
        self._others += [
            asyncio.create_task(client.run(), name="guard's AMI"),
            asyncio.create_task(guard.guard(client, engine, hangups), name="guard"),
        ]

    async def _asked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one request of the socket."""
        match asked.get("do"):
            case "restart" if self._ready:
                return self._restarts.begin(str(asked.get("name", "")))
            case "status":
                return {"ok": True, "status": self._status()}
            case _:
                return {"ok": False, "why": N_("Hotline is still starting, or already stopping.")}

    async def _tidy_logs(self) -> None:
        while True:
            await asyncio.sleep(LOG_LOOK_SECONDS)
            for path in self._settings.log_dir.glob("*.log"):
                await asyncio.to_thread(tidy_log, path)

    def _plan(
        self,
        name: str,
        command: list[str],
        *,
        environment: dict[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> ProcessPlan:
        return ProcessPlan(
            name=name,
            command=tuple(command),
            log=self._settings.log_dir / f"{name}.log",
            environment={"HOTLINE_HOME": str(self._settings.home), **(environment or {})},
            stop_signal=stop_signal,
            powers=_powers(self._settings, name),
        )

    async def _start(
        self, what: str, plan: ProcessPlan, check: Callable[[], Awaitable[bool]]
    ) -> None:
        """Start a child and wait until it answers; a child that ends first is an error."""
        child = Child(plan, self._write_status)
        self._children.append(child)
        loop = asyncio.get_running_loop()
        until = loop.time() + START_SECONDS
        with step(what):
            child.start()
            while not await check():
                if child.died_early:
                    said = last_lines(plan.log)
                    raise SetupError(f"{plan.name} ended at once. It said: {said} ({plan.log})")
                if loop.time() > until:
                    message = f"{plan.name} does not answer after {START_SECONDS:.0f} s"
                    raise SetupError(f"{message}. Its log is {plan.log}.")
                await asyncio.sleep(0.05)

    async def _take_down(self) -> None:
        self._ready = False
        if self._control is not None:
            self._control.close()
        await self._restarts.close()
        for task in self._others:
            task.cancel()
        await asyncio.gather(*self._others, return_exceptions=True)
        if self._children:
            with step("Stopping"):
                for child in reversed(self._children):
                    await child.stop()
        self._settings.status_file.unlink(missing_ok=True)
        self._settings.supervisor_socket.unlink(missing_ok=True)

    def _status(self) -> dict[str, Any]:
        return {
            "supervisor": os.getpid(),
            "ready": self._ready,
            "written": time.time(),
            "work": self._restarts.as_json(),
            "versions": self._versions,
            "children": {
                child.plan.name: {
                    "pid": child.pid,
                    "state": child.state,
                    "restarts": child.restarts,
                    "since": child.since,
                }
                for child in self._children
            },
        }

    def _write_status(self) -> None:
        path = self._settings.status_file
        new = path.with_suffix(".new")
        try:
            new.write_text(json.dumps(self._status(), indent=1))
            new.replace(path)
        except OSError as error:
            # A full disk must not end the calls.
            print(f"  The status file could not be written: {error.strerror}", flush=True)


def up(settings: Settings, without: frozenset[str] = frozenset()) -> int:
    """Run everything in the foreground until SIGINT or SIGTERM; give the exit code."""
    os.umask(0o077)
    _allow_many_files()
    for folder in (settings.run_dir, settings.log_dir, settings.recordings_dir):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _own(settings.run_dir)
    settings.journal_dir.mkdir(exist_ok=True, mode=0o700)
    if os.geteuid() == 0:
        print(AS_ROOT, flush=True)
    with only_one(settings):
        backup.refuse_half_restored(settings)
        if not structlog.is_configured():
            write_lines(settings.log_dir / "supervisor.log")
        # Before the loop runs, a SIGTERM stops the set-up as a Ctrl-C does: half-made folders are
        # removed and a running program is killed.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        write_down(settings)
        try:
            parts = prepare(settings, without)
            return asyncio.run(Supervisor(settings, parts, without).run())
        finally:
            forget_running(settings)


def _allow_many_files() -> None:
    """Let every process open as many files as the machine allows; usual are 1024, too few.

    Each telephone takes two connections in nginx and one in Asterisk.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _powers(settings: Settings, name: str) -> frozenset[Power] | None:
    """Give the powers of root's that a process keeps; None for those that it has.

    PostgreSQL drops them itself, in a namespace of its own. Nginx names root as its workers' user.
    Without the power over any file root reads only what is its own or open to others.
    """
    if name == "postgres" or os.geteuid() != 0:
        return None
    kept = {Power.LOW_PORT}
    if name == "nginx":
        kept |= {Power.USER, Power.GROUP}
    if any(_is_closed_to_root(path) for path in (settings.home, REPOSITORY)):
        kept.add(Power.ANY_FILE)
    return frozenset(kept)


def _is_closed_to_root(path: Path) -> bool:
    found = path.stat()
    return found.st_uid != 0 and found.st_mode & 0o005 != 0o005  # noqa: PLR2004 - r-x for others


def _own(folder: Path) -> None:
    """Refuse a socket folder in the temporary folder that belongs to another user."""
    found = folder.stat()
    if found.st_uid != os.geteuid():
        raise SetupError(f"{folder} belongs to another user; set HOTLINE_HOME to a shorter path.")
    folder.chmod(0o700)


def _call(module: str, function: str, *arguments: object) -> object:
    """Import a module only when it is needed, and call its function."""
    return getattr(importlib.import_module(module), function)(*arguments)


def say_ready(settings: Settings, first_administrator: str) -> None:
    """Print where the pages are and how to sign in; passwords are printed only to a terminal."""
    lines = [f"Hotline is ready: {settings.address}"]
    if first_administrator:
        lines += [
            "  There is no administrator yet. Make the first one here, within 24 hours:",
            f"  {first_administrator}",
        ]
    if settings.demo:
        lines += [f"  {line}" for line in _demo_lines(settings)]
    if settings.try_it:
        lines.append(f"  Try it: {settings.address}try-it")
    lines += [f"  {line}" for line in _warnings(settings)]
    lines.append(f"  Logs: {settings.log_dir}. Ctrl-C stops it.")
    print("\n" + "\n".join(lines) + "\n", flush=True)


def _demo_lines(settings: Settings) -> list[str]:
    if not sys.stdout.isatty():
        return ["The demo's users and passwords: bin/hotline demo accounts"]
    with contextlib.suppress(ImportError, AttributeError):
        found: list[str] = importlib.import_module("web.ops.demo.seed").welcome(settings)
        return found
    return []


def _warnings(settings: Settings) -> list[str]:
    if settings.demo_is_open:
        warning = f"WARNING: other machines reach the demo and its accounts at {settings.host}."
        return [f"{warning} Start with HOTLINE_DEMO=0 before real callers use this system."]
    if not settings.demo and settings.embedded_database and not is_loopback(settings.host):
        reached = f"Other machines reach Hotline at {settings.host}, so the demo and Try it are off"
        return [f"{reached} unless HOTLINE_DEMO=1 or HOTLINE_TRY_IT=1 turns them on."]
    return []
