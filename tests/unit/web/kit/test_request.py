"""The address and scheme of a request: from the connection, behind nginx from its headers."""

import pytest
from starlette.requests import Request

from web.kit.request import address_of, is_secure, same_origin


def request(client=None, scheme="http", **headers):
    """A request; without a client it came over nginx's socket."""
    pairs = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "scheme": scheme}
    return Request({**scope, "client": client, "server": ("site", 80), "headers": pairs})


def test_behind_nginx_the_address_is_that_of_its_header():
    assert address_of(request(x_forwarded_for="203.0.113.9")) == "203.0.113.9"
    assert address_of(request()) == "unknown"


def test_an_address_that_a_client_put_before_that_of_nginx_is_ignored():
    assert address_of(request(x_forwarded_for="1.1.1.1, 203.0.113.9")) == "203.0.113.9"


def test_over_tcp_the_peer_itself_counts():
    there = request(("198.51.100.4", 9), x_forwarded_for="1.1.1.1", x_forwarded_proto="https")

    assert address_of(there) == "198.51.100.4"
    assert not is_secure(there)


@pytest.mark.parametrize(("said", "secure"), [("https", True), ("http", False), ("", False)])
def test_behind_nginx_a_request_is_secure_when_its_header_says_so(said, secure):
    assert is_secure(request(x_forwarded_proto=said)) is secure


def test_a_page_of_ours_is_known_by_its_host():
    assert same_origin(request(host="calls.example:8000", origin="https://calls.example:8000"))
    assert same_origin(request(host="calls.example"))
    assert not same_origin(request(host="calls.example", origin="https://evil.example"))
    assert not same_origin(request(host="calls.example", origin="null"))
