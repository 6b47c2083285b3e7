"""Asterisk: found on the machine or fetched, its configuration rendered, ready to be started."""

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.kit.clock import now
from web.kit.ice import SWITCH_TURN_LASTS, turn_pass
from web.kit.settings import REPOSITORY, Settings
from web.ops.setup.addresses import own_addresses
from web.ops.setup.asterisk_modules import OPTIONAL, REFER, REQUIRED, TRANSFER_HANDLING
from web.ops.setup.certificate import sip_certificate
from web.ops.setup.packages import PackageSet, private_root, private_root_of, through_loader
from web.ops.setup.steps import Progress, SetupError

OLDEST = 20  # the oldest major version whose ARI we speak
WANTED = PackageSet(
    "asterisk",
    ("asterisk", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav"),
    OLDEST,
    any_release=True,
)
TEMPLATES = REPOSITORY / "asterisk-conf"
SYSTEM_MODULES = (
    "/usr/lib/*/asterisk/modules",
    "/usr/lib/asterisk/modules",
    "/usr/lib64/asterisk/modules",
    "/usr/local/lib/asterisk/modules",
)
AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Red Hat
    "/etc/ssl/ca-bundle.pem",  # SUSE
)
SYSTEM_DATA = ("/usr/share/asterisk", "/var/lib/asterisk", "/usr/local/share/asterisk")

FOLDERS = (
    "lib/agi-bin",
    "lib/keys",
    "db",
    "spool/recording/fax",
    "spool/recording/prompt",
    "log/cel-custom",
    "cache",
    "etc.new",
)
MUSIC_CLASSES = "classes.conf"  # in the folder `music` of the home's sounds; see web/music

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An Asterisk that can be run, and the paths of its parts."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    version: str

    @property
    def music(self) -> Path:
        """The folder of music on hold."""
        return self.data / "moh"

    @property
    def sounds(self) -> Path:
        """The folder of Asterisk's own English sounds."""
        return self.data / "sounds" / "en"


def find_asterisk(settings: Settings, progress: Progress) -> Asterisk:
    """Give the machine's Asterisk if it is suitable, else a private one, fetched the first time."""
    return _of_the_machine() or _private(settings, progress)


def known(settings: Settings) -> Asterisk | None:
    """Give the Asterisk that would run, without fetching anything."""
    found = _of_the_machine()
    if found is None and private_root_of(WANTED, settings.cache_dir) is not None:
        return _private(settings, lambda _: None)
    return found


def render(settings: Settings, asterisk: Asterisk) -> Path:
    """Write the configuration into the home and give asterisk.conf's path.

    Only their owner can read the files, because they hold passwords.
    """
    etc, made = settings.asterisk_dir / "etc", settings.asterisk_dir / "etc.new"
    _make_folders(settings)
    _fill_templates(made, _values(settings, asterisk))
    shutil.rmtree(etc, ignore_errors=True)
    made.rename(etc)
    return etc / "asterisk.conf"


def _make_folders(settings: Settings) -> None:
    """Make the folders that Asterisk uses in the home."""
    state = settings.asterisk_dir
    for folder in FOLDERS:
        (state / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    # MixMonitor's relative names are relative to this folder.
    monitor = state / "spool" / "monitor"
    if not monitor.is_symlink():
        monitor.symlink_to(settings.recordings_dir)


def _values(settings: Settings, asterisk: Asterisk) -> dict[str, object]:
    """Give what the templates are filled with."""
    return {
        "etc": settings.asterisk_dir / "etc",
        "state": settings.asterisk_dir,
        "run": settings.run_dir,
        "modules": asterisk.modules,
        "data": asterisk.data,
        "music": asterisk.music,
        "music_classes": settings.sounds_dir / "music" / MUSIC_CLASSES,
        "bind": "0.0.0.0" if settings.external_address else "127.0.0.1",  # noqa: S104
        **_way_of_sound(settings),
        "sip_port": settings.sip_port,
        "tls": _encryption(settings),
        "demo_carrier_password": demo_carrier_password(settings),
        "http_port": settings.asterisk_port,
        "ami_port": settings.ami_port,
        "rtp_first": settings.rtp_first,
        "rtp_last": settings.rtp_last,
        "demo": settings.demo,
        "ari_password": settings.secrets.ari_password,
        "ami_password": settings.secrets.ami_password,
        "guard_password": settings.secrets.guard_password,
        "required": REQUIRED,
        "optional": optional_modules(asterisk.modules),
    }


def _fill_templates(folder: Path, values: dict[str, object]) -> None:
    """Write all configuration files into a folder."""
    # Configuration files are not HTML: escaping would spoil passwords and paths.
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        keep_trailing_newline=True,
    )
    for source in sorted(TEMPLATES.iterdir()):
        target = folder / source.name.removesuffix(".j2")
        if source.suffix == ".j2":
            text = templates.get_template(source.name).render(values)
        else:
            text = source.read_text()
        target.touch(mode=0o600)
        target.write_text(text)


def _way_of_sound(settings: Settings) -> dict[str, object]:
    """Give the addresses that Asterisk announces to the far end for the sound."""
    out, external = settings.outside, settings.external_address
    own = [one for one in own_addresses() if ":" not in one]
    username, password = "", ""
    if out.turn is not None:
        username, password = turn_pass(out.turn_user, out.turn_secret, now() + SWITCH_TURN_LASTS)
    return {
        "external_address": external,
        "local_networks": out.local_networks,
        "stun": out.stun[0] if out.stun else None,
        "turn": out.turn,
        "turn_username": username,
        "turn_password": password,
        # An address of the machine itself needs no other candidate.
        "candidates": own if external and ":" not in external and external not in own else [],
    }


def demo_carrier_password(settings: Settings) -> str:
    """Give the password of the demo's carrier: another one on each machine."""
    secret = f"demo-carrier {settings.secrets.session_secret}"
    return hashlib.sha256(secret.encode()).hexdigest()[:32]


def _encryption(settings: Settings) -> dict[str, object]:
    """Give the certificate for encrypted SIP, and the authorities that other sides are checked by.

    Without one that can be used there is no encrypted SIP; all other trunks work.
    """
    try:
        made = sip_certificate(settings, now())
    except (SetupError, OSError) as error:
        log.warning("there is no encrypted SIP", why=str(error))
        return {}
    # OpenSSL's own variable, which the test of a trunk heeds too.
    known = (one for one in (os.environ.get("SSL_CERT_FILE", ""), *AUTHORITIES) if _is_file(one))
    return {
        "port": settings.sips_port,
        "certificate": made.certificate,
        "key": made.key,
        "authorities": next(known, ""),
    }


def _is_file(path: str) -> bool:
    return bool(path) and Path(path).is_file()


def start_command(asterisk: Asterisk, configuration: Path) -> list[str]:
    """Give the command that runs Asterisk in the foreground, without colours.

    Started by root it stays root, since other users cannot read the home that the program is in. It
    writes only into the home.
    """
    return [*asterisk.command, "-f", "-n", "-C", str(configuration)]


def environment() -> dict[str, str]:
    """Give Asterisk's environment: logs and dates in UTC."""
    return {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def missing_modules(modules: Path) -> list[str]:
    """Give the required modules that this Asterisk lacks."""
    return [name for name in REQUIRED if not (modules / f"{name}.so").exists()]


def optional_modules(modules: Path) -> list[str]:
    """Name the other modules that this Asterisk loads: those that it has and that do no harm.

    Before 20.13, 21.8 and 22.3 no channel could say that a REFER is only told of: there the phone
    of an agent would move the customer and the engine would not know.
    """
    there = [name for name in OPTIONAL if (modules / f"{name}.so").exists()]
    channels = modules / "chan_pjsip.so"
    if channels.exists() and TRANSFER_HANDLING.encode() in channels.read_bytes():
        there += [name for name in REFER if (modules / f"{name}.so").exists()]
    return there


def _of_the_machine() -> Asterisk | None:
    """Give the machine's own Asterisk, if it is new enough and has all required modules."""
    program = shutil.which(
        "asterisk", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    )
    if program is None:
        return None
    version = _version((program,))
    folders = [path for pattern in SYSTEM_MODULES for path in sorted(Path("/").glob(pattern[1:]))]
    data = [Path(path) for path in SYSTEM_DATA if (Path(path) / "sounds").is_dir()]
    if _major(version) < OLDEST or not folders or not data or missing_modules(folders[0]):
        return None
    return Asterisk((program,), folders[0], data[0], version)


def _private(settings: Settings, progress: Progress) -> Asterisk:
    root = private_root(WANTED, settings.cache_dir, progress)
    folders = sorted((root / "usr" / "lib").glob("*/asterisk/modules"))
    command = through_loader(root, root / "usr" / "sbin" / "asterisk")
    version = _version(command)
    lacking = missing_modules(folders[0]) if folders else ["all of them"]
    if _major(version) < OLDEST or lacking:
        message = f"The fetched Asterisk ({version or 'does not run'}) lacks modules"
        raise SetupError(f"{message}: {', '.join(lacking)}. Remove {root} and start again.")
    data = root / "usr" / "share" / "asterisk"
    _name_english(data / "sounds")
    return Asterisk(command, folders[0], data, version)


def _name_english(sounds: Path) -> None:
    """Name the English voice `en`, as the package's own script would do."""
    english = sounds / "en"
    voices = sorted(sounds.glob("en_*"))
    if not english.exists() and voices:
        english.symlink_to(voices[0].name)


def _version(command: tuple[str, ...]) -> str:
    try:
        asked = subprocess.run(
            [*command, "-V"], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.match(r"Asterisk (\S+)", asked.stdout)
    return found.group(1) if found else ""


def _major(version: str) -> int:
    digits = re.match(r"(?:certified[/-])?(\d+)", version)
    return int(digits.group(1)) if digits else 0
