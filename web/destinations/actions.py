"""Destinations in forms and bodies: what can be chosen, how it is read, and what it is called.

A body has a destination as its text, `queue:support`. A form has two fields for it: a select, and
the outside number, which is shown while the select says so.
"""

from collections.abc import Iterator, Mapping

from crm.kernel.destination import Destination, DestinationKind, read_destination
from crm.kernel.errors import InvalidError
from crm.kernel.names import sort_key
from crm.kernel.phone import extension_of
from crm.kernel.typed_phone import NO_NUMBER, typed_number
from crm.people.person import Language
from web.destinations.targets import DestinationTargets
from web.destinations.words import GROUPS, KINDS
from web.kit.forms import Field
from web.kit.i18n import N_, Reader
from web.kit.posted import Posted
from web.kit.shapes import Choice

NUMBER = DestinationKind.NUMBER
LONGEST_NUMBER = 40  # characters, as typed
LONGEST_SHOWN = 60  # characters of a wrong text in its error

NOT_YET = N_("Calls cannot be sent to this kind of destination yet.")
NO_DESTINATION = N_("Select a destination.")
NO_OUTSIDE_NUMBER = N_("Enter the outside number.")
NO_FAX = N_("Faxes cannot be received here: see the page Faxes.")
# What is said of a target that is missing, and of one that takes no calls.
FAULTS: Mapping[DestinationKind, tuple[str, str]] = {
    DestinationKind.QUEUE: (
        N_("There is no queue “{key}”."),
        N_("The queue “{name}” is inactive."),
    ),
    DestinationKind.CALLBACK: (
        N_("There is no queue “{key}”."),
        N_("The queue “{name}” is inactive."),
    ),
    DestinationKind.AGENT: (
        N_("There is no agent {key}."),
        N_("{name} is inactive and takes no calls."),
    ),
    DestinationKind.RING_GROUP: (
        N_("There is no ring group {key}."),
        N_("The ring group “{name}” is inactive."),
    ),
    DestinationKind.FLOW: (
        N_("There is no call flow {key}."),
        N_("The call flow “{name}” is not published."),
    ),
    DestinationKind.VOICEMAIL: (
        N_("There is no voicemail box {key}."),
        N_("The voicemail box “{name}” is inactive."),
    ),
    DestinationKind.CUSTOM: (
        N_("There is no custom destination {key}."),
        N_("The custom destination “{name}” is inactive."),
    ),
    DestinationKind.FAX: (NO_FAX, NO_FAX),
}
BARE = frozenset({DestinationKind.HANG_UP})
"""Kinds that have no target."""


def describe(destination: Destination, targets: DestinationTargets, reader: Reader) -> str:
    """Name a destination for a reader: `Queue: Support`."""
    kind = reader.gettext(KINDS[destination.kind])
    name = _name(destination, targets, reader)
    return _with_colon(kind, name, reader) if name else kind


def _with_colon(kind: str, name: str, reader: Reader) -> str:
    """Put a colon between a kind and a name; Chinese has one of its own."""
    return f"{kind}\uff1a{name}" if reader.language is Language.CHINESE else f"{kind}: {name}"


def describe_text(text: str, targets: DestinationTargets, reader: Reader) -> str:
    """Name a stored destination; "" for none."""
    return describe(read_destination(text), targets, reader) if text else ""


def name_of(text: str, targets: DestinationTargets, reader: Reader) -> str:
    """Name a destination of the past; one that cannot be read is shown as it is."""
    try:
        return describe_text(text, targets, reader)
    except InvalidError:
        return text


def fault_of(
    destination: Destination, targets: DestinationTargets, field_name: str = ""
) -> InvalidError | None:
    """Say why calls cannot be sent there; None if they can."""
    kind, key = destination.kind, destination.key
    if kind in BARE or kind is NUMBER:
        return None
    if kind not in FAULTS:
        return InvalidError(NOT_YET, field_name)
    missing, inactive = FAULTS[kind]
    target = targets.get(kind, {}).get(key)
    if target is None:
        return InvalidError(missing, field_name, key=key)
    return None if target.active else InvalidError(inactive, field_name, name=target.name)


def read(text: str, targets: DestinationTargets, region: str, field_name: str) -> Destination:
    """Read a destination that calls can be sent to; InvalidError, naming the field, for others."""
    text = text.strip()
    if not text:
        raise InvalidError(NO_DESTINATION, field_name)
    kind, colon, typed = text.partition(":")
    if kind == NUMBER and colon:
        return Destination(NUMBER, _number(typed, region, field_name))
    try:
        found = read_destination(text)
    except InvalidError as error:
        raise InvalidError(error.sentence, field_name, text=text[:LONGEST_SHOWN]) from None
    if fault := fault_of(found, targets, field_name):
        raise fault
    return found


# ---- forms


def fields(  # noqa: PLR0913 - what a field is
    name: str,
    label: str,
    value: str,
    targets: DestinationTargets,
    reader: Reader,
    *,
    required: bool = True,
    placeholder: str = "",
    help_: str = "",
) -> list[Field]:
    """Make the two fields of a destination; words are to be translated."""
    kind, _, key = value.partition(":")
    outside = kind == NUMBER
    chosen = Field(
        name,
        reader.gettext(label),
        "select",
        value=NUMBER.value if outside else value,
        required=required,
        placeholder=reader.gettext(placeholder),
        help=reader.gettext(help_),
    )
    chosen.groups = list(_groups(targets, reader, value))
    number = Field(
        f"{name}_number",
        reader.gettext(N_("Outside number")),
        "tel",
        value=reader.phone(key) if outside and key else "",
        maxlength=LONGEST_NUMBER,
        part=f"{name}={NUMBER}",
    )
    return [chosen, number]


def posted(sent: Posted, name: str) -> str:
    """Give the destination that was chosen in a form, as its text."""
    chosen = sent.one(name).strip()
    if chosen == NUMBER:
        return f"{NUMBER}:{sent.one(f'{name}_number').strip()[:LONGEST_NUMBER]}"
    return chosen


def _groups(
    targets: DestinationTargets, reader: Reader, value: str
) -> Iterator[tuple[str, list[Choice]]]:
    for kind, known in targets.items():
        if kind is DestinationKind.FAX:
            continue  # there is one, without a name
        names = {key: one.shown(reader) for key, one in known.items() if one.active}
        found = [
            Choice(key=str(Destination(kind, key)), name=_option(kind, name, reader))
            for key, name in sorted(names.items(), key=lambda pair: sort_key(pair[1]))
        ]
        if found:
            yield reader.gettext(GROUPS[kind]), found
    fax = (
        [DestinationKind.FAX] if fault_of(Destination(DestinationKind.FAX), targets) is None else []
    )
    others = [
        Choice(key=kind.value, name=reader.gettext(KINDS[kind]))
        for kind in (NUMBER, *fax, *sorted(BARE))
    ]
    if (kept := _kept(value, targets, reader)) is not None:
        others.append(kept)
    yield reader.gettext(N_("Other")), others


def _option(kind: DestinationKind, name: str, reader: Reader) -> str:
    """Name an option; a callback is not to be taken for its queue once it is chosen."""
    if kind is not DestinationKind.CALLBACK:
        return name
    return _with_colon(reader.gettext(KINDS[kind]), name, reader)


def _kept(value: str, targets: DestinationTargets, reader: Reader) -> Choice | None:
    """Give the option of a destination that is set but can no longer be chosen."""
    try:
        destination = read_destination(value)
    except InvalidError:
        return None
    if fault_of(destination, targets) is None:
        return None
    return Choice(key=value, name=describe(destination, targets, reader))


def _name(destination: Destination, targets: DestinationTargets, reader: Reader) -> str:
    if destination.kind is NUMBER:
        return reader.phone(destination.key)
    target = targets.get(destination.kind, {}).get(destination.key)
    return target.shown(reader) if target is not None else destination.key


def _number(typed: str, region: str, field_name: str) -> str:
    number = typed_number(typed, region, field_name)
    if not number:
        raise InvalidError(NO_OUTSIDE_NUMBER, field_name)
    if extension_of(number):
        raise InvalidError(NO_NUMBER, field_name, number=typed[:LONGEST_NUMBER])
    return number
