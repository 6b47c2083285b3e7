"""Starts everything in order, keeps it alive, and ends it in the reverse order."""

import asyncio
import contextlib
import fcntl
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from cti.ami import AMIClient
from web import guard, ready
from web.children import Child, Plan
from web.settings import Settings, forget_running, write_down
from web.setup import asterisk, nginx, postgres
from web.setup.parts import Parts, prepare
from web.setup.programs import last_lines
from web.setup.steps import SetupError, step

PARTS = ("pages", "postgres", "migrations", "demo", "asterisk", "nginx", "engine", "web", "jobs")
START_SECONDS = 40.0


class Supervisor:
    """The children of one home, and their status file."""

    def __init__(self, settings: Settings, parts: Parts, without: frozenset[str]) -> None:
        """Take what `prepare` gave; `without` names parts not to start, for developers."""
        self._settings = settings
        self._parts = parts
        self._wanted = [part for part in PARTS if part not in without]
        self._children: list[Child] = []
        self._ready = False
        self._stop = asyncio.Event()
        self._others: list[asyncio.Task[None]] = []

    async def run(self) -> int:
        """Bring everything up, stay until told to end, take everything down."""
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
                _say_ready(self._settings)
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
        if "postgres" in self._wanted and settings.embedded_database:
            await self._start_postgres()
        if "migrations" in self._wanted:
            with step("Database: bringing its tables up to date"):
                await asyncio.to_thread(_call, "crm.db", "migrate", settings.database_url)
        if "demo" in self._wanted and settings.demo:
            with step("Demo: accounts and data"):
                await asyncio.to_thread(_call, "web.demo", "install", settings)
        if "asterisk" in self._wanted:
            command = asterisk.start_command(parts.asterisk, parts.asterisk_configuration)
            plan = self._plan("asterisk", command, environment=asterisk.environment())
            await self._start("Asterisk: starting", plan, lambda: ready.ari(settings))
        if "nginx" in self._wanted:
            await self._start_nginx(parts)
        for name, check in (
            ("engine", lambda: ready.unix_socket(settings.engine_socket)),
            ("web", lambda: ready.web(settings)),
            ("jobs", ready.at_once),
        ):
            if name in self._wanted:
                plan = self._plan(
                    name, [sys.executable, "-m", "web", name], engine=name == "engine"
                )
                await self._start(f"{name.capitalize()}: starting", plan, check)
        if "engine" in self._wanted and "asterisk" in self._wanted:
            self._start_guard()

    async def _start_postgres(self) -> None:
        settings = self._settings
        if not (settings.postgres_dir / "PG_VERSION").exists():
            with step("Database: making it"):
                await asyncio.to_thread(postgres.make_cluster, settings)
        else:
            postgres.make_cluster(settings)
        left = postgres.orphan(settings)
        if left:
            # Its supervisor was killed; the lock on the home says that nobody owns it any more.
            with contextlib.suppress(ProcessLookupError):
                os.kill(left, signal.SIGINT)
            await ready.ended(left)
        command = postgres.start_command(settings)
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client.
        plan = self._plan("postgres", command, stop_signal=signal.SIGINT)
        await self._start("Database: starting", plan, lambda: ready.database(settings))
        await asyncio.to_thread(postgres.make_database, settings)

    async def _start_nginx(self, parts: Parts) -> None:
        settings = self._settings
        plan = self._plan("nginx", nginx.start_command(parts.nginx, parts.nginx_configuration))
        address = (settings.host, settings.http_port)
        await self._start("Front door: opening", plan, lambda: ready.port(*address))

    def _start_guard(self) -> None:
        engine = next(child for child in self._children if child.plan.name == "engine")
        client = AMIClient(
            ("127.0.0.1", self._settings.ami_port),
            ("guard", self._settings.secrets.guard_password),
        )
        self._others = [
            asyncio.create_task(client.run(), name="guard's AMI"),
            asyncio.create_task(guard.guard(client, engine.silent_seconds), name="guard"),
        ]

    def _plan(
        self,
        name: str,
        command: list[str],
        *,
        environment: dict[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        engine: bool = False,
    ) -> Plan:
        return Plan(
            name=name,
            command=tuple(command),
            log=self._settings.log_dir / f"{name}.log",
            environment={"HOTLINE_HOME": str(self._settings.home), **(environment or {})},
            stop_signal=stop_signal,
            watched=engine,
            spare=engine,
        )

    async def _start(self, what: str, plan: Plan, check: Callable[[], Awaitable[bool]]) -> None:
        """Start a child and wait until it answers; a child that dies first is an error."""
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
        for task in self._others:
            task.cancel()
        await asyncio.gather(*self._others, return_exceptions=True)
        if self._children:
            with step("Stopping"):
                for child in reversed(self._children):
                    await child.stop()
        self._settings.status_file.unlink(missing_ok=True)

    def _write_status(self) -> None:
        status = {
            "supervisor": os.getpid(),
            "ready": self._ready,
            "written": time.time(),
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
        path = self._settings.status_file
        new = path.with_suffix(".new")
        try:
            new.write_text(json.dumps(status, indent=1))
            new.replace(path)
        except OSError as error:
            # A full disk must not end the calls.
            print(f"  The status file could not be written: {error.strerror}", flush=True)


def up(settings: Settings, without: frozenset[str] = frozenset()) -> int:
    """Run everything in the foreground until SIGINT or SIGTERM; give the exit code."""
    os.umask(0o077)
    for folder in (settings.run_dir, settings.log_dir, settings.recordings_dir):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _own(settings.run_dir)
    settings.journal_dir.mkdir(exist_ok=True, mode=0o700)
    with _only_one(settings):
        # Before the loop runs, a SIGTERM ends the setting up as a Ctrl-C does: half-made folders
        # are removed and a program that was being waited for is killed.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        write_down(settings)
        try:
            parts = prepare(settings, without)
            return asyncio.run(Supervisor(settings, parts, without).run())
        finally:
            forget_running(settings)


@contextlib.contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """Hold the home's lock; the kernel gives it back however we end."""
    path = settings.home / "lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            message = f"Hotline is already running from {settings.home} (process {owner})"
            raise SetupError(
                f"{message}. Stop it, or set HOTLINE_HOME to another folder."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _own(folder: Path) -> None:
    """Refuse a socket folder in the system's temporary place that somebody else made."""
    found = folder.stat()
    if found.st_uid != os.geteuid():
        raise SetupError(f"{folder} belongs to another user; set HOTLINE_HOME to a shorter path.")
    folder.chmod(0o700)


def _call(module: str, function: str, *arguments: object) -> None:
    """Call a function of a room that other people furnish, imported only when it is needed."""
    getattr(importlib.import_module(module), function)(*arguments)


def _say_ready(settings: Settings) -> None:
    print(f"\nHotline is ready: {settings.address}", flush=True)
    if settings.demo:
        with contextlib.suppress(ImportError, AttributeError):
            lines = importlib.import_module("web.demo").welcome(settings)
            print("\n".join(f"  {line}" for line in lines), flush=True)
        print(f"  Try it: {settings.address}try-it", flush=True)
    print(f"  Logs: {settings.log_dir}. Ctrl-C stops it.\n", flush=True)
