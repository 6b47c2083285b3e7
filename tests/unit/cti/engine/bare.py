"""An engine without a switch, a database or a disk: only what hears and decides."""

from crm.calls.record import LEG_KINDS
from cti.core.seen import Dialect
from cti.engine.engine import Engine


class Paper:
    """A journal that remembers."""

    def __init__(self):
        self.lines = []

    @property
    def kinds(self):
        """The kinds of a call's facts; those of single legs are left out."""
        kinds = (line["call_kind"] for line in self.lines if "call_kind" in line)
        return [kind for kind in kinds if kind not in LEG_KINDS]

    def keep(self, lines):
        self.lines += lines

    def said(self, kind):
        return [line["detail"] for line in self.lines if line.get("call_kind") == kind.value]


def bare_engine(folder, paper, ari=None):
    """An engine whose recordings are in this folder."""
    return Engine(
        node="n1",
        ari=ari,
        journal=paper,
        book=None,
        dialect=Dialect(number=str, sound=str),
        recordings=folder,
        show=list,
    )
