"""HTTP to an Asterisk that answers slowly, in pieces, or not at all."""

import asyncio
import contextlib
from contextlib import asynccontextmanager

import pytest

from cti.asterisk.ari_http import HTTPAnswer, HTTPPool, HTTPRequest, NoAnswerError


class Asterisk:
    """Answers each request with its next answer, and counts the connections."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.connections = 0
        self.together = self.most = 0

    async def serve(self, reader, writer):
        self.connections += 1
        while True:
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
            except asyncio.IncompleteReadError:
                break
            length = int(head.lower().partition("content-length: ")[2].partition("\r\n")[0])
            self.asked.append((head.partition("\r\n")[0], await reader.readexactly(length)))
            self.together += 1
            self.most = max(self.most, self.together)
            for piece in self.answers.pop(0) if self.answers else [said(b"")]:
                await asyncio.sleep(0.002)
                writer.write(piece)
            self.together -= 1
            if piece == b"":
                break
        writer.close()


class LateAsterisk:
    """Takes everything at once, and answers each path in order after a delay."""

    def __init__(self, late):
        self.late = late
        self.connections = 0

    async def serve(self, reader, writer):
        self.connections += 1
        loop = asyncio.get_running_loop()
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                loop.call_later(self.late, writer.write, said(head.split()[1]))
        writer.close()


def said(body, status="200 OK", more=""):
    head = f"HTTP/1.1 {status}\r\nServer: Asterisk\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@asynccontextmanager
async def wired(asterisk, most=4, seconds=1.0):
    server = await asyncio.start_server(asterisk.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    wires = HTTPPool(f"http://127.0.0.1:{port}/ari", ("hotline", "secret"), most, seconds)
    try:
        yield wires
    finally:
        wires.close()
        server.close()


def test_requests_one_after_the_other_share_a_connection():
    asterisk = Asterisk([said(b'{"a":1}')], [said(b"", "204 No Content")])

    async def ask():
        async with wired(asterisk) as wires:
            first = await wires.send("GET", "/channels")
            return first, await wires.send("POST", "/channels/c-1.0/play", b'{"media":[]}')

    answers = asyncio.run(ask())

    assert answers == (HTTPAnswer(200, b'{"a":1}'), HTTPAnswer(204, b""))
    assert asterisk.asked == [
        ("GET /ari/channels HTTP/1.1", b""),
        ("POST /ari/channels/c-1.0/play HTTP/1.1", b'{"media":[]}'),
    ]
    assert asterisk.connections == 1


def test_requests_that_are_sent_together_are_answered_in_their_order():
    refused = said(b"no channel", "404 Not Found")
    asterisk = Asterisk([said(b"1")], [refused[:9], refused[9:]], [said(b"3") + b""])

    async def ask():
        async with wired(asterisk) as wires:
            some = [HTTPRequest("POST", f"/{number}", b"{}") for number in (1, 2, 3)]
            return await wires.send_all(some), await wires.send_all([])

    answers, none = asyncio.run(ask())

    assert answers == [HTTPAnswer(200, b"1"), HTTPAnswer(404, b"no channel"), HTTPAnswer(200, b"3")]
    assert none == []
    assert asterisk.connections == 1


def test_of_requests_sent_together_those_answered_before_the_end_are_known():
    asterisk = Asterisk([said(b"1")], [b"HTTP/1.1 2", b""])

    async def ask():
        async with wired(asterisk) as wires:
            return await wires.send_all(
                [HTTPRequest("GET", "/1"), HTTPRequest("GET", "/2"), HTTPRequest("GET", "/3")]
            )

    first, *rest = asyncio.run(ask())

    assert first == HTTPAnswer(200, b"1")
    assert [type(one) for one in rest] == [NoAnswerError, NoAnswerError]


def test_an_answer_that_comes_in_pieces_is_put_together():
    whole = said("听到".encode())
    asterisk = Asterisk([whole[at : at + 7] for at in range(0, len(whole), 7)])

    async def ask():
        async with wired(asterisk) as wires:
            return await wires.send("GET", "/")

    assert asyncio.run(ask()).body.decode() == "听到"


def test_requests_at_once_have_connections_of_their_own_up_to_the_bound():
    asterisk = Asterisk()

    async def ask():
        async with wired(asterisk, most=3) as wires:
            await asyncio.gather(*(wires.send("GET", "/") for _ in range(9)))

    asyncio.run(ask())

    assert len(asterisk.asked) == 9
    assert asterisk.most == asterisk.connections == 3


def test_a_connection_that_is_closed_in_the_middle_is_an_error_and_the_next_is_new():
    asterisk = Asterisk([said(b"half")[:-2], b""], [said(b"whole")])

    async def ask():
        async with wired(asterisk) as wires:
            with pytest.raises(NoAnswerError):
                await wires.send("GET", "/")
            return await wires.send("GET", "/")

    assert asyncio.run(ask()).body == b"whole"
    assert asterisk.connections == 2


def test_a_late_answer_is_not_taken_for_the_next_ones():
    asterisk = Asterisk([b"HTTP/1.1 "], [said(b"mine")])

    async def ask():
        async with wired(asterisk, seconds=0.05) as wires:
            with pytest.raises(TimeoutError):
                await wires.send("GET", "/slow")
            return await wires.send("GET", "/")

    assert asyncio.run(ask()).body == b"mine"
    assert asterisk.connections == 2


def test_on_a_slow_link_requests_queue_up_and_each_gets_its_own_answer():
    asterisk = LateAsterisk(0.2)

    async def ask():
        async with wired(asterisk, most=2) as wires:
            began = asyncio.get_running_loop().time()
            answers = await asyncio.gather(*(wires.send("GET", f"/{n}") for n in range(20)))
            return answers, asyncio.get_running_loop().time() - began

    answers, seconds = asyncio.run(ask())

    assert [one.body.decode() for one in answers] == [f"/ari/{n}" for n in range(20)]
    assert asterisk.connections == 2
    assert seconds < 4 * 0.2  # and not ten times as long


def test_a_request_behind_one_that_times_out_still_gets_its_answer():
    asterisk = LateAsterisk(0.1)

    async def ask():
        async with wired(asterisk, most=1) as wires:
            hasty = asyncio.create_task(wires.send("GET", "/hasty"))
            await asyncio.sleep(0.02)
            patient = asyncio.create_task(wires.send("GET", "/patient"))
            await asyncio.sleep(0.02)
            hasty.cancel()
            return (await patient).body, (await wires.send("GET", "/next")).body

    assert asyncio.run(ask()) == (b"/ari/patient", b"/ari/next")
    assert asterisk.connections == 2, "what left one in the lurch is not trusted with another"


def test_waiting_requests_fail_at_once_when_the_connections_are_closed():
    asterisk = LateAsterisk(5.0)

    async def ask():
        async with wired(asterisk, most=1, seconds=5.0) as wires:
            waiting = [asyncio.create_task(wires.send("GET", f"/{n}")) for n in range(3)]
            await asyncio.sleep(0.05)
            wires.close()
            return await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(one) for one in asyncio.run(ask())] == [NoAnswerError] * 3


def test_without_asterisk_every_waiting_request_fails():
    async def ask():
        wires = HTTPPool("http://127.0.0.1:1/ari", ("hotline", "secret"), 1, 1.0)
        asked = (wires.send("GET", "/") for _ in range(3))
        return await asyncio.gather(*asked, return_exceptions=True)

    assert all(isinstance(one, OSError) for one in asyncio.run(ask()))


def test_a_connection_that_asterisk_wants_to_end_is_not_used_again():
    asterisk = Asterisk([said(b"", more="Connection: Close\r\n")], [said(b"")])

    async def ask():
        async with wired(asterisk) as wires:
            await wires.send("GET", "/")
            await wires.send("GET", "/")

    asyncio.run(ask())

    assert asterisk.connections == 2


@pytest.mark.parametrize(
    "rubbish", [b"SIP/2.0 200 OK\r\n\r\n", said(b"", more="Transfer-Encoding: chunked\r\n")]
)
def test_what_is_no_answer_is_an_error(rubbish):
    async def ask():
        async with wired(Asterisk([rubbish])) as wires:
            await wires.send("GET", "/")

    with pytest.raises(NoAnswerError):
        asyncio.run(ask())


def test_a_line_break_in_a_path_cannot_begin_a_header():
    asterisk = Asterisk()

    async def ask():
        async with wired(asterisk) as wires:
            await wires.send("GET", "/channels/a\r\nX-Bad: 1")

    asyncio.run(ask())

    assert asterisk.asked == [("GET /ari/channels/a%0D%0AX-Bad:%201 HTTP/1.1", b"")]
