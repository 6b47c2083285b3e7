"""How soon an agent's click is a SIP message, how long a switch is silent, how soon one listens.

    bin/bench desk_actions                   40 of each

A caller and three SIP telephones with tones, a real Asterisk, one call at a time. A click is the
moment before the request is sent; the message is what the other telephone reports. The gap of a
switch is the stretch in which the agent hears neither tone. Listening is measured from the moment
the supervisor's telephone has sound to the first of it that is a tone.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from asterisk.phones import wait_until
from asterisk.trade import Trade
from installation import Installation, fresh_home
from load.report import Report, machine, spread

CALLER, LI, WANG, CHEN = 440, 600, 800, 1000
RATE = 16000
STEP_SECONDS = 0.005  # how finely a gap is read
CLICK_MS, GAP_MS, LISTEN_MS = 50.0, 40.0, 100.0


def main():
    wanted = read_arguments()
    report = Report("desk_actions")
    installation = Installation(fresh_home())
    installation.start()
    try:
        report.say(machine(installation))
        trade = Trade(installation, Path(tempfile.mkdtemp()))
        told = measure(trade, wanted.times)
        trade.tidy()
    finally:
        installation.stop()
    head = ("what", "times", "p50", "p95", "p99", "most")
    rows = [(what, len(times), *spread(times)) for what, times in told.items()]
    report.table("From the click to the SIP message, and the sound, ms", head, rows)
    bounds = {"switch: silence": GAP_MS, "listen: first sound": LISTEN_MS}
    verdicts = [
        report.judge(f"p95 of {what}", spread(times)[1], bounds.get(what, CLICK_MS))
        for what, times in told.items()
    ]
    return 0 if all(verdicts) else 1


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=40, help="of each")
    return parser.parse_args()


def measure(trade, times):
    """Give the seconds of each kind of click."""
    caller = trade.caller(tone=CALLER).to_queue()
    li = trade.agent("li.wei", tone=LI).ready()
    li.rings()
    li.phone.answer()
    caller.reaches("talking")
    wang = trade.agent("wang.fang", tone=WANG).ready()
    chen = trade.agent("chen.jing", tone=CHEN).ready()
    told = {name: [] for name in ("consult: INVITE", "take back: BYE", "switch: silence")}
    told["listen: first sound"] = []
    for _ in range(times):
        since = len(wang.phone.events)
        clicked = time.time()
        li.do("consult", caller.call, {"to": f"agent:{wang.id}"})
        told["consult: INVITE"].append(wang.phone.expect("ringing", since=since)["at"] - clicked)
        wang.phone.answer()
        wait_until(lambda: (caller.live()["transfer"] or {}).get("state") == "consulting", 5)
        time.sleep(0.6)
        for _ in range(2):
            told["switch: silence"].append(gap(li, caller))
        since = len(wang.phone.events)
        clicked = time.time()
        li.do("take-back", caller.call)
        over = wang.phone.expect("state", state="DISCONNECTED", since=since)
        told["take back: BYE"].append(over["at"] - clicked)
        told["listen: first sound"].append(listening(chen, caller))
        wang.becomes("ready")
    caller.hangs_up()
    return told


def gap(li, caller):
    """Switch to the other party; give the seconds in which the agent hears nobody."""
    begun = len(li.phone.samples())
    li.do("shuttle", caller.call)
    time.sleep(0.8)
    return longest_silence(li.phone.samples()[begun:])


def longest_silence(samples):
    """Give the longest stretch of sound that is far below the usual loudness, in seconds."""
    step = int(RATE * STEP_SECONDS)
    frames = samples[: len(samples) // step * step].reshape(-1, step)
    loud = np.sqrt(np.mean(np.square(frames), axis=1))
    quiet = loud < np.median(loud) / 4
    longest = present = 0
    for one in quiet:
        present = present + 1 if one else 0
        longest = max(longest, present)
    return longest * STEP_SECONDS


def listening(chen, caller):
    """Listen to the call; give the seconds of silence after the supervisor's phone is up."""
    since = len(chen.phone.events)
    chen.monitors(caller.call, "listen")
    chen.rings(since=since)
    begun = len(chen.phone.samples())
    chen.phone.answer()
    time.sleep(1.0)
    samples = chen.phone.samples()[begun:]
    chen.monitors(caller.call, "stop")
    chen.phone.expect("state", state="DISCONNECTED", since=since)
    chen.becomes("ready")
    heard = np.flatnonzero(np.abs(samples) > np.abs(samples).max() / 4)
    return heard[0] / RATE if len(heard) else 1.0


if __name__ == "__main__":
    sys.exit(main())
