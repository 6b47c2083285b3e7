"""The password fields of forms: the present password, and a new one that is typed twice."""

from typing import Annotated

from pydantic import Field

from crm.kernel.errors import InvalidError
from web.kit.body_form import Input
from web.kit.i18n import N_

Password = Annotated[str, Field(min_length=1, max_length=1000)]
PresentPassword = Annotated[
    Password, Input(N_("Current password"), "password", autocomplete="current-password")
]
# {least} is what the site asks for, a parameter.
NewPassword = Annotated[
    Password,
    Input(
        N_("New password"),
        "password",
        help=N_("At least {least} characters, and not easy to guess."),
        autocomplete="new-password",
    ),
]
PasswordAgain = Annotated[
    Password, Input(N_("Repeat new password"), "password", autocomplete="new-password")
]


def check_same(new: str, again: str) -> None:
    """Refuse a new password that was not typed twice the same."""
    if new != again:
        raise InvalidError("The passwords do not match.", field="again")
