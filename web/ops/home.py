"""The lock of a home: for one supervisor, or one command that needs the home exclusively."""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from web.kit.settings import Settings
from web.ops.setup.steps import SetupError


@contextlib.contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the home's lock; the kernel releases it however the process ends."""
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
