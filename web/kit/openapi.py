"""The API's description: FastAPI's OpenAPI document, with tags, security, problems and examples.

They are added here to every operation alike, so that a new one cannot be without them.
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

DESCRIPTION = """Everything that the pages of Hotline do can be done by a program.

**Who you are.** Send `Authorization: Bearer TOKEN`. A token is made on your account's page, by
`hotline token LOGIN`, or by `POST /api/v1/session`. A browser's cookie does as well, with the
page's word in `X-CSRF-Token` for all that changes something. What you may do is what your role
allows, as far as it reaches.

**Lists** come in pages: `items`, and `next`, the `cursor` of the page after it, null at the end.

**Problems** are documents of RFC 9457: `type`, `title`, `status`, `detail`, and `errors` for
single fields. Their sentences come in your language (`Accept-Language`).

**Twice is once.** A POST with an `Idempotency-Key` that is sent again within 24 hours gets the
first one's answer; another request under the same key is refused with 422, one that comes while
the first is under way with 409. What is shown only once (`x-shown-once`: a password, a token, a
secret) is not kept: the second answer has it empty, and says so in `withheld`.

**Changes in between.** Things that are changed by several people carry an `ETag`; send it back as
`If-Match`, and you get 412 when another change was faster, and as `If-None-Match` to get 304 when
nothing changed.

**How often.** The `RateLimit` headers tell what you have left in this minute; beyond it 429 tells
in `Retry-After` when to come back. The desk is never counted.

**What is alive** is told by server-sent events (`GET /api/v1/live/events`) or over a WebSocket
(`/api/v1/live/stream`): a snapshot, then numbered changes. Come back with the last cursor
(`BOOT.NUMBER.SCOPE`) and you get exactly what you missed.
"""
PROBLEM_STATUSES = (400, 401, 403, 404, 405, 409, 412, 413, 422, 429, 500, 503)
FOR_ALL = (400, 401, 403, 404, 405, 409, 422, 429, 503)
FOR_BODIES = (412, 413)


@dataclass(frozen=True, slots=True)
class ApiTag:
    """A part of the API's description; features may share one, and one of them describes it."""

    name: str
    about: str = ""


def describe(
    app: FastAPI,
    tags: Mapping[str, ApiTag],
    words: Mapping[str, Any],
    schemas: Mapping[str, Mapping[str, Any]],
) -> None:
    """Let an application give our description of itself.

    `tags` are the parts of the API by the first word of a path; what lies outside the API belongs
    to `status`. `words` are example values by the name of a member, `schemas` what features declare
    without pydantic.
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
    """Make the description of an application."""
    told: Json = get_openapi(
        title="Hotline",
        version=app.version,
        summary="A telephony-first contact center around Asterisk.",
        description=DESCRIPTION,
        routes=app.routes,
    )
    components = told.setdefault("components", {})
    components["securitySchemes"] = _security_schemes()
    components["responses"] = {str(status): _problem(status) for status in PROBLEM_STATUSES}
    components["schemas"] = {**components.get("schemas", {}), **schemas}
    examples = Examples(components["schemas"], {**SHARED_WORDS, **words})
    used: dict[str, str] = {}
    for path, method, operation in operations(told):
        tag = tag_of(path, tags)
        used[tag.name] = used.get(tag.name) or tag.about
        operation["tags"] = [tag.name]
        _name(operation)
        _secure(path, method, operation)
        _tell_problems(path, method, operation)
        _give_examples(operation, examples)
    told["tags"] = [{"name": tag, "description": about} for tag, about in used.items()]
    for unused in ("HTTPValidationError", "ValidationError"):
        if f'"#/components/schemas/{unused}"' not in json.dumps(told["paths"]):
            components["schemas"].pop(unused, None)
    return told


def operations(told: Json) -> Iterator[tuple[str, str, Json]]:
    """Give every operation of a description: its path, its method, itself."""
    for path, item in told["paths"].items():
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
    """Let the first sentence be the summary, and what follows the description."""
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
