"""The ICE servers for a browser's sound."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from web.kit.ice import ice_servers, turn_pass
from web.kit.network_settings import ExternalAccess, IceServer

UNTIL = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_without_servers_set_a_browser_is_told_of_none():
    assert ice_servers(ExternalAccess(), UNTIL) == []


def test_each_stun_server_is_named():
    outside = ExternalAccess(stun=(IceServer("stun.example"), IceServer("192.0.2.3", 19302)))

    assert [one["urls"] for one in ice_servers(outside, UNTIL)] == [
        "stun:stun.example:3478",
        "stun:192.0.2.3:19302",
    ]


def test_a_relays_pass_is_made_of_its_end_and_the_shared_secret():
    outside = ExternalAccess(turn=IceServer("turn.example", 3478, "tcp"), turn_secret="north")
    (server,) = ice_servers(outside, UNTIL)

    name = f"{int(UNTIL.timestamp())}:hotline"
    wanted = base64.b64encode(hmac.new(b"north", name.encode(), hashlib.sha1).digest()).decode()
    assert server == {
        "urls": "turn:turn.example:3478?transport=tcp",
        "username": name,
        "credential": wanted,
    }
    assert turn_pass("hotline", "south", UNTIL)[1] != wanted
