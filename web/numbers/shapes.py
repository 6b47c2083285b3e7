"""Numbers and their greeting and menu, as the API takes and returns them."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from crm.people.person import Language
from web.kit.bodies import Body, Id
from web.kit.body_form import Input
from web.kit.i18n import N_, NAMES
from web.kit.shapes import Items, Named

DialledNumber = Annotated[str, Field(min_length=1, max_length=32)]
NumberName = Annotated[str, Field(max_length=100)]
NameField = Annotated[NumberName, Input(N_("Name"))]
LanguageField = Annotated[Language, Input(N_("Language of the prompts"), names=NAMES)]
ActiveField = Annotated[bool, Input(N_("Active: takes calls"))]
_FLOW_LABEL, _FLOW_HELP = N_("Call flow"), N_("What callers hear, and the queues it leads to.")
Spoken = Annotated[str, Field(max_length=1000)]
QueueName = Annotated[str, Field(max_length=50)]
RequiredQueue = Annotated[str, Field(min_length=1, max_length=50)]
MenuKey = Literal["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]


class NumberBody(Body):
    """A number that callers dial; without a flow it gets one with a greeting and a menu."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"number": "+864008001234", "name": "Main number"}]},
    )

    number: Annotated[
        DialledNumber,
        Input(
            N_("Phone number"), "tel", help=N_("The number that callers dial, e.g. 400 800 1234.")
        ),
    ]
    name: NameField = ""
    language: LanguageField = Language.ENGLISH
    flow: Annotated[
        Id | None,
        Input(
            _FLOW_LABEL,
            "select",
            help=_FLOW_HELP,
            placeholder=N_("New flow with greeting and menu"),
        ),
    ] = None
    active: ActiveField = True


class NumberForm(Body):
    """The form of an existing number, which keeps its digits."""

    name: NameField = ""
    language: LanguageField = Language.ENGLISH
    flow: Annotated[Id, Input(_FLOW_LABEL, "select", help=_FLOW_HELP)]
    active: ActiveField = True


class NumberChange(Body):
    """The fields of a number to change; missing ones stay. The number itself never changes."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"language": "zh_CN"}]}
    )

    name: NumberName | None = None
    language: Language | None = None
    flow: Id | None = None
    active: bool | None = None


class NumberShape(BaseModel):
    """A number that callers dial."""

    number: str
    name: str
    language: Language
    flow: Named
    active: bool


class NumberShapes(Items[NumberShape]):
    """All numbers."""


class MenuBody(Body):
    """What callers of a number hear: a greeting, and a menu whose keys lead to queues."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "greeting": "Thank you for calling Blue Sky.",
                    "choices": {"1": "sales", "2": "support"},
                    "otherwise": "support",
                }
            ]
        },
    )

    greeting: Spoken = ""  # "": the standard greeting
    choices: dict[MenuKey, RequiredQueue] = Field(default_factory=dict)  # key → queue
    menu: Spoken = ""  # "": made from the choices
    otherwise: RequiredQueue  # the queue of callers who press no key


class MenuShape(BaseModel):
    """The greeting and menu of a number in its language; texts as callers hear them."""

    number: str
    language: Language
    flow: Named
    greeting: str
    choices: dict[str, str]
    menu: str
    otherwise: str
    also: list[str]  # other numbers with the same flow


class MenuForm(Body):
    """The form of a greeting and menu: a queue for each key."""

    greeting: Annotated[
        Spoken,
        Input(
            N_("Greeting"),
            "textarea",
            help=N_("Spoken when a call is answered. Leave empty for the standard greeting."),
        ),
    ] = ""
    key_1: Annotated[QueueName, Input(N_("Key 1"), "select", placeholder=N_("Not used"))] = ""
    key_2: Annotated[QueueName, Input(N_("Key 2"), "select", placeholder=N_("Not used"))] = ""
    key_3: Annotated[QueueName, Input(N_("Key 3"), "select", placeholder=N_("Not used"))] = ""
    key_4: Annotated[QueueName, Input(N_("Key 4"), "select", placeholder=N_("Not used"))] = ""
    key_5: Annotated[QueueName, Input(N_("Key 5"), "select", placeholder=N_("Not used"))] = ""
    key_6: Annotated[QueueName, Input(N_("Key 6"), "select", placeholder=N_("Not used"))] = ""
    key_7: Annotated[QueueName, Input(N_("Key 7"), "select", placeholder=N_("Not used"))] = ""
    key_8: Annotated[QueueName, Input(N_("Key 8"), "select", placeholder=N_("Not used"))] = ""
    key_9: Annotated[QueueName, Input(N_("Key 9"), "select", placeholder=N_("Not used"))] = ""
    key_0: Annotated[QueueName, Input(N_("Key 0"), "select", placeholder=N_("Not used"))] = ""
    otherwise: Annotated[
        RequiredQueue,
        Input(
            N_("No key pressed"),
            "select",
            help=N_("The queue of callers who press no key; without keys, of every caller."),
        ),
    ]
    menu: Annotated[
        Spoken,
        Input(
            N_("Menu announcement"),
            "textarea",
            help=N_("Leave empty to make it from the keys and the names of their queues."),
        ),
    ] = ""

    def body(self) -> MenuBody:
        """Give what the form says as the API takes it."""
        keys: tuple[MenuKey, ...] = get_args(MenuKey)
        choices = {key: queue for key in keys if (queue := getattr(self, f"key_{key}"))}
        return MenuBody(
            greeting=self.greeting, choices=choices, menu=self.menu, otherwise=self.otherwise
        )
