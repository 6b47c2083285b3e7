"""Debian packages without root: fetched by the machine's own apt and unpacked into a folder.

The apt run here has a state, a cache and a configuration of its own and an empty list of installed
packages, so it brings all dependencies and touches nothing of the machine. No maintainer script
runs, so no service starts. Programs run through the folder's own loader.
"""

import os
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from web.ops.setup.apt import AptSource, apt_settings, machine_sources, release
from web.ops.setup.steps import Progress, SetupError

# Manuals are not read in a private root; Perl and the rest are dependencies of scripts that never
# run.
SUPERFLUOUS = ("doc", "man", "locale", "perl", "perl5", "lintian", "bash-completion", "info")


class NotCarriedError(Exception):
    """A release does not have the packages, or only too old ones."""


@dataclass(frozen=True, slots=True)
class PackageSet:
    """Packages for one private root; the first one's version decides."""

    name: str
    packages: tuple[str, ...]
    oldest: int  # the oldest suitable major version of the first package
    any_release: bool  # whether Debian testing and unstable may be used too


def private_root(wanted: PackageSet, cache: Path, progress: Progress) -> Path:
    """Give the folder with the wanted packages unpacked, fetching them the first time.

    The folder is complete or missing: it is made under another name and renamed at the end.
    """
    there = private_root_of(wanted, cache)
    if there is not None:
        return there
    root = cache / f"{wanted.name}-root"
    for program in ("apt-get", "apt-cache", "apt-config", "dpkg-deb"):
        if shutil.which(program) is None:
            message = f"{program} is not on this machine, so {wanted.name} cannot be fetched"
            raise SetupError(f"{message}. Install {wanted.name} yourself and start again.")
    cache.mkdir(parents=True, exist_ok=True)
    work = cache / f"{wanted.name}-{os.getpid()}.partial"
    try:
        _fetch(wanted, work, progress)
        _unpack(work, progress)
        (work / "root").rename(root)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return root


def private_root_of(wanted: PackageSet, cache: Path) -> Path | None:
    """Give the folder if it exists already."""
    root = cache / f"{wanted.name}-root"
    return root if (root / "usr").is_dir() else None


def through_loader(root: Path, program: Path) -> tuple[str, ...]:
    """Give the command line that runs a program of a private root with the root's libraries.

    The root may have a newer C library than the machine; only its own loader fits that.
    """
    loaders = sorted((root / "usr" / "lib").glob("*/ld-linux*.so.*"))
    if not loaders:
        raise SetupError(f"{root} holds no loader; remove that folder and start again.")
    loader = loaders[0]
    libraries = [loader.parent, *(path for path in loader.parent.iterdir() if path.is_dir())]
    # Some packages keep libraries one folder deeper (pulseaudio does).
    useful = [
        str(path) for path in libraries if path == loader.parent or any(path.glob("lib*.so*"))
    ]
    return (str(loader), "--inhibit-cache", "--library-path", ":".join(useful), str(program))


def _fetch(wanted: PackageSet, work: Path, progress: Progress) -> None:
    """Download all packages into `work/cache/archives` from the first release that has them."""
    own = machine_sources()
    if not own:
        message = "apt on this machine has no Debian or Ubuntu package source"
        raise SetupError(f"{message}. Add one, or install {wanted.name} yourself and start again.")
    codename, distribution = release()
    tries = [own]
    if wanted.any_release and distribution == "debian":
        archive = next((s for s in own if s.suite == codename), own[0])
        tries += [[replace(archive, suite=suite)] for suite in ("testing", "unstable")]
    reasons: list[str] = []
    for sources in tries:
        progress(f"asking {sources[0].suite}")
        try:
            _download(wanted, sources, work, progress)
        except NotCarriedError as error:
            reasons.append(str(error))
            shutil.rmtree(work, ignore_errors=True)
        else:
            return
    raise SetupError(
        f"{wanted.name} could not be fetched: {'; '.join(reasons)}. Check the network and apt's"
        f" sources, or install {wanted.name} yourself, and start again.",
    )


def _download(wanted: PackageSet, sources: list[AptSource], work: Path, progress: Progress) -> None:
    settings = apt_settings(work, sources)
    updated = _apt(settings, "apt-get", "update", "--error-on=any")
    if updated.returncode and _key_is_missing(updated.stderr):
        newer = _newer_keyring(work, progress)
        settings = apt_settings(work, [replace(s, signed_by=str(newer)) for s in sources])
        updated = _apt(settings, "apt-get", "update", "--error-on=any")
    if updated.returncode:
        raise NotCarriedError(f"{sources[0].suite}: {_last_complaint(updated.stderr)}")
    version = _candidate(settings, wanted.packages[0])
    if version < wanted.oldest:
        carried = f"carries version {version}" if version else "carries none"
        raise NotCarriedError(f"{sources[0].suite} {carried}")
    planned = _apt(settings, "apt-get", "install", "-y", "--print-uris", *wanted.packages)
    total = sum(line.startswith("'") for line in planned.stdout.splitlines())
    done = threading.Event()
    subscription = threading.Thread(
        target=_report_progress, args=(work, total, progress, done), daemon=True
    )
    subscription.start()
    try:
        fetched = _apt(settings, "apt-get", "install", "-y", "--download-only", *wanted.packages)
    finally:
        done.set()
        subscription.join()
    if fetched.returncode:
        raise NotCarriedError(f"{sources[0].suite}: {_last_complaint(fetched.stderr)}")


def _key_is_missing(complaints: str) -> bool:
    return any(word in complaints for word in ("NO_PUBKEY", "EXPKEYSIG", "is not signed"))


def _newer_keyring(work: Path, progress: Progress) -> Path:
    """Get the archive's newer keys from the machine's own release, whose keys verify them.

    An old machine may not know the keys that sign testing. Its own release, verified by the keys it
    has, has updates of debian-archive-keyring. Nothing unverified is ever used.
    """
    progress("fetching newer archive keys")
    place = work.parent / f"{work.name}.keys"
    try:
        settings = apt_settings(place, machine_sources())
        for arguments in (
            ("update",),
            ("install", "-y", "--download-only", "debian-archive-keyring"),
        ):
            result = _apt(settings, "apt-get", *arguments)
            if result.returncode:
                raise NotCarriedError(f"no newer archive keys: {_last_complaint(result.stderr)}")
        unpacked = work / "keys"
        for package in (place / "cache" / "archives").glob("debian-archive-keyring_*.deb"):
            _run("dpkg-deb", "-x", str(package), str(unpacked))
        rings = sorted((unpacked / "usr" / "share" / "keyrings").glob("debian-archive-keyring.*"))
        if not rings:
            raise NotCarriedError("no newer archive keys")
        return rings[0]
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _candidate(settings: Path, package: str) -> int:
    """Give the major version on offer, 0 if there is none. `1:22.10.1+dfsg` is 22."""
    for line in _apt(settings, "apt-cache", "policy", package).stdout.splitlines():
        name, _, value = line.strip().partition(": ")
        if name == "Candidate" and value[:1].isdigit():
            return int(value.rpartition(":")[2].partition(".")[0])
    return 0


def _report_progress(work: Path, total: int, progress: Progress, done: threading.Event) -> None:
    while not done.wait(0.5):
        here = sum(1 for _ in (work / "cache" / "archives").glob("*.deb"))
        progress(f"{here} of {total} packages")


def _unpack(work: Path, progress: Progress) -> None:
    root = work / "root"
    # A package may come before the one that makes a folder of its own a link (usrmerge): with the
    # links made first, /lib and /usr/lib are one place in any order.
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    packages = sorted((work / "cache" / "archives").glob("*.deb"))

    def unpack(package: Path) -> None:
        # Through tar, because dpkg-deb -x would replace the links above by folders.
        with subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE
        ) as stream:
            options = ["--keep-directory-symlink", "--no-same-owner", "--no-same-permissions"]
            _run("tar", "-x", *options, "-C", str(root), "-f", "-", stdin=stream)
        if stream.returncode:
            raise SetupError(f"{package.name} could not be unpacked.")

    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for number, _ in enumerate(pool.map(unpack, packages), 1):
            progress(f"unpacked {number} of {len(packages)}")
    for name in SUPERFLUOUS:
        shutil.rmtree(root / "usr" / "share" / name, ignore_errors=True)
    (root / "packages.txt").write_text("\n".join(package.name for package in packages) + "\n")


def _run(*command: str, stdin: subprocess.Popen[bytes] | None = None) -> None:
    source = stdin.stdout if stdin else subprocess.DEVNULL
    result = subprocess.run(command, stdin=source, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SetupError(f"{command[0]} failed: {_last_complaint(result.stderr)}.")


def _apt(settings: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"APT_CONFIG": str(settings), "LC_ALL": "C.UTF-8"}
    environment |= {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _last_complaint(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line[3:] for line in lines if line.startswith("E: ")]
    return (errors or lines or ["no reason given"])[0].rstrip(".")
