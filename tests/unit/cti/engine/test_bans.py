"""Bans in the engine: counted, pushed, stored, released, and held while the database is away."""

import asyncio

from cti.asterisk.ari import ARIError
from cti.bans.rule import Ban, BanLimits
from cti.bans.store import BanPlan
from cti.engine.bans import BanWatch

STRANGER, OTHER = "203.0.113.7", "203.0.113.8"


class Deny:
    def __init__(self):
        self.denied, self.away, self.forgotten = None, False, 0

    def forget(self):
        self.forgotten += 1

    async def push(self, addresses):
        if self.away:
            raise ARIError("no link")
        self.denied = set(addresses)


class Records:
    def __init__(self):
        self.limits = BanLimits(attempts=3, within_seconds=60.0, ban_seconds=600.0)
        self.bans, self.hosts, self.attempts = {}, frozenset(), []
        self.away = False

    def ban_plan(self):
        if self.away:
            raise OSError("the database is away")
        return BanPlan(self.limits, dict(self.bans), self.hosts)

    def keep_attempts(self, attempts, bans):
        if self.away:
            raise OSError("the database is away")
        self.attempts += attempts
        self.bans |= bans


class Site:
    def __init__(self, **records):
        self.now = 1000.0
        self.deny, self.records = Deny(), Records()
        for name, value in records.items():
            setattr(self.records, name, value)
        self.watch = BanWatch(self.deny, self.records, lambda: self.now)
        self.watch.on_ari_link(True)
        self.round()

    def round(self):
        asyncio.run(self.watch.round())

    def attempts(self, count, address=STRANGER, name="1001"):
        for _ in range(count):
            self.watch.on_ami_event(
                {
                    "Event": "ChallengeResponseFailed",
                    "Service": "PJSIP",
                    "AccountID": name,
                    "RemoteAddress": f"IPV4/UDP/{address}/5060",
                }
            )


def test_too_many_attempts_are_denied_and_stored():
    site = Site()
    site.attempts(2)
    site.attempts(1, name="admin")
    site.attempts(1, OTHER)
    site.round()
    assert site.deny.denied == {STRANGER}
    assert site.records.bans == {STRANGER: Ban(1000.0, 1600.0)}
    assert [(one.address, one.count, one.names) for one in site.records.attempts] == [
        (STRANGER, 3, ("1001", "admin")),
        (OTHER, 1, ("1001",)),
    ]
    site.now = 1600.0
    site.round()
    assert site.deny.denied == set()


def test_a_release_in_the_database_ends_the_ban():
    site = Site()
    site.attempts(3)
    site.round()
    site.records.bans.clear()
    site.watch.changed()
    site.round()
    assert site.deny.denied == set()
    site.attempts(2)
    site.round()
    assert site.deny.denied == set(), "the attempts of before do not count again"


def test_bans_of_before_a_restart_hold():
    site = Site(bans={STRANGER: Ban(0.0, 2000.0), OTHER: Ban(0.0, 999.0)})
    assert site.deny.denied == {STRANGER}


def test_without_the_database_bans_hold_and_are_stored_later():
    site = Site()
    site.records.away = True
    site.attempts(3)
    site.watch.changed()
    site.round()
    assert site.deny.denied == {STRANGER}
    site.attempts(1, OTHER)
    site.round()
    site.records.away = False
    site.round()
    assert site.records.bans.keys() == {STRANGER}
    assert {one.address for one in site.records.attempts} == {STRANGER, OTHER}
    assert site.deny.denied == {STRANGER}


def test_trunks_are_never_banned_whether_by_address_network_or_name():
    site = Site(hosts=frozenset({"203.0.113.0/24", "localhost", "no.such.host.invalid"}))
    site.attempts(5)
    site.attempts(5, "127.0.0.1")
    site.round()
    assert site.deny.denied == set()


def test_after_a_connect_the_list_is_pushed_afresh():
    site = Site()
    site.deny.away = True
    site.attempts(3)
    site.round()
    site.deny.away = False
    before = site.deny.forgotten
    site.watch.on_ari_link(False)
    site.watch.on_ari_link(True)
    site.round()
    assert (site.deny.denied, site.deny.forgotten) == ({STRANGER}, before + 2)
