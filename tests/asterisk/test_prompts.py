"""Prompts and music of the library on a real Asterisk: uploaded, heard, replaced, heard."""

import io
import secrets
import time

import numpy as np
import pytest
import soundfile
from asterisk.phones import SILENCE, likeness, loudness, only, read_prompt, wait_until
from asterisk.test_languages import THE_SAME

NUMBER, LINE, DIGITS = "4008006677", "4008006688", "4008006699"
FIRST, SECOND, MUSIC = 600, 1000, 1400


def tone(hertz, seconds):
    made = io.BytesIO()
    at = np.arange(int(seconds * 44100)) / 44100
    soundfile.write(made, 0.4 * np.sin(2 * np.pi * hertz * at), 44100, format="WAV")
    return made.getvalue()


def send(api, path, content):
    """Post a file as a form does."""
    mark = secrets.token_hex(8)
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="tone.wav"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
    kind = f"multipart/form-data; boundary={mark}"
    said = api.fetch("POST", path, body, {"Content-Type": kind})
    assert api.status in {200, 201}, said


@pytest.fixture
def prompt(trade):
    """A prompt that a number plays."""
    api = trade.installation.api("admin")
    name = api.post("/prompts", {"name": f"tone-{secrets.token_hex(3)}"})["name"]
    nodes = {
        "say": {"type": "play", "prompts": [name, name], "then": "line"},
        "line": {"type": "queue", "queue": "support"},
    }
    flow = trade.add_flow(f"Tones {secrets.token_hex(3)}", {"start": "say", "nodes": nodes})
    api.post("/numbers", {"number": NUMBER, "flow": flow})
    time.sleep(1)  # the engine reads it
    return api, name


def test_an_uploaded_prompt_and_music_are_heard_and_replaced_at_once(trade, prompt):
    api, name = prompt
    music = api.post("/music", {"name": f"Tone {secrets.token_hex(3)}"})
    send(api, f"/music/{music['id']}/files", tone(MUSIC, 3))
    trade.change_queue("support", music=music["key"])
    send(api, f"/prompts/{name}/audio", tone(FIRST, 2))
    caller = trade.caller().dial(NUMBER)
    caller.phone.hears(only(FIRST), "the uploaded prompt")
    send(api, f"/prompts/{name}/audio", tone(SECOND, 2))
    caller.reaches("waiting")
    caller.phone.hears(only(MUSIC), "the uploaded music")
    caller.hangs_up()
    again = trade.caller().dial(NUMBER)
    again.phone.hears(only(SECOND), "the prompt that replaced it")
    again.hangs_up()
    trade.change_queue("support", music="default")
    wait_until(lambda: api.delete(f"/music/{music['id']}") is None, 3, "the music is deleted")
    trade.becomes_quiet()


def test_a_replaced_word_is_heard_in_the_number_that_it_is_part_of(trade):
    api = trade.installation.api("admin")
    nodes = {
        "say": {"type": "say", "value": "1" * 8, "say_as": "digits", "then": "line"},
        "line": {"type": "queue", "queue": "support"},
    }
    flow = trade.add_flow(f"Digits {secrets.token_hex(3)}", {"start": "say", "nodes": nodes})
    api.post("/numbers", {"number": DIGITS, "flow": flow})
    word = read_prompt("en", "digit-1")
    send(api, "/prompts/digit-1/audio?language=en", tone(FIRST, 1.5))
    time.sleep(1)  # the engine reads it
    caller = trade.caller().dial(DIGITS)
    caller.phone.hears(only(FIRST), "the word that was replaced")
    caller.hangs_up()
    api.post("/prompts/digit-1/reset")
    time.sleep(5)  # the job puts it back
    again = trade.caller().dial(DIGITS)
    wait_until(
        lambda: likeness(again.phone.samples(), word) > THE_SAME, 10, "the standard word is heard"
    )
    again.hangs_up()
    trade.becomes_quiet()


@pytest.mark.long
def test_music_is_heard_in_its_order_and_its_callers_never_in_silence(trade):
    api = trade.installation.api("admin")
    music = api.post("/music", {"name": f"Tones {secrets.token_hex(3)}"})
    where = f"/music/{music['id']}"
    for hertz in (FIRST, MUSIC):
        send(api, f"{where}/files", tone(hertz, 3))
    first, second = [one["id"] for one in api.get(where)["files"]]
    api.ask("PUT", f"{where}/order", {"keys": [second, first]})
    nodes = {"line": {"type": "queue", "queue": "support"}}
    flow = trade.add_flow(f"Line {secrets.token_hex(3)}", {"start": "line", "nodes": nodes})
    api.post("/numbers", {"number": LINE, "flow": flow})
    trade.change_queue("support", music=music["key"])
    time.sleep(5)  # Asterisk and the engine read it
    waits = trade.caller().dial(LINE)
    waits.phone.hears(only(MUSIC), "the file that was moved up")
    waits.phone.hears(only(FIRST), "the file after it")
    waits.phone.hears(only(MUSIC), "the first again")

    trade.change_queue("support", music="default")
    api.delete(where)
    time.sleep(5)  # Asterisk reads it
    waits.phone.hears(only(FIRST), "music that was deleted since")
    waits.phone.hears(only(MUSIC), "all of its files")
    trade.change_queue("support", music=music["key"])
    time.sleep(1)  # the engine reads it
    other = trade.caller("13900139000").dial(LINE)
    other.phone.hears(lambda sound, _: loudness(sound) > SILENCE, "the standard music")
    for one in (waits, other):
        one.hangs_up()
    trade.change_queue("support", music="default")
    trade.becomes_quiet()


@pytest.mark.long
def test_a_prompt_is_recorded_by_phone_with_its_code_only(trade):
    ari, code, pin = trade.installation.ari, "123456", "7890"
    sounds = trade.installation.home / "sounds" / "hotline" / "en"
    made = {"HOTLINE_SOUNDS": str(sounds), f"HOTLINE_RECORD_{code}": f"{pin}-{2**31}"}
    for name, value in made.items():
        ari("/asterisk/variable", {"variable": name, "value": value})
    agent = trade.agent("wang.fang", tone=FIRST)
    phone = agent.phone

    def heard(*prompts):
        """Wait for one of these prompts and give it."""
        begun = len(phone.samples())
        wanted = {name: read_prompt("en", name) for name in prompts}
        return wait_until(
            lambda: next(
                (
                    name
                    for name, sound in wanted.items()
                    if likeness(phone.samples()[begun:], sound) > THE_SAME
                ),
                None,
            ),
            10,
            f"{prompts} are heard",
        )

    phone.call("*96", trade.installation.sip)
    heard("record-code")
    phone.do("dtmf", digits="12#")
    heard("record-wrong")
    time.sleep(2)  # the rest of it
    for _ in range(2):  # the test telephone loses a digit now and then
        phone.do("dtmf", digits=f"{code}{pin}#")
        if heard("record-wrong", "record-start") == "record-start":
            break
        time.sleep(2)
    time.sleep(5)  # the rest of the prompt, the tone, and what is spoken
    phone.do("dtmf", digits="##")
    phone.hears(only(FIRST), "what was recorded")
    phone.do("dtmf", digits="1")
    done = f"/asterisk/variable?variable=HOTLINE_RECORDED_{code}"
    wait_until(lambda: ari(done)["value"], 5, "the recording is kept")
    spool = trade.installation.home / "asterisk" / "spool" / "recording" / "prompt"
    samples, rate = soundfile.read(spool / f"{code}.wav16")
    assert (rate, len(samples) > rate) == (16000, True)
    assert ari(f"/asterisk/variable?variable=HOTLINE_RECORD_{code}")["value"] == ""
    phone.do("hangup")


@pytest.mark.long
def test_a_typed_sentence_of_eight_seconds_is_heard_within_ten(trade):
    """With the better voice where it is installed, as its job does after the first typed text."""
    api = trade.installation.api("admin")
    text = "我们的营业时间是周一到周五上午九点到下午五点半，周六休息，紧急情况请拨打值班电话。"  # noqa: RUF001
    began = time.monotonic()
    name = api.post("/prompts", {"name": f"hours-{secrets.token_hex(3)}", "text_zh": text})["name"]
    path = f"/prompts/{name}"
    spoken = wait_until(lambda: api.get(path)["languages"]["zh_CN"]["seconds"], 30, "it is spoken")
    took = time.monotonic() - began
    print(f"{spoken} s of speech heard {took:.1f} s after typing")  # noqa: T201
    assert took < 10
