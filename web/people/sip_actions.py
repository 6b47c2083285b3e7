"""The SIP account of an agent's desk phone: what the phone needs, and a new password for it."""

import secrets

from fastapi import Request
from sqlalchemy.orm import Session

from acd import store as acd
from acd.agent import Phone
from acd.queue import AgentId
from crm.kernel.errors import ConflictError
from crm.people import store
from crm.people.granting import check_account
from crm.people.groups import store as groups
from crm.people.person import SignedIn
from cti.asterisk.translate import endpoint_of
from web.kit.audit import note
from web.kit.request import context_of
from web.kit.settings import Settings
from web.people.shapes import SipAccount, SipSettings

LOOPBACK = "127.0.0.1"


def sip_settings(settings: Settings, extension: str) -> SipSettings:
    """Give what a desk phone needs to register, without its password.

    Without an external address Asterisk listens to phones of this machine only.
    """
    own = settings.external_address
    return SipSettings(
        server=(settings.outside.name or own) if own else LOOPBACK,
        port=settings.sip_port,
        user=endpoint_of(extension, Phone.SIP),
    )


def reset_sip_secret(session: Session, request: Request, who: SignedIn, user: int) -> SipAccount:
    """Make a new password for a user's desk phone; the engine gives it to Asterisk at once."""
    known = store.user_to_change(session, user)
    check_account(who, known)
    groups.check_takeover_of(session, who, known)
    agent = acd.agents_among(session, [user]).get(AgentId(user))
    if agent is None or not acd.working_agents(session, [user]):
        raise ConflictError("This user takes no calls, so there is no phone.")
    secret = secrets.token_urlsafe(18)
    acd.set_sip_secret(session, user, secret)
    note(session, request, who, "user.sip_secret_reset", "users", user)
    found = sip_settings(context_of(request).settings, agent.extension)
    return SipAccount(**dict(found), secret=secret)
