"""The form of a webhook."""

from crm.webhooks.webhook import OFFERED, EndpointDraft
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.kit.shapes import Choice
from web.webhooks.words import EVENT_TYPES


def endpoint_form(reader: Reader, id_: int | None, draft: EndpointDraft | None) -> Form:
    """Give the form of a webhook, filled with what is known."""
    say = reader.gettext
    events = [Choice(key=one, name=f"{say(EVENT_TYPES[one])} ({one})") for one in OFFERED]
    chosen = draft.events if draft else frozenset(OFFERED)
    inside = N_(
        "Only for a receiver in our own network; there http:// is allowed too."
        " An administrator must say so."
    )
    return Form(
        url=f"/webhooks/{id_}" if id_ else "/webhooks",
        fields=[
            Field(
                "name", say(N_("Webhook name")), value=draft.name if draft else "", required=True
            ),
            Field(
                "url",
                say(N_("Address")),
                "url",
                draft.url if draft else "",
                required=True,
                maxlength=2000,
                placeholder="https://",
            ),
            Field(
                "events",
                say(N_("Events")),
                "multiselect",
                required=True,
                options=events,
                chosen=[one.value for one in chosen],
            ),
            Field("enabled", say(N_("On")), "checkbox", _flag(on=not draft or draft.enabled)),
            Field(
                "inside",
                say(N_("Inside our network")),
                "checkbox",
                _flag(on=bool(draft and draft.inside)),
                help=say(inside),
            ),
        ],
        cancel_url=f"/webhooks/{id_}" if id_ else "/webhooks",
    )


def _flag(*, on: bool) -> str:
    return "on" if on else ""
