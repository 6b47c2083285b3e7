"""An administrator types a prompt, hears it, uploads another, records one, and goes back."""

import io
import secrets

import numpy as np
import soundfile
from asterisk.phones import wait_until
from browser.people import ENGLISH

MICROPHONE = 600  # the tone of the agents' browser
UPLOADED = 1000


def tone(hertz):
    made = io.BytesIO()
    at = np.arange(48000) / 48000
    soundfile.write(made, 0.4 * np.sin(2 * np.pi * hertz * at), 48000, format="WAV")
    return made.getvalue()


def test_a_prompt_is_typed_heard_uploaded_recorded_and_taken_back(site):
    api = site.installation.api("admin")
    admin = site.agent("admin", locale=ENGLISH).logs_in("/prompts/new")
    page = admin.page
    name = f"hours-{secrets.token_hex(3)}"

    def pitch():
        content = api.fetch("GET", f"/prompts/{name}/audio?language=en")
        if api.status != 200:
            return 0
        samples, rate = soundfile.read(io.BytesIO(content))
        return round(int(np.argmax(np.abs(np.fft.rfft(samples)))) * rate / len(samples))

    admin.fills(name=name, text_en="We open at 9:00.")
    admin.press("submit")
    page.wait_for_url(f"**/prompts/{name}*")
    admin.see("player-en").wait_for(timeout=20_000)
    length = page.evaluate(
        """async () => {
            const sound = document.querySelector("[data-testid=player-en] audio");
            sound.preload = "auto";
            await new Promise((done) => { sound.onloadedmetadata = done; sound.load(); });
            return sound.duration;
        }"""
    )
    assert 0.5 < length < 5
    file = {"name": "tone.wav", "mimeType": "audio/wav", "buffer": tone(UPLOADED)}
    admin.see("audio-en").locator("summary").click()
    admin.see("audio-en").locator("input[type=file]").set_input_files(file)
    admin.see("form-file-en").get_by_test_id("submit").click()
    admin.see("versions-en", has_text="Uploaded").wait_for()
    assert abs(pitch() - UPLOADED) < 5

    admin.see("audio-en").locator("summary").click()
    recorder = admin.see("record-en")
    recorder.get_by_test_id("record").click()
    recorder.get_by_test_id("stop").wait_for()
    page.wait_for_timeout(1500)
    recorder.get_by_test_id("stop").click()
    recorder.get_by_test_id("use").click()
    admin.see("versions-en", has_text="Recorded").wait_for()
    assert abs(pitch() - MICROPHONE) < 10

    admin.see("go-back").first.click()
    wait_until(lambda: abs(pitch() - UPLOADED) < 5, 5, "the uploaded audio is heard again")


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(site, tmp_path):
    large = tmp_path / "long.wav"
    with large.open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    admin = site.agent("admin", locale=ENGLISH).logs_in("/prompts/goodbye")
    page, sent = admin.page, []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    admin.see("audio-en").locator("summary").click()
    field = admin.see("audio-en").locator("input[type=file]")
    field.set_input_files(large)
    admin.see("form-file-en", has_text="larger than 50 MB").wait_for()
    admin.see("form-file-en").get_by_test_id("submit").click()
    page.wait_for_timeout(500)
    assert sent == []
    field.set_input_files({"name": "tone.wav", "mimeType": "audio/wav", "buffer": tone(UPLOADED)})
    admin.see("form-file-en").get_by_test_id("submit").click()
    admin.see("versions-en", has_text="Uploaded").wait_for()
    site.installation.api("admin").post("/prompts/goodbye/reset")
