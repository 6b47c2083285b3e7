"""The forms of the first administrator and of the set-up."""

from typing import Annotated

from pydantic import Field

from crm.people.person import Language
from web.kit.bodies import Body, Email, Zone
from web.kit.body_form import Input
from web.kit.i18n import N_, NAMES
from web.kit.password_fields import NewPassword, PasswordAgain
from web.people.shapes import LoginName, Name

MOST_ROWS = 5  # of new agents in one form


class AdministratorForm(Body):
    """The first administrator."""

    name: Annotated[Name, Input(N_("Your name"), autocomplete="name")]
    login: Annotated[LoginName, Input(N_("Username"), autocomplete="username")]
    email: Annotated[Email, Input(N_("Email"), "email", autocomplete="email")] = ""
    new: NewPassword
    again: PasswordAgain


class CompanyForm(Body):
    """The name of the company, and the defaults for new users."""

    company: Annotated[str, Field(max_length=100), Input(N_("Company"))] = ""
    language: Annotated[Language, Input(N_("Default language"), names=NAMES)] = Language.ENGLISH
    timezone: Annotated[
        Zone,
        Input(
            N_("Time zone"),
            "select",
            placeholder=N_("The country's or the machine's own"),
        ),
    ] = ""


class AgentRowForm(Body):
    """One row of the form of first agents."""

    name: Annotated[Name, Input(N_("Full name"))]
    login: Annotated[LoginName, Input(N_("Username"))]
