"""Rules for the parameters of the speech service: address, body, and where its key may go."""

import json

from crm.kernel.errors import InvalidError
from crm.outgoing.target import read_target
from crm.parameters.parameter import Parameters
from web.kit.i18n import N_
from web.prompts.service import HEADERS, URL, filled

PLACE_OF_TEXT = N_("Enter JSON, with {place} in quotation marks.")


def check_speech(key: str, value: str) -> None:
    """Check an address or a body; InvalidError names it."""
    if key == URL:
        try:
            read_target(value, inside=True)
        except InvalidError as error:
            raise InvalidError(error.sentence, key, **error.values) from None
        return
    try:
        json.loads(filled(value, "text", "en"))
    except ValueError:
        raise InvalidError(PLACE_OF_TEXT, key, place="{text}") from None
    if "{text}" not in value:
        raise InvalidError(PLACE_OF_TEXT, key, place="{text}")


def check_speech_key(before: Parameters, after: Parameters) -> None:
    """Refuse to send the stored key to an address for which it was not entered."""
    kept = after.text(HEADERS)
    moved = before.text(URL) != after.text(URL) and after.text(URL)
    if kept and kept == before.text(HEADERS) and moved:
        raise InvalidError(
            N_("Enter the headers of the speech service again, because its address changes."),
            HEADERS,
        )
