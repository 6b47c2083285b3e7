"""Asterisk's manager interface: one TCP connection, kept up, for actions and events.

panoramisk encodes and parses the protocol. Its Manager is not used: after a reconnect it sends
actions again that may have been carried out, and it never notices a silent peer.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

import structlog
from panoramisk.ami_protocol import AMIProtocol

Message = dict[str, str]

PING_SECONDS = 5.0
ANSWER_SECONDS = 5.0
SHORTEST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0

# Actions answered by a list of events; panoramisk guesses wrongly for some others (it waits for
# ever after QueueAdd).
LISTS = frozenset(
    {
        "CoreShowChannels",
        "DBGetTree",
        "PJSIPShowContacts",
        "PJSIPShowEndpoints",
        "PJSIPShowRegistrationsOutbound",
        "QueueStatus",
        "QueueSummary",
        "Status",
    }
)

log = structlog.get_logger(__name__)


class AMIError(Exception):
    """Asterisk refused an action, or the action cannot be sent; the message gives the reason."""


class AMIAway(AMIError):  # noqa: N818 - it names a state of the link, as its callers need it
    """There is no link, or it was lost before the answer: the outcome is unknown."""


class _Protocol(Protocol):
    """The part of panoramisk's AMIProtocol that is used; it carries no types."""

    def send(self, data: dict[str, str], as_list: bool | None) -> asyncio.Future[Any]: ...  # noqa: FBT001

    def close(self) -> None: ...


class _Dispatch:
    """The owner that AMIProtocol expects; it must never raise, or the link is dropped."""

    save_stream = None
    forgetable_actions: tuple[str, ...] = ()

    def __init__(self, on_event: Callable[[Message], None], lost: asyncio.Event) -> None:
        # AMIProtocol puts unanswered actions here when it closes; they are not sent again.
        self.awaiting_actions: deque[Any] = deque()
        self._on_event = on_event
        self._lost = lost

    def dispatch(self, event: Mapping[str, Any]) -> None:
        try:
            self._on_event(_plain(event))
        except Exception:
            log.exception("an AMI event was not understood")

    def connection_lost(self, _why: object) -> None:
        self._lost.set()


class _OwnedProtocol(AMIProtocol):  # type: ignore[misc]
    """A protocol that knows its owner from its first moment: it may be lost at once."""

    def __init__(self, owner: _Dispatch) -> None:
        self._owner = owner

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.factory = self._owner
        # Latin-1 keeps every byte; UTF-8 is decoded value by value. Decoding each read as UTF-8
        # would lose a character cut at the end of a read.
        self.encoding = "latin-1"


class AMIClient:
    """One login that reconnects by itself. `run` does the work until `close`."""

    def __init__(
        self,
        address: tuple[str, int],
        login: tuple[str, str],
        *,
        on_event: Callable[[Message], None] = lambda _: None,
        on_link: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """Take the host and port, the user and secret, and the callbacks.

        `on_link(True)` follows each login and `on_link(False)` each loss. An exception of a
        callback is logged and goes no further.
        """
        self._address = address
        self._login = login
        self.on_event = on_event
        self.on_link = on_link
        self._protocol: _Protocol | None = None
        self._lost = asyncio.Event()
        self._closed = False

    async def run(self) -> None:
        """Connect, log in, watch the link, and reconnect after a loss, until `close`."""
        pause = SHORTEST_PAUSE_SECONDS
        while not self._closed:
            try:
                await self._connect()
            except (OSError, TimeoutError, AMIError) as error:
                log.info("AMI is away", why=str(error) or type(error).__name__)
                self._drop()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                continue
            pause = SHORTEST_PAUSE_SECONDS
            self._notify_link(True)
            try:
                await self._watch()
            finally:
                self._drop()
                self._notify_link(False)

    def close(self) -> None:
        """End the link and `run`."""
        self._closed = True
        self._lost.set()
        self._drop()

    async def send(self, action: str, **values: str) -> list[Message]:
        """Send an action; give its response, followed by its events if it is a list.

        Raises AMIError when Asterisk answers Error, AMIAway when no answer can come any more.
        """
        if self._protocol is None:
            raise AMIAway("no link to AMI")
        link, lost = self._protocol, self._lost
        answer = link.send(action_lines(action, values), as_list=None if action in LISTS else False)
        waiter = asyncio.ensure_future(lost.wait())
        try:
            await asyncio.wait(
                {answer, waiter},
                timeout=ANSWER_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            waiter.cancel()
        if not answer.done():
            answer.cancel()
            raise AMIAway(f"{action}: no answer")
        return _answer(action, answer.result())

    async def _connect(self) -> None:
        self._lost = lost = asyncio.Event()
        loop = asyncio.get_running_loop()
        host, port = self._address
        dispatch = _Dispatch(self._notify_event, lost)

        def make() -> asyncio.Protocol:
            return cast("asyncio.Protocol", _OwnedProtocol(dispatch))

        connecting = loop.create_connection(make, host, port)
        _, made = await asyncio.wait_for(connecting, ANSWER_SECONDS)
        self._protocol = cast("_Protocol", made)
        name, secret = self._login
        await self.send("Login", Username=name, Secret=secret, Events="on")

    async def _watch(self) -> None:
        """Return when the link is lost, or silent for too long."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._lost.wait(), PING_SECONDS)
                return
            try:
                await self.send("Ping")
            except AMIError:
                return

    def _drop(self) -> None:
        protocol, self._protocol = self._protocol, None
        self._lost.set()
        if protocol is not None:
            protocol.close()

    def _notify_event(self, event: Message) -> None:
        self.on_event(event)

    def _notify_link(self, up: bool) -> None:  # noqa: FBT001 - the two states of a link
        try:
            self.on_link(up)
        except Exception:
            log.exception("the change of the AMI link was not understood")


def action_lines(action: str, values: Mapping[str, str]) -> dict[str, str]:
    """Give the action's lines; raise AMIError for one that could inject another action.

    A line break in a value would begin a line of its own, and so another action. `Command` runs a
    program when MixMonitor ends; it is never sent.
    """
    lines = {"Action": action, **values}
    for name, value in lines.items():
        if any(sign in f"{name}{value}" for sign in "\r\n\0"):
            raise AMIError(f"{action}: a line break is not allowed")
    if action == "Command" or "Command" in values:
        raise AMIError(f"{action}: commands are not allowed")
    return {name: value.encode().decode("latin-1") for name, value in lines.items()}


def _answer(action: str, messages: Any) -> list[Message]:
    found = messages if isinstance(messages, list) else [messages]
    plain = [_plain(message) for message in found]
    if plain[0].get("Response") in {"Error", "Fail", "Failure"}:
        raise AMIError(f"{action}: {plain[0].get('Message', 'refused')}")
    return plain


def _plain(message: Mapping[str, Any]) -> Message:
    """Give names and values as text; of a repeated name, the values line by line."""
    plain: Message = {}
    for name, value in message.items():
        text = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
        plain[str(name)] = text.encode("latin-1", "replace").decode("utf-8", "replace")
    return plain
