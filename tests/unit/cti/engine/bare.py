"""An engine without a switch, a database or a disk: only what hears and decides."""

from cti.core.seen import Dialect
from cti.engine.engine import Engine


class Paper:
    """A journal that remembers."""

    def __init__(self):
        self.lines = []

    @property
    def kinds(self):
        return [line["call_kind"] for line in self.lines if "call_kind" in line]

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
