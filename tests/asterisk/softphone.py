"""A real SIP telephone as a program of its own: pjsua2, driven by JSON lines.

Run as a subprocess, because pjsip keeps global state and its own threads, and so that a test may
kill it. It reads one command per line from standard input and writes one event per line to standard
output:
`{"do": "call", "uri"}`, `{"do": "answer", "code": 200}`, `{"do": "dtmf", "digits"}`,
`{"do": "hold"}`, `{"do": "unhold"}`, `{"do": "refer", "uri"}`, `{"do": "hangup"}`,
`{"do": "quit"}`.
While a call is up it sends a tone of its own and writes what it hears to a WAV file.
"""

import argparse
import contextlib
import json
import math
import os
import queue
import struct
import sys
import threading
import wave

import pjsua2 as pj

RATE = 16000


def say(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def write_tone(path, hertz):
    """One second, which the player repeats: whole periods, so without a click."""
    with wave.open(path, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        frames = (int(12000 * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(RATE))
        out.writeframes(b"".join(struct.pack("<h", f) for f in frames))


def own_ports(account):
    """Give an account ports for its sound that no other telephone of this machine uses first.

    Sound follows its source's port: a telephone on the ports of a killed one would receive its
    calls' sound.
    """
    sound = account.mediaConfig.transportConfig
    sound.boundAddress = "127.0.0.1"
    sound.port = 34000 + os.getpid() * 20 % 26000
    sound.portRange = 20


class Call(pj.Call):
    def __init__(self, phone, account, call_id=pj.PJSUA_INVALID_ID):
        super().__init__(account, call_id)
        self.phone = phone

    def onCallSdpCreated(self, prm):  # noqa: N802
        """A telephone of the old kind offers no telephone events: its keys are sounds."""
        if self.phone.inband:
            prm.sdp.wholeSdp = without_events(prm.sdp.wholeSdp)

    def press(self, digits, how):
        match how:
            case "info":
                keys = pj.CallSendDtmfParam()
                keys.method = pj.PJSUA_DTMF_METHOD_SIP_INFO
                keys.digits = digits
                self.sendDtmf(keys)
            case "inband":
                sound = self.getAudioMedia(-1)
                self.phone.tone.stopTransmit(sound)
                keys = pj.ToneDigitVector()
                for digit in digits:
                    key = pj.ToneDigit()
                    key.digit, key.on_msec, key.off_msec, key.volume = digit, 160, 120, 12000
                    keys.append(key)
                self.generator = pj.ToneGenerator()
                self.generator.createToneGenerator(8000, 1)
                self.generator.startTransmit(sound)
                self.generator.playDigits(keys)
            case _:
                self.dialDtmf(digits)

    def onCallState(self, prm):  # noqa: N802 - pjsua2's name
        info = self.getInfo()
        say(event="state", state=info.stateText, code=info.lastStatusCode)
        if info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.phone.gone(self)

    def onCallMediaState(self, prm):  # noqa: N802
        info = self.getInfo()
        for number, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE:
                sound = self.getAudioMedia(number)
                self.phone.tone.startTransmit(sound)
                sound.startTransmit(self.phone.recorder)
                say(event="sound")

    def onCallTsxState(self, prm):  # noqa: N802
        """How a REFER of ours is answered at once; what becomes of it is the transfer's status."""
        request = prm.e.body.tsxState.tsx
        if request.method == "REFER" and request.statusCode >= 200:
            say(event="refer", code=request.statusCode)

    def onCallTransferStatus(self, prm):  # noqa: N802
        say(event="transfer", code=prm.statusCode, final=prm.finalNotify)


def without_events(sdp):
    lines = sdp.splitlines()
    known = [one for one in lines if "telephone-event" in one]
    types = {one.partition(":")[2].split()[0] for one in known}
    kept = []
    for one in lines:
        if one.startswith("m=audio"):
            kept.append(" ".join(part for part in one.split() if part not in types))
        elif not any(one.startswith((f"a=rtpmap:{key} ", f"a=fmtp:{key} ")) for key in types):
            kept.append(one)
    return "\r\n".join(kept) + "\r\n"


class Account(pj.Account):
    def __init__(self, phone):
        super().__init__()
        self.phone = phone

    def onRegState(self, prm):  # noqa: N802
        say(event="registered", code=prm.code)

    def onIncomingCall(self, prm):  # noqa: N802
        self.phone.ringing(prm)


class Phone:
    def __init__(self, arguments):
        self.auto = arguments.auto
        self.inband = arguments.inband
        self.call = None
        self.calls = []
        self.known = None  # user and secret of the registration
        self.endpoint = pj.Endpoint()
        self.endpoint.libCreate()
        config = pj.EpConfig()
        config.logConfig.level = 0
        config.logConfig.consoleLevel = 0
        config.uaConfig.userAgent = "test telephone"
        # All of it on one thread: a call-back in pjsip's own worker during a command here sometimes
        # left the sound frozen.
        config.uaConfig.threadCnt = 0
        config.uaConfig.mainThreadOnly = True
        config.medConfig.noVad = True
        config.medConfig.ecTailLen = 0
        config.medConfig.txDropPct = arguments.lose_sent
        config.medConfig.rxDropPct = arguments.lose_heard
        self.endpoint.libInit(config)
        transport = pj.TransportConfig()
        transport.port = arguments.port
        transport.boundAddress = "127.0.0.1"
        self.endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        self.endpoint.libStart()
        self.endpoint.audDevManager().setNullDev()
        for codec in self.endpoint.codecEnum2() if arguments.codec else ():
            priority = 255 if codec.codecId.startswith(arguments.codec) else 0
            self.endpoint.codecSetPriority(codec.codecId, priority)
        write_tone(arguments.tone_file, arguments.tone)
        self.tone = pj.AudioMediaPlayer()
        self.tone.createPlayer(arguments.tone_file)
        self.recorder = pj.AudioMediaRecorder()
        self.recorder.createRecorder(arguments.heard)
        self.account = Account(self)
        plain = pj.AccountConfig()
        plain.idUri = f"sip:{arguments.caller}@127.0.0.1"
        own_ports(plain)
        self.account.create(plain)

    def ringing(self, prm):
        self.call = Call(self, self.account, prm.callId)
        self.calls.append(self.call)
        header = [
            line.partition(":")[2].strip()
            for line in prm.rdata.wholeMsg.splitlines()
            if line.lower().startswith("x-hotline-call")
        ]
        say(event="ringing", call=header[0] if header else "", remote=self.call.getInfo().remoteUri)
        self.respond(200 if self.auto else 180)

    def respond(self, code):
        answer = pj.CallOpParam()
        answer.statusCode = code
        if self.call is not None:
            self.call.answer(answer)

    def gone(self, call):
        if self.call is call:
            self.call = None

    def register(self, user, secret, host, port):
        config = pj.AccountConfig()
        config.idUri = f"sip:{user}@{host}"
        config.regConfig.registrarUri = f"sip:{host}:{port}"
        config.regConfig.timeoutSec = 120
        config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", user, 0, secret))
        own_ports(config)
        self.account.modify(config)
        # A second time the account is the same and `modify` sends nothing.
        if self.known == (user, secret):
            self.account.setRegistration(True)
        self.known = (user, secret)

    def do(self, order):
        match order["do"]:
            case "register":
                self.register(order["user"], order["secret"], order["host"], order["port"])
            case "unregister":
                self.account.setRegistration(False)
            case "call":
                self.call = Call(self, self.account)
                self.calls.append(self.call)
                self.call.makeCall(order["uri"], pj.CallOpParam(True))
            case "answer":
                self.respond(order.get("code", 200))
            case "dtmf" if self.call is not None:
                self.call.press(order["digits"], order.get("how", "rfc4733"))
            case "hangup" if self.call is not None:
                self.call.hangup(pj.CallOpParam())
            case "hold" if self.call is not None:
                self.call.setHold(pj.CallOpParam())
            case "unhold" if self.call is not None:
                param = pj.CallOpParam(True)
                param.opt.flag = pj.PJSUA_CALL_UNHOLD
                self.call.reinvite(param)
            case "refer" if self.call is not None:
                self.call.xfer(order["uri"], pj.CallOpParam(True))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tone", type=int, default=440)
    parser.add_argument("--tone-file", required=True)
    parser.add_argument("--heard", required=True)
    parser.add_argument("--caller", default="13800138000")
    parser.add_argument("--auto", action="store_true")
    parser.add_argument("--inband", action="store_true", help="offers no telephone events")
    parser.add_argument("--codec", choices=("PCMU", "PCMA"), help="the only one it knows")
    parser.add_argument("--lose-sent", type=int, default=0, help="percent of its packets")
    parser.add_argument("--lose-heard", type=int, default=0, help="percent of those that come")
    phone = Phone(parser.parse_args())
    orders = queue.Queue()

    def read():
        for line in sys.stdin:
            orders.put(json.loads(line))
        orders.put({"do": "quit"})

    threading.Thread(target=read, daemon=True).start()
    say(event="open")
    while True:
        phone.endpoint.libHandleEvents(10)
        with contextlib.suppress(queue.Empty):
            order = orders.get(timeout=0.02)
            if order["do"] == "quit":
                break
            try:
                phone.do(order)
            except pj.Error as error:
                say(event="error", why=error.info())
    phone.endpoint.hangupAllCalls()
    # pjsip's objects must be gone before the library is, and Python clears them in its own order;
    # leaving the process at once is the one clean way that its binding offers.
    phone.recorder = phone.tone = None
    phone.endpoint.libHandleEvents(100)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
