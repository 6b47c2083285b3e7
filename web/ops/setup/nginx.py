"""The front door: nginx, found or fetched, with our configuration in the home."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.kit import body_limits
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.middleware import CONTENT_SECURITY_POLICY, SECURITY_HEADERS
from web.kit.settings import REPOSITORY, Settings
from web.ops.setup.addresses import host_names
from web.ops.setup.certificate import Certificate, have_certificate
from web.ops.setup.door_pages import POLICY, write_pages
from web.ops.setup.packages import PackageSet, private_root, through_loader
from web.ops.setup.steps import Progress, SetupError

WANTED = PackageSet("nginx", ("nginx",), 1, any_release=False)
HERE = Path(__file__).parent
HTTPS = 443
LOOK_AGAIN_SECONDS = 60.0
_HTTP2_DIRECTIVE = (1, 25, 1)  # newer versions have `http2 on`; older ones a word of `listen`

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Header:
    """A header of every answer that nginx makes itself."""

    name: str
    value: str

    @property
    def variable(self) -> str:
        """Its name within nginx's variables."""
        return self.name.lower().replace("-", "_")


def find_nginx(settings: Settings, progress: Progress) -> tuple[str, ...]:
    """Give the command of the machine's nginx, or of a private one, fetched the first time."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found:
        return (found,)
    root = private_root(WANTED, settings.cache_dir, progress)
    return through_loader(root, root / "usr" / "sbin" / "nginx")


def render(settings: Settings, command: tuple[str, ...]) -> Path:
    """Write nginx.conf and the error pages; give the path of nginx.conf."""
    place = settings.home / "nginx"
    for name in ("temporary", "pages"):
        (place / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    write_pages(place / "pages")
    certificate = have_certificate(settings, now())
    path = place / "nginx.conf"
    path.write_text(configuration(settings, place, certificate, _version(command)))
    tested = subprocess.run(
        [*command, "-t", "-q", "-p", str(place), "-e", "stderr", "-c", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    if tested.returncode:
        complaint = (tested.stderr.strip().splitlines() or ["no reason given"])[0]
        raise SetupError(N_("nginx rejects its configuration: {words}."), words=complaint)
    return path


def configuration(
    settings: Settings,
    place: Path,
    certificate: Certificate | None,
    version: tuple[int, ...],
) -> str:
    """Give nginx.conf's text; `version` is nginx's own."""
    templates = Environment(
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - nginx's language, not HTML
        keep_trailing_newline=True,
    )
    out = settings.outside
    return templates.get_template("nginx.conf.j2").render(
        place=place,
        host=f"[{settings.host}]" if ":" in settings.host else settings.host,
        port=settings.front_port,
        http_port=settings.http_port,
        https_port=out.https_port,
        shown_port="" if settings.front_port == HTTPS else f":{settings.front_port}",
        tls=certificate is not None,
        certificate=certificate.certificate if certificate else "",
        key=certificate.key if certificate else "",
        # A browser that has received HSTS refuses certificates made here from then on.
        hsts=certificate is not None and certificate.given,
        http2_directive=version >= _HTTP2_DIRECTIVE,
        names=tuple(dict.fromkeys((*out.names, *host_names()))),
        # Behind a proxy the proxy checks the names, unless they are configured here.
        check_names=bool(out.names) or not out.proxies,
        proxies=out.proxies,
        only_proxies=bool(out.proxies) and certificate is None,
        headers=[
            Header(name, f'"{value}"')
            for name, value in SECURITY_HEADERS.items()
            if name != "Content-Security-Policy"
        ],
        policy=CONTENT_SECURITY_POLICY,
        door_policy=POLICY,
        usual=body_limits.nginx_size(body_limits.USUAL_BYTES),
        uploads={
            prefix: body_limits.nginx_size(size)
            for prefix, size in body_limits.nginx_limits().items()
        },
        files=tuple(body_limits.UPLOADS),
        asterisk_port=settings.asterisk_port,
        web_socket=settings.web_socket,
        static=REPOSITORY / "web" / "static",
        log=settings.log_dir,
        run=settings.run_dir,
        root=os.geteuid() == 0,
    )


def start_command(command: tuple[str, ...], configuration: Path) -> list[str]:
    """Give the command that runs nginx in the foreground."""
    place = str(configuration.parent)
    return [*command, "-p", place, "-e", "stderr", "-c", str(configuration)]


async def renew_certificate(settings: Settings, reload: Callable[[], None]) -> None:
    """Check for ever whether the certificate has changed, and have nginx reload it.

    `reload` sends nginx a SIGHUP: new connections get the new certificate, while the agents'
    telephones stay with their present workers. A bad new certificate is ignored.
    """
    served = _stamp(await asyncio.to_thread(have_certificate, settings, now()))
    while served is not None:
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        try:
            there = _stamp(await asyncio.to_thread(have_certificate, settings, now()))
        except SetupError as error:
            log.warning("the certificate cannot be used, the one before stays", why=str(error))
            continue
        if there != served:
            served = there
            log.info("the front door takes a new certificate")
            reload()


def _stamp(certificate: Certificate | None) -> tuple[object, ...] | None:
    if certificate is None:
        return None
    files = (certificate.certificate.stat(), certificate.key.stat())
    return tuple((one.st_mtime_ns, one.st_ino, one.st_size) for one in files)


def _version(command: tuple[str, ...]) -> tuple[int, ...]:
    asked = subprocess.run([*command, "-v"], capture_output=True, text=True, check=False)
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", asked.stderr)
    return tuple(map(int, found.groups())) if found else (0,)
