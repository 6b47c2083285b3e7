"""The form of a webhook."""

from dataclasses import asdict

from crm.webhooks.webhook import OFFERED, EndpointDraft
from web.kit.body_form import fields_of
from web.kit.forms import Form
from web.kit.i18n import Reader
from web.kit.shapes import Choice
from web.webhooks.shapes import EndpointBody
from web.webhooks.words import EVENT_TYPES


def endpoint_form(reader: Reader, id_: int | None, draft: EndpointDraft | None) -> Form:
    """Make the form for a new webhook, with all events chosen, or for an existing one."""
    events = [
        Choice(key=one, name=f"{reader.gettext(EVENT_TYPES[one])} ({one})") for one in OFFERED
    ]
    values = asdict(draft) if draft else {"events": OFFERED}
    url = f"/webhooks/{id_}" if id_ else "/webhooks"
    return Form(url, fields_of(EndpointBody, reader, values, {"events": events}), cancel_url=url)
