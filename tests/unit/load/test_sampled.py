"""Samples of stacks, counted by part."""

import json

from load.sampled import told

LOOP = "/usr/lib/asyncio/runners.py:Runner.run"
ASKED = [LOOP, "/home/x/cti/engine/engine.py:Engine._look_up"]
SENDING = ["/usr/lib/json/encoder.py:encode", "/home/x/cti/asterisk/ari_http.py:Wires._spelt", LOOP]


def samples(folder):
    read = {
        "stacks": [
            [["MainThread", *SENDING], 3],
            [["MainThread", LOOP], 1],
            [["look-up_0", *reversed(ASKED)], 2],
        ],
        "threads": {"MainThread 7": 0.4, "look-up_0 9": 0.1},
    }
    (folder / "samples-7.json").write_text(json.dumps(read))


def parts(text):
    lines = text.partition("By part\n")[2].partition("\n\n")[0].splitlines()[2:]
    return {line[:30].strip(): float(line.split()[-1]) for line in lines}


def test_a_threads_time_is_shared_by_what_it_was_seen_doing(tmp_path):
    samples(tmp_path)

    found = parts(told(tmp_path, 100))

    assert found == {
        "orders: spelt, sent, answered": 3.0,
        "event loop, sockets, rest": 1.0,
        "look-up of callers": 1.0,
    }


def test_without_samples_nothing_is_reported(tmp_path):
    assert told(tmp_path, 100) == "No samples: the engine was not sampled."
