"""An engine without a switch, a database or a disk: it only handles events and decides."""

from crm.calls.record import LEG_KINDS
from cti.core.seen import Dialect
from cti.engine.engine import Engine


class MemoryJournal:
    """A journal that keeps its facts in memory."""

    def __init__(self):
        self.lines = []

    @property
    def kinds(self):
        """Give the kinds of a call's facts; those of single legs are left out."""
        kinds = (line["call_kind"] for line in self.lines if "call_kind" in line)
        return [kind for kind in kinds if kind not in LEG_KINDS]

    def keep(self, lines):
        self.lines += lines

    def said(self, kind):
        return [line["detail"] for line in self.lines if line.get("call_kind") == kind.value]


def bare_engine(folder, journal, ari=None):
    """Make an engine with recordings in this folder."""
    return Engine(
        node="n1",
        ari=ari,
        journal=journal,
        book=None,
        dialect=Dialect(number=str, dialled=str, sound=lambda p, _: p),
        recordings=folder,
        show=list,
    )
