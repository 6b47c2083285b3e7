"""Callers, agents at their phones and the floor, for tests with real sound."""

import itertools

from asterisk.phones import Telephone, wait_until
from installation import ApiError
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from ivr import store

_numbers = itertools.count(1)
LIVE_STAGES = {
    "ivr", "waiting", "offered", "dialling", "talking", "held", "phone lost", "forwarded",
    "in fallback", "voicemail", "fax", "parked",
}  # fmt: skip


class Agent:
    """An agent on a SIP telephone."""

    def __init__(self, trade, login, tone, **wishes):
        self.trade = trade
        self.account = trade.installation.accounts[login]
        self.api = trade.installation.api(login)
        self.phone = trade.telephone(login, tone=tone, **wishes)
        self.phone.register(self.account, trade.installation.sip)
        self.api.post("/desk/signin", {"phone": "sip"})
        self.wait(lambda agent: agent["reachable"], "the phone is reachable")
        self.id = self.desk()["agent"]["id"]

    def ready(self):
        self.api.post("/desk/state", {"state": "ready"})
        return self

    def pause(self):
        self.api.post("/desk/state", {"state": "paused", "reason": "break"})

    def desk(self):
        return self.api.get("/desk")

    def card(self, seconds=5.0):
        """Give the screen pop as soon as the desk has it: the telephone may ring before."""
        return wait_until(
            lambda: self.desk()["card"], seconds, f"{self.account['login']} sees who calls"
        )

    def state(self):
        agent = self.desk()["agent"]
        return agent["state"], agent["reason"]

    def wait(self, question, why, seconds=15.0):
        return wait_until(
            lambda: question(self.desk()["agent"]), seconds, f"{self.account['login']}: {why}"
        )

    def becomes(self, state, seconds=15.0):
        self.wait(lambda agent: agent["state"] == state, f"becomes {state}", seconds)

    def rings(self, seconds=15.0, since=0):
        return self.phone.expect("ringing", seconds=seconds, since=since)

    def do(self, what, call, body=None, *, expect=None):
        return self.api.post(f"/desk/calls/{call}/{what}", body, expect=expect)

    def monitors(self, call, mode, *, expect=None):
        return self.api.post(f"/floor/calls/{call}/monitor", {"mode": mode}, expect=expect)


class Caller:
    """A customer with a telephone."""

    def __init__(self, trade, number, tone=440, **wishes):
        self.trade = trade
        self.number = number
        self.phone = trade.telephone(f"caller-{number}", tone=tone, caller=number, **wishes)
        self._call = None

    def dial(self, number=None):
        installation = self.trade.installation
        self.phone.call(number or installation.number, installation.sip)
        return self

    def live(self):
        """Give the caller's call as the floor shows it, or None."""
        calls = self.trade.live()["calls"]
        found = [c for c in calls if c["caller"].endswith(self.number[-10:])]
        found = [c for c in found if c["state"] in LIVE_STAGES]
        if found:
            self._call = found[0]["id"]
        return found[0] if found else None

    @property
    def call(self):
        """Give the id of the caller's call."""
        return self._call or wait_until(self.live, 10, f"{self.number} is on the floor")["id"]

    def reaches(self, stage, seconds=20.0):
        def there():
            call = self.live()
            return call is not None and call["state"] == stage and call

        return wait_until(there, seconds, lambda: f"{self.number} is {stage}: {self.told()}")

    def to_menu(self):
        wait_until(
            lambda: (self.live() or {}).get("step") == "menu", 20, f"{self.number} hears the menu"
        )
        return self

    def press(self, digits, how="rfc4733"):
        self.phone.do("dtmf", digits=digits, how=how)
        return self

    def to_queue(self, digit="2"):
        """Dial, listen to the greeting, and press a key."""
        self.dial().to_menu().press(digit)
        wait_until(
            lambda: (self.live() or {}).get("state") not in (None, "ivr"),
            15,
            f"{self.number} is in line",
        )
        return self

    def hangs_up(self):
        self.phone.do("hangup")
        self.phone.expect("state", state="DISCONNECTED")

    def told(self):
        """Give all that is known of the call now, for the message of a failure."""
        api = self.trade.installation.api("admin")
        try:
            timeline = api.get(f"/calls/{self._call}")["timeline"]
        except ApiError as error:
            timeline = str(error)
        return self.live(), timeline

    def kinds(self):
        """Give the kinds of the call's events in order, after its end."""
        return [line["kind"] for line in self.record()["timeline"]]

    def record(self):
        """Give the record of the call; wait until its end is written."""
        api = self.trade.installation.api("admin")

        def written():
            try:
                told = api.get(f"/calls/{self.call}")
            except ApiError as error:
                if error.status == 404:
                    return None
                raise
            return told if told["ended_at"] else None

        return wait_until(written, 10, f"the call of {self.number} is written down")


class Trade:
    """Callers and agents of one installation. Everything made here is removed at the end."""

    def __init__(self, installation, folder):
        self.installation = installation
        self.folder = folder
        self.phones = []
        self._several = set()
        self._changed = {}

    def telephone(self, name, **wishes):
        made = Telephone(self.folder, f"{name}-{len(self.phones)}", **wishes)
        self.phones.append(made)
        return made

    def agent(self, login, tone=600, **wishes):
        return Agent(self, login, tone, **wishes)

    def caller(self, number=None, tone=440, **wishes):
        return Caller(self, number or f"1391{next(_numbers):07d}", tone, **wishes)

    def live(self):
        return self.installation.api("chen.jing").get("/live")

    def live_calls(self):
        return [c for c in self.live()["calls"] if c["state"] in LIVE_STAGES]

    def channels(self):
        return self.installation.ari("/channels")

    def bridges(self):
        return self.installation.ari("/bridges")

    def is_quiet(self):
        """Whether there is no live call, neither in the engine nor in Asterisk."""
        return not self.live_calls() and not self.channels() and not self.bridges()

    def becomes_quiet(self, seconds=15.0):
        wait_until(
            self.is_quiet,
            seconds,
            lambda: f"{self.live_calls()} {self.channels()} {self.bridges()}",
        )

    def change_queue(self, key, **settings):
        """Edit a queue as a settings page would, until the end of the test."""
        columns = ", ".join(f"{name} = :{name}" for name in settings)
        with self._begin() as session:
            old = (
                session.execute(
                    text(f"SELECT {', '.join(settings)} FROM queues WHERE key = :key"), {"key": key}
                )
                .mappings()
                .one()
            )
            self._changed[key] = {**old, **self._changed.get(key, {})}
            session.execute(
                text(f"UPDATE queues SET {columns} WHERE key = :key"), {**settings, "key": key}
            )
            session.execute(text("SELECT pg_notify('hotline', :what)"), {"what": f"queues:{key}"})

    def takes_calls_at_once(self, login, calls):
        """Let an agent take several calls, as the user's page would, until the end of the test."""
        self._several.add(login)
        extension = self.installation.accounts[login]["extension"]
        with self._begin() as session:
            set_ = "UPDATE agents SET calls_at_once = :calls WHERE extension = :extension"
            which = {"calls": calls, "extension": extension}
            user = session.execute(text(f"{set_} RETURNING user_id"), which).scalar_one()
            session.execute(text("SELECT pg_notify('hotline', :what)"), {"what": f"agents:{user}"})

    def add_flow(self, name, document):
        """Publish a call flow with steps that no page makes; give its id."""
        with Session(create_engine(self.installation.database_url())) as session, session.begin():
            flow = store.add_flow(session, name)
            store.publish(session, flow, document, None)
        return flow

    def _begin(self):
        return create_engine(self.installation.database_url()).begin()

    def tidy(self):
        """End every call and sign all agents out, for the next test."""
        for phone in self.phones:
            phone.close()
        for login in list(self._several):
            self.takes_calls_at_once(login, 1)
        for key, old in list(self._changed.items()):
            self.change_queue(key, **old)
        wait_until(lambda: not self.live_calls(), 60, "every call has ended")
        for agent in self.live()["agents"]:
            if agent["state"] != "signed out":
                login = next(
                    one["login"]
                    for one in self.installation.accounts.values()
                    if one["extension"] == agent["extension"]
                )
                self.installation.api(login).post("/desk/signout")
        wait_until(lambda: not self.channels(), 40, "no channel is left")
