"""Asterisk's own ways to bring a caller to an agent, for comparison: `Dial`, and `app_queue`.

They are written into the configuration of a running test installation only, and end with it.
"""

import urllib.request
from base64 import b64encode
from json import loads

from load.sites import FIRST_EXTENSION

DIAL_NUMBER = "92001"
QUEUE_NUMBER = "92002"
MENU_NUMBER = "92003"
QUEUE = "beside"
MARK = "\n; ---- for a measurement\n"


def lay_beside(site, seats, queue=QUEUE):
    """Give Asterisk two more numbers: DIAL_NUMBER rings one of the seats, QUEUE_NUMBER queues.

    Neither answers before an agent does. Dial takes the seats in turn by the caller's last digits,
    so that nothing has to be counted or locked. Called again with other seats, it replaces the old
    ones; the queue then needs another name.
    """
    etc = site.installation.home / "asterisk" / "etc"
    _append(etc / "extensions.conf", _dialplan(len(seats), queue))
    _append(etc / "queues.conf", _queue(seats, queue))
    for module in ("app_queue.so", "pbx_config.so"):
        _reload(site.installation, module)


def lay_menu_beside(site, prompts):
    """Give Asterisk a menu at MENU_NUMBER: a prompt, 1, a prompt, 2, a condition, the end.

    `prompts` are the files of the three prompts, without endings.
    """
    first, second, third = prompts
    text = f"""
[hotline-in](+)
exten => {MENU_NUMBER},1,Goto(beside-menu,s,1)

[beside-menu]
exten => s,1,Answer()
 same => n,Background({first})
 same => n,Background({second})
 same => n,WaitExten(6)
 same => n,Hangup()
exten => 1,1,Goto(beside-menu-2,s,1)

[beside-menu-2]
exten => s,1,Background({third})
 same => n,WaitExten(6)
 same => n,Hangup()
exten => 2,1,GotoIf($["${{CALLERID(num)}}" != "nobody"]?over)
 same => n(over),Hangup()
"""
    _append(site.installation.home / "asterisk" / "etc" / "extensions.conf", text)
    _reload(site.installation, "pbx_config.so")


def lay_queues_beside(site, members):
    """Give Asterisk queues of its own, `members` each: {number to dial: its seats}.

    They take the agent who has been idle for longest, as Hotline's do.
    """
    etc = site.installation.home / "asterisk" / "etc"
    dialplan, queues = ["\n[hotline-in](+)"], []
    for number, seats in members.items():
        dialplan += [f"exten => {number},1,Queue({QUEUE}-{number},,,,120)", " same => n,Hangup()"]
        queues.append(_queue(seats, f"{QUEUE}-{number}") + "strategy = leastrecent\n")
    _append(etc / "extensions.conf", "\n".join(dialplan) + "\n")
    _append(etc / "queues.conf", "".join(queues))
    for module in ("app_queue.so", "pbx_config.so"):
        _reload(site.installation, module)


def _append(path, text):
    """Append a text to the product's file, replacing the text appended here before."""
    path.write_text(path.read_text().partition(MARK)[0] + MARK + text)


def _dialplan(seats, queue):
    chosen = f"$[${{CALLERID(num):-4}} % {seats} + {FIRST_EXTENSION}]"
    return f"""
[hotline-in](+)
exten => {DIAL_NUMBER},1,Dial(PJSIP/${{MATH({chosen}+0,int)}},60)
 same => n,Hangup()
exten => {QUEUE_NUMBER},1,Queue({queue},,,,60)
 same => n,Hangup()
"""


def _queue(seats, queue):
    members = "\n".join(f"member => PJSIP/{seat.extension}" for seat in seats)
    return f"\n[{queue}](fallback)\n{members}\n"


def _reload(installation, module):
    password = loads((installation.home / "secrets.json").read_text())["ari_password"]
    port = installation.environment["HOTLINE_ASTERISK_PORT"]
    url = f"http://127.0.0.1:{port}/ari/asterisk/modules/{module}"
    request = urllib.request.Request(url, method="PUT")
    word = b64encode(f"hotline:{password}".encode()).decode()
    request.add_header("Authorization", f"Basic {word}")
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own Asterisk
        answer.read()
