"""For tests of the journal: facts, a database that may be away, and a journal with a ledger."""

import json
import threading

from cti.engine.journal import Journal
from cti.engine.ledger import BadFactError, Ledger
from cti.engine.segments import Segments

PATIENCE = 10.0


class Database:
    """A sink that may be away, that keeps each fact once, and that tells when it has all."""

    def __init__(self, *, there=True):
        self.there = there
        self.facts = {}
        self.order = []
        self.batches = 0
        self.bad = set()
        self.breaks_on = set()
        self._news = threading.Condition()

    def __call__(self, lines):
        with self._news:
            self.batches += 1
            self._news.notify_all()
            if not self.there:
                raise ConnectionError("the database is away")
            if self.bad & {line["fact"] for line in lines}:
                raise BadFactError("no such kind")
            if self.breaks_on & {line["fact"] for line in lines}:
                raise TypeError("nobody thought of this")
            for line in lines:
                if line["fact"] not in self.facts:
                    self.order.append(line["fact"])
                self.facts[line["fact"]] = line
            self._news.notify_all()

    def has(self, *facts):
        with self._news:
            return self._news.wait_for(lambda: set(facts) <= set(self.facts), PATIENCE)

    def was_asked_in(self, seconds):
        with self._news:
            return self._news.wait_for(lambda: self.batches, seconds)

    def was_asked(self, times=1):
        with self._news:
            return self._news.wait_for(lambda: self.batches >= times, PATIENCE)


class FullJournal(Journal):
    """A journal with the ledger that drains it, as two processes have them."""

    def __init__(self, folder, sink, synced=None, volatile=None, *, memory="in memory"):
        place = folder.parent / memory if memory else None
        super().__init__(Segments(folder, place), synced, volatile)
        self.ledger = Ledger(Segments(folder, place), sink)
        self._end = threading.Event()
        self._draining = threading.Thread(target=self.ledger.run, args=(self._end,), daemon=True)

    def start(self):
        super().start()
        self._draining.start()

    def close(self, seconds=3.0):
        super().close(seconds)
        self._end.set()
        self._draining.join(seconds)


def fact(number):
    return {"fact": f"n/1/{number}", "at": "2026-11-22T00:00:00+00:00", "note": "好"}


def named(*numbers):
    return [f"n/1/{number}" for number in numbers]


def on_disk(folder):
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl"))
            for line in path.read_text().splitlines()]  # fmt: skip


def set_aside(folder):
    lines = (folder / "journal" / "refused.json").read_text().splitlines()
    return [json.loads(line)["fact"] for line in lines]


def written(folder, number):
    done = threading.Event()
    for _ in range(500):
        if any(line["fact"] == f"n/1/{number}" for line in on_disk(folder)):
            return True
        done.wait(0.01)
    return False
