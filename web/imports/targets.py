"""The targets of imports that the features declare, and their names in both languages."""

from collections.abc import Mapping, Sequence
from functools import cache

from sqlalchemy.orm import Session

from crm.imports.importing import Import
from crm.kernel.errors import MissingError
from crm.people.person import Language, SignedIn
from web.features import feature_jobs
from web.kit.i18n import catalogue
from web.kit.import_target import ImportOption, ImportTarget


@cache
def targets() -> Mapping[str, ImportTarget]:
    """Give all targets by their keys."""
    return {one.key: one for jobs in feature_jobs() for one in jobs.import_targets}


def open_targets(who: SignedIn) -> list[ImportTarget]:
    """Give the targets that a user may import into."""
    return [one for one in targets().values() if who.may(one.right)]


def target_for(who: SignedIn, key: str) -> ImportTarget:
    """Give a target; MissingError if there is none, or the user may not import into it."""
    found = targets().get(key)
    if found is None or not who.may(found.right):
        raise MissingError("There is nothing of this kind to import.")
    return found


def target_of(who: SignedIn, one: Import) -> ImportTarget:
    """Give the target of an import; MissingError if the user may not see the import."""
    found = targets().get(one.file.target)
    if found is None or not who.may(found.right):
        raise MissingError("There is no import {import_id}.", import_id=one.id)
    return found


def options_of(session: Session, target: ImportTarget) -> Sequence[ImportOption]:
    """Give the choices of a target, those from the database too."""
    return (*(target.offered(session) if target.offered else ()), *target.options)


def offered(session: Session, who: SignedIn, key: str) -> Sequence[ImportOption]:
    """Give the choices of a target by its key; none if the user may not import into it."""
    found = next((one for one in open_targets(who) if one.key == key), None)
    return options_of(session, found) if found else ()


def column_names(target: ImportTarget) -> Mapping[str, Sequence[str]]:
    """Give what files may call the target's columns: the labels in all languages, and more."""
    return {
        one.key: (
            *(catalogue(language).gettext(one.label) for language in Language),
            *one.names,
        )
        for one in target.columns
    }
