"""STUN and TURN servers for the sound of browser phones (ICE), with TURN credentials."""

import hashlib
import hmac
from base64 import b64encode
from datetime import datetime, timedelta

from web.kit.network_settings import ExternalAccess

AGENT_TURN_LASTS = timedelta(hours=24)  # a phone asks again when it reconnects
GUEST_TURN_LASTS = timedelta(minutes=15)
SWITCH_TURN_LASTS = timedelta(days=3650)  # Asterisk's own credentials are in a file


def ice_servers(outside: ExternalAccess, until: datetime) -> list[dict[str, str]]:
    """Give the ICE servers for a browser's RTCPeerConnection; the relay may be used until then."""
    found: list[dict[str, str]] = [{"urls": f"stun:{one.place}"} for one in outside.stun]
    if outside.turn is not None:
        user, password = turn_pass(outside.turn_user, outside.turn_secret, until)
        url = f"turn:{outside.turn.place}?transport={outside.turn.transport}"
        found.append({"urls": url, "username": user, "credential": password})
    return found


def turn_pass(user: str, secret: str, until: datetime) -> tuple[str, str]:
    """Give a user name and password that the relay accepts until then.

    The user name begins with the Unix time of its end; the password is made from it with the secret
    that we and the relay share (draft-uberti-behave-turn-rest, as coturn does it).
    """
    name = f"{int(until.timestamp())}:{user}"
    made = hmac.new(secret.encode(), name.encode(), hashlib.sha1)  # the convention requires it
    return name, b64encode(made.digest()).decode()
