"""Actions on all dictionaries alike: built-in ones, the site's own, and the pause reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from acd.store import SYSTEM_REASONS, PauseReason, pause_reasons, save_pause_reason
from crm.dictionary import store
from crm.dictionary.item import Item, checked_key, key_for
from crm.kernel.errors import InvalidError, MissingError
from crm.kernel.names import is_visible
from crm.people.person import SignedIn
from web.dictionaries.shapes import DictionaryShape
from web.dictionaries.words import DICTIONARIES
from web.kit.audit import note
from web.kit.i18n import Reader
from web.kit.request import context_of

PAUSE_REASON = "pause_reason"


def lists(session: Session, reader: Reader) -> list[DictionaryShape]:
    """Give all dictionaries: the built-in ones in their order, then the site's own by name."""
    counts = store.counts(session)
    reasons = pause_reasons(session, disabled_too=True)
    chosen = [one for one in reasons if one.key not in SYSTEM_REASONS]
    counts[PAUSE_REASON] = (len(chosen), sum(one.enabled for one in chosen))
    built_in = [
        _shape(key, reader.gettext(name), ("", ""), counts, own=False)
        for key, name in DICTIONARIES.items()
    ]
    own = [
        _shape(one.key, one.name(reader.language), (one.name_en, one.name_zh), counts, own=True)
        for one in store.own_dictionaries(session)
    ]
    return [*built_in, *sorted(own, key=lambda one: one.name)]


def _shape(
    key: str,
    name: str,
    names: tuple[str, str],
    counts: Mapping[str, tuple[int, int]],
    *,
    own: bool,
) -> DictionaryShape:
    choices, offered = counts.get(key, (0, 0))
    return DictionaryShape(
        key=key,
        name=name,
        name_en=names[0],
        name_zh=names[1],
        own=own,
        choices=choices,
        offered=offered,
    )


def listed(session: Session, reader: Reader, which: str) -> DictionaryShape:
    """Give one list; MissingError if there is none of this key."""
    for one in lists(session, reader):
        if one.key == which:
            return one
    raise MissingError("There is no picklist “{key}”.", key=which[:50])


def choices(session: Session, which: str) -> list[Item]:
    """Give all choices of a list in their order, those that are switched off too."""
    if which != PAUSE_REASON:
        return store.items(session, which, disabled_too=True)
    return [
        Item(one.key, one.name_en, one.name_zh, one.position, one.enabled)
        for one in pause_reasons(session, disabled_too=True)
    ]


def is_system(which: str, key: str) -> bool:
    """Whether the system itself sets this option, so that it can be renamed but not chosen."""
    return which == PAUSE_REASON and key in SYSTEM_REASONS


def choice(session: Session, which: str, key: str) -> Item:
    """Give one choice; MissingError if there is none of this key."""
    for one in choices(session, which):
        if one.key == key:
            return one
    raise MissingError("There is no option “{key}” in this picklist.", key=key[:50])


def add_list(
    session: Session, request: HTTPConnection, who: SignedIn, key: str, names: tuple[str, str]
) -> str:
    """Add a dictionary of the site's own, named in English and Chinese; give its key."""
    made = store.add_dictionary(session, checked_key(key), *names)
    note(session, request, who, "dictionary.added", "dictionaries", made.key, after=asdict(made))
    return made.key


def rename_list(
    session: Session,
    request: HTTPConnection,
    who: SignedIn,
    old: DictionaryShape,
    names: tuple[str, str],
) -> None:
    """Rename a dictionary of the site's own."""
    if not old.own:
        raise InvalidError("Built-in picklists cannot be renamed.", field="name_en")
    made = store.rename_dictionary(session, old.key, *names)
    before = {"name_en": old.name_en, "name_zh": old.name_zh}
    note(
        session,
        request,
        who,
        "dictionary.renamed",
        "dictionaries",
        old.key,
        before,
        {"name_en": made.name_en, "name_zh": made.name_zh},
    )


def add_choice(
    session: Session, request: HTTPConnection, who: SignedIn, which: str, new: Item
) -> Item:
    """Add a choice at the end of its list; without a key it gets one from its name."""
    there = choices(session, which)
    taken = {one.key for one in there}
    key = checked_key(new.key)
    if key in taken:
        raise InvalidError("The key “{key}” is already in use.", field="key", key=key)
    if not is_visible(new.name_en + new.name_zh):
        raise InvalidError("Enter a name.", field="name_en")
    position = max((one.position for one in there), default=-1) + 1
    added = replace(new, key=key or key_for(new.name_en, new.name_zh, taken), position=position)
    _write(session, request, which, added)
    _note(session, request, who, "choice.added", which, None, added)
    return choice(session, which, added.key)


def change_choice(
    session: Session, request: HTTPConnection, who: SignedIn, which: str, changed: Item
) -> Item:
    """Rename a choice, switch it off or on again; records keep its key in any case."""
    old = choice(session, which, changed.key)
    if changed != old:
        if not is_visible(changed.name_en + changed.name_zh):
            raise InvalidError("Enter a name.", field="name_en")
        if changed.enabled and is_system(which, changed.key):
            raise InvalidError("The system sets this option; it cannot be activated.", "enabled")
        _write(session, request, which, changed)
        _note(session, request, who, "choice.changed", which, old, changed)
    return choice(session, which, changed.key)


def order_choices(
    session: Session, request: HTTPConnection, who: SignedIn, which: str, keys: Sequence[str]
) -> list[Item]:
    """Put choices in another order; choices that are not named come last."""
    there = {one.key: one for one in choices(session, which)}
    wanted = store.put_in_order(list(there), keys)
    if wanted != list(there):
        for position, key in enumerate(wanted):
            if there[key].position != position:
                _write(session, request, which, replace(there[key], position=position))
        before, after = {"order": list(there)}, {"order": wanted}
        note(session, request, who, "dictionary.ordered", "dictionaries", which, before, after)
    return choices(session, which)


def moved(keys: Sequence[str], key: str, steps: int) -> list[str]:
    """Move a key some places down, or up for a negative number of steps."""
    others = [one for one in keys if one != key]
    place = max(0, min(len(others), list(keys).index(key) + steps)) if key in keys else len(others)
    return [*others[:place], key, *others[place:]]


def _write(session: Session, request: HTTPConnection, which: str, item: Item) -> None:
    context_of(request).settings_cache.forget_after(session)
    if which == PAUSE_REASON:
        known = {one.key: one for one in pause_reasons(session, disabled_too=True)}
        old = known.get(item.key) or PauseReason(item.key, item.name_en, item.name_zh)
        save_pause_reason(session, replace(old, **asdict(item)))
    else:
        store.save_item(session, which, item)


def _note(  # noqa: PLR0913, PLR0917 - a line of the log has these parts
    session: Session,
    request: HTTPConnection,
    who: SignedIn,
    action: str,
    which: str,
    old: Item | None,
    new: Item,
) -> None:
    before = asdict(old) if old else {}
    thing = f"{which}/{new.key}"
    note(session, request, who, action, "dictionary_items", thing, before, asdict(new))
