"""The configuration of Asterisk."""

import re

from web.ops.setup.asterisk import TEMPLATES, WANTED
from web.ops.setup.asterisk_modules import OPTIONAL, REQUIRED


def test_no_manager_user_may_run_programs():
    text = (TEMPLATES / "manager.conf.j2").read_text()
    rights = [set(found.split(",")) for found in re.findall(r"^write = (.*)$", text, re.MULTILINE)]

    assert rights
    assert not any(one & {"system", "command", "originate", "all"} for one in rights)


def test_every_application_of_the_dialplan_is_loaded():
    text = (TEMPLATES / "extensions.conf").read_text()
    used = set(re.findall(r"(?:,1|n(?:\(\w+\))?),(\w+)\(", text))
    of_modules = {
        "Stasis": "app_stasis",
        "StasisBroadcast": "app_stasis_broadcast",
        "Echo": "app_echo",
        "Queue": "app_queue",
        "ExecIf": "app_exec",
        "MixMonitor": "app_mixmonitor",
        "MusicOnHold": "res_musiconhold",
    }
    core = {"Answer", "Goto", "GotoIf", "Hangup", "NoOp", "Set"}

    assert used - core == set(of_modules)
    # If Asterisk does not have it, nothing leads there.
    assert of_modules.pop("StasisBroadcast") in OPTIONAL
    assert set(of_modules.values()) <= set(REQUIRED)


def test_no_module_is_named_twice():
    names = [*REQUIRED, *OPTIONAL]

    assert len(names) == len(set(names))


def test_asterisk_is_fetched_with_sounds_and_music():
    assert WANTED.packages[0] == "asterisk"
    assert any("moh" in name for name in WANTED.packages)
