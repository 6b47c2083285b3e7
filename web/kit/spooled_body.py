"""A request's body that is read before the application reads it; on the disk if it is large."""

import hashlib
from tempfile import SpooledTemporaryFile

from starlette.requests import Request
from starlette.types import Message, Receive

IN_MEMORY_BYTES = 1024 * 1024
PIECE_BYTES = 64 * 1024


class SpooledBody:
    """The whole body of a request, on the disk if it is large; `receive` gives it again."""

    def __init__(self, request: Request, hashed_first: bytes) -> None:
        """`hashed_first` stands before the body in its hash."""
        self._request = request
        self._sha = hashlib.sha256(hashed_first)
        self._file = SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - `close` closes it
        self._left = 0
        self._given = False

    async def read(self) -> str:
        """Read the body to its end; give the hash."""
        async for piece in self._request.stream():
            self._sha.update(piece)
            self._file.write(piece)
            self._left += len(piece)
        self._file.seek(0)
        return self._sha.hexdigest()

    @property
    def receive(self) -> Receive:
        """Give the application the body, then the client's further messages."""

        async def receive_again() -> Message:
            if self._given:
                return await self._request.receive()
            piece = self._file.read(PIECE_BYTES)
            self._left -= len(piece)
            self._given = self._left <= 0
            return {"type": "http.request", "body": piece, "more_body": not self._given}

        return receive_again

    def close(self) -> None:
        """Remove what is on the disk."""
        self._file.close()
