"""A speech service speaks in place of our own voice, and our voice where it fails."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor
from walks.prompt_requests import tone

from web.kit.settings import Settings
from web.ops.setup import prompts as sounds
from web.prompts.service import filled, service_of

Database = sessionmaker[Session]


class Service:
    """A service on this machine that answers every text with one tone."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.status, self.content = 200, tone(600)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                outer.asked.append(json.loads(self.rfile.read(length)))
                outer.keys.append(self.headers.get("authorization", ""))
                self.send_response(outer.status)
                self.send_header("content-length", str(len(outer.content)))
                self.end_headers()
                self.wfile.write(outer.content)

            def log_message(self, *_given: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/speak"


@pytest.fixture
def service(admin: Visitor) -> Iterator[Service]:
    made = Service()
    yield made
    off = {"speech_url": "", "inside_hosts": ""}
    assert admin.ask("/parameters", off, "PATCH").status_code == 200
    made.server.shutdown()
    made.server.server_close()


def choose(admin: Visitor, service: Service, **more: str) -> Any:
    wishes = {
        "speech_url": service.url,
        "speech_headers": "Authorization: Bearer secret | X-Plan: free",
        "speech_body": '{"input": {"text": "{text}"}, "voice": "{language}"}',
        "inside_hosts": "127.0.0.1",
        **more,
    }
    return admin.ask("/parameters", wishes, "PATCH")


def test_a_text_is_spoken_by_the_service_with_its_key(
    admin: Visitor, service: Service, settings: Settings, database: Database, tmp_path: Path
) -> None:
    answer = choose(admin, service)
    assert answer.status_code == 200, answer.text
    assert "Bearer secret" not in admin.client.get("/api/v1/parameters").text
    speak = service_of(settings, database)
    assert speak is not None
    assert speak("zh_CN", '说"你好"', tmp_path / "made.wav")

    assert service.asked == [{"input": {"text": '说"你好"'}, "voice": "zh_CN"}]
    assert service.keys == ["Bearer secret"]
    samples, rate = soundfile.read(tmp_path / "made.wav")
    assert abs(int(np.argmax(np.abs(np.fft.rfft(samples)))) * rate / len(samples) - 600) < 3


@pytest.mark.parametrize("fault", ["status", "no audio", "not allowed"])
def test_our_own_voice_speaks_where_the_service_fails(  # noqa: PLR0913, PLR0917
    admin: Visitor,
    service: Service,
    settings: Settings,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    choose(admin, service, **({"inside_hosts": ""} if fault == "not allowed" else {}))
    if fault == "status":
        service.status = 500
    if fault == "no audio":
        service.content = b"<html>no</html>"

    def voice(_settings: Any, _language: str, _text: str, target: Path, _progress: Any) -> str:
        soundfile.write(target, np.full(8000, 0.1), 8000)
        return "espeak-ng"

    monkeypatch.setattr(sounds, "_speak", voice)
    texts = {"en": {f"flow-9-{fault.replace(' ', '-')}": f"Hello, {fault}."}}
    sounds.make(settings, tmp_path, lambda _: None, texts, service_of(settings, database))

    assert sounds.missing(settings, texts) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"speech_url": "ftp://speech.example"},
        {"speech_url": "https://user:word@speech.example"},
        {"speech_headers": "no header"},
        {"speech_headers": "Name: Wert mit Ümlaut"},
        {"speech_body": "{text}"},
        {"speech_body": '{"text": 1}'},
    ],
)
def test_wrong_settings_are_refused(
    admin: Visitor, service: Service, wrong: dict[str, str]
) -> None:
    answer = choose(admin, service, **wrong)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [*wrong]


def test_the_key_is_not_sent_to_another_address(admin: Visitor, service: Service) -> None:
    assert choose(admin, service).status_code == 200
    answer = admin.ask("/parameters", {"speech_url": "https://evil.example"}, "PATCH")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "speech_headers"


def test_a_text_cannot_break_out_of_the_json() -> None:
    text = '", "x": "{language}\n\\'
    assert json.loads(filled('{"t": "{text}"}', text, "en")) == {"t": text}
