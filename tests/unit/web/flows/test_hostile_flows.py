"""Documents that are made to break something: each is refused in a sentence, none with a 500."""

import json
import time
from typing import Any

import pytest
from unit.web.flows.flow_facts import new_flow, publish, with_step, write
from unit.web.visitor import Visitor

SLOW_SECONDS = 5.0  # for what takes milliseconds


@pytest.fixture
def flow(admin: Visitor) -> int:
    return new_flow(admin)


def menu(**more: Any) -> dict[str, Any]:
    usual = {"prompts": ["which"], "choices": {"1": "end"}, "otherwise": "end"}
    return with_step(type="menu", **{**usual, **more})


def asks(url: str, **more: Any) -> dict[str, Any]:
    return with_step(type="http", url=url, then="end", **more)


def decides(when: str) -> dict[str, Any]:
    branches = [{"when": when, "then": "end"}]
    return with_step(type="condition", branches=branches, otherwise="end")


def sets(value: str) -> dict[str, Any]:
    return with_step(type="set", variable="text", value=value, then="end")


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


GROWS = "🙂" * 120_000  # twelve bytes each in JSON
LONG = {
    "start": "s0",
    "nodes": {f"s{one}": {"type": "hangup"} for one in range(10_000)},
}
TOO_MUCH: dict[str, dict[str, Any]] = {
    "a megabyte": {"start": "x", "nodes": {"x": {"type": "hangup", "name": "n" * 1_000_001}}},
    "unicode that grows": {
        "start": "x",
        "nodes": {"x": {"type": "hangup", "name": "🙂" * 120_000}},
    },
    "deep lists": {"start": "x", "nodes": {"x": {"type": "hangup", "prompts": nested(50)}}},
    "deep layouts of nodes": {"start": "x", "nodes": {"x": {"a": {"b": nested(12)}}}},
    "many members": {f"m{one}": one for one in range(21)},
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_too_large_or_too_deep_is_refused_by_api_and_import(
    admin: Visitor, flow: int, name: str
) -> None:
    document = TOO_MUCH[name]
    answer = admin.ask(f"/flows/{flow}/draft", {"document": document}, "PUT")
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["detail"]
    typed = admin.post(f"/flows/{flow}/import", {"document": json.dumps(document)})
    assert 400 <= typed.status_code < 500, typed.text[:300]
    draft = admin.get(f"/api/v1/flows/{flow}/draft").json()
    assert draft["revision"] == 0, "something was stored"


def test_ten_thousand_steps_are_named_in_one_problem(admin: Visitor, flow: int) -> None:
    began = time.monotonic()
    (problem,) = write(admin, flow, LONG)["problems"]
    assert problem["text"] == "The flow has more than 1000 steps."
    assert admin.get(f"/flows/{flow}").status_code == 200
    assert publish(admin, flow).status_code == 409
    assert time.monotonic() - began < 2 * SLOW_SECONDS
    added = admin.post(f"/flows/{flow}/steps", {"type": "hangup"})
    assert 400 <= added.status_code < 500


REFUSED: dict[str, dict[str, Any]] = {
    # addresses: no host by variable, no other scheme, no name and password
    "a file": asks("file:///etc/passwd"),
    "a host from a variable": asks("https://{host}/x"),
    "the end of a host from a variable": asks("https://crm.example.com{host}/x"),
    "a scheme from a variable": asks("{scheme}://crm.example.com/"),
    "an expression as address": asks("='https://' + host"),
    "no host": asks("https:///x"),
    "the metadata of a cloud": asks("https://169.254.169.254/latest/meta-data/"),
    "the metadata as a number": asks("https://[::ffff:169.254.169.254]/"),
    "our own machine": asks("https://127.0.0.1/admin"),
    "our own machine in IPv6": asks("https://[::1]/"),
    "our own network": asks("https://10.0.0.5/{order}"),
    "no network at all": asks("https://0.0.0.0/"),
    "without TLS": asks("http://crm.example.com/"),
    "a name and a password": asks("https://crm.example.com@127.0.0.1/"),
    "a port that is none": asks("https://crm.example.com:99999/"),
    "a broken address": asks("https://[::1/"),
    "a line break in the address": asks("https://crm.example.com/\r\nHost: x"),
    "gopher": asks("gopher://127.0.0.1:6379/_FLUSHALL"),
    # expressions: no power, no attributes, no calls, no nesting without end
    "a power": decides("9 ** 9 ** 9"),
    "an attribute": decides("().__class__.__bases__[0]"),
    "an import": decides("__import__('os').system('id')"),
    "a comprehension": decides("[x for x in range(10 ** 9)]"),
    "a lambda": decides("(lambda: 1)()"),
    "a walrus": decides("(a := 1)"),
    "a format string": decides("f'{tries!r:>{width}}'"),
    "a very long expression": decides("1 + " * 10_000 + "1"),
    "a deep expression": decides("(1+" * 30 + "1" + ")" * 30),
    "many nots": decides("not " * 100 + "1"),
    "a null": decides("tries == '\x00'\x00"),
    "an expression in a text": sets("=().__class__"),
    "bytes": decides("b'x' == tries"),
    # texts that grow
    "a text of many variables": sets("{text}" * 50_000),
    "a body of many variables": asks("https://crm.example.com/", body="{text}" * 50_000),
    "a header of many variables": asks("https://crm.example.com/", headers={"X": "{a}" * 9000}),
    "a prompt a hundred thousand times": with_step(
        type="play", prompts=["which"] * 100_000, then="end"
    ),
    # numbers
    "a huge number": menu(tries=10**400),
    "an infinite number": menu(wait_seconds=1e308),
    "a negative number": menu(tries=-1),
    "a fraction of a try": menu(tries=1.5),
    "a truth value as a number": menu(tries=True),
    "a number as text": menu(wait_seconds="6"),
    "a reference that is no number": with_step(type="voicemail", box="1; DROP TABLE flows"),
    "a huge reference": with_step(type="voicemail", box=10**30),
    # places
    "a way out that is none": menu(otherwise="__class__"),
    "a way out by number": menu(otherwise=1),
    "a key that is none": menu(choices={"ä": "end"}),
    "a key in full width": menu(choices={"\uff11": "end"}),
    "a variable with an attribute": with_step(
        type="collect", prompts=["which"], variable="a.__b", then="end", otherwise="end"
    ),
    "a variable that is the language": with_step(
        type="collect", prompts=["which"], variable="language", then="end", otherwise="end"
    ),
    "a path of an answer without end": asks(
        "https://crm.example.com/", answers={"level": ".".join("a" * 500)}
    ),
    "a type that is none": with_step(type="__init__"),
    "a prompt outside its folder": with_step(type="play", prompts=["../../etc/passwd"], then="end"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_well_is_named_by_the_check_and_not_published(
    admin: Visitor, flow: int, name: str
) -> None:
    began = time.monotonic()
    answer = admin.ask(f"/flows/{flow}/draft", {"document": REFUSED[name]}, "PUT")
    if answer.status_code == 200:
        problems = [one for one in answer.json()["problems"] if not one["warning"]]
        assert problems, name
        assert all(one["text"] for one in problems)
        refused = publish(admin, flow)
        assert refused.status_code == 409, refused.text
        assert "cannot be published yet" in refused.json()["detail"]
        assert admin.get(f"/flows/{flow}").status_code == 200
        assert admin.get(f"/flows/{flow}/steps/x").status_code in {200, 404}
    else:
        assert 400 <= answer.status_code < 500, answer.text[:300]
        assert answer.json()["detail"]
    assert time.monotonic() - began < SLOW_SECONDS


def test_shown_text_is_escaped_wherever_it_comes_from(admin: Visitor, flow: int) -> None:
    bad = "<script>alert(1)</script>"
    document = {
        "start": bad,
        "nodes": {
            bad: {"type": "hangup", "name": bad},
            "x": {"type": "play", "prompts": [bad], "then": bad, bad: bad},
            "\u202egnp": {"type": "hangup", "name": "\u202egnp.exe\x07"},
        },
    }
    write(admin, flow, document)
    for page in (f"/flows/{flow}", f"/flows/{flow}/steps/x"):
        shown = admin.get(page)
        assert shown.status_code == 200
        assert bad not in shown.text


@pytest.mark.parametrize(
    "text",
    [
        "{" * 100_000,
        '{"nodes": {"a": ' + "[" * 50_000,
        '{"start": "x", "nodes": {"x": {"type": "menu", "tries": NaN}}}',
        '{"start": "x", "nodes": {"x": {"type": "menu", "tries": Infinity}}}',
        '{"start": "x", "nodes": {"x": {"type": "menu", "tries": ' + "9" * 5000 + "}}}",
        '{"start": "\\ud800", "nodes": {"\\ud800": {"type": "hangup"}}}',
        '{"start": "x", "nodes": {"x": {"type": "hangup", "name": "\\u0000"}}}',
        '{"nodes": {}, "nodes": []}',
    ],
    ids=["braces", "brackets", "nan", "infinity", "digits", "half a letter", "null", "twice"],
)
def test_strange_json_is_refused_or_stored_without_harm(
    admin: Visitor, flow: int, text: str
) -> None:
    answer = admin.post(f"/flows/{flow}/import", {"document": text})
    assert answer.status_code in {303, 409, 413, 422}, answer.text[:500]
    headers = {
        "X-CSRF-Token": admin.word or admin.csrf("/calls"),
        "content-type": "application/json",
    }
    body = '{"document": ' + text + "}"
    sent = admin.client.put(f"/api/v1/flows/{flow}/draft", content=body, headers=headers)
    assert sent.status_code == 200 or 400 <= sent.status_code < 500, sent.text[:500]
    assert admin.get(f"/flows/{flow}").status_code == 200
    assert admin.get(f"/flows/{flow}/json").status_code == 200
    assert admin.get(f"/api/v1/flows/{flow}/draft").status_code == 200
