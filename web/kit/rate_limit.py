"""Rate limit of the API, by token or session; a request over the limit gets 429.

Counted in memory, so each web process counts for itself. The requests of an agent's desk are never
counted: nothing may delay a call. The exports of pages are counted too, because each reads whole
tables.
"""

import hashlib
import math
import time
from collections import OrderedDict
from dataclasses import dataclass

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm.kernel.network import network_of
from web.kit.auth import find_session, token_of
from web.kit.errors import TooManyError
from web.kit.i18n import N_
from web.kit.problems import answer_problem
from web.kit.request import address_of, context_of

API = "/api/v1/"
NEVER_COUNTED = (f"{API}desk", f"{API}openapi.json")
HEAVY = frozenset({"export", "search", "import"})  # in addresses that cost the database much
SETTLED_SECONDS = 10.0
WINDOW_SECONDS = 60
MOST_SESSIONS = 20_000  # that are remembered


@dataclass(frozen=True, slots=True)
class Allowance:
    """A sender's remaining requests in the current minute."""

    policy: str
    limit: int
    remaining: int
    reset_seconds: int
    within: bool

    def write(self, headers: MutableHeaders) -> None:
        """Write the remaining requests into the headers, the standard's and the older ones."""
        headers["RateLimit-Policy"] = f'"{self.policy}";q={self.limit};w={WINDOW_SECONDS}'
        headers["RateLimit"] = f'"{self.policy}";r={self.remaining};t={self.reset_seconds}'
        headers["RateLimit-Limit"] = str(self.limit)
        headers["RateLimit-Remaining"] = str(self.remaining)
        headers["RateLimit-Reset"] = str(self.reset_seconds)


class Rates:
    """Counts of requests by sender."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def has_room(self, who: str, policy: str, per_minute: int) -> bool:
        """Whether a sender may send one more request."""
        return self._limiter.test(RateLimitItemPerMinute(per_minute), policy, who)

    def take(self, who: str, policy: str, per_minute: int) -> Allowance:
        """Count one request, and give its sender's remaining ones."""
        item = RateLimitItemPerMinute(per_minute)
        within = self._limiter.hit(item, policy, who)
        stats = self._limiter.get_window_stats(item, policy, who)
        reset = max(1, math.ceil(stats.reset_time - time.time()))
        return Allowance(policy, per_minute, max(0, stats.remaining), reset, within)


class RateLimit:
    """Counts the requests to the API and refuses those over the limit."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self._app = app
        self.rates = Rates()
        self._senders = Senders()
        self._settled = {"default": 600, "heavy": 60}
        self._settled_at = -SETTLED_SECONDS  # seconds, monotonic clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not _counted(path):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        await self._settle(request)
        policy = "heavy" if HEAVY & set(path.split("/")) else "default"
        sender = await self._sender(request, policy)
        allowance = self.rates.take(sender, policy, self._settled[policy])
        if not allowance.within:
            sentence = N_("Too many requests. Try again in {seconds} seconds.")
            refused = TooManyError(sentence, allowance.reset_seconds)
            # In a thread: the page may look for its reader's session in the database.
            refusal = await run_in_threadpool(answer_problem, request, refused)
            allowance.write(refusal.headers)
            await refusal(scope, receive, send)
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                allowance.write(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, telling)

    async def _sender(self, request: Request, policy: str) -> str:
        """Name the sender: a session, or an address whose tokens open nothing."""
        place = f"from {network_of(address_of(request))}"
        session = self._senders.known(request)
        # An address that has sent too many bad tokens costs no more look-ups.
        has_room = self.rates.has_room(place, policy, self._settled[policy])
        if session is None and token_of(request)[0] and has_room:
            session = await run_in_threadpool(self._senders.look_up, request)
        return place if session is None else f"session {session}"

    async def _settle(self, request: Request) -> None:
        if time.monotonic() - self._settled_at < SETTLED_SECONDS:
            return
        self._settled_at = time.monotonic()
        parameters = await run_in_threadpool(context_of(request).parameters)
        self._settled = {
            "default": parameters.number("api_per_minute"),
            "heavy": parameters.number("api_heavy_per_minute"),
        }


class Senders:
    """The sessions of the tokens and cookies that have been seen, so that each is looked up once.

    One token counts for one sender, in whatever form it is written. Invalid tokens count for the
    address that sends them.
    """

    def __init__(self) -> None:
        """Know no session."""
        self._sessions: OrderedDict[str, int] = OrderedDict()

    def known(self, request: Request) -> int | None:
        """Give the session of a request's token, if it was looked up before."""
        return self._sessions.get(_token_mark(request))

    def look_up(self, request: Request) -> int | None:
        """Look a request's token up in the database, in a thread; None without a session."""
        # A request of its own: the application finds the session for itself.
        own = Request({**request.scope, "state": {}})
        try:
            who = find_session(own, lambda _: False)
        except SQLAlchemyError:
            return None
        if who is None:
            return None
        self._sessions[_token_mark(request)] = who.id
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return who.id


def _counted(path: str) -> bool:
    if not path.startswith(API):
        return path.endswith("/export")
    return not any(path == free or path.startswith(free + "/") for free in NEVER_COUNTED)


def _token_mark(request: Request) -> str:
    """Give a hash of the token that a session would be looked up by."""
    return hashlib.sha256(token_of(request)[0].encode("utf-8", "replace")).hexdigest()
