"""A fax machine for tests: a second Asterisk that calls, sends a TIFF, and says how that went."""

import subprocess
import time
from pathlib import Path

from PIL import Image, ImageDraw

from web.ops.setup.packages import through_loader

HOST = "127.0.0.1"  # as all callers of the tests
RTP = (29000, 29099)
MODULES = (
    "res_sorcery_config res_sorcery_memory res_sorcery_astdb res_timing_timerfd res_pjproject"
    " res_pjsip res_http_websocket res_crypto res_srtp res_rtp_asterisk res_pjsip_pubsub"
    " res_pjsip_session res_pjsip_sdp_rtp res_pjsip_caller_id"
    " res_pjsip_endpoint_identifier_ip chan_pjsip bridge_simple format_sln codec_ulaw codec_alaw"
    " res_fax res_fax_spandsp res_clioriginate pbx_config"
)
EMPTY = (
    "acl ccss cdr cel features http indications logger manager musiconhold rtp stasis udptl"
    " pjproject sorcery modules"
)


def make_tiff(path, pages):
    """Write pages of a fax's width, each with something on it."""
    made = []
    for number in range(pages):
        page = Image.new("1", (1728, 400), 1)
        drawn = ImageDraw.Draw(page)
        drawn.rectangle((100, 100, 600 + 100 * number, 200), fill=0)
        made.append(page)
    first, *others = made
    first.save(path, save_all=True, append_images=others, compression="group3", dpi=(204.0, 98.0))


class FaxMachine:
    """The machine, as long as it is switched on."""

    def __init__(self, folder, installation):
        self.folder = Path(folder)
        root = next(iter((installation.home / "cache").glob("asterisk-root")))
        self.command = through_loader(root, root / "usr" / "sbin" / "asterisk")
        modules = next(iter((root / "usr" / "lib").glob("*/asterisk/modules")))
        for name in ("etc", "run", "state", "log", "spool"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._write(modules, root / "usr" / "share" / "asterisk", installation.sip)
        self._child = None

    def __enter__(self):
        log = (self.folder / "output").open("w")
        self._child = subprocess.Popen(
            [*self.command, "-f", "-n", "-vvv", "-C", self.folder / "etc" / "asterisk.conf"],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self._until_it_answers()
        return self

    def __exit__(self, *_):
        self._child.terminate()
        self._child.wait(20)

    def send(self, number, tiff):
        """Dial a number and send a fax to it."""
        said = self.ask(f"channel originate PJSIP/{number}@far application SendFAX {tiff}")
        assert not said.strip(), said

    def ask(self, line):
        """Type a line at its console."""
        done = subprocess.run(
            [*self.command, "-C", self.folder / "etc" / "asterisk.conf", "-rx", line],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        return done.stdout + done.stderr

    def told(self):
        """Give what it wrote so far."""
        return (self.folder / "output").read_text()[-4000:]

    def _until_it_answers(self):
        until = time.monotonic() + 30
        while "Asterisk" not in self.ask("core show version"):
            assert time.monotonic() < until, self.told()
            assert self._child.poll() is None, self.told()
            time.sleep(0.3)

    def _write(self, modules, data, sip):
        at = self.folder
        files = dict.fromkeys(EMPTY.split(), "[general]\n")
        files["asterisk"] = (
            f"[directories]\nastetcdir => {at}/etc\nastmoddir => {modules}\nastdatadir => {data}\n"
            f"astvarlibdir => {at}/state\nastdbdir => {at}/state\nastkeydir => {at}/state\n"
            f"astagidir => {at}/state\nastspooldir => {at}/spool\nastlogdir => {at}/log\n"
            f"astrundir => {at}/run\nastcachedir => {at}/state\n"
        )
        files["modules"] = "[modules]\nautoload = no\n" + "".join(
            f"load = {one}.so\n" for one in MODULES.split()
        )
        files["pjsip"] = (
            f"[udp]\ntype = transport\nprotocol = udp\nbind = {HOST}:0\n\n"
            "[far]\ntype = endpoint\ntransport = udp\naors = far\ncontext = nowhere\n"
            f"disallow = all\nallow = alaw,ulaw\nbind_rtp_to_media_address = yes\n"
            f"media_address = {HOST}\nfrom_user = 13912345678\n\n"
            f"[far]\ntype = aor\ncontact = sip:{sip['host']}:{sip['port']}\n"
        )
        files["extensions"] = "[nowhere]\nexten => s,1,Hangup()\n"
        files["res_fax"] = "[general]\nstatusevents = no\n"
        files["logger"] = "[general]\n[logfiles]\nconsole => notice,warning,error,verbose\n"
        files["rtp"] = f"[general]\nrtpstart = {RTP[0]}\nrtpend = {RTP[1]}\n"
        for name, text in files.items():
            (at / "etc" / f"{name}.conf").write_text(text)
