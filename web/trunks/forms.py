"""The form of a trunk, filled by a preset or with the settings that it has."""

from collections.abc import Mapping

from cti.trunks.trunk import PRESETS, Preset
from web.kit.body_form import fields_of
from web.kit.etag import etag_of
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.trunks.shapes import CODEC_FIELDS, SECTIONS, TrunkForm, TrunkShape
from web.trunks.views import show_settings


def new_form(reader: Reader, preset: Preset) -> Form:
    """Make the form of a new trunk of a usual kind."""
    form = Form(
        "/trunks",
        fields_of(TrunkForm, reader, _values(show_settings(PRESETS[preset])), {}),
        submit=reader.gettext(N_("Add trunk")),
        cancel_url="/trunks",
        name="trunk",
    )
    form.fields.append(Field("preset", "", "hidden", preset.value))
    form.field("password").help = reader.gettext(N_("It is not shown again."))
    return form


def trunk_form(reader: Reader, shape: TrunkShape) -> Form:
    """Make the form of an existing trunk."""
    return Form(
        f"/trunks/{shape.id}",
        fields_of(TrunkForm, reader, _values(shape), {}),
        version=etag_of(shape),
        submit=reader.gettext(N_("Save")),
        cancel_url="/trunks",
        name="trunk",
    )


def sections(reader: Reader, form: Form) -> list[dict[str, object]]:
    """Give the form's fields under their headings; the last part is closed unless it has errors."""
    parts: list[dict[str, object]] = []
    for number, (heading, names) in enumerate(SECTIONS, start=1):
        found = [form.field(name) for name in names]
        closed = number == len(SECTIONS) and not any(one.error for one in found)
        parts.append(
            {
                "heading": reader.gettext(heading),
                "fields": found,
                "folds": number == len(SECTIONS),
                "open": not closed,
            }
        )
    return parts


def _values(shape: TrunkShape) -> Mapping[str, object]:
    chosen = dict(zip(CODEC_FIELDS, shape.codecs, strict=False))
    return {**dict(shape), **{name: chosen.get(name) for name in CODEC_FIELDS}}
