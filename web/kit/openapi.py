"""The API's description: FastAPI's OpenAPI document, with tags, security, problems and examples.

They are added here to all operations, so that a new one cannot be without them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from web.kit.api_examples import SHARED_WORDS, Examples
from web.kit.auth import COOKIE
from web.kit.problems import MEDIA_TYPE, SENTENCES, TITLES

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
UNSAFE = frozenset({"post", "put", "patch", "delete"})
WITHOUT_SIGN_IN = frozenset({"/api/v1/session"})

DESCRIPTION = """Everything that users do on the pages of Hotline can be done with this API.

**Authentication.** Send `Authorization: Bearer TOKEN`. Make a token on your account's page, with
`bin/hotline token USERNAME`, or with `POST /api/v1/session`. A browser's session cookie works too;
requests that change something then need the page's CSRF token in `X-CSRF-Token`. Your role decides
what you may do, and whose data you see.

**Lists** come in pages: `items`, and `next`, the `cursor` of the next page, null at the end.

**Errors** are problem documents (RFC 9457): `type`, `title`, `status`, `detail`, and `errors` for
single fields. Their sentences are in your language (`Accept-Language`).

**Repeated requests.** A POST with an `Idempotency-Key` that is sent again within 24 hours gets the
first one's answer. Another request with the same key is refused with 422, one that comes while the
first is in progress with 409. A value that is shown only once (`x-shown-once`: a password, a token,
a secret) is not stored: in the second answer it is empty, and `withheld` says so.

**Concurrent changes.** Things that several people change carry an `ETag`. Send it back as
`If-Match`, and you get 412 if someone else was faster; send it as `If-None-Match`, and you get 304
if nothing has changed.

**Rate limits.** The `RateLimit` headers give your remaining requests in this minute; beyond them
you get 429, and `Retry-After` gives the seconds to wait. Requests of the agent's desk are not
counted.

**Live state** comes as server-sent events (`GET /api/v1/live/events`) or over a WebSocket
(`/api/v1/live/stream`): a snapshot, then numbered changes. Reconnect with the last cursor
(`BOOT.NUMBER.SCOPE`), and you get exactly the changes that you missed.
"""
PROBLEM_STATUSES = (400, 401, 403, 404, 405, 409, 412, 413, 422, 429, 500, 503)
FOR_ALL = (400, 401, 403, 404, 405, 409, 422, 429, 503)
FOR_BODIES = (412, 413)


@dataclass(frozen=True, slots=True)
class ApiTag:
    """A part of the API's description; if features share one, one of them describes it."""

    name: str
    about: str = ""


def describe(
    app: FastAPI,
    tags: Mapping[str, ApiTag],
    words: Mapping[str, Any],
    schemas: Mapping[str, Mapping[str, Any]],
) -> None:
    """Make an application give our description of its API.

    `tags` are the parts of the API by the first word of a path; paths outside the API belong to
    `status`. `words` are example values by the name of a member, `schemas` the ones that features
    declare without pydantic.
    """
    kept: Json = {}

    def openapi() -> Json:
        if not kept:
            kept.update(described(app, tags, words, schemas))
        return kept

    app.openapi = openapi  # type: ignore[method-assign]


def described(
    app: FastAPI,
    tags: Mapping[str, ApiTag],
    words: Mapping[str, Any],
    schemas: Mapping[str, Mapping[str, Any]],
) -> Json:
    """Make the description of an application's API."""
    document: Json = get_openapi(
        title="Hotline",
        version=app.version,
        summary="A telephony-first contact center around Asterisk.",
        description=DESCRIPTION,
        routes=app.routes,
    )
    components = document.setdefault("components", {})
    components["securitySchemes"] = _security_schemes()
    components["responses"] = {str(status): _problem(status) for status in PROBLEM_STATUSES}
    components["schemas"] = {**components.get("schemas", {}), **schemas}
    examples = Examples(components["schemas"], {**SHARED_WORDS, **words})
    used: dict[str, str] = {}
    for path, method, operation in operations(document):
        tag = tag_of(path, tags)
        used[tag.name] = used.get(tag.name) or tag.about
        operation["tags"] = [tag.name]
        _name(operation)
        _secure(path, method, operation)
        _tell_problems(path, method, operation)
        _give_examples(operation, examples)
    document["tags"] = [{"name": tag, "description": about} for tag, about in used.items()]
    for unused in ("HTTPValidationError", "ValidationError"):
        if f'"#/components/schemas/{unused}"' not in json.dumps(document["paths"]):
            components["schemas"].pop(unused, None)
    return document


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Give every operation of a description: its path, its method, itself."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def tag_of(path: str, tags: Mapping[str, ApiTag]) -> ApiTag:
    """Give the part of the API that a path belongs to."""
    words = path.removeprefix("/api/v1/").strip("/").split("/")
    if not path.startswith("/api/"):
        return tags["status"]
    return tags.get(words[0]) or ApiTag(words[0].replace("-", " ").capitalize())


def _security_schemes() -> Json:
    return {
        "bearer": {"type": "http", "scheme": "bearer", "description": "A token or a session."},
        "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
    }


def _problem(status: int) -> Json:
    title = TITLES.get(status, TITLES[400])
    example = {
        "type": f"urn:hotline:problem:http-{status}",
        "title": title,
        "status": status,
        "detail": SENTENCES.get(status, title),
        "instance": "/api/v1/…",
    }
    content = {"schema": {"$ref": "#/components/schemas/ProblemShape"}, "example": example}
    return {"description": title, "content": {MEDIA_TYPE: content}}


def _name(operation: Json) -> None:
    """Make the first sentence the summary, and the rest the description."""
    first, _, rest = str(operation.get("description", "")).partition("\n")
    if first:
        operation["summary"] = first.rstrip(".")
    operation["description"] = rest.strip()
    if not operation["description"]:
        del operation["description"]


def _secure(path: str, method: str, operation: Json) -> None:
    if not path.startswith("/api/") or (path in WITHOUT_SIGN_IN and method == "post"):
        operation["security"] = []
        return
    csrf: Json = {"csrf": []} if method in UNSAFE else {}
    operation["security"] = [{"bearer": []}, {"cookie": []} | csrf]


def _tell_problems(path: str, method: str, operation: Json) -> None:
    found = {
        status: answer
        for status, answer in operation["responses"].items()
        if status[0] in "123" or not path.startswith("/api/")
    }
    if path.startswith("/api/"):
        statuses = FOR_ALL + (FOR_BODIES if method in UNSAFE else ())
        found |= {str(one): {"$ref": f"#/components/responses/{one}"} for one in statuses}
    operation["responses"] = dict(sorted(found.items()))
    if method == "post" and path.startswith("/api/") and path not in WITHOUT_SIGN_IN:
        operation.setdefault("parameters", []).append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "The same key gets the same answer for 24 hours.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                "example": "9f2c1a7e-order-17",
            }
        )


def _give_examples(operation: Json, examples: Examples) -> None:
    for parameter in operation.get("parameters", []):
        if "example" not in parameter and "examples" not in parameter:
            parameter["example"] = examples.of(parameter.get("schema", {}), parameter["name"])
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for body in bodies:
        for kind, content in body.get("content", {}).items():
            known = {"example", "examples"} & content.keys()
            if "json" in kind and not known and content.get("schema"):
                content["example"] = examples.of(content["schema"])
