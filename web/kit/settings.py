"""Settings of this installation; no other module reads the environment."""

import hashlib
import json
import os
import secrets as dice
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from web.kit.network_settings import ExternalAccess, read_outside, spell_outside
from web.kit.oidc_settings import Provider, read_provider
from web.kit.setting_values import (
    BadSettingError,
    is_loopback,
    read_address,
    read_port,
    read_port_range,
    read_yes,
)

__all__ = [
    "BadSettingError",
    "Secrets",
    "Settings",
    "forget_running",
    "load_settings",
    "write_down",
]

REPOSITORY = Path(__file__).resolve().parent.parent.parent
# A Unix socket's whole path must fit into 108 bytes (unix(7)); this leaves room for its name.
LONGEST_SOCKET_PATH = 100
RUNNING = "running.json"  # below the home, while something runs in it


@dataclass(frozen=True, slots=True)
class Secrets:
    """Random secrets, made at the first start and kept in the home, readable by its owner only."""

    ari_password: str
    ami_password: str
    guard_password: str
    session_secret: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one installation, and the paths that follow from them."""

    home: Path
    host: str
    http_port: int
    sip_port: int
    rtp_first: int
    rtp_last: int
    asterisk_port: int
    ami_port: int
    external_database_url: str  # empty: the embedded PostgreSQL, which we start
    demo: bool
    try_it: bool  # the page for calling the hotline from a browser without an account
    region: str
    external_address: str  # empty: callers of this machine only
    secrets: Secrets
    outside: ExternalAccess = field(default_factory=ExternalAccess)
    provider: Provider | None = None  # single sign-on beside passwords
    sips_port: int = 5061  # encrypted SIP, for trunks

    @property
    def embedded_database(self) -> bool:
        """Whether we start PostgreSQL."""
        return not self.external_database_url

    @property
    def database_url(self) -> str:
        """The address of the database, with its driver (SQLAlchemy 2.1 has another default)."""
        if self.external_database_url:
            return self.external_database_url
        return f"postgresql+psycopg2://hotline@/hotline?host={self.run_dir}"

    @property
    def run_dir(self) -> Path:
        """The folder of sockets and status.json; outside the home if its path is too long."""
        inside = self.home / "run"
        if len(str(inside / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
            return inside
        mark = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"hotline-{mark}"

    @property
    def engine_socket(self) -> Path:
        """Where the engine listens for the web."""
        return self.run_dir / "engine.sock"

    @property
    def web_socket(self) -> Path:
        """Where the web listens for the front door."""
        return self.run_dir / "web.sock"

    @property
    def supervisor_socket(self) -> Path:
        """Where the supervisor listens for restarts."""
        return self.run_dir / "supervisor.sock"

    @property
    def status_file(self) -> Path:
        """The supervisor's report on its children."""
        return self.run_dir / "status.json"

    @property
    def asterisk_dir(self) -> Path:
        """Rendered configuration, astdb, spool and logs of Asterisk."""
        return self.home / "asterisk"

    @property
    def cel_file(self) -> Path:
        """Asterisk's channel events, one a line."""
        return self.asterisk_dir / "log" / "cel-custom" / "hotline.csv"

    @property
    def postgres_dir(self) -> Path:
        """The embedded database."""
        return self.home / "postgres"

    @property
    def recordings_dir(self) -> Path:
        """Recorded talks."""
        return self.home / "recordings"

    @property
    def messages_dir(self) -> Path:
        """Where Asterisk writes what callers leave in voicemail boxes: `voicemail/NAME.wav`."""
        return self.asterisk_dir / "spool" / "recording"

    @property
    def journal_dir(self) -> Path:
        """Facts on their way to the database."""
        return self.home / "journal"

    @property
    def volatile_dir(self) -> Path:
        """Facts for which the disk has no room, and the ledger's position: in memory."""
        return self.volatile_log_file.with_suffix("")

    @property
    def volatile_log_file(self) -> Path:
        """The volatile log: facts not on the disk yet; it is lost with the machine only."""
        mark = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path("/dev/shm") / f"hotline-{mark}.facts"  # noqa: S108 - opened as ours alone

    @property
    def log_dir(self) -> Path:
        """One file for each process."""
        return self.home / "log"

    @property
    def sounds_dir(self) -> Path:
        """Spoken prompts, `hotline/LANGUAGE/NAME.wav`."""
        return self.home / "sounds"

    @property
    def uploads_dir(self) -> Path:
        """Uploaded files, by their random ids."""
        return self.home / "uploads"

    @property
    def cache_dir(self) -> Path:
        """Downloaded programs; they can be downloaded again."""
        return self.home / "cache"

    @property
    def ari_url(self) -> str:
        """The base of ARI, without a final slash."""
        return f"http://127.0.0.1:{self.asterisk_port}/ari"

    @property
    def address(self) -> str:
        """The address for a browser: of this machine, unless a name is set."""
        anywhere = self.host in {"0.0.0.0", "127.0.0.1", "::", "::1"}  # noqa: S104
        plain = "localhost" if anywhere else f"[{self.host}]" if ":" in self.host else self.host
        host = self.outside.name or plain
        if not self.outside.tls:
            return f"http://{host}:{self.http_port}/"
        port = self.outside.https_port or self.http_port
        return f"https://{host}/" if port == 443 else f"https://{host}:{port}/"  # noqa: PLR2004

    @property
    def front_port(self) -> int:
        """The port of the pages, with or without TLS."""
        return self.outside.https_port or self.http_port

    @property
    def reached_from_outside(self) -> bool:
        """Whether browsers of other machines connect, so that sound must reach them."""
        out = self.outside
        return bool(self.external_address or out.names or out.proxies or not is_loopback(self.host))

    @property
    def demo_is_open(self) -> bool:
        """Whether other machines reach the demo and its accounts."""
        return self.demo and not is_loopback(self.host)

    @property
    def tls_dir(self) -> Path:
        """The certificate made here, with its key."""
        return self.home / "tls"


def load_settings(
    environment: Mapping[str, str] | None = None, *, as_running: bool = False
) -> Settings:
    """Read the environment (by default the process's own), make the home and its secrets.

    With `as_running`, settings missing in the environment come from the running installation in
    this home, so that a command finds its ports. Raises BadSettingError with a plain sentence for a
    value that cannot be used.
    """
    given = os.environ if environment is None else environment
    home = Path(given.get("HOTLINE_HOME") or REPOSITORY / "var").expanduser().absolute()
    if as_running:
        given = {**_running(home), **given}
    database_url = given.get("HOTLINE_DATABASE_URL", "")
    if database_url and not database_url.startswith("postgresql+psycopg2://"):
        message = "HOTLINE_DATABASE_URL must begin with postgresql+psycopg2://, for example"
        raise BadSettingError(f"{message} postgresql+psycopg2://hotline@db.example/hotline.")
    host = read_address(given, "HOTLINE_HOST", "127.0.0.1")
    # Other machines reach the demo's accounts only if it is asked for.
    demo = read_yes(given, "HOTLINE_DEMO", default=not database_url and is_loopback(host))
    rtp_first, rtp_last = read_port_range(given, "HOTLINE_RTP_PORTS", "10000-19999")
    sip_port = read_port(given, "HOTLINE_SIP_PORT", 5060)
    made = Settings(
        home=home,
        host=host,
        http_port=read_port(given, "HOTLINE_HTTP_PORT", 8000),
        sip_port=sip_port,
        sips_port=read_port(given, "HOTLINE_SIPS_PORT", sip_port % 65535 + 1),
        rtp_first=rtp_first,
        rtp_last=rtp_last,
        asterisk_port=read_port(given, "HOTLINE_ASTERISK_PORT", 8088),
        ami_port=read_port(given, "HOTLINE_AMI_PORT", 5038),
        external_database_url=database_url,
        demo=demo,
        try_it=read_yes(given, "HOTLINE_TRY_IT", default=demo),
        region=_region(given),
        external_address=read_address(given, "HOTLINE_EXTERNAL_ADDRESS", ""),
        secrets=_secrets(home),
        outside=read_outside(given, host),
        provider=read_provider(given),
    )
    _no_port_twice(made)
    return made


def log_form(environment: Mapping[str, str] | None = None) -> str:
    """Give the requested form of the logs: `json`, `text`, or ""."""
    given = (os.environ if environment is None else environment).get("HOTLINE_LOG", "")
    if given not in {"", "json", "text"}:
        raise BadSettingError(f"HOTLINE_LOG must be json or text, not {given!r}.")
    return given


def write_down(settings: Settings) -> None:
    """Write the settings of the running installation for other commands."""
    said = {
        "HOTLINE_HOST": settings.host,
        "HOTLINE_HTTP_PORT": str(settings.http_port),
        "HOTLINE_SIP_PORT": str(settings.sip_port),
        "HOTLINE_SIPS_PORT": str(settings.sips_port),
        "HOTLINE_RTP_PORTS": f"{settings.rtp_first}-{settings.rtp_last}",
        "HOTLINE_ASTERISK_PORT": str(settings.asterisk_port),
        "HOTLINE_AMI_PORT": str(settings.ami_port),
        "HOTLINE_DATABASE_URL": settings.external_database_url,
        "HOTLINE_DEMO": "1" if settings.demo else "0",
        "HOTLINE_TRY_IT": "1" if settings.try_it else "0",
        "HOTLINE_REGION": settings.region,
        "HOTLINE_EXTERNAL_ADDRESS": settings.external_address,
        **spell_outside(settings.outside),
    }
    path = settings.home / RUNNING
    path.touch(mode=0o600)
    path.write_text(json.dumps(said))


def forget_running(settings: Settings) -> None:
    """Remove the running settings: nothing runs here any more."""
    (settings.home / RUNNING).unlink(missing_ok=True)


def _running(home: Path) -> dict[str, str]:
    try:
        said = json.loads((home / RUNNING).read_text())
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in said.items()}


def _region(given: Mapping[str, str]) -> str:
    text = (given.get("HOTLINE_REGION") or "CN").upper()
    if len(text) != 2 or not text.isalpha() or not text.isascii():  # noqa: PLR2004
        message = "HOTLINE_REGION must be a country's two letters, for example CN or US"
        raise BadSettingError(f"{message}, not {text!r}.")
    return text


def _no_port_twice(made: Settings) -> None:
    ports = {
        "HOTLINE_HTTP_PORT": made.http_port,
        "HOTLINE_SIP_PORT": made.sip_port,
        "HOTLINE_SIPS_PORT": made.sips_port,
        "HOTLINE_ASTERISK_PORT": made.asterisk_port,
        "HOTLINE_AMI_PORT": made.ami_port,
    }
    if made.outside.https_port:
        ports["HOTLINE_HTTPS_PORT"] = made.outside.https_port
    taken: dict[int, str] = {}
    for name, port in ports.items():
        if port in taken:
            raise BadSettingError(f"{name} and {taken[port]} are both {port}; give each its own.")
        taken[port] = name


def _secrets(home: Path) -> Secrets:
    """Read the home's secrets; make missing ones, also for an older file."""
    path = home / "secrets.json"
    names = [one.name for one in fields(Secrets)]
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = json.loads(path.read_text()) if path.exists() else {}
        made = Secrets(**{name: kept.get(name) or dice.token_urlsafe(32) for name in names})
        if asdict(made) != kept:
            _write_private(path, json.dumps(asdict(made), indent=1))
    except PermissionError as error:
        message = f"{home} cannot be written: set HOTLINE_HOME to a folder of your own"
        raise BadSettingError(f"{message} ({error.strerror}).") from None
    except (OSError, ValueError, AttributeError) as error:
        raise BadSettingError(f"{path} cannot be used: {error}.") from None
    return made


def _write_private(path: Path, text: str) -> None:
    """Write a new file, then rename it, so that a full disk never leaves half a file."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
