"""The list of prompts."""

from collections.abc import Callable

from markupsafe import Markup
from sqlalchemy.orm import Session

from crm.kernel.names import sort_key
from crm.people.person import Language
from crm.people.rights import Right
from web.kit.i18n import N_, Reader
from web.kit.isolation import isolated_html
from web.kit.listing.declaration import Column, Filter, FilterKind, Listing, ListQuery
from web.kit.listing.table import Cell
from web.kit.listing.usual import search, text_column
from web.prompts.shapes import PromptShape
from web.prompts.views import show_prompts
from web.prompts.words import ANY, KINDS, MISSING, SOURCES, TONES, PromptKind

READERS = (Right.PROMPTS_EDIT, Right.FLOWS_EDIT)


def _language(language: Language) -> Callable[[PromptShape, Reader], Cell | str]:
    def cell(one: PromptShape, reader: Reader) -> Cell | str:
        found = one.languages.get(language)
        if found is None and language not in one.missing:
            return ""  # a word that this language does not need
        if found is None:
            return Cell(reader.gettext(N_("Missing")), badge="paused")
        source = reader.gettext(SOURCES[found.source])
        length = (
            reader.say(N_("{seconds} s"), seconds=f"{found.seconds:.1f}") if found.seconds else ""
        )
        return Cell(f"{source} {length}".strip(), badge=TONES[found.source])

    return cell


def _text(one: PromptShape, language: Language) -> str:
    spoken = one.languages.get(language)
    return " ".join(spoken.text.split()) if spoken else ""


def _description(one: PromptShape, reader: Reader) -> Cell:
    """What the prompt is for, else what it says, cut to a line where it is drawn."""
    said = (_text(one, language) for language in (reader.language, *Language))
    text = one.description or next(filter(None, said), "")
    tone = "" if one.description else " text-secondary"
    line = Markup('<span class="cell-line text-truncate{}" title="{}">{}</span>')
    return Cell(text, html=line.format(tone, text, isolated_html(text)))


def _spoken(key: str, label: str, language: Language) -> Column[PromptShape]:
    """A column that a user may choose; the search finds its text in any case."""
    return text_column(key, label, lambda one: _text(one, language), shown=False)


def _used(one: PromptShape) -> str:
    return ", ".join(use.name for use in one.used_by)


def _missing(one: PromptShape, wanted: str) -> bool:
    return bool(one.missing) if wanted == ANY else Language(wanted) in one.missing


def _rows(session: Session, query: ListQuery) -> list[PromptShape]:
    """Give the prompts that fit; words are shown only to those who ask for them."""
    missing, kind = query.text("missing"), query.text("kind")
    return [
        one
        for one in show_prompts(session)
        if (not missing or _missing(one, missing))
        and (one.kind == kind if kind else one.kind is not PromptKind.WORDS)
    ]


def _seconds(language: Language) -> Callable[[PromptShape], float]:
    return lambda one: (found.seconds or 0.0) if (found := one.languages.get(language)) else -1.0


PROMPTS: Listing[PromptShape] = Listing(
    name="prompts",
    url="/prompts",
    title=N_("Prompts"),
    note=N_("What callers hear in call flows: typed and spoken by a voice, uploaded or recorded."),
    right=None,
    rights=READERS,
    rows=_rows,
    columns=(
        text_column("name", N_("Name"), lambda one: one.name, required=True),
        Column(
            "description",
            N_("Description"),
            _description,
            order=lambda one: sort_key(one.description or _text(one, Language.ENGLISH)),
        ),
        Column("en", N_("English"), _language(Language.ENGLISH), order=_seconds(Language.ENGLISH)),
        Column("zh", N_("Chinese"), _language(Language.CHINESE), order=_seconds(Language.CHINESE)),
        text_column("used", N_("Used by"), _used),
        _spoken("text_en", N_("Text in English"), Language.ENGLISH),
        _spoken("text_zh", N_("Text in Chinese"), Language.CHINESE),
    ),
    filters=(
        search(),
        Filter("missing", N_("Missing in"), FilterKind.CHOICE, MISSING, by_source=True),
        Filter("kind", N_("Kind"), FilterKind.CHOICE, KINDS, by_source=True),
    ),
    row_id=lambda one: one.name,
    row_url=lambda one: f"/prompts/{one.name}",
    empty=N_("There are no prompts yet."),
    empty_icon="volume",
    add_url="/prompts/new",
    add_label=N_("Add prompt"),
    add_right=Right.PROMPTS_EDIT,
)
