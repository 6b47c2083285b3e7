"""A talk's two mono files become one stereo file."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from unit.web.site import LI_WEIS_CALL, record
from unit.web.visitor import Visitor

from web.recordings.audio import NoRecordingError, Talk, find_talk, wav_bytes

SOUND = f"/api/v1/calls/{LI_WEIS_CALL}/recording"
HERE = "2026/11/22/c"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recordings")
    record(folder / f"{HERE}-in.wav", 440, 1.0)
    record(folder / f"{HERE}-out.wav", 880, 0.5, rate=16000)
    return folder


def tone(samples: np.ndarray, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum) * rate / len(samples))


def whole(talk: Talk) -> bytes:
    return b"".join(wav_bytes(talk, 0, talk.wav_bytes - 1))


def test_left_is_the_caller_and_right_the_agent(folder: Path) -> None:
    sound, rate = soundfile.read(io.BytesIO(whole(find_talk(folder, HERE))))

    assert (rate, len(sound)) == (16000, 16000)
    assert tone(sound[:8000, 0], rate) == pytest.approx(440, abs=4)
    assert tone(sound[:8000, 1], rate) == pytest.approx(880, abs=4)
    assert not sound[8000:, 1].any()


@given(first=st.integers(0, 64043), length=st.integers(1, 70000))
def test_any_part_is_that_part_of_the_whole(folder: Path, first: int, length: int) -> None:
    talk = find_talk(folder, HERE)
    last = min(first + length, talk.wav_bytes) - 1

    assert b"".join(wav_bytes(talk, first, last)) == whole(talk)[first : last + 1]


def test_a_file_still_being_written_is_as_long_as_it_is(folder: Path) -> None:
    for side in ("in", "out"):
        record(folder / f"2026/11/22/live-{side}.wav", 440, 0.5)
        path = folder / f"2026/11/22/live-{side}.wav"
        path.write_bytes(path.read_bytes()[:40] + b"\0\0\0\0" + path.read_bytes()[44:])

    assert find_talk(folder, "2026/11/22/live").frames == 4000


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "2026/11/22/../../../x",
        "/etc/passwd",
        "2026/11/22/",
        "",
        "2026/11/22/no",
    ],
)
def test_no_name_leads_out_of_the_folder(folder: Path, name: str) -> None:
    with pytest.raises(NoRecordingError):
        find_talk(folder, name)


def test_a_link_that_leads_out_is_not_followed(folder: Path, tmp_path: Path) -> None:
    record(tmp_path / "secret.wav", 440, 0.1)
    for side in ("in", "out"):
        (folder / f"2026/11/22/link-{side}.wav").symlink_to(tmp_path / "secret.wav")

    with pytest.raises(NoRecordingError):
        find_talk(folder, "2026/11/22/link")


def test_a_file_without_sound_is_no_recording(folder: Path) -> None:
    for side in ("in", "out"):
        (folder / f"2026/11/22/bad-{side}.wav").write_bytes(b"RIFF\0\0\0\0WAVEfmt ")

    with pytest.raises(NoRecordingError):
        find_talk(folder, "2026/11/22/bad")


@pytest.mark.parametrize(("form", "kind"), [("wav", "wav"), ("opus", "ogg"), ("mp3", "mpeg")])
def test_an_agent_hears_the_recording_of_their_talk(li_wei: Visitor, form: str, kind: str) -> None:
    answer = li_wei.get(f"{SOUND}?format={form}")

    assert answer.status_code == 200, answer.text
    assert kind in answer.headers["content-type"]
    sound, rate = soundfile.read(io.BytesIO(answer.content))
    assert sound.shape[1] == 2
    assert len(sound) / rate == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize(
    ("wanted", "told", "length"),
    [
        ("bytes=0-9", "bytes 0-9/32044", 10),
        ("bytes=32000-", "bytes 32000-32043/32044", 44),
        ("bytes=-4", "bytes 32040-32043/32044", 4),
        ("bytes=32040-99999", "bytes 32040-32043/32044", 4),
    ],
)
def test_a_player_may_ask_for_a_part(li_wei: Visitor, wanted: str, told: str, length: int) -> None:
    answer = li_wei.get(SOUND, Range=wanted)

    assert (answer.status_code, answer.headers["content-range"]) == (206, told)
    assert len(answer.content) == length


@pytest.mark.parametrize("wanted", ["bytes=40000-", "bytes=9-5"])
def test_a_part_beyond_the_end_is_refused(li_wei: Visitor, wanted: str) -> None:
    assert li_wei.get(SOUND, Range=wanted).status_code == 416


@pytest.mark.parametrize("wanted", ["lines=1-2", "bytes=0-1,5-6", "bytes=x-"])
def test_an_invalid_range_gets_the_whole_file(li_wei: Visitor, wanted: str) -> None:
    assert li_wei.get(SOUND, Range=wanted).status_code == 200


def test_a_part_of_a_compressed_talk_too(li_wei: Visitor) -> None:
    answer = li_wei.get(f"{SOUND}?format=opus", Range="bytes=0-3")

    assert (answer.status_code, answer.content) == (206, b"OggS")


def test_an_unknown_form_is_a_problem_document(li_wei: Visitor) -> None:
    answer = li_wei.get(f"{SOUND}?format=flac")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "format"
