"""Trunks for tests."""

from dataclasses import replace

from cti.trunks.trunk import Trunk, TrunkId

CARRIER = Trunk(TrunkId(1), "City carrier", "192.0.2.7")
PROVIDER = replace(
    CARRIER,
    id=TrunkId(2),
    name="Provider",
    host="sip.provider.example",
    registers=True,
    username="8610555",
    password="pw 1",
)
