"""Telephones for tests, and the analysis of their sound."""

import io
import json
import subprocess
import sys
import threading
import time
import wave
from pathlib import Path

import numpy as np
import soundfile

from web.ops.setup.prompts import RECORDED, resampled

PROGRAM = Path(__file__).with_name("softphone.py")
RATE = 16000  # of the sound that a telephone receives
WAV_HEADER = 44
TONES = (440, 600, 800, 1000, 1200, 1400)
SILENCE = 0.003  # root mean square; speech and music are above 0.01, our tones at 0.26


class Telephone:
    """A softphone.py process: commands out, events in."""

    def __init__(  # noqa: PLR0913 - how one telephone differs from another
        self,
        folder: Path,
        name: str,
        *,
        tone: int,
        caller="13800138000",
        auto=False,
        inband=False,
        codec="",
        lose_sent=0,
        lose_heard=0,
    ):
        self.name = name
        self.heard = folder / f"{name}-heard.wav"
        command = [sys.executable, str(PROGRAM), "--tone", str(tone)]
        command += ["--tone-file", str(folder / f"{name}-tone.wav"), "--heard", str(self.heard)]
        command += ["--caller", caller, *(["--auto"] if auto else [])]
        command += ["--inband"] if inband else []
        command += ["--codec", codec] if codec else []
        command += ["--lose-sent", str(lose_sent), "--lose-heard", str(lose_heard)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.events = []
        self._news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.expect("open", seconds=30)

    def _read(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                with self._news:
                    self.events.append({**json.loads(line), "at": time.time()})
                    self._news.notify_all()

    # ---- orders

    def do(self, what, **fields):
        self.process.stdin.write(json.dumps({"do": what, **fields}) + "\n")
        self.process.stdin.flush()

    def register(self, account, sip, *, code=200):
        """Register, and wait for the answer."""
        since = len(self.events)
        self.do(
            "register",
            user=account["sip_user"],
            secret=account["sip_secret"],
            host=sip["host"],
            port=sip["port"],
        )
        return self.expect("registered", since=since, **({"code": code} if code else {}))

    def call(self, number, sip):
        since = len(self.events)
        self.do("call", uri=f"sip:{number}@{sip['host']}:{sip['port']}")
        return since

    def answer(self):
        since = len(self.events)
        self.do("answer")
        self.expect("state", state="CONFIRMED", since=since)

    def close(self):
        if self.process.poll() is None:
            try:
                self.do("quit")
                self.process.wait(10)
            except (subprocess.TimeoutExpired, BrokenPipeError):
                self.kill()

    def kill(self):
        """Kill it at once, as in a power cut: nothing is sent."""
        self.process.kill()
        self.process.wait()

    # ---- events

    def expect(self, event, seconds=15.0, since=0, **fields):
        """Give the first event of this kind with these fields, waiting for it if needed."""

        def found():
            return next(iter(self.had(event, since=since, **fields)), None)

        with self._news:
            if not self._news.wait_for(found, seconds):
                told = self.events[since:]
                raise AssertionError(f"{self.name}: no {event} {fields} in {told}")
            return found()

    def had(self, event, since=0, **fields):
        """All events of this kind with these fields until now."""
        return [
            one
            for one in self.events[since:]
            if one["event"] == event and all(one.get(k) == v for k, v in fields.items())
        ]

    # ---- sound

    def samples(self):
        """Give all sound received so far."""
        raw = self.heard.read_bytes()[WAV_HEADER:]
        return np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2") / 32768

    def hears(self, judge, why, *, seconds=12.0, stretch=1.0):
        """Wait until the last `stretch` seconds of its received sound satisfy `judge`."""
        begun = len(self.samples())
        wanted = int(stretch * RATE)

        def satisfied():
            new = self.samples()[begun:]
            return len(new) >= wanted and judge(new[-wanted:], RATE)

        wait_until(satisfied, seconds, f"{self.name} hears {why}")


def tones(samples, rate):
    """The share of the sound's energy at each of our tones."""
    if not len(samples) or loudness(samples) < SILENCE:
        return dict.fromkeys(TONES, 0.0)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / rate)
    total = spectrum.sum() or 1.0
    return {
        tone: float(spectrum[(hertz > tone - 8) & (hertz < tone + 8)].sum() / total)
        for tone in TONES
    }


def loudness(samples):
    """The root mean square, 0 to 1."""
    return float(np.sqrt(np.mean(np.square(samples)))) if len(samples) else 0.0


def only(tone):
    """Make a judge: this tone and hardly anything else."""
    return lambda samples, rate: tones(samples, rate)[tone] > 0.9


def heard_together(tone, other):
    """Make a judge: these two tones together, also if one is much louder."""

    def judge(samples, rate):
        found = tones(samples, rate)
        return min(found[tone], found[other]) > 0.02

    return judge


def something_else_than(tone):
    """Make a judge: sound without this tone, such as music and speech."""

    def judge(samples, rate):
        return loudness(samples) > SILENCE and tones(samples, rate)[tone] < 0.05

    return judge


def read_prompt(language, name):
    """Give a standard prompt as it stands in the repository, at the telephones' rate."""
    samples, rate = soundfile.read(RECORDED / language / f"{name}.flac")
    return resampled(samples, rate, RATE)


def likeness(samples, prompt):
    """How well a sound contains a prompt, 0 to 1, at the telephones' rate.

    The prompt is looked for in pieces, for a telephone drops or repeats a few samples now and then;
    half of the pieces are at least so like the sound that fits them best.
    """
    piece = RATE // 4
    if len(samples) < piece:
        return 0.0
    heard, wanted = _of_telephones(samples), _of_telephones(prompt)
    size = len(heard) + piece
    spectrum = np.fft.rfft(heard, size)
    energy = np.concatenate(([0.0], np.cumsum(np.square(heard))))
    strength = np.sqrt(np.maximum(energy[piece:] - energy[:-piece], piece * SILENCE**2))
    pieces = [wanted[at : at + piece] for at in range(0, len(wanted) - piece + 1, piece)]
    loudest = max(loudness(one) for one in pieces)
    found = []
    for one in pieces:
        if loudness(one) < loudest / 4:
            continue  # a pause, which is everywhere
        product = np.fft.irfft(spectrum * np.conj(np.fft.rfft(one, size)), size)
        found.append(float(np.max(product[: len(strength)] / strength)) / np.linalg.norm(one))
    return float(np.median(found))


def _of_telephones(samples):
    """Keep what a telephone lets through, 300 to 3,400 Hz."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(hertz < 300) | (hertz > 3400)] = 0
    return np.fft.irfft(spectrum, len(samples))


def read_wav(source):
    """Samples by channel, from -1 to 1, and the rate; of a path or of a file's bytes."""
    opened = io.BytesIO(source) if isinstance(source, bytes) else str(source)
    with wave.open(opened, "rb") as file:
        rate, channels = file.getframerate(), file.getnchannels()
        raw = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768
    return raw.reshape(-1, channels).T, rate


def wait_until(question, seconds=10.0, why=""):
    """Repeat a question until it is true; fail with `why`."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            told = why() if callable(why) else why
            raise AssertionError(f"not within {seconds} s: {told}")
        time.sleep(0.05)
