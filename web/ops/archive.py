"""The file of a backup: a tar whose last member, the manifest, has the checksums of all others.

It may be encrypted as a whole (web/ops/age.py). It is written and read as a stream.
"""

import errno
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from web.ops import age
from web.ops.setup.steps import SetupError

MANIFEST = "manifest.json"
# Every member has one of these names. A file anywhere else in the home could be code that the next
# start runs, and a person who changes a backup can also make its checksums.
HOME_FILES = ("secrets.json", "demo-accounts.json")
MEMBER = re.compile(
    rf"home/({'|'.join(map(re.escape, HOME_FILES))})"
    r"|journal/[^/]+\.jsonl?"
    r"|database/[a-z0-9_]+\.copy"
    r"|(sounds|uploads|recordings|messages)/.+"
)
FORMAT = 1
PIECE_BYTES = 1 << 20
LARGEST_MANIFEST_BYTES = 256_000_000
# Of 60 MB of tables level 1 makes 10.8 MB in 0.8 s, 6 makes 8.6 in 1.2, and 9 makes 8.1 in 2.9.
LEVEL = 6
LOCKED = ".age"  # the suffix of an encrypted file
# A backup stops before the disk is full: the calls need the room more.
LEFT_FREE_BYTES = 200_000_000
LOOK_EACH_BYTES = 16_000_000


@dataclass(slots=True)
class ArchiveWriter:
    """An archive that is being written; `add` records each member for the manifest."""

    tar: tarfile.TarFile
    members: dict[str, str] = field(default_factory=dict)  # name -> SHA-256
    size: int = 0  # bytes of the members

    def add(self, path: Path, name: str) -> bool:
        """Add a file as it is now; False if it is gone. A file that grows is cut there."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return False
        with file:
            found = os.fstat(file.fileno())
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = found.st_size, int(found.st_mtime), 0o600
            summed = _HashingFile(file)
            self.tar.addfile(info, summed)
        self.members[name] = summed.sha.hexdigest()
        self.size += info.size
        return True

    def add_text(self, text: str, name: str) -> None:
        """Add a small file with this text."""
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
def packing(
    target: Path,
    manifest: dict[str, Any],
    lock: age.Lock | None = None,
    look: Callable[[], None] = lambda: None,
) -> Iterator[ArchiveWriter]:
    """Write an archive under another name; rename it when it is completely on the disk.

    `manifest`, filled by the block, is written last, with the checksums. `look` is called during
    the work; if it raises, nothing is left.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        with partial.open("wb") as file:
            partial.chmod(0o600)
            disk = cast("IO[bytes]", _SpaceCheckedFile(file, target.parent, look))
            out = age.EncryptingWriter(disk, lock) if lock else None
            with ExitStack() as opened:
                sink = cast("IO[bytes]", out or disk)
                if _is_packed(target):
                    # Python 3.11's tarfile compresses a stream at level 9 only.
                    packer = gzip.GzipFile("", "wb", LEVEL, sink)
                    sink = cast("IO[bytes]", opened.enter_context(packer))
                tar = opened.enter_context(tarfile.open(fileobj=sink, mode="w|"))
                made = ArchiveWriter(tar)
                yield made
                said = {"format": FORMAT, **manifest, "members": made.members}
                made.add_text(json.dumps(said, ensure_ascii=False, indent=1), MANIFEST)
            if out is not None:
                out.finish()
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def is_locked(path: Path) -> bool:
    """Whether a file is encrypted."""
    with path.open("rb") as file:
        return age.is_locked(file.read(len(age.MAGIC)))


def check(path: Path, key: age.Key | None = None) -> dict[str, Any]:
    """Read a whole archive and give its manifest; SetupError if anything differs from it."""
    try:
        with _reading(path, key) as tar:
            manifest: dict[str, Any] = {}
            found: dict[str, str] = {}
            for member in tar:
                file = tar.extractfile(member) if member.isfile() else None
                if file is None or member.name in found or not _is_ours(member.name):
                    raise SetupError(f"{path} holds {member.name}, which no backup of ours has.")
                if member.name == MANIFEST:
                    manifest = json.loads(file.read(LARGEST_MANIFEST_BYTES))
                else:
                    found[member.name] = _sha(file)
    except age.LockError as error:
        raise SetupError(f"{path} {error}.") from None
    except (OSError, tarfile.TarError, EOFError, ValueError, zlib.error) as error:
        raise SetupError(f"{path} cannot be read as a backup: {error}.") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise SetupError(f"{path} has no manifest of ours: it is cut off, or no backup.")
    _compare(path, manifest.get("members"), found)
    return manifest


def unpack(path: Path, places: Mapping[str, Path], key: age.Key | None = None) -> None:
    """Write the members of a checked archive below the places of their first folders.

    `{"recordings": …}`; the members of a folder without a place are left out.
    """
    try:
        with _reading(path, key) as tar:
            for member in tar:
                _put(tar, member, places)
    except age.LockError as error:
        raise SetupError(f"{path} {error}.") from None


@contextmanager
def _reading(path: Path, key: age.Key | None) -> Iterator[tarfile.TarFile]:
    """Open an archive for reading from beginning to end; its end is verified too."""
    if key is None:
        if is_locked(path):
            raise age.LockError("is encrypted: its key or passphrase is needed")
        with tarfile.open(path, "r:*") as tar:
            yield tar
        return
    with path.open("rb") as file:
        opened = age.DecryptingReader(file, key)
        with tarfile.open(fileobj=cast("IO[bytes]", opened), mode="r|*") as tar:
            yield tar
        while opened.read(PIECE_BYTES):
            pass  # what follows the end of the tar is padding, or cannot be decrypted


def _put(tar: tarfile.TarFile, member: tarfile.TarInfo, places: Mapping[str, Path]) -> None:
    first, _, rest = member.name.partition("/")
    place = places.get(first)
    file = tar.extractfile(member)
    if place is None or file is None or not _is_ours(member.name):
        return
    target = place / rest
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not target.parent.resolve().is_relative_to(place.resolve()):
        raise SetupError(f"{target.parent} leads out of {place}.")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(target, flags, 0o600), "wb") as out:
        target.chmod(0o600)
        while piece := file.read(PIECE_BYTES):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    os.utime(target, (member.mtime, member.mtime))


def _is_packed(target: Path) -> bool:
    return target.name.removesuffix(LOCKED).endswith(("gz", "tgz"))


class _SpaceCheckedFile:
    """A file that leaves some space free on its disk; calls `look` between the writes."""

    def __init__(self, file: IO[bytes], folder: Path, look: Callable[[], None]) -> None:
        self._file = file
        self._folder = folder
        self._look = look
        self._unlooked = LOOK_EACH_BYTES

    def write(self, told: bytes) -> int:
        self._look()
        self._unlooked += len(told)
        if self._unlooked >= LOOK_EACH_BYTES:
            self._unlooked = 0
            if shutil.disk_usage(self._folder).free < LEFT_FREE_BYTES:
                raise OSError(errno.ENOSPC, f"No space is left in {self._folder}")
        return self._file.write(told)

    def flush(self) -> None:
        self._file.flush()


class _HashingFile:
    """A file that hashes the bytes that are read from it."""

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


def _is_ours(name: str) -> bool:
    """Whether a backup of ours can have a member of this name, inside its folder."""
    if ".." in PurePosixPath(name).parts:
        return False
    return name == MANIFEST or MEMBER.fullmatch(name) is not None


def _sha(file: IO[bytes]) -> str:
    sha = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        sha.update(piece)
    return sha.hexdigest()
