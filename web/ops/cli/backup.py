"""The commands `hotline backup`, `restore`, `backups` and `backup-key`."""

import contextlib
import getpass
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from web.kit.settings import Settings
from web.ops import age, archive
from web.ops.backup import StoppedError, back_up, backups_dir, database_running, restore
from web.ops.setup.steps import SetupError, step

ADVICE = (
    "  Write down on paper where it is, and keep a copy apart from the backups: nobody can open"
    " them without it, not even we.\n"
)


def command_back_up(settings: Settings, target: Path, to: str, *, encrypt: bool) -> int:
    """Carry out `hotline backup FILE`, encrypted for a public key or with a passphrase if asked."""
    lock = _lock(to, encrypt=encrypt)
    target = target.absolute()
    if lock is not None and not target.name.endswith(archive.LOCKED):
        target = target.with_name(target.name + archive.LOCKED)
    try:
        with step("Backup"), _stoppable() as stop, database_running(settings):
            done = back_up(settings, target, lock=lock, stop=stop)
    except StoppedError:
        raise SetupError("The backup was stopped, and nothing is left of it.") from None
    locked = ", encrypted" if lock else ""
    sys.stdout.write(
        f"  {done.path}: {done.size} bytes, {done.rows} rows, {done.seconds} s{locked}\n"
    )
    return 0


def command_restore(settings: Settings, path: Path, key_file: Path | None, *, replace: bool) -> int:
    """Carry out `hotline restore FILE`; for an encrypted file ask for the passphrase or key."""
    path = path.absolute()
    copy = restore(settings, path, replace=replace, key=_key(path, key_file))
    said = f"{copy.rows} rows in {len(copy.tables)} tables, at {copy.revision}"
    sys.stdout.write(f"  Restored: {said}. Start Hotline with bin/up.\n")
    return 0


def command_list(settings: Settings) -> int:
    """Carry out `hotline backups`: list the backups in the home, the newest last."""
    found = sorted(backups_dir(settings).glob("*.tar*"), key=lambda one: one.stat().st_mtime)
    for one in found:
        locked = "  encrypted" if archive.is_locked(one) else ""
        sys.stdout.write(f"{one.stat().st_size:>15,}  {one}{locked}\n")
    if not found:
        sys.stdout.write(f"There is no backup in {backups_dir(settings)}.\n")
    return 0


def command_new_key(settings: Settings, path: Path) -> int:
    """Carry out `hotline backup-key FILE`: write a random key, and print its public half."""
    path = path.absolute()
    if path.is_relative_to(settings.home):
        raise SetupError(f"{path} lies in the home, beside what it is to protect. Take another.")
    made = age.new_private_key()
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise SetupError(f"{path} is there already; a key is never overwritten.") from None
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(opened, "w") as file:
        file.write(f"# public key: {made.public}\n{made.as_text()}\n")
    sys.stdout.write(f"  The key is in {path}. Its public half, for the parameter backup_key:\n")
    sys.stdout.write(f"{made.public}\n{ADVICE}")
    return 0


@contextlib.contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """Make SIGTERM and SIGINT set an event for a while."""
    stop = threading.Event()
    before = {
        number: signal.signal(number, lambda *_: stop.set())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for number, one in before.items():
            signal.signal(number, one)


def _lock(to: str, *, encrypt: bool) -> age.Lock | None:
    if to:
        try:
            return age.read_public_key(to)
        except ValueError as error:
            raise SetupError(f"“{to[:80]}” is no public key (age1…): {error}.") from None
    if not encrypt:
        return None
    words = _asked("Passphrase: ")
    if len(words) < age.PASSPHRASE_LEAST:
        raise SetupError(f"A passphrase has at least {age.PASSPHRASE_LEAST} letters.")
    if sys.stdin.isatty() and _asked("Once more: ") != words:
        raise SetupError("The passwords do not match.")
    return age.Passphrase(words)


def _key(path: Path, key_file: Path | None) -> age.Key | None:
    """Give the key of a file; None for one that is not encrypted."""
    try:
        if not archive.is_locked(path):
            return None
        with path.open("rb") as file:
            asks = age.asks_passphrase(file)
    except age.LockError as error:
        raise SetupError(f"{path} {error}.") from None
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}.") from None
    if asks:
        return age.Passphrase(_asked("Passphrase: "))
    if key_file is None:
        raise SetupError(f"{path} was encrypted for a key: say --key FILE.")
    try:
        return age.read_private_key(key_file.read_text())
    except (OSError, ValueError) as error:
        raise SetupError(f"{key_file} is no key file (AGE-SECRET-KEY-1…): {error}.") from None


def _asked(prompt: str) -> str:
    """Ask on the terminal without echo; without a terminal read the next line of the input."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\n")
