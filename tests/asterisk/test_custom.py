"""Another system on this machine decides where a call of a real Asterisk goes."""

import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from asterisk.phones import wait_until
from asterisk.test_hand_over import kill_the_engine
from standardwebhooks import Webhook

NUMBER = "4008006666"


class Crm:
    """A system that answers with what a test wants, after a while."""

    def __init__(self):
        self.said, self.seconds, self.heard = {}, 0.0, []
        crm = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self):
                self.do_POST()

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                crm.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
                time.sleep(crm.seconds)
                answer = json.dumps(crm.said).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/calls"


@pytest.fixture
def crm():
    made = Crm()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def secret(trade, crm):
    """A custom destination, and a number that leads to it; gives its secret."""
    admin = trade.installation.api("admin")
    name = f"CRM {secrets.token_hex(4)}"
    body = {"name": name, "url": crm.url, "inside": True, "seconds": 3}
    made = admin.post("/custom-destinations", {**body, "fallback": "queue:sales"})
    to = f"custom:{made['id']}"
    route = admin.post("/routes", {"name": name, "called": NUMBER, "destination": to})
    time.sleep(1)  # the engine reads both
    yield made["secret"]
    admin.delete(f"/routes/{route['id']}")
    admin.delete(f"/custom-destinations/{made['id']}")


def told(caller):
    (line,) = [one for one in caller.record()["timeline"] if one["kind"] == "custom answered"]
    return line


def test_the_answer_leads_the_caller_into_a_queue(trade, crm, secret):
    crm.said = {"destination": "queue:support", "priority": 5}
    caller = trade.caller().dial(NUMBER)
    call = caller.reaches("waiting")
    caller.hangs_up()

    [(headers, body)] = crm.heard
    assert Webhook(secret).verify(body, headers)["call"] == call["id"]
    assert json.loads(body)["caller"].endswith(caller.number)
    assert call["queue"] == "support"
    line = told(caller)
    assert line["detail"]["to"] == "queue:support"
    assert "The call goes to: Queue: Support" in line["text"]
    trade.becomes_quiet()


def test_an_engine_that_is_killed_meanwhile_asks_again_and_silence_leads_to_the_fallback(
    trade, crm, secret
):
    crm.seconds = 6
    caller = trade.caller().dial(NUMBER)
    wait_until(lambda: crm.heard, 10, "the CRM is asked")
    kill_the_engine(trade)
    wait_until(lambda: len(crm.heard) == 2, 20, "the CRM is asked again")
    call = caller.reaches("waiting")
    caller.hangs_up()

    assert secret
    assert call["queue"] == "sales"
    assert told(caller)["detail"]["why"] == "timeout"
    trade.becomes_quiet()
