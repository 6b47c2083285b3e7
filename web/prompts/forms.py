"""The forms of a prompt: its name, a text for a voice, and a file."""

from crm.people.person import Language
from web.kit.body_form import fields_of
from web.kit.forms import Field, Form
from web.kit.i18n import N_, Reader
from web.prompts.audio import file_field
from web.prompts.shapes import PromptBody, PromptForm, PromptShape, TextBody

COPIED = "copied"
"""The hidden field of a text that begins with that of another language."""


def new_form(reader: Reader) -> Form:
    """Make the form of a new prompt."""
    return Form(
        "/prompts",
        fields_of(PromptBody, reader, {}, {}),
        submit=reader.gettext(N_("Add prompt")),
        cancel_url="/prompts",
        name="prompt",
        columns=1,
    )


def prompt_form(reader: Reader, shape: PromptShape) -> Form:
    """Make the form of a prompt's name and description."""
    fields = fields_of(PromptForm, reader, dict(shape), {})
    if shape.standard:
        fields = [one for one in fields if one.name != "name"]
        fields.insert(0, Field("name", "", "hidden", shape.name))
    return Form(f"/prompts/{shape.name}", fields, name="prompt", columns=1)


def text_form(
    reader: Reader,
    shape: PromptShape,
    language: Language,
    text: str,
    *,
    copied: bool = False,
) -> Form:
    """Make the form of what a voice says in a language.

    `copied`: it begins with the text of another language, which is to be translated.
    """
    fields = fields_of(TextBody, reader, {"text": text}, {})
    if copied:
        fields.append(Field(COPIED, "", "hidden", "on"))
    return Form(
        f"/prompts/{shape.name}/text?language={language.value}",
        fields,
        submit=reader.gettext(N_("Speak it")),
        name=f"text-{language.value}",
        columns=1,
    )


def file_form(reader: Reader, shape: PromptShape, language: Language) -> Form:
    """Make the form that takes an audio file."""
    return Form(
        f"/prompts/{shape.name}/audio?language={language.value}",
        [file_field(reader)],
        submit=reader.gettext(N_("Upload")),
        name=f"file-{language.value}",
        columns=1,
    )
