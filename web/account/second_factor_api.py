"""The API of one's own second factor: set it up, renew its recovery codes, remove it."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from crm.kernel.errors import ConflictError
from crm.people.access import store
from web.account import actions
from web.kit import second_factor
from web.kit.auth import InPerson
from web.kit.bodies import Body
from web.kit.i18n import N_
from web.kit.request import context_of
from web.kit.shown_once import SHOWN_ONCE

router = APIRouter(prefix="/account/second-factor")
Present = Annotated[str, Field(min_length=1, max_length=1000, examples=["correct horse battery"])]


class SecondFactorShape(BaseModel):
    """Whether there is a second factor, whether the site requires one, and the codes left."""

    enabled: bool
    forced: bool
    recovery_codes_left: int


class SetUpShape(BaseModel):
    """A secret for an authenticator, also sealed, to be sent back within 15 minutes."""

    secret: Annotated[str, SHOWN_ONCE, Field(examples=["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"])]
    address: Annotated[
        str,
        SHOWN_ONCE,
        Field(examples=["otpauth://totp/Hotline:li.wei?secret=JBSWY3DPEHPK3PXP&issuer=Hotline"]),
    ]
    sealed: Annotated[str, SHOWN_ONCE, Field(examples=["gAAAAABp…"])]


class SetUpBody(Body):
    """The sealed secret, a code of the authenticator, and the present password."""

    sealed: Annotated[str, Field(min_length=1, max_length=4000, examples=["gAAAAABp…"])]
    code: Annotated[str, Field(min_length=1, max_length=20, examples=["492039"])]
    present: Present


class PresentBody(Body):
    """The present password, which a stranger at an open page does not know."""

    present: Present


class RecoveryCodes(BaseModel):
    """Recovery codes, valid once each when the telephone is lost; shown only once."""

    codes: Annotated[list[str], SHOWN_ONCE, Field(examples=[["k7fqm-2xw9d", "p4hcz-8mtrv"]])]


@router.get("")
def read_second_factor(request: Request, who: InPerson) -> SecondFactorShape:
    """Show the state of one's own second factor."""
    context = context_of(request)
    with context.database.begin() as session:
        kept = store.second_factor(session, who.user.id)
    return SecondFactorShape(
        enabled=kept is not None,
        forced=second_factor.is_forced(context.parameters(), who.user),
        recovery_codes_left=kept.codes_left if kept else 0,
    )


@router.post("/begin")
def begin_second_factor(request: Request, who: InPerson) -> SetUpShape:
    """Make a secret for an authenticator; nothing is stored until its first code comes back."""
    if who.user.totp:
        raise ConflictError(N_("Two-factor authentication is already set up."))
    secret, sealed = actions.begin_second_factor(request, who)
    address = second_factor.address_of(secret, who.user.login)
    return SetUpShape(secret=secret, address=address, sealed=sealed)


@router.post("")
def finish_second_factor(request: Request, body: SetUpBody, who: InPerson) -> RecoveryCodes:
    """Store the secret: its code proves that the authenticator has it."""
    secret = actions.secret_of(request, who, body.sealed)
    actions.check_present(request, who, body.present)
    return RecoveryCodes(codes=actions.finish_second_factor(request, who, secret, body.code))


@router.post("/recovery-codes")
def renew_recovery_codes(request: Request, body: PresentBody, who: InPerson) -> RecoveryCodes:
    """Give new recovery codes; the old ones become invalid."""
    return RecoveryCodes(codes=actions.renew_recovery_codes(request, who, body.present))


@router.post("/end", status_code=204)
def end_second_factor(request: Request, body: PresentBody, who: InPerson) -> Response:
    """Remove the second factor, unless the site requires one."""
    actions.end_second_factor(request, who, body.present)
    return Response(status_code=204)
