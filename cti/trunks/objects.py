"""A trunk as the PJSIP objects that Asterisk is given over ARI.

Source: Asterisk's `res_pjsip`, version 20 to 22, through ARI's dynamic configuration. astdb keeps
one value for each field, so that every address has an `identify` object of its own. `set_var` is
never used: the next change of an object that has one is refused.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cti.trunks.trunk import (
    MOST_ADDRESSES,
    CallerIdForm,
    CallerSource,
    NumberSource,
    Transport,
    Trunk,
    TrunkId,
    endpoint_name,
    in_uri,
)

Fields = Mapping[str, str]

CONTEXT, CONTEXT_BY_TO = "hotline-in", "hotline-in-to"
DEAD_SECONDS = 60  # without sound and without a report on it, a line is dead
QUALIFY_TIMEOUT_SECONDS = 1.8  # three packets in this time; see cti/core/trunk_legs.py
REGISTRATION_SECONDS = 600
RETRY_SECONDS = 30
RETRIES = 1_000_000  # for ever: Asterisk ends a registration for good after the last one

TRANSPORTS: Mapping[Transport, str] = {
    Transport.UDP: "transport-udp",
    Transport.TCP: "transport-tcp",
    Transport.TLS: "transport-tls",
    Transport.TLS_UNVERIFIED: "transport-tls-unverified",
}
"""Names in `asterisk-conf/pjsip.conf.j2`: transports are not pushed."""

_DTMF = {"rfc4733": "rfc4733", "info": "info", "inband": "inband", "auto": "auto"}


class Place(NamedTuple):
    """Where an object stands in Asterisk: its sorcery type and its id."""

    kind: str
    id: str


Objects = Mapping[Place, Fields]


def trunk_objects(trunk: Trunk, media_address: str = "") -> Objects:
    """Give the objects of a trunk in the order in which they are pushed; none of an inactive one.

    `media_address` is the only address that receives its sound; "" is any of this machine's.
    """
    if not trunk.enabled:
        return {}
    name = endpoint_name(trunk.id)
    made = {Place("aor", name): _aor(trunk)}
    if trunk.username:
        made[Place("auth", name)] = _auth(trunk)
    made[Place("endpoint", name)] = _endpoint(trunk, media_address)
    if trunk.inbound:
        made |= _identifies(trunk)
    if trunk.registers:
        made[Place("registration", name)] = _registration(trunk)
    return made


def places_of(trunk: TrunkId) -> list[Place]:
    """Give every place where a trunk may have an object, in the order in which they are deleted."""
    name = endpoint_name(trunk)
    calls = [Place("registration", name)]
    calls += [Place("identify", f"{name}-{n:02d}") for n in range(1, MOST_ADDRESSES + 2)]
    return [*calls, Place("endpoint", name), Place("auth", name), Place("aor", name)]


def client_uri(trunk: Trunk) -> str:
    """Give the address that a trunk registers."""
    if "@" in trunk.username:
        return f"sip:{trunk.username}"
    return f"sip:{trunk.username}@{in_uri(trunk.from_domain or trunk.host)}"


def server_uri(trunk: Trunk) -> str:
    """Give the address of the other side."""
    return f"sip:{in_uri(trunk.host)}:{trunk.port}{_by(trunk)}"


def _by(trunk: Trunk) -> str:
    match trunk.transport:
        case Transport.UDP:
            return ""
        case Transport.TCP:
            return ";transport=tcp"
        case _:
            return ";transport=tls"


def _proxy(trunk: Trunk) -> dict[str, str]:
    if not trunk.outbound_proxy:
        return {}
    return {"outbound_proxy": f"sip:{trunk.outbound_proxy}{_by(trunk)};lr"}


def _aor(trunk: Trunk) -> Fields:
    # Any answer counts as a sign of life: many carriers refuse OPTIONS with 403, 404 or 405 and
    # take calls all the same. A trunk that is wrongly taken for dead would get no call at all.
    return {
        "contact": server_uri(trunk),
        "qualify_frequency": str(trunk.qualify_seconds),
        "qualify_timeout": str(QUALIFY_TIMEOUT_SECONDS),
        "max_contacts": "0",
        **_proxy(trunk),
    }


def _auth(trunk: Trunk) -> Fields:
    return {
        "auth_type": "userpass",
        "username": trunk.auth_username or trunk.username,
        "password": trunk.password,
        "realm": trunk.realm,
    }


def _endpoint(trunk: Trunk, media_address: str) -> Fields:
    name = endpoint_name(trunk.id)
    by_to = trunk.number_source is NumberSource.TO
    return {
        "context": CONTEXT_BY_TO if by_to else CONTEXT,
        "transport": TRANSPORTS[trunk.transport],
        "aors": name,
        # By address only: a From that says trunk-1 proves nothing.
        "identify_by": "ip",
        "disallow": "all",
        "allow": ",".join(trunk.codecs),
        "direct_media": "no",
        # A caller's REFER is refused: only the engine moves callers. A forwarded call (302) dials
        # nothing by itself: it would be toll fraud.
        "allow_transfer": "no",
        "redirect_method": "user",
        "trust_id_inbound": "no" if trunk.caller_source is CallerSource.FROM else "yes",
        # Privacy is only sent to a trusted side (RFC 3325).
        "trust_id_outbound": "yes" if trunk.hide_allowed else "no",
        "send_pai": "yes" if trunk.caller_id_form is CallerIdForm.PAI else "no",
        "send_rpid": "yes" if trunk.caller_id_form is CallerIdForm.RPID else "no",
        "rtp_timeout": str(DEAD_SECONDS),
        "rtp_timeout_hold": "0",
        "timers": "always",
        "timers_min_se": "90",
        "timers_sess_expires": str(trunk.session_seconds),
        "dtmf_mode": _DTMF[trunk.dtmf_mode],
        "rtp_symmetric": "yes",
        "force_rport": "yes",
        "rewrite_contact": "no",
        "media_encryption": "sdes" if trunk.srtp else "no",
        "media_address": media_address,
        "bind_rtp_to_media_address": "yes" if media_address else "no",
        **({"outbound_auth": name} if trunk.username else {}),
        **_from(trunk),
        **_proxy(trunk),
    }


def _from(trunk: Trunk) -> dict[str, str]:
    """Give what From says; with a user of its own the caller's number stands in PAI or RPID."""
    said = {}
    account = trunk.username.partition("@")[0] if trunk.registers else ""
    if trunk.caller_id_form is not CallerIdForm.FROM and (user := trunk.from_user or account):
        said["from_user"] = user
    domain = trunk.from_domain or (trunk.host if trunk.registers else "")
    if domain:
        said["from_domain"] = domain
    return said


def _identifies(trunk: Trunk) -> dict[Place, Fields]:
    name = endpoint_name(trunk.id)
    return {
        Place("identify", f"{name}-{number:02d}"): {
            "endpoint": name,
            "match": address,
            "srv_lookups": "no",
        }
        for number, address in enumerate(_known_by(trunk), start=1)
    }


def _known_by(trunk: Trunk) -> Iterator[str]:
    yield from dict.fromkeys((trunk.host, *trunk.addresses))


def _registration(trunk: Trunk) -> Fields:
    return {
        "server_uri": server_uri(trunk),
        "client_uri": client_uri(trunk),
        "contact_user": trunk.username.partition("@")[0],
        "outbound_auth": endpoint_name(trunk.id),
        "transport": TRANSPORTS[trunk.transport],
        "expiration": str(REGISTRATION_SECONDS),
        "retry_interval": str(RETRY_SECONDS),
        "forbidden_retry_interval": str(RETRY_SECONDS),
        "fatal_retry_interval": str(RETRY_SECONDS),
        "max_retries": str(RETRIES),
        # A wrong password may be put right on the provider's side.
        "auth_rejection_permanent": "no",
        "max_random_initial_delay": "0",
        **_proxy(trunk),
    }
