"""Signing in through an identity provider: OpenID Connect, authorization code with PKCE."""

import secrets
import ssl
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import httpx
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from crm.kernel.errors import HotlineError, RefusedError
from web.kit.i18n import N_
from web.kit.oidc_settings import Provider, is_safe_address

log = structlog.get_logger()

TIMEOUT_SECONDS = 5.0
KNOWN_FOR_SECONDS = 3600.0
ASK_AGAIN_AFTER_SECONDS = 60.0  # before the keys are read again, when a token names an unknown one
LEEWAY_SECONDS = 60
SCOPE = "openid profile email"
# Signatures that only the provider can make: neither "none" nor one with a secret we share.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
# Values of `amr`: several factors, a one-time code, a key in hardware or software, a smart card.
SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "sc"})
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderAwayError(HotlineError):
    """The identity provider does not answer, or not correctly."""

    def __init__(self) -> None:
        """Take the sentence that says how to sign in all the same."""
        super().__init__(
            N_("The identity provider does not respond. Sign in with your password, or try later.")
        )


class ProviderRefusedError(RefusedError):
    """The provider's answer does not prove the user's identity."""

    def __init__(
        self, sentence: str = N_("The identity provider refused the sign-in. Try again.")
    ) -> None:
        """Take one sentence; the reason is in the log."""
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """The values that a browser takes to the provider and must bring back."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    wanted: str  # the page to go on to
    bind: str = ""  # the id of the signed-in user who connects their account, not to sign in

    def as_values(self) -> dict[str, str | int]:
        """Give the values in a form that can be sealed."""
        return dict(asdict(self))


@dataclass(frozen=True, slots=True)
class Identity:
    """The user that the provider names: a unique subject, and a login.

    `by_two_factors` tells whether the provider asked for more than a password.
    """

    subject: str
    login: str
    by_two_factors: bool = False


@dataclass(frozen=True, slots=True)
class _Metadata:
    """The provider's metadata, and when it was read (monotonic clock)."""

    document: dict[str, Any]
    keys: KeySet
    at: float


class IdentityProvider:
    """One provider; asked from threads."""

    def __init__(self, settings: Provider) -> None:
        """Nothing is requested before the first sign-in."""
        self.settings = settings
        self._known: _Metadata | None = None
        self._lock = threading.Lock()

    def begin(self, back: str, wanted: str, bind: str = "") -> tuple[str, AuthorizationRequest]:
        """Give the provider's address for a browser, and the values that it must bring `back`."""
        document = self._discover().document
        authorization = AuthorizationRequest(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            wanted=wanted,
            bind=bind,
        )
        with self._client(back) as client:
            address, _ = client.create_authorization_url(
                document["authorization_endpoint"],
                state=authorization.state,
                nonce=authorization.nonce,
                code_verifier=authorization.verifier,
            )
        return str(address), authorization

    def finish(
        self, back: str, authorization: AuthorizationRequest, code: str, at: datetime
    ) -> Identity:
        """Exchange a code for an ID token, and check it.

        Raises ProviderAwayError, or ProviderRefusedError if it proves nothing.
        """
        document = self._discover().document
        with self._client(back) as client:
            try:
                given = client.fetch_token(
                    document["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=authorization.verifier,
                )
            except OAuthError as error:
                log.warning("the identity provider refused a code", why=str(error.error)[:100])
                raise ProviderRefusedError from None
            except (httpx.HTTPError, ValueError) as error:
                log.warning("the identity provider does not answer", why=type(error).__name__)
                raise ProviderAwayError from None
            claims = self._checked(str(given.get("id_token") or ""), authorization.nonce, at)
            login = self._login(claims) or self._login(self._asked(client, document, claims))
        if not login:
            raise ProviderRefusedError(N_("The identity provider did not give your username."))
        return Identity(f"{self.settings.issuer}|{claims['sub']}", login, _by_two_factors(claims))

    def _checked(self, token: str, nonce: str, at: datetime) -> dict[str, Any]:
        """Give the claims of an ID token that was signed for us, now, for this request."""
        issuer, client = self._discover().document["issuer"], self.settings.client_id
        registry = jwt.JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            claims: dict[str, Any] = dict(self._decoded(token).claims)
            registry.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            log.warning("an ID token proves nothing", why=type(error).__name__)
            raise ProviderRefusedError from None
        # A token for several clients must name the authorized one (OpenID Connect Core, 3.1.3.7).
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", "" if several else client) != client:
            log.warning("an ID token was made for another client")
            raise ProviderRefusedError
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise ProviderRefusedError
        return claims

    def _decoded(self, token: str) -> jwt.Token:
        """Decode an ID token; with an unknown key the provider's keys are read once more."""
        known = self._discover()
        try:
            return jwt.decode(token, known.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if time.monotonic() - known.at < ASK_AGAIN_AFTER_SECONDS:
                raise
        return jwt.decode(token, self._ask().keys, algorithms=ALGORITHMS)

    def _login(self, claims: dict[str, Any]) -> str:
        found = claims.get(self.settings.login_claim)
        # An unverified address may be any text.
        if self.settings.login_claim == "email" and claims.get("email_verified") is not True:
            return ""
        return found.strip() if isinstance(found, str) else ""

    def _asked(
        self, client: OAuth2Client, document: dict[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        """Read the claims that the ID token lacks; none if the answer is about another subject."""
        address = document.get("userinfo_endpoint")
        if not isinstance(address, str) or not is_safe_address(address):
            return {}
        try:
            settings = client.get(address).raise_for_status().json()
        except (httpx.HTTPError, OAuthError, ValueError):
            raise ProviderAwayError from None
        same = isinstance(settings, dict) and settings.get("sub") == claims["sub"]
        return dict(settings) if same else {}

    def _client(self, back: str) -> OAuth2Client:
        public = not self.settings.client_secret
        return OAuth2Client(
            self.settings.client_id,
            self.settings.client_secret or None,
            token_endpoint_auth_method="none" if public else "client_secret_basic",
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=TIMEOUT_SECONDS,
            verify=_trusted(),
        )

    def _discover(self) -> _Metadata:
        known = self._known
        if known is not None and time.monotonic() - known.at < KNOWN_FOR_SECONDS:
            return known
        return self._ask()

    def _ask(self) -> _Metadata:
        """Read the provider's metadata, and cache it."""
        place = self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            with self._lock, httpx.Client(timeout=TIMEOUT_SECONDS, verify=_trusted()) as client:
                document = client.get(place).raise_for_status().json()
                self._check_document(document)
                keys = client.get(document["jwks_uri"]).raise_for_status().json()
                self._known = _Metadata(document, KeySet.import_key_set(keys), time.monotonic())
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            log.warning("the identity provider does not answer", why=str(error)[:200])
            raise ProviderAwayError from None
        return self._known

    def _check_document(self, document: Any) -> None:
        """Refuse metadata of another issuer with a ValueError."""
        if not isinstance(document, dict) or document.get("issuer") != self.settings.issuer:
            raise ValueError("its issuer is another one")
        for name in _ENDPOINTS:
            if not is_safe_address(str(document.get(name, ""))):
                raise ValueError(f"its {name} is no address of TLS")


@cache
def _trusted() -> ssl.SSLContext:
    """Make the TLS context once; reading the certificates takes longer than a request."""
    return httpx.create_ssl_context()


def _by_two_factors(claims: dict[str, Any]) -> bool:
    """Whether an ID token reports a second factor (RFC 8176)."""
    methods = claims.get("amr")
    told = {str(one) for one in methods} if isinstance(methods, list) else set[str]()
    return not told.isdisjoint(SECOND_FACTORS)
