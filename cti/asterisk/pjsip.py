"""A telephone as the PJSIP objects that are pushed to Asterisk, by their type.

Source: Asterisk's `res_pjsip`, version 20 to 22, through ARI's dynamic configuration.
"""

from acd.agent import Phone
from crm.kernel.text import one_line
from cti.asterisk.lamps import mailbox_of
from cti.asterisk.translate import Json

SESSION_SECONDS = "90"
"""The shortest session that RFC 4028 allows. A dead phone is found in less than two minutes."""

LONGEST_NAME_BYTES = 79
"""Of a caller id: so much of a longer one Asterisk keeps (`caller_id_handler`, measured)."""


def phone_objects(
    endpoint: str, password: str, phone: Phone, name: str, media_address: str = ""
) -> dict[str, Json]:
    """Give the objects of one phone by their sorcery type; `aor` must be pushed first.

    `media_address` is the only address that receives the sound of a desk phone; "" is any of this
    machine's. The sound of browsers is protected by ICE and DTLS and may take any way.
    """
    common = {
        "context": "hotline-phone",
        "disallow": "all",
        "auth": endpoint,
        "aors": endpoint,
        "direct_media": "no",
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rewrite_contact": "yes",
        "callerid": f'"{_quotable(name)}" <{endpoint}>',
    }
    # A browser sends RTCP even if it is muted, so that one without a sign of life is gone. A desk
    # phone with silence suppression may send nothing while its agent listens: only a request that
    # it does not answer tells that it is dead, which session timers send (RFC 4028).
    own = (
        {"webrtc": "yes", "allow": "ulaw,alaw,opus", "rtp_timeout": "20"}
        if phone is Phone.BROWSER
        else {
            "allow": "ulaw,alaw,g722,opus",
            "rtp_timeout": "0",
            "rtp_timeout_hold": "0",
            "timers": "always",
            "timers_min_se": SESSION_SECONDS,
            "timers_sess_expires": SESSION_SECONDS,
            "mailboxes": mailbox_of(endpoint),  # the lamp for waiting messages
        }
        | {
            "media_address": media_address,
            "bind_rtp_to_media_address": "yes" if media_address else "no",
        }
    )
    return {
        "aor": {
            "max_contacts": "1",
            "remove_existing": "yes",
            "qualify_frequency": "0",
            "minimum_expiration": "20",
            "default_expiration": "120",
        },
        "auth": {"auth_type": "userpass", "username": endpoint, "password": password},
        "endpoint": {**common, **own},
    }


def guest_objects(endpoint: str, password: str) -> dict[str, Json]:
    """Give the objects of a trial caller's phone: it may call the hotline's numbers only."""
    made = phone_objects(endpoint, password, Phone.BROWSER, "guest")
    return {
        "auth": made["auth"],
        "endpoint": {
            **{k: v for k, v in made["endpoint"].items() if k != "aors"},
            "context": "hotline-guest",
            "allow_transfer": "no",
            "callerid": f"<{endpoint}>",
        },
    }


def _quotable(name: str) -> str:
    """Give a name that stays within the quotes of a caller id: one line, no quote, no bracket.

    Asterisk cuts it after 79 bytes, also within a letter; then it can neither show nor change the
    phone any more: each request fails with "Allocation failed".
    """
    clean = " ".join(one_line(name).translate(_NOT_QUOTABLE).split())
    return clean.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore")


_NOT_QUOTABLE = str.maketrans('"\\<>', "    ")
