"""A backup's file: a tar whose last member, the manifest, has the checksum of every other one."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from web.setup.steps import SetupError

MANIFEST = "manifest.json"
FORMAT = 1
PIECE_BYTES = 1 << 20
LARGEST_MANIFEST_BYTES = 256_000_000


@dataclass(slots=True)
class Packing:
    """An archive that is being written; `add` notes each member for the manifest."""

    tar: tarfile.TarFile
    members: dict[str, str] = field(default_factory=dict)  # name -> SHA-256
    size: int = 0  # bytes of the members

    def add(self, path: Path, name: str) -> bool:
        """Add a file as it is now; False if it is gone. What grows meanwhile is cut there."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file:
            found = os.fstat(file.fileno())
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = found.st_size, int(found.st_mtime), 0o600
            summed = _Summed(file)
            self.tar.addfile(info, summed)
        self.members[name] = summed.sha.hexdigest()
        self.size += info.size
        return True

    def add_text(self, text: str, name: str) -> None:
        """Add a small file that is made of a text."""
        sound = text.encode()
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(sound), 0o600
        self.tar.addfile(info, io.BytesIO(sound))
        self.members[name] = hashlib.sha256(sound).hexdigest()

    def add_folder(self, folder: Path, name: str, patterns: Iterable[str] = ("**/*",)) -> None:
        """Add every file below a folder."""
        for pattern in patterns:
            for path in sorted(folder.glob(pattern)):
                if path.is_file():
                    self.add(path, f"{name}/{path.relative_to(folder).as_posix()}")


@contextmanager
def packing(target: Path, manifest: dict[str, Any]) -> Iterator[Packing]:
    """Write an archive beside its place and put it there when it is whole, on the disk.

    What the block puts into `manifest` is written with the checksums, last of all.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        with partial.open("wb") as file:
            partial.chmod(0o600)
            mode = "w:gz" if target.name.endswith(("gz", "tgz")) else "w"
            with tarfile.open(fileobj=file, mode=mode) as tar:  # type: ignore[call-overload]
                made = Packing(tar)
                yield made
                said = {"format": FORMAT, **manifest, "members": made.members}
                made.add_text(json.dumps(said, ensure_ascii=False, indent=1), MANIFEST)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def check(path: Path) -> dict[str, Any]:
    """Read a whole archive and give its manifest; SetupError if anything is not as it says."""
    try:
        with tarfile.open(path, "r:*") as tar:
            manifest: dict[str, Any] = {}
            found: dict[str, str] = {}
            for member in tar:
                file = tar.extractfile(member) if member.isfile() else None
                if file is None or member.name in found or not _is_plain(member.name):
                    raise SetupError(f"{path} holds {member.name}, which no backup of ours has.")
                if member.name == MANIFEST:
                    manifest = json.loads(file.read(LARGEST_MANIFEST_BYTES))
                else:
                    found[member.name] = _sha(file)
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:
        raise SetupError(f"{path} cannot be read as a backup: {error}.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise SetupError(f"{path} has no manifest of ours: it is cut off, or no backup.")
    _compare(path, manifest.get("members"), found)
    return manifest


def unpack(path: Path, places: Mapping[str, Path]) -> None:
    """Write the members of a checked archive below the places of their first folders.

    `{"recordings": …}`; the members of a folder that has no place are left out.
    """
    with tarfile.open(path, "r:*") as tar:
        for member in tar:
            first, _, rest = member.name.partition("/")
            place = places.get(first)
            file = tar.extractfile(member)
            if place is None or not rest or file is None or not _is_plain(member.name):
                continue
            target = place / rest
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with target.open("wb") as out:
                target.chmod(0o600)
                while piece := file.read(PIECE_BYTES):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            os.utime(target, (member.mtime, member.mtime))


class _Summed:
    """A file that sums up what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.sha.update(piece)
        return piece


def _compare(path: Path, wanted: object, found: Mapping[str, str]) -> None:
    members = wanted if isinstance(wanted, dict) else {}
    for name in sorted(members.keys() | found.keys()):
        if name not in found:
            raise SetupError(f"{path} lacks {name}.")
        if members.get(name) != found[name]:
            raise SetupError(f"{path} is damaged: {name} is not what was backed up.")


def _is_plain(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and ".." not in parts and not name.startswith("/")


def _sha(file: IO[bytes]) -> str:
    sha = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        sha.update(piece)
    return sha.hexdigest()
