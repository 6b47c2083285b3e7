"""The forms of a number, and of its greeting and menu."""

from urllib.parse import quote

from sqlalchemy.orm import Session

from web.kit.body_form import fields_of
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.numbers.actions import flow_choices
from web.numbers.shapes import MenuForm, MenuShape, NumberBody, NumberForm, NumberShape
from web.queues.actions import queue_choices


def number_form(session: Session, reader: Reader, shape: NumberShape | None) -> Form:
    """Make the form for a new number, or for an existing one, which keeps its digits."""
    values = dict(shape) if shape else {"language": reader.language}
    body = NumberForm if shape else NumberBody
    return Form(
        f"/numbers/{quote(shape.number)}" if shape else "/numbers",
        fields_of(body, reader, values, {"flow": flow_choices(session)}),
        version=etag_of(shape) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add number")),
        cancel_url="/numbers",
        name="number",
    )


def menu_form(session: Session, reader: Reader, shape: MenuShape) -> Form:
    """Make the form of a number's greeting and menu."""
    values: dict[str, object] = {
        "greeting": shape.greeting,
        "otherwise": shape.otherwise,
        "menu": shape.menu,
        **{f"key_{key}": queue for key, queue in shape.choices.items()},
    }
    queues = queue_choices(session, reader)
    selects = [name for name in MenuForm.model_fields if name not in {"greeting", "menu"}]
    return Form(
        f"/numbers/{quote(shape.number)}/menu",
        fields_of(MenuForm, reader, values, dict.fromkeys(selects, queues)),
        version=etag_of(shape),
        submit=reader.gettext(N_("Save")),
        cancel_url=f"/numbers/{quote(shape.number)}",
        name="menu",
    )
