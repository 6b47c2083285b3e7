"""Single sign-on: the redirect to the identity provider and back, and the user it names."""

import secrets
from datetime import timedelta

import structlog
from fastapi import Request, Response
from sqlalchemy.orm import Session

from crm.audit.entry import AuditEntry
from crm.audit.store import note as write
from crm.kernel.errors import ConflictError
from crm.people import store
from crm.people.access import store as access
from crm.people.person import LoginResult, User
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.request import address_of, context_of, is_secure
from web.kit.sealing import seal, unseal
from web.sign_in.actions import is_allowed, note_login
from web.sign_in.oidc import AuthorizationRequest, Identity, ProviderRefusedError

log = structlog.get_logger()

AUTHORIZATION_COOKIE = "hotline_journey"
REDIRECT_FOR = timedelta(minutes=10)


def user_of_identity(request: Request, identity: Identity) -> User:
    """Find the user that the identity provider names; the first time by login.

    ProviderRefusedError, and a line in the log, for an unknown or switched-off user.
    """
    context = context_of(request)
    with context.database.begin() as session:
        user = access.user_by_subject(session, identity.subject)
        if user is None and (user := store.user_by_login(session, identity.login)) is not None:
            user = _bound(session, request, user, identity)
    if user is None:
        note_login(request, identity.login, None, LoginResult.WRONG)
        raise ProviderRefusedError(N_("No user has your username. Ask your administrator."))
    if not is_allowed(user):
        note_login(request, user.login, user, LoginResult.DISABLED)
        raise ProviderRefusedError(N_("This account is inactive. Ask your administrator."))
    note_login(request, user.login, user, LoginResult.SIGNED_IN)
    return user


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
        log.warning("somebody came back who was not sent")
        raise ProviderRefusedError
    return authorization


def forget_authorization_request(response: Response) -> None:
    """Remove the cookie of the redirect."""
    response.delete_cookie(AUTHORIZATION_COOKIE, path="/sign-in/oidc")


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
