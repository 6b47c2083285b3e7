"""The command `hotline prompts`: record the standard prompts, and the demo's voicemails."""

import sys

from web.kit.settings import Settings
from web.ops.demo.voicemail import SPOKEN, TEXTS
from web.ops.setup.prompts import RECORDED, record


def command(settings: Settings) -> None:
    """Record them with the voices, and say where they stand."""
    record(settings, _tell)
    record(settings, _tell, TEXTS, SPOKEN)
    sys.stdout.write(f"The standard prompts stand in {RECORDED}.\n")


def _tell(what: str) -> None:
    sys.stdout.write(f"  {what}\n")
    sys.stdout.flush()
