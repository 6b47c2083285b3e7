"""A valid request for each endpoint that changes something, and the rows it needs."""

import importlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
from sqlalchemy import text
from unit.web.site import LI_WEIS_CALL, PASSWORD
from unit.web.visitor import Visitor
from walks.good_request import GoodRequest
from walks.import_requests import IMPORT_REQUESTS
from walks.own_site import OwnSite
from walks.routing_requests import number_list

from crm.customers.customer import CustomerDraft
from crm.customers.store import add_customer
from crm.mail.mail import MailKind, NewMail
from crm.mail.store import put
from crm.people.groups.group import GroupDraft
from crm.people.groups.store import add_group, set_group_enabled
from crm.people.person import Language, NewSession, NewUser, SessionKind
from crm.people.rights import BuiltIn
from crm.people.roles.store import RoleDraft, add_role, set_role_enabled
from crm.people.sessions.store import open_session
from crm.people.store import add_user, set_enabled
from web.kit.clock import now
from web.kit.passwords import hash_password
from web.listings import listings

NEW_PASSWORD = "another horse, another battery"
URL = "https://crm.example/hook"
OUTBOUND = {"outbound": "internal", "language": "en"}


class Targets:
    """Makes the things that requests are about, new each time; `me` is a new administrator."""

    def __init__(self, site: OwnSite, visitor: Visitor) -> None:
        self.site = site
        self.visitor = visitor
        self.login = ""
        self.me = 0

    def sign_in_anew(self) -> None:
        """Sign in as a new administrator, with no entry in the audit log yet."""
        self.login = f"walker.{secrets.token_hex(4)}"
        self.me = self.user(BuiltIn.ADMINISTRATOR, self.login, PASSWORD)
        self.visitor.client.cookies.clear()
        self.visitor.enter(self.site.database, self.login)

    def user(
        self,
        role: BuiltIn = BuiltIn.AGENT,
        login: str = "",
        password: str = "",
        *,
        on: bool = True,
    ) -> int:
        login = login or f"person.{secrets.token_hex(4)}"
        with self.site.database.begin() as session:
            hashed = hash_password(password) if password else ""
            new = NewUser(login, login, role, hashed, email=f"{login}@example.com")
            made = int(add_user(session, new).id)
            if not on:
                set_enabled(session, made, enabled=False)
        return made

    def session_of(self, user: int) -> int:
        """Open a session for a user; give its id."""
        at, token = now(), secrets.token_urlsafe(32)
        new = NewSession(
            token=token,
            user=user,
            kind=SessionKind.BROWSER,
            csrf="x",
            created_at=at,
            expires_at=at + timedelta(hours=1),
        )
        with self.site.database.begin() as session:
            open_session(session, new)
            found = session.execute(text("SELECT max(id) FROM sessions")).scalar_one()
        return int(found)

    def signed_in_user(self) -> int:
        user = self.user()
        self.session_of(user)
        return user

    def with_second_factor(self, user: int) -> int:
        with self.site.database.begin() as session:
            session.execute(
                text("UPDATE users SET totp_secret = 'x', recovery_codes = '[]' WHERE id = :id"),
                {"id": user},
            )
        return user

    def role(self, *, on: bool = True) -> int:
        with self.site.database.begin() as session:
            made = add_role(session, RoleDraft(f"Role {secrets.token_hex(4)}", ""))
            if not on:
                set_role_enabled(session, made, enabled=False)
        return int(made)

    def group(self, *, on: bool = True) -> int:
        with self.site.database.begin() as session:
            made = add_group(session, GroupDraft(f"Group {secrets.token_hex(4)}")).id
            if not on:
                set_group_enabled(session, made, enabled=False)
        return int(made)

    def customer(self) -> int:
        with self.site.database.begin() as session:
            return int(add_customer(session, CustomerDraft("陈静")).id)

    def mail(self) -> int:
        """Make a mail that was given up."""
        with self.site.database.begin() as session:
            new = NewMail(MailKind.TEST, "a@example.com", Language.ENGLISH)
            (made,) = put(session, [new])
            session.execute(text("UPDATE mails SET state = 'dead' WHERE id = :id"), {"id": made})
        return int(made)

    def token(self) -> int:
        body = {"name": "walk", "rights": ["calls.see"], "days": 1}
        return int(self.made("/account/tokens", body)["id"])

    def webhook(self) -> int:
        body = {"name": "CRM", "url": URL, "events": ["call.ended"]}
        return int(self.made("/webhooks", body)["id"])

    def delivery(self) -> int:
        return int(self.made(f"/webhooks/{self.webhook()}/test", {})["id"])

    def dictionary(self) -> str:
        """Make a dictionary of the site's own with two choices, `a` and `b`; give its key."""
        key = f"d{secrets.token_hex(4)}"
        self.made("/dictionaries", {"key": key, "name_en": key})
        for choice in ("a", "b"):
            self.made(f"/dictionaries/{key}/items", {"key": choice, "name_en": choice})
        return key

    def queue(self) -> str:
        return str(self.made("/queues", {"name_en": f"Queue {secrets.token_hex(4)}"})["key"])

    def number(self) -> str:
        return str(self.made("/numbers", _number())["number"])

    def trunk(self) -> int:
        return int(self.made("/trunks", {"name": secrets.token_hex(4), "host": "127.0.0.1"})["id"])

    def agent(self) -> int:
        """Make a user who takes calls."""
        body = {"login": secrets.token_hex(4), "name": "x", "role": 1, "agent": {}}
        return int(self.made("/users", body)["user"]["id"])

    def view(self) -> int:
        form = {"name": "Mine", "query": "{}", "next": "/components"}
        place = self.visitor.post("/lists/components/views", form).headers["location"]
        return int(place.rpartition("view=")[2])

    def code(self) -> dict[str, str]:
        """Give a valid body that sets up the second factor of `me`."""
        begun = self.made("/account/second-factor/begin", {})
        code = pyotp.TOTP(begun["secret"]).at(now())
        return {"sealed": begun["sealed"], "code": code, "present": PASSWORD}

    def made(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.visitor.ask(path, body)
        assert answer.status_code < 300, (path, answer.text)
        return answer.json()


def _person(**more: Any) -> dict[str, Any]:
    login = f"form.{secrets.token_hex(4)}"
    return {"login": login, "name": "赵敏", "role": "1", **OUTBOUND, **more}


def _named(**more: Any) -> dict[str, Any]:
    return {"name_en": f"Name {secrets.token_hex(4)}", "name_zh": "名称", **more}


def _queue(**more: Any) -> dict[str, Any]:
    seconds = {"ring_seconds": "20", "wrapup_seconds": "30", "max_misses": "2"}
    return {"name_en": f"Queue {secrets.token_hex(4)}", "music": "default", **seconds, **more}


def _number(**more: Any) -> dict[str, Any]:
    return {"number": f"+8640080{secrets.randbelow(10**5):05}", "language": "en", **more}


def _trunk(**more: Any) -> dict[str, Any]:
    # Nothing listens there, so that a test of it ends at once.
    line = {"name": f"Trunk {secrets.token_hex(4)}", "host": "127.0.0.1", "port": "9"}
    words = {"transport": "udp", "number_source": "request", "caller_source": "pai"}
    words |= {"caller_id_form": "pai", "dtmf_mode": "rfc4733", "codec_1": "alaw"}
    numbers = {"max_channels": "30", "qualify_seconds": "60", "session_seconds": "1800"}
    return {**line, **words, **numbers, **more}


def _customer(**more: Any) -> dict[str, Any]:
    return {"name": "陈静", "company": secrets.token_hex(4), "phones": "", "version": "1", **more}


PRESENT = {"present": PASSWORD}
SECRET = {"present": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}

# By method and path. If the API and a page take the same body, it is here once, by the page's path.
GOOD_REQUESTS: dict[str, Callable[[Targets], GoodRequest]] = {
    "POST /account": lambda t: GoodRequest({"name": f"New {t.login}", "language": "en", **PRESENT}),
    "PATCH /account": lambda t: GoodRequest({"name": f"New {t.login}"}),
    "POST /account/mail": lambda _: GoodRequest({"notices": "all"}),
    "PUT /account/mail": lambda _: GoodRequest({"notices": "all"}),
    "POST /account/password": lambda _: GoodRequest(SECRET),
    "PUT /account/password": lambda _: GoodRequest({"present": PASSWORD, "new": NEW_PASSWORD}),
    "POST /account/second-factor": lambda t: GoodRequest(t.code()),
    "POST /account/second-factor/end": lambda t: GoodRequest(
        PRESENT, {"": t.with_second_factor(t.me)}
    ),
    "POST /account/second-factor/codes": lambda t: GoodRequest(
        PRESENT, {"": t.with_second_factor(t.me)}
    ),
    "POST /account/second-factor/recovery-codes": lambda t: GoodRequest(
        PRESENT, {"": t.with_second_factor(t.me)}
    ),
    "POST /account/sessions/end-others": lambda t: GoodRequest({}, {"": t.session_of(t.me)}),
    "POST /account/sessions/{id}/end": lambda t: GoodRequest({}, {"id": t.session_of(t.me)}),
    "DELETE /account/sessions/{id}": lambda t: GoodRequest({}, {"id": t.session_of(t.me)}),
    "POST /account/tokens": lambda _: GoodRequest(
        {"name": "x", "rights": ["calls.see"], "days": 90}
    ),
    "POST /account/tokens/{id}/revoke": lambda t: GoodRequest({}, {"id": t.token()}),
    "DELETE /account/tokens/{id}": lambda t: GoodRequest({}, {"id": t.token()}),
    "POST /api/v1/customers": lambda _: GoodRequest({"name": "陈静"}),
    "PATCH /customers/{customer}": lambda t: GoodRequest(
        {"company": "x"}, {"customer": t.customer()}
    ),
    "POST /customers": lambda _: GoodRequest(_customer()),
    "POST /customers/chosen": lambda t: GoodRequest({"chosen": str(t.customer()), "level": "gold"}),
    "POST /customers/{customer}": lambda t: GoodRequest(_customer(), {"customer": t.customer()}),
    "POST /desk/customers": lambda _: GoodRequest(_customer()),
    "POST /desk/customers/{customer}": lambda t: GoodRequest(
        _customer(), {"customer": t.customer()}
    ),
    "POST /dictionaries": lambda _: GoodRequest(_named(key=f"d{secrets.token_hex(4)}")),
    "POST /dictionaries/{dictionary}": lambda t: GoodRequest(
        _named(), {"dictionary": t.dictionary()}
    ),
    "PATCH /dictionaries/{dictionary}": lambda t: GoodRequest(
        _named(), {"dictionary": t.dictionary()}
    ),
    "POST /dictionaries/{dictionary}/items": lambda t: GoodRequest(
        _named(key="c"), {"dictionary": t.dictionary()}
    ),
    "PATCH /dictionaries/{dictionary}/items/{key}": lambda t: GoodRequest(
        _named(), {"dictionary": t.dictionary(), "key": "a"}
    ),
    "POST /dictionaries/{dictionary}/change": lambda t: GoodRequest(
        _named(key="a", do="rename"), {"dictionary": t.dictionary()}
    ),
    "POST /dictionaries/{dictionary}/order": lambda t: GoodRequest(
        {"keys": "b\na"}, {"dictionary": t.dictionary()}
    ),
    "PUT /dictionaries/{dictionary}/order": lambda t: GoodRequest(
        {"keys": ["b", "a"]}, {"dictionary": t.dictionary()}
    ),
    "POST /first-day/company": lambda _: GoodRequest(
        {"company": secrets.token_hex(4), "language": "en", "timezone": "Asia/Tokyo"}
    ),
    "POST /first-day/agents": lambda _: GoodRequest(
        {"name_1": "赵敏", "login_1": f"agent.{secrets.token_hex(4)}"}
    ),
    "POST /first-day/queue": lambda _: GoodRequest(_queue()),
    "POST /first-day/number": lambda _: GoodRequest({"otherwise": "support", **_number()}),
    "POST /first-day/hide": lambda _: GoodRequest({}),
    "POST /first-day/{step}/skip": lambda _: GoodRequest({}, {"step": "queue"}),
    "POST /groups": lambda _: GoodRequest({"name": secrets.token_hex(4), "kind": "group"}),
    "POST /groups/{group}": lambda t: GoodRequest(
        {"name": secrets.token_hex(4), "kind": "group"}, {"group": t.group()}
    ),
    "PATCH /groups/{group}": lambda t: GoodRequest(
        {"name": secrets.token_hex(4)}, {"group": t.group()}
    ),
    "POST /groups/{group}/disable": lambda t: GoodRequest({}, {"group": t.group()}),
    "POST /groups/{group}/enable": lambda t: GoodRequest({}, {"group": t.group(on=False)}),
    "POST /lists/{name}/views": lambda _: GoodRequest({"name": "Mine"}, {"name": "components"}),
    "POST /lists/{name}/views/{view}/delete": lambda t: GoodRequest(
        {}, {"name": "components", "view": t.view()}
    ),
    "POST /logins/now/end": lambda t: GoodRequest({"ids": [t.session_of(t.user())]}),
    "POST /logins/sessions/{opened}/end": lambda t: GoodRequest(
        {}, {"opened": t.session_of(t.user())}
    ),
    "POST /mail/send-again": lambda t: GoodRequest({"ids": [t.mail()]}),
    "POST /mail/test": lambda _: GoodRequest({"address": "it@example.com"}),
    "PATCH /parameters": lambda _: GoodRequest({"page_size": 25}),
    "POST /parameters/reset": lambda _: GoodRequest({"key": "mail_port"}),
    "POST /parameters/{group}": lambda _: GoodRequest({"page_size": "30"}, {"group": "lists"}),
    "POST /roles": lambda _: GoodRequest(_named()),
    "POST /api/v1/roles": lambda _: GoodRequest(_named(rights={})),
    "POST /roles/{role}": lambda t: GoodRequest(_named(), {"role": t.role()}),
    "PATCH /roles/{role}": lambda t: GoodRequest(_named(), {"role": t.role()}),
    "POST /roles/{role}/disable": lambda t: GoodRequest({}, {"role": t.role()}),
    "POST /roles/{role}/enable": lambda t: GoodRequest({}, {"role": t.role(on=False)}),
    "POST /roles/{role}/people": lambda t: GoodRequest({"people": [t.user()]}, {"role": t.role()}),
    "POST /queues": lambda _: GoodRequest(_queue()),
    "POST /queues/{queue}": lambda t: GoodRequest(_queue(), {"queue": t.queue()}),
    "PATCH /queues/{queue}": lambda t: GoodRequest({"ring_seconds": 20}, {"queue": t.queue()}),
    "POST /numbers": lambda _: GoodRequest(_number()),
    "POST /numbers/{number}": lambda t: GoodRequest(
        {"name": "x", "language": "zh_CN", "flow": "1", "active": "on"}, {"number": t.number()}
    ),
    "PATCH /numbers/{number}": lambda t: GoodRequest({"name": "x"}, {"number": t.number()}),
    "POST /numbers/{number}/menu": lambda t: GoodRequest(
        {"greeting": "Hello.", "otherwise": "support"}, {"number": t.number()}
    ),
    "PUT /numbers/{number}/menu": lambda t: GoodRequest(
        {"greeting": "Hello.", "choices": {"1": "support"}, "otherwise": "support"},
        {"number": t.number()},
    ),
    "POST /status/restart": lambda _: GoodRequest({"name": "engine"}),
    "POST /trunks": lambda _: GoodRequest(_trunk()),
    "POST /api/v1/trunks": lambda _: GoodRequest(
        {"name": secrets.token_hex(4), "host": "sbc.example"}
    ),
    "POST /trunks/{trunk}": lambda t: GoodRequest(_trunk(), {"trunk": t.trunk()}),
    "PATCH /trunks/{trunk}": lambda t: GoodRequest({"max_channels": 9}, {"trunk": t.trunk()}),
    "DELETE /trunks/{trunk}": lambda t: GoodRequest({}, {"trunk": t.trunk()}),
    "POST /trunks/{trunk}/delete": lambda t: GoodRequest({}, {"trunk": t.trunk()}),
    "POST /trunks/{trunk}/test": lambda t: GoodRequest({}, {"trunk": t.trunk()}),
    "POST /users": lambda _: GoodRequest(_person()),
    "POST /api/v1/users": lambda _: GoodRequest(
        {"login": secrets.token_hex(4), "name": "x", "role": 1}
    ),
    "POST /users/disable": lambda t: GoodRequest({"ids": [t.user()]}),
    "POST /users/enable": lambda t: GoodRequest({"ids": [t.user(on=False)]}),
    "POST /users/{user}": lambda t: GoodRequest(_person(), {"user": t.user()}),
    "PATCH /users/{user}": lambda t: GoodRequest({"name": "x"}, {"user": t.user()}),
    "POST /users/{user}/disable": lambda t: GoodRequest({}, {"user": t.user()}),
    "POST /users/{user}/enable": lambda t: GoodRequest({}, {"user": t.user(on=False)}),
    "POST /users/{user}/password-link": lambda t: GoodRequest({}, {"user": t.user()}),
    "POST /users/{user}/password-reset": lambda t: GoodRequest({}, {"user": t.user()}),
    "POST /users/{user}/second-factor-reset": lambda t: GoodRequest(
        {}, {"user": t.with_second_factor(t.user())}
    ),
    "POST /users/{user}/sign-in-unblock": lambda t: GoodRequest({}, {"user": t.user()}),
    "POST /users/{user}/sip-secret": lambda t: GoodRequest({}, {"user": t.agent()}),
    "POST /users/{user}/sessions-end": lambda t: GoodRequest({}, {"user": t.signed_in_user()}),
    # Listening to a recording is audited too, and so is each export (below).
    "GET /api/v1/calls/{call}/recording": lambda _: GoodRequest({}, {"call": LI_WEIS_CALL}),
    **IMPORT_REQUESTS,
}


def _of_features() -> dict[str, Callable[[Targets], tuple[dict[str, Any], dict[str, Any]]]]:
    """Collect the `..._REQUESTS` of the modules beside this one."""
    found = {}
    for file in sorted(Path(__file__).parent.glob("*_requests.py")):
        module = importlib.import_module(f"walks.{file.stem}")
        for name, requests in vars(module).items():
            if name.endswith("_REQUESTS") and requests is not IMPORT_REQUESTS:
                found |= requests
    return found


GOOD_REQUESTS |= {
    endpoint: lambda t, made=made: GoodRequest(*made(t))
    for endpoint, made in _of_features().items()
}
# The things that lists with places in their addresses belong to.
PLACES: dict[str, Callable[[Targets], Any]] = {
    "dictionary": Targets.dictionary,
    "number_list": number_list,
    "queue": Targets.queue,
    "user": Targets.user,
    "webhook": Targets.webhook,
}


def _export(address: str) -> Callable[[Targets], GoodRequest]:
    makers = {name: make for name, make in PLACES.items() if f"{{{name}}}" in address}
    return lambda t: GoodRequest({}, {name: make(t) for name, make in makers.items()})


GOOD_REQUESTS |= {f"GET {one.export_address}": _export(one.export_address) for one in listings()}


def good_request_for(method: str, path: str) -> Callable[[Targets], GoodRequest] | None:
    """Give a valid request for an endpoint: by its whole path, or by that of its page."""
    page = path.removeprefix("/api/v1")
    return GOOD_REQUESTS.get(f"{method} {path}") or GOOD_REQUESTS.get(f"{method} {page}")
