"""What a page shows of a call to finish: the form, or what was saved."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from crm.dictionary.item import List
from crm.people.person import SignedIn
from web.calls.finish import CallToFinish, draft_of, finish_form, what_is_known
from web.kit.forms import Form
from web.kit.i18n import Reader
from web.kit.settings_cache import vocabulary


@dataclass(slots=True)
class FinishView:
    """The form, or in its place what was saved."""

    call: str
    form: Form
    saved: str = ""  # the name of the disposition that was given
    given: str = ""  # its key
    note: str = ""
    drafted: bool = False  # the form holds what was typed and not saved
    just_saved: bool = False


def finish_view(  # noqa: PLR0913 - what is shown, and how
    session: Session,
    reader: Reader,
    who: SignedIn,
    found: CallToFinish,
    *,
    edit: bool = False,
    given: str = "",
) -> FinishView:
    """Show the form of a call; what was saved and not touched since is one line instead.

    `given` is a disposition that was saved just now: its fact may not be in the database yet.
    """
    known, typed = what_is_known(session, who, found), draft_of(session, who, found.id)
    known["outcome"] = known["outcome"] or given
    form = finish_form(session, reader, found, known | typed)
    view = FinishView(found.id, form, note=known["note"], drafted=bool(typed))
    if known["outcome"] and not typed and not edit:
        view.saved, view.given = name_of(session, reader, known["outcome"]), known["outcome"]
    return view


def name_of(session: Session, reader: Reader, outcome: str) -> str:
    """Give the name of a disposition in the reader's language."""
    known = vocabulary(session).choices[List.OUTCOME]
    return next((one.name(reader.language) for one in known if one.key == outcome), outcome)
