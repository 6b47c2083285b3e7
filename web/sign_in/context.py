"""One web process's parts for signing in: attempts in progress, and the identity provider."""

from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import HTTPConnection

from web.kit.context import AppContext
from web.sign_in.attempts import SignInLimits
from web.sign_in.oidc import IdentityProvider


@dataclass(frozen=True, slots=True)
class SignInContext:
    """The parts that all sign-ins share; without single sign-on there is no provider."""

    limits: SignInLimits
    provider: IdentityProvider | None


def sign_in_of(connection: HTTPConnection) -> SignInContext:
    """Give the sign-in parts of the application that received this request."""
    found: SignInContext = connection.app.state.sign_in
    return found


def set_up_sign_in(app: FastAPI) -> None:
    """Make the sign-in parts of an application."""
    context: AppContext = app.state.context
    known = context.settings.provider
    app.state.sign_in = SignInContext(SignInLimits(), IdentityProvider(known) if known else None)
