"""The command `hotline prompts`: record the standard prompts for the repository."""

import sys

from web.kit.settings import Settings
from web.ops.setup.prompts import RECORDED, record


def command(settings: Settings) -> None:
    """Record them with the voices, and say where they stand."""
    record(settings, _tell)
    sys.stdout.write(f"The standard prompts stand in {RECORDED}.\n")


def _tell(what: str) -> None:
    sys.stdout.write(f"  {what}\n")
    sys.stdout.flush()
