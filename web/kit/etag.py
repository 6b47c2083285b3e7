"""Entity tags: names of one version of a thing, so that no change is overwritten unseen.

An endpoint that shows one thing answers `show_tag(request, response, shape)`; one that changes it
calls `check_match(request, etag_of(shape))` in its transaction, before it writes. Both use the same
shape, built from the row as it is now (RFC 9110, 8.8.3 and 13.1).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import TypeVar

from fastapi import Request, Response
from pydantic import BaseModel

from crm.kernel.errors import HotlineError
from web.kit.i18n import N_

Versioned = TypeVar("Versioned", bound=BaseModel | Mapping[str, object])
_TAG = re.compile(r'(?:W/)?"[^"]*"')


class ChangedError(HotlineError):
    """The thing has changed since the client read it."""

    def __init__(self) -> None:
        """Take the sentence that says what to do."""
        super().__init__(N_("Someone else changed this. Reload and try again."))


class NotModifiedError(Exception):
    """The client has this version already: 304, no body."""

    def __init__(self, etag: str) -> None:
        """Keep the tag, which is sent with the answer."""
        super().__init__(etag)
        self.etag = etag


def etag_of(value: BaseModel | Mapping[str, object]) -> str:
    """Name this version of a thing: a strong tag, quoted, the same for the same members."""
    members = value.model_dump(mode="json") if isinstance(value, BaseModel) else dict(value)
    document = json.dumps(members, sort_keys=True, ensure_ascii=True, default=str)
    return f'"{hashlib.sha256(document.encode()).hexdigest()[:32]}"'


def check_match(request: Request, etag: str) -> None:
    """Raise ChangedError (412) if `If-Match` names other versions only; without it all is well."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return
    if etag not in _versions(given):
        raise ChangedError


def not_modified(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` names this version; compared weakly, as it is only for reading."""
    given = request.headers.get("if-none-match")
    if given is None:
        return False
    return given.strip() == "*" or etag in _versions(given)


def _versions(given: str) -> set[str]:
    """Read the tags of a header, each in its strong form.

    All tags are made strong here. The front door weakens a tag when it compresses the answer, so
    that the weak form names exactly the version that was read, for writing too.
    """
    return {tag.removeprefix("W/") for tag in _TAG.findall(given)}


def show_tag(request: Request, response: Response, value: Versioned) -> Versioned:
    """Put the version's tag on an answer, and give the value.

    NotModifiedError if the client has that version.
    """
    etag = etag_of(value)
    if request.method in {"GET", "HEAD"} and not_modified(request, etag):
        raise NotModifiedError(etag)
    response.headers["ETag"] = etag
    return value
