"""Addresses that count as one place."""

import pytest

from crm.kernel.network import beginning_of, network_of


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", "unknown"),
    ],
)
def test_a_whole_network_of_ipv6_counts_as_one_place(address: str, place: str) -> None:
    assert network_of(address) == place


@pytest.mark.parametrize(
    ("address", "beginning"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2:"),
        ("2001:db8:0:2::9", "2001:db8:"),
        ("::1", ""),
        ("unknown", "unknown"),
    ],
)
def test_every_address_of_a_place_begins_alike(address: str, beginning: str) -> None:
    assert beginning_of(address) == beginning
