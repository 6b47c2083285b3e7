"""`hotline engine`: connects the engine's parts and runs them until SIGTERM."""

import asyncio
import re
import signal
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import structlog
import uvloop

from acd.queue import AgentId
from crm.custom_destinations.custom import SEALED_FOR
from crm.kernel.phone import dialled, e164
from crm.outgoing.sending import Sender
from crm.outgoing.signing import Seal
from crm.sql import db
from cti.asterisk.ami import AMIClient
from cti.asterisk.ari import ARIClient
from cti.asterisk.bans import DenyList
from cti.asterisk.lamps import Lamps
from cti.asterisk.phones import Phones
from cti.asterisk.rtcp import Codecs
from cti.asterisk.trunks import Trunks
from cti.core import views
from cti.core.box_calls import MESSAGE
from cti.core.seen import Dialect
from cti.desk.requests import AgentRequests
from cti.desk.server import DeskServer
from cti.desk.waiting import WaitingDesk
from cti.engine.bans import BanWatch
from cti.engine.contacts import ContactWatch
from cti.engine.custom import CustomQuestions
from cti.engine.days import AgentDays
from cti.engine.edits import listen
from cti.engine.engine import Engine
from cti.engine.journal import Journal
from cti.engine.lamps import LampWatch
from cti.engine.reconciler import Reconciler
from cti.engine.records import Records
from cti.engine.segments import Segments
from cti.engine.settings import ChangedRows
from cti.engine.sound import SoundWatch
from cti.engine.trunks import TrunkWatch
from cti.engine.voicemail import BoxDesk
from cti.engine.volatile_log import open_volatile_log
from ivr.steps.language import DEFAULT, LANGUAGES
from web.kit.clock import now
from web.kit.i18n import site_zone
from web.kit.passwords import is_password
from web.kit.settings import REPOSITORY, Settings
from web.ops import gc_tuning
from web.ops.children import ABLE
from web.ops.code_version import CODE, mark, stand_by
from web.ops.logs import take_in_libraries
from web.ops.watchdog import say

NODE = "hotline-1"

log = structlog.get_logger(__name__)
_MESSAGE_FILE = re.compile(r"voicemail/[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
PET_SECONDS = 0.5
CONNECTIONS = 9  # four that look callers up, one for what was edited, two for boxes, two more
TURN_SECONDS = 0.001
"""How long the thread that writes facts may delay the event loop; Python's default is 5 ms."""


def run(settings: Settings) -> int:
    """Run the engine until SIGTERM or SIGINT."""
    take_in_libraries()
    if not stand_by(REPOSITORY, CODE, mark(REPOSITORY, CODE)):
        return 0
    # asyncio's own loop and sockets, in Python, took half of a call's cost; uvloop's are in C.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(settings))


class PromptFiles:
    """Finds the files of prompts, and caches those found."""

    def __init__(self, sounds: Path, messages: Path) -> None:
        """`sounds` is Asterisk's folder of sounds; the prompts are in its `hotline/LANGUAGE`.

        `messages` is the folder of what callers left in voicemail boxes.
        """
        self._sounds = sounds
        self._messages = messages
        self._found: dict[tuple[str, str], str] = {}

    def __call__(self, name: str, language: str) -> str:
        """Give its path without suffix: in the language, else English, else Asterisk's own."""
        if (known := self._found.get((name, language))) is not None:
            return known
        if name.startswith(MESSAGE):
            file = name.removeprefix(MESSAGE)
            return str(self._messages / file) if _MESSAGE_FILE.fullmatch(file) else ""
        kept = "".join(ch for ch in name if ch.isalnum() or ch in "-_")
        for folder in (language, DEFAULT):
            path = self._sounds / "hotline" / folder / kept
            if folder in LANGUAGES and path.with_suffix(".wav").exists():
                if folder == language:  # another one may be spoken in a moment
                    self._found[name, language] = str(path)
                return str(path)
        return kept


def _remove_message(messages: Path, file: str) -> None:
    """Remove the file of a message that was deleted by phone."""
    if _MESSAGE_FILE.fullmatch(file):
        (messages / f"{file}.wav").unlink(missing_ok=True)


class _Parts:
    """The parts of the engine, connected; nothing runs yet."""

    def __init__(self, settings: Settings) -> None:
        self.database = db.connect(
            settings.database_url, pool_size=CONNECTIONS, statement_timeout_ms=5000
        )
        records = Records(self.database, settings.region, partial(site_zone, settings.region))
        self.journal = Journal(
            Segments(settings.journal_dir, settings.volatile_dir),
            lambda seconds: self.engine.metrics.journal_sync.add(seconds),  # noqa: PLW0108
            open_volatile_log(settings.volatile_log_file),
        )
        self.ari, self.ami = self._make_ari(settings), self._make_ami(settings)
        self.engine = self._make_engine(settings, records)
        clock, handle = self.engine.clock, self.engine.handle_safely
        # Without an external address SIP listens on loopback only, and so does its sound.
        sound = "" if settings.external_address else "127.0.0.1"
        phones, trunks = Phones(self.ari, sound), Trunks(self.ari, sound)
        watch = TrunkWatch(trunks, self.ami, clock, self._show, handle)
        self.reconciler = self._make_reconciler(settings, records, phones, watch)
        self.reconciler.requests = self._requests = AgentRequests(
            self.engine.state,
            self.engine.handle,
            phones,
            self.reconciler.registrations,
            lambda: self.reconciler.linked,
        )
        self.bans = BanWatch(DenyList(self.ari), records, clock)
        self.lamps = LampWatch(records, Lamps(self.ari))
        self.days = AgentDays(records, clock, handle, lambda: list(self.engine.state.agents))
        legs, note = self.engine.state.legs.get, self.engine.note
        self.sound = SoundWatch(legs, handle, note, clock, Codecs(self.ari))
        self.contacts = ContactWatch(self.ami, clock)
        self.waiting = WaitingDesk(self.engine.state, clock)
        self.desk = DeskServer(settings.engine_socket, self.engine.boot, self._hello, self._ask)
        remove = partial(_remove_message, settings.messages_dir)
        self.engine.recorder.ami = self.ami.send
        self.engine.on_trunk_failure = watch.endpoint_failed
        self.engine.ask_trunk = watch.ask
        self.engine.on_box_question = BoxDesk(records, clock, handle, is_password, remove).ask

    def _make_ari(self, settings: Settings) -> ARIClient:
        return ARIClient(
            settings.ari_url,
            ("hotline", settings.secrets.ari_password),
            on_event=lambda event: self.reconciler.on_ari_event(event),  # noqa: PLW0108 - made later
            on_link=self._on_ari_link,
        )

    def _make_ami(self, settings: Settings) -> AMIClient:
        return AMIClient(
            ("127.0.0.1", settings.ami_port),
            ("hotline", settings.secrets.ami_password),
            on_event=self._on_ami_event,
            on_link=lambda up: self.reconciler.on_ami_link(up),  # noqa: PLW0108
        )

    def _make_engine(self, settings: Settings, records: Records) -> Engine:
        seal = Seal(settings.secrets.session_secret, SEALED_FOR)
        return Engine(
            node=NODE,
            ari=self.ari,
            journal=self.journal,
            book=records,
            dialect=Dialect(
                number=lambda raw: e164(raw, settings.region),
                dialled=lambda raw: dialled(raw, settings.region),
                sound=PromptFiles(settings.sounds_dir, settings.messages_dir),
            ),
            recordings=settings.recordings_dir,
            show=self._show,
            asker=CustomQuestions(Sender(seal, now), now),
        )

    def _make_reconciler(
        self, settings: Settings, records: Records, phones: Phones, trunks: TrunkWatch
    ) -> Reconciler:
        return Reconciler(
            engine=self.engine,
            ari=self.ari,
            ami=self.ami,
            phones=phones,
            trunks=trunks,
            records=records,
            journal=self.journal,
            cel_file=settings.cel_file,
            show=self._show,
        )

    async def _ask(self, name: str, fields: dict[str, Any]) -> dict[str, Any]:
        if name == "metrics":
            return {"text": self.engine.metrics.text(self.engine.state, self._gauges())}
        if name == "phones":
            return {"phones": await self.contacts.registered()}
        if name in {"who next", "why waiting"}:
            return self.waiting.ask(name, fields)
        return await self._requests(name, fields)

    def edited(self, rows: ChangedRows) -> None:
        """Have changed rows read by the part that uses them."""
        self.reconciler.settings.changed(replace(rows, bans=False, lamps=False))
        if rows.bans or rows.everything:
            self.bans.changed()
        if rows.lamps or rows.everything:
            self.lamps.changed()

    def _gauges(self) -> dict[str, float]:
        """Values of the engine's parts for the metrics."""
        return {
            "ari_linked": float(self.reconciler.linked),
            "ami_linked": float(self.reconciler.ami_linked),
            "journal_backlog": self.journal.backlog,
            "journal_falls": self.journal.falls,
            "facts_refused": self.journal.refused,
            "journal_disk_writable": float(self.journal.disk),
            "database_takes_facts": float(self.journal.database),
            "lanes_open": self.engine.lanes.open,
            "lanes_waiting": self.engine.lanes.waiting,
            "web_listeners": self.desk.listeners,
            "impossible_events": self.engine.counters.impossible,
            "recordings_missed": self.engine.recorder.missed,
            "recordings_disk_full": float(self.engine.recorder.full),
        }

    def _on_ari_link(self, up: bool) -> None:  # noqa: FBT001 - the two states of a link
        if up:
            # The guard must know before we compare: the callers that it moves meanwhile would be
            # missed.
            say(ABLE)
        self.reconciler.on_ari_link(up)
        self.bans.on_ari_link(up)
        self.lamps.on_ari_link(up)

    def _on_ami_event(self, event: dict[str, str]) -> None:
        self.reconciler.on_ami_event(event)
        self.bans.on_ami_event(event)
        self.contacts.on_ami_event(event)
        self.sound.on_ami_event(event)

    def _show(self, items: list[dict[str, Any]]) -> None:
        self.desk.show(items)
        self.reconciler.agents_changed(AgentId(int(i["id"])) for i in items if i["kind"] == "agent")

    def _hello(self) -> dict[str, Any]:
        items = [self.reconciler.node_item(), self.reconciler.engine_item()]
        return {"now": views.iso(self.engine.clock()), "items": items}


async def _run(settings: Settings) -> int:
    sys.setswitchinterval(TURN_SECONDS)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    parts = _Parts(settings)
    parts.journal.start()
    await parts.reconciler.start()
    gc_tuning.settle()
    await parts.desk.open()
    failed: list[str] = []

    def over(task: asyncio.Task[None]) -> None:
        if not stop.is_set() and not task.cancelled():
            # A part alone is worse than nothing: the supervisor starts a whole engine at once.
            log.error("a part of the engine ended", exc_info=task.exception())
            failed.append(task.get_name())
            stop.set()

    # Only now is the watchdog served: an engine that waits for the database serves no caller, and
    # the guard must know.
    links = parts.ari.run(), parts.ami.run()
    beside = (parts.bans.run(), parts.lamps.run(), parts.sound.run(), parts.days.run())
    runs = (_pet(parts), *links, *beside, *parts.reconciler.run())
    work = [asyncio.create_task(one) for one in runs]
    for task in work:
        task.add_done_callback(over)

    def edited(rows: ChangedRows) -> None:
        loop.call_soon_threadsafe(parts.edited, rows)

    stop_listening = listen(parts.database, edited)
    await stop.wait()
    stop_listening()
    await _close(parts, work)
    return 1 if failed else 0


async def _close(parts: _Parts, work: list[asyncio.Task[None]]) -> None:
    parts.ari.close()
    parts.ami.close()
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    await parts.engine.lanes.close()
    await parts.desk.close()
    await asyncio.to_thread(parts.journal.close)


async def _pet(parts: _Parts) -> None:
    """Serve the supervisor's watchdog twice a second, and note how late the loop wakes.

    Without a link to Asterisk the engine serves no caller, and reports that for the guard.
    """
    loop = asyncio.get_running_loop()
    while True:
        say(b"-" if parts.engine.state.away else ABLE)
        due = loop.time() + PET_SECONDS
        await asyncio.sleep(PET_SECONDS)
        parts.engine.metrics.loop_lag.add(max(0.0, loop.time() - due))
