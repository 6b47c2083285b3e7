"""A stranger who guesses passwords at a real Asterisk is banned; others are served."""

import itertools
import secrets
import socket

import pytest
from asterisk.phones import wait_until

UNKNOWN, REFUSED = 401, 403
STRANGER, NEIGHBOUR = "127.0.0.77", "127.0.0.78"
_ids = itertools.count(1)


class Stranger:
    """Sends REGISTERs over UDP from an address of this machine."""

    def __init__(self, host, sip):
        self.place = sip["host"], sip["port"]
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind((host, 0))
        self.line.settimeout(0.5)
        self.host, self.port = self.line.getsockname()

    def asks(self, name):
        """Ask to register; give the status of the answer, None for silence."""
        id_ = f"{next(_ids)}x{secrets.token_hex(4)}"
        me = f"{self.host}:{self.port}"
        lines = [
            f"REGISTER sip:{self.place[0]}:{self.place[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP {me};branch=z9hG4bK{id_};rport",
            f"From: <sip:{name}@{self.place[0]}>;tag=t{id_}",
            f"To: <sip:{name}@{self.place[0]}>",
            f"Call-ID: {id_}",
            "CSeq: 1 REGISTER",
            f"Contact: <sip:{name}@{me}>",
            "Max-Forwards: 70",
            "Content-Length: 0",
        ]
        self.line.sendto("\r\n".join([*lines, "", ""]).encode(), self.place)
        try:
            return int(self.line.recv(4000).split()[1])
        except TimeoutError:
            return None


@pytest.fixture
def admin(installation):
    api = installation.api("admin")
    api.ask("PATCH", "/parameters", {"ban_attempts": 5})
    yield api
    api.ask("PATCH", "/parameters", {"ban_attempts": 10})


def attempts_of(api, address):
    found = api.get("/bans")["items"]
    return next((one for one in found if one["address"] == address), None)


def test_a_stranger_is_banned_and_released_and_others_are_served(installation, admin):
    stranger = Stranger(STRANGER, installation.sip)
    neighbour = Stranger(NEIGHBOUR, installation.sip)

    wait_until(
        lambda: stranger.asks(f"guess{next(_ids)}") == REFUSED, 5.0, "the stranger is banned"
    )
    assert neighbour.asks("nobody") == UNKNOWN
    known = wait_until(
        lambda: (one := attempts_of(admin, STRANGER)) and one["banned_until"] and one,
        4.0,
        "the ban is shown",
    )
    assert known["count"] >= 5
    assert known["names"][0].startswith("guess")

    admin.post("/bans/release", {"addresses": [STRANGER]})
    wait_until(lambda: stranger.asks("again") == UNKNOWN, 4.0, "the stranger is released")
    assert attempts_of(admin, STRANGER)["banned_until"] is None
