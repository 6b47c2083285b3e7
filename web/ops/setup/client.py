"""The client's build: TypeScript, built once with the Node of the virtual environment."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from web.kit.settings import REPOSITORY
from web.ops.setup.steps import Progress, SetupError

CLIENT = REPOSITORY / "web" / "client"
LOCALE = REPOSITORY / "web" / "locale"
BUILT = REPOSITORY / "web" / "static" / "dist"
STAMP = ".hotline-source"  # in the built folder: the hash of the sources


def needs_build() -> bool:
    """Whether there is a client whose sources differ from the last build's."""
    if not (CLIENT / "package.json").exists():
        return False
    stamp = BUILT / STAMP
    return not stamp.exists() or stamp.read_text() != _hash(CLIENT)


def build(progress: Progress) -> None:
    """Fetch the client's packages if their list has changed, and build it."""
    lock = CLIENT / "package-lock.json"
    stamp = CLIENT / "node_modules" / STAMP
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else ""
    if not wanted or not stamp.exists() or stamp.read_text() != wanted:
        progress("fetching packages")
        npm("npm", "ci" if wanted else "install", "--no-audit", "--no-fund")
        stamp.write_text(wanted)
    progress("building")
    source = _hash(CLIENT)
    npm("npx", "--no-install", "vite", "build")
    if not BUILT.is_dir():
        raise SetupError(f"The client was built, but not to {BUILT}.")
    (BUILT / STAMP).write_text(source)


def npm(program: str, *arguments: str) -> None:
    """Run npm or npx of the virtual environment in the client's folder."""
    here = Path(sys.executable).parent
    path = f"{here}{os.pathsep}{os.environ.get('PATH', '')}"
    found = shutil.which(program, path=path)
    if found is None:
        raise SetupError(f"{program} is missing from the virtual environment; remove it and retry.")
    done = subprocess.run(
        [found, *arguments],
        cwd=CLIENT,
        env={**os.environ, "PATH": path, "CI": "1", "npm_config_update_notifier": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
        reason = next((line for line in lines if "rror" in line), lines[-1] if lines else "")
        raise SetupError(f"{program} {arguments[0]} failed in web/client: {reason.strip()}")


def _hash(folder: Path) -> str:
    """Hash the names and contents of the client's source."""
    whole = hashlib.sha256()
    # The client's Chinese sentences are built into it.
    for path in (*sorted(folder.rglob("*")), *sorted(LOCALE.rglob("*.po"))):
        if "node_modules" in path.parts or not path.is_file():
            continue
        whole.update(f"{path.relative_to(folder.parent)}\0".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()
