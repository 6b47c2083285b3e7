"""Settings of the identity provider for single sign-on (OpenID Connect)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from web.kit.setting_values import BadSettingError

# Reached without TLS only on this very machine.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider, and our client there."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str  # on the button
    login_claim: str = "preferred_username"


def read_provider(given: Mapping[str, str]) -> Provider | None:
    """Read HOTLINE_OIDC_*; None without an issuer, BadSettingError if a value cannot be used."""
    issuer = given.get("HOTLINE_OIDC_ISSUER", "").strip()
    if not issuer:
        return None
    if not is_safe_address(issuer):
        raise BadSettingError(f"HOTLINE_OIDC_ISSUER must begin with https://, not {issuer!r}.")
    client = given.get("HOTLINE_OIDC_CLIENT_ID", "").strip()
    if not client:
        raise BadSettingError("HOTLINE_OIDC_ISSUER needs HOTLINE_OIDC_CLIENT_ID beside it.")
    return Provider(
        issuer=issuer,
        client_id=client,
        client_secret=given.get("HOTLINE_OIDC_CLIENT_SECRET", "").strip(),
        name=given.get("HOTLINE_OIDC_NAME", "").strip() or str(urlsplit(issuer).hostname),
        login_claim=given.get("HOTLINE_OIDC_LOGIN_CLAIM", "").strip() or "preferred_username",
    )


def is_safe_address(address: str) -> bool:
    """Whether an address uses TLS, or is on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
