"""Single sign-on: the redirect to the identity provider and back, and the user it names."""

import secrets
from datetime import timedelta

import structlog
from fastapi import Request, Response
from sqlalchemy.orm import Session

from crm.audit.entry import AuditEntry
from crm.audit.store import note as write
from crm.kernel.errors import ConflictError, MissingError
from crm.people import store
from crm.people.access import store as access
from crm.people.person import LoginResult, SignedIn, User
from web.kit import second_factor
from web.kit.clock import now
from web.kit.errors import SecondFactorDueError, SecondFactorError
from web.kit.i18n import N_
from web.kit.request import address_of, context_of, is_secure
from web.kit.sealing import seal, unseal
from web.sign_in.actions import is_allowed, note_login
from web.sign_in.context import sign_in_of
from web.sign_in.oidc import AuthorizationRequest, Identity, ProviderRefusedError

log = structlog.get_logger()

AUTHORIZATION_COOKIE = "hotline_journey"
REDIRECT_FOR = timedelta(minutes=10)


def user_of_identity(request: Request, identity: Identity) -> User:
    """Find the user that the identity provider names; the first time by login.

    Many providers let people change the claim of the login. So users who manage others are never
    found by it: they connect their account themselves while they are signed in.

    ProviderRefusedError, and a line in the log, for an unknown or switched-off user;
    SecondFactorError or SecondFactorDueError if a second factor is needed that the provider did not
    ask for.
    """
    context = context_of(request)
    with context.database.begin() as session:
        user = access.user_by_subject(session, identity.subject)
        if user is None and (user := store.user_by_login(session, identity.login)) is not None:
            _check_claim(user)
            user = _bound(session, request, user, identity)
    if user is None:
        note_login(request, identity.login, None, LoginResult.WRONG)
        raise ProviderRefusedError(N_("No user has your username. Ask your administrator."))
    if not is_allowed(user):
        note_login(request, user.login, user, LoginResult.DISABLED)
        raise ProviderRefusedError(N_("This account is inactive. Ask your administrator."))
    if not identity.by_two_factors:
        if user.totp:
            raise SecondFactorError(user)
        if second_factor.is_forced(context.parameters(), user):
            raise SecondFactorDueError(user)
    note_login(request, user.login, user, LoginResult.SIGNED_IN)
    return user


def begin_binding(request: Request, who: SignedIn) -> tuple[str, AuthorizationRequest]:
    """Begin to connect the signed-in user's account with the provider: give its address."""
    provider = sign_in_of(request).provider
    if provider is None:
        raise MissingError("There is no identity provider.")
    if who.user.by_provider:
        raise ConflictError("Your account is connected with the identity provider already.")
    return provider.begin(way_back(request), "/account/security", str(who.user.id))


def finish_binding(
    request: Request, who: SignedIn | None, authorization: AuthorizationRequest, identity: Identity
) -> None:
    """Connect the account of the user who began it and is still signed in in this browser."""
    if who is None or str(who.user.id) != authorization.bind:
        raise ProviderRefusedError
    with context_of(request).database.begin() as session:
        if access.user_by_subject(session, identity.subject) is not None:
            raise ProviderRefusedError(
                N_("This account of the identity provider is connected with another user.")
            )
        _bound(session, request, who.user, identity)


def way_back(request: Request) -> str:
    """Give the address to which the provider sends a browser back."""
    scheme = "https" if is_secure(request) else "http"
    return f"{scheme}://{request.headers.get('host', '')}/sign-in/oidc/back"


def set_authorization_request(
    request: Request, response: Response, authorization: AuthorizationRequest
) -> None:
    """Store in a cookie the values that must come back from the identity provider."""
    response.set_cookie(
        AUTHORIZATION_COOKIE,
        seal(context_of(request).settings, AUTHORIZATION_COOKIE, authorization.as_values(), now()),
        max_age=int(REDIRECT_FOR.total_seconds()),
        httponly=True,
        samesite="lax",  # it comes back from another site
        secure=is_secure(request),
        path="/sign-in/oidc",
    )


def authorization_request_of(request: Request, state: str, issuer: str) -> AuthorizationRequest:
    """Read the cookie of the redirect; ProviderRefusedError if the answer does not match it."""
    context = context_of(request)
    sealed = request.cookies.get(AUTHORIZATION_COOKIE, "")
    values = unseal(context.settings, AUTHORIZATION_COOKIE, sealed, now(), REDIRECT_FOR)
    if values is None:
        raise ProviderRefusedError
    authorization = AuthorizationRequest(**{name: str(value) for name, value in values.items()})
    provider = context.settings.provider
    # A provider that names its issuer (RFC 9207) must be the configured one.
    stranger = issuer and (provider is None or issuer != provider.issuer)
    same = secrets.compare_digest(authorization.state.encode(), state.encode("utf-8", "replace"))
    if not same or stranger:
        log.warning("a user came back who was not sent")
        raise ProviderRefusedError
    return authorization


def forget_authorization_request(response: Response) -> None:
    """Remove the cookie of the redirect."""
    response.delete_cookie(AUTHORIZATION_COOKIE, path="/sign-in/oidc")


def _check_claim(user: User) -> None:
    if second_factor.MANAGERS & user.role.rights.keys() and not user.by_provider:
        log.warning("a provider names a user who manages others", user=user.id)
        raise ProviderRefusedError(
            N_(
                "Sign in with your password once, and connect your account with the identity"
                " provider on your account's page under Security."
            )
        )


def _bound(session: Session, request: Request, user: User, identity: Identity) -> User:
    """Bind the provider's subject to a user; not to a disabled one."""
    if not is_allowed(user):
        return user
    try:
        bound = access.bind_subject(session, user.id, identity.subject)
    except ConflictError as error:
        log.warning("a provider means another person by a login", user=user.id)
        raise ProviderRefusedError(error.sentence) from None
    entry = AuditEntry(now(), user.id, "identity.bound", "users", str(user.id), address_of(request))
    write(session, entry)
    return bound
