"""The front door: nginx, found or fetched, with a configuration of ours in the home."""

import os
import shutil
import subprocess
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.settings import REPOSITORY, Settings
from web.setup.packages import Wanted, private_root, through_loader
from web.setup.steps import Progress, SetupError

WANTED = Wanted("nginx", ("nginx",), 1, any_release=False)
HERE = Path(__file__).parent


def find_nginx(settings: Settings, progress: Progress) -> tuple[str, ...]:
    """Give the command of the machine's nginx, or of a private one, fetched the first time."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found:
        return (found,)
    root = private_root(WANTED, settings.cache_dir, progress)
    return through_loader(root, root / "usr" / "sbin" / "nginx")


def render(settings: Settings, command: tuple[str, ...]) -> Path:
    """Write nginx.conf and the page shown while the web is away; give nginx.conf's path."""
    place = settings.home / "nginx"
    for name in ("temporary", "pages"):
        (place / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    templates = Environment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - nginx's language, not HTML
        keep_trailing_newline=True,
    )
    text = templates.get_template("nginx.conf.j2").render(
        place=place,
        host=f"[{settings.host}]" if ":" in settings.host else settings.host,
        port=settings.http_port,
        asterisk_port=settings.asterisk_port,
        web_socket=settings.web_socket,
        static=REPOSITORY / "web" / "static",
        log=settings.log_dir,
        run=settings.run_dir,
        root=os.geteuid() == 0,
    )
    shutil.copyfile(HERE / "starting.html", place / "pages" / "starting.html")
    path = place / "nginx.conf"
    path.write_text(text)
    tested = subprocess.run(
        [*command, "-t", "-q", "-p", str(place), "-e", "stderr", "-c", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if tested.returncode:
        complaint = (tested.stderr.strip().splitlines() or ["no reason given"])[0]
        raise SetupError(f"nginx does not accept its configuration: {complaint}.")
    return path


def start_command(command: tuple[str, ...], configuration: Path) -> list[str]:
    """Give the command that runs nginx in the foreground."""
    place = str(configuration.parent)
    return [*command, "-p", place, "-e", "stderr", "-c", str(configuration)]
