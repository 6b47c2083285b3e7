"""Allowed addresses of other systems."""

import ipaddress

import pytest

from crm.kernel.errors import InvalidError
from crm.outgoing.target import is_allowed, read_target


@pytest.mark.parametrize(
    ("address", "outside", "inside"),
    [
        ("93.184.216.34", True, True),
        ("10.0.0.5", False, True),
        ("192.168.1.1", False, True),
        ("127.0.0.1", False, True),
        ("169.254.169.254", False, False),
        ("0.0.0.0", False, False),  # noqa: S104
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("fe80::1", False, False),
        ("::ffff:10.0.0.5", False, True),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("2002:a9fe:a9fe::1", False, False),
        ("2606:4700::1111", True, True),
    ],
)
def test_which_addresses_are_allowed(address: str, *, outside: bool, inside: bool) -> None:
    where = ipaddress.ip_address(address)

    assert is_allowed(where, "https", inside=False) is outside
    assert is_allowed(where, "https", inside=True) is inside


def test_nothing_leaves_our_network_without_tls() -> None:
    assert not is_allowed(ipaddress.ip_address("93.184.216.34"), "http", inside=True)
    assert is_allowed(ipaddress.ip_address("10.0.0.5"), "http", inside=True)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://crm.example/",
        "https://",
        "https://user:word@crm.example/",
        "http://crm.example/",
        "https://crm.example:99999/",
        "https://[::1/",
        "https://crm.example/\x00",
        "https://169.254.169.254/latest",
        "https://10.0.0.5/",
        "javascript:alert(1)",
        f"https://{'a' * 70}.example/",
    ],
)
def test_an_address_that_can_never_be_one_is_refused_at_once(url: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_target(url, inside=False)

    assert refused.value.field == "url"
