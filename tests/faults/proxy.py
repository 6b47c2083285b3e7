"""A TCP proxy between two programs that can delay, cut and swallow data.

It runs in a thread of its own. `Proxy(target)` listens on a port of its own, `.port`.
"""

import asyncio
import contextlib
import threading

CHUNK = 65536


class Proxy:
    """A listening port that leads to another one, with faults in between."""

    def __init__(self, target):
        self.target = target  # a port on loopback
        self.port = 0
        self.delay = 0.0  # seconds, each way
        self.refuses = False  # a new connection is closed at once
        self._flows = asyncio.Event  # replaced in the loop
        self._wires = set()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(5), "the proxy did not begin"
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    # ---- faults

    def cut(self):
        """Close every open connection, like a restarted network device."""
        self._call(self._cut)

    def swallow(self):
        """Carry nothing more, silently: connections stay, and new ones are accepted."""
        self._call(lambda: self._flows.clear())

    def flow(self):
        """Carry data again; swallowed data of open connections arrives late."""
        self._call(lambda: self._flows.set())

    # ---- the loop's side

    def _call(self, what):
        done = threading.Event()

        def do():
            what()
            done.set()

        self._loop.call_soon_threadsafe(do)
        done.wait(5)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._flows = asyncio.Event()
        self._flows.set()
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self, reader, writer):
        if self.refuses:
            writer.close()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        both = (writer, far_writer)
        self._wires.update(both)
        try:
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        finally:
            for one in both:
                self._wires.discard(one)
                one.close()

    async def _carry(self, reader, writer):
        """Carry one direction: each piece after the delay, in order."""
        pieces = asyncio.Queue()

        async def send():
            while True:
                due, piece = await pieces.get()
                wait = due - self._loop.time()
                if wait > 0:
                    await asyncio.sleep(wait)
                await self._flows.wait()
                if piece is None:
                    return
                writer.write(piece)
                await writer.drain()

        sending = asyncio.ensure_future(send())
        try:
            with contextlib.suppress(OSError):
                while piece := await reader.read(CHUNK):
                    pieces.put_nowait((self._loop.time() + self.delay, piece))
            pieces.put_nowait((self._loop.time() + self.delay, None))
            with contextlib.suppress(OSError):
                await sending
        finally:
            sending.cancel()
            writer.close()

    def _cut(self):
        for wire in list(self._wires):
            with contextlib.suppress(OSError):
                wire.transport.abort()
