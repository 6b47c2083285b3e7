"""The forms of an import: choosing the file, and choosing its columns."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from crm.imports.importing import MOST_ROWS, Import
from crm.imports.mapping import letters_of
from crm.people.person import SignedIn
from web.imports.shapes import ColumnsBody, ImportPreview
from web.imports.targets import open_targets, options_of
from web.kit.forms import Field, Form, choices_of
from web.kit.i18n import N_, Reader
from web.kit.import_target import ImportTarget
from web.kit.posted import Posted
from web.kit.shapes import Choice

HEADER = "header"


def upload_form(
    reader: Reader, who: SignedIn, target: str, most_megabytes: int, kept: Mapping[str, str]
) -> Form:
    """Make the form that takes a file; `kept` are choices that were made where it was opened."""
    say = reader.gettext
    open_to = open_targets(who)
    choices = choices_of((one.key, say(one.title)) for one in open_to)
    chosen = target if any(one.key == target for one in open_to) else ""
    only = open_to[0].key if len(open_to) == 1 else ""
    return Form(
        "/imports/upload",
        [
            Field("target", say(N_("Import into")), "select", chosen or only, True, choices),
            Field(
                "file",
                say(N_("File")),
                "file",
                required=True,
                help=reader.say(
                    N_("XLSX, XLS or CSV, up to {most} MB and {rows} rows."),
                    most=most_megabytes,
                    rows=reader.number(MOST_ROWS),
                ),
                most=str(most_megabytes),
            ),
            *(Field(key, key, "hidden", value) for key, value in kept.items()),
        ],
        submit=say(N_("Upload")),
        cancel_url="/imports",
        name="upload",
        columns=1,
    )


def columns_form(
    session: Session, reader: Reader, one: Import, target: ImportTarget, preview: ImportPreview
) -> Form:
    """Make the form in which each column of the target gets its column of the file."""
    say, file = reader.gettext, one.file
    choices = _choices(preview)
    fields = [Field(HEADER, say(N_("The first row holds the column names")), "checkbox")]
    fields[0].value = "on" if file.header else ""
    fields += [
        Field(
            column.key,
            say(column.label),
            "select",
            str(file.mapping.get(column.key, "")),
            column.required,
            choices,
            help=say(column.help),
            placeholder=say(N_("Not in the file")),
        )
        for column in target.columns
    ]
    for option in options_of(session, target):
        values = choices_of((key, say(name)) for key, name in option.values.items())
        chosen = file.options.get(option.key, "")
        field = Field(option.key, say(option.label), "select", chosen, True, values)
        field.help = say(option.help)
        fields.append(field)
    return Form(
        f"/imports/{one.id}/check",
        fields,
        submit=say(N_("Check")),
        name="columns",
    )


def read_columns(session: Session, target: ImportTarget, sent: Posted) -> ColumnsBody:
    """Read the form as the body that the API takes; text that is not a number gives no column."""
    mapping = {
        one.key: int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1  # noqa: PLR2004
        for one in target.columns
        if (text := sent.one(one.key).strip())
    }
    options = {one.key: sent.one(one.key)[:50] for one in options_of(session, target)}
    return ColumnsBody.model_construct(
        header=bool(sent.one(HEADER)), mapping=mapping, options=options
    )


def _choices(preview: ImportPreview) -> Sequence[Choice]:
    """Name the columns of the file by their letters and their first cell."""
    return choices_of(
        (place, f"{letters_of(place)}: {column.first}" if column.first else letters_of(place))
        for place, column in enumerate(preview.columns)
    )
