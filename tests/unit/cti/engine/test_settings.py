"""Settings of the live state are read by row, and become events."""

import asyncio

import pytest
from unit.cti.trunks.lines import CARRIER, PROVIDER

from acd.agent import Outbound
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.store import AgentSettings
from cti.core import events as e
from cti.engine import settings as module
from cti.engine.settings import (
    ALL_ROWS,
    ChangedRows,
    LiveSettings,
    SettingsFeed,
    capacity_of,
    differences,
    merged,
    read_notice,
)
from cti.routes.rule import RoutePlan

SUPPORT, SALES = QueueKey("support"), QueueKey("sales")


def agent(number, name="Li Wei"):
    return AgentSettings(AgentId(number), name, f"10{number:02}", "s", True, "", Outbound.NONE)


def settings(*agents, queues=(), routes=None):
    return LiveSettings(
        {one.id: one for one in agents},
        {key: Queue(key, key.title(), members_of([AgentId(7)])) for key in queues},
        {},
        RoutePlan(routes or {}),
    )


@pytest.mark.parametrize(
    ("payload", "rows"),
    [
        ("agents:7", ChangedRows(agents=frozenset({7}), outbound=True)),
        ("users:7", ChangedRows(agents=frozenset({7}), outbound=True)),
        ("agents:all", ALL_ROWS),
        ("number_list_entries:5", ChangedRows(routes=True, lists=True)),
        ("trunks:1", ChangedRows(outbound=True, trunks=True, bans=True)),
        ("sip_bans:203.0.113.7", ChangedRows(bans=True)),
        ("parameters:ban_minutes", ChangedRows(bans=True)),
        ("parameters:site_number", ChangedRows(outbound=True)),
        ("parameters:company", ChangedRows()),
        ("parameters:voicemail_code", ChangedRows(routes=True)),
        ("voicemail_boxes:7", ChangedRows(routes=True, lamps=True)),
        ("voicemails:7", ChangedRows(lamps=True)),
        ("user_groups:7", ChangedRows(outbound=True, lamps=True)),
        ("queues:support", ChangedRows(queues=frozenset({"support"}))),
        ("flows:1", ChangedRows(flows=frozenset({1}))),
        ("numbers:4008001234", ChangedRows(routes=True, outbound=True)),
        ("customers:12", ChangedRows()),
        ("sessions:12", ChangedRows()),
        ("agents:x", ChangedRows()),
        ("", ChangedRows()),
    ],
)
def test_a_notice_asks_for_one_row_or_for_none(payload, rows):
    assert read_notice(payload) == rows
    assert bool(rows) == (rows != ChangedRows())


def test_trunks_are_read_again_together_and_only_if_one_has_changed():
    old = LiveSettings(trunks={CARRIER.id: CARRIER})
    new = LiveSettings(trunks={PROVIDER.id: PROVIDER})

    assert merged(old, ChangedRows(trunks=True), new).trunks == new.trunks
    assert merged(old, ChangedRows(routes=True), LiveSettings()).trunks == old.trunks


def test_only_the_rows_that_were_read_again_are_replaced_and_one_not_found_is_gone():
    old = settings(agent(7), agent(9), queues=(SUPPORT, SALES))
    rows = ChangedRows(agents=frozenset({AgentId(9)}), queues=frozenset({SALES}))
    new = merged(old, rows, settings(agent(9, "Wang Fang")))

    assert [one.name for one in new.agents.values()] == ["Li Wei", "Wang Fang"]
    assert set(new.queues) == {SUPPORT}
    assert new.flows is old.flows
    assert merged(old, ALL_ROWS, settings()) == settings()


def test_each_difference_is_an_event_and_what_stays_is_none():
    old = settings(agent(7), queues=(SUPPORT, SALES), routes={"100": 1})
    new = settings(agent(7), agent(9), queues=(SUPPORT,), routes={"100": 2})

    assert list(differences(old, new)) == [
        e.AgentKnown(AgentId(9), "Li Wei", "1009", enabled=True, capacity=capacity_of(1)),
        e.RoutesChanged(RoutePlan({"100": 2})),
        e.QueueChanged(SALES, None),  # last, so that its successor is known
    ]
    assert list(differences(new, new)) == []


class Reader:
    """A database that is away at first."""

    def __init__(self, away=0):
        self.asked, self.away = [], away

    def live_settings(self, rows):
        if self.away:
            self.away -= 1
            raise ConnectionError("away")
        self.asked.append(rows)
        return settings(*(agent(number) for number in sorted(rows.agents)))


@pytest.mark.parametrize("away", [0, 2])
def test_changes_that_come_together_are_read_together_and_none_is_lost(monkeypatch, away):
    monkeypatch.setattr(module, "SETTLE_SECONDS", 0.01)
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.01)
    adopted = []

    async def adopt(old, new):
        adopted.append((set(old.agents), set(new.agents)))

    async def story():
        reader = Reader(away)
        feed = SettingsFeed(reader, adopt)
        running = asyncio.create_task(feed.run())
        for payload in ("agents:7", "customers:3", "agents:9"):
            feed.changed(read_notice(payload))
        async with asyncio.timeout(5):
            while not adopted:  # noqa: ASYNC110 - the test's own list is waited for
                await asyncio.sleep(0.01)
        running.cancel()
        return reader

    reader = asyncio.run(story())

    assert reader.asked == [ChangedRows(agents=frozenset({7, 9}), outbound=True)]
    assert adopted == [(set(), {7, 9})]
