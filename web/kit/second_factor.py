"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes."""

import secrets
import unicodedata
from datetime import UTC, datetime

import pyotp
import segno
from markupsafe import Markup
from sqlalchemy.orm import Session

from crm.parameters.parameter import Parameters
from crm.people.access import store
from crm.people.person import User
from crm.people.rights import Right
from web.kit.sealing import mark, seal, unseal
from web.kit.settings import Settings

STEP_SECONDS = 30
# A telephone's clock may be half a minute off, and typing takes a while (RFC 6238, 5.2).
STEPS_OFF = (0, -1, 1)
RECOVERY_CODES = 10
MANAGERS = frozenset({Right.PEOPLE_MANAGE, Right.ROLES_MANAGE, Right.PARAMETERS_EDIT})
_SECRET, _RECOVERY = "second factor", "recovery code"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # no letters that are easily confused


def is_forced(parameters: Parameters, user: User) -> bool:
    """Whether the site requires a second factor of this user."""
    match parameters.text("totp_for"):
        case "all":
            return True
        case "managers":
            return bool(MANAGERS & user.role.rights.keys())
        case _:
            return False


def new_secret() -> str:
    """Make the secret that the authenticator app and the web share."""
    return pyotp.random_base32()


def address_of(secret: str, login: str) -> str:
    """Write a secret as the address that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Hotline")


def picture(secret: str, login: str) -> Markup:
    """Draw a secret as a QR code, dark on light in every theme."""
    made = segno.make(address_of(secret, login), error="m")
    drawn = made.svg_inline(scale=4, light="#fff", svgclass="qr")
    return Markup(drawn)  # noqa: S704 - segno's own drawing, with no text of a user in it


def grouped(secret: str) -> str:
    """Write a secret for typing it into a telephone: in groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def step_of(secret: str, typed: str, at: datetime) -> int | None:
    """Find the time step of a typed code; None if it is not valid now."""
    code = _plain(typed)
    if not code.isascii() or not code.isdecimal():
        return None
    present, codes = int(at.timestamp()) // STEP_SECONDS, pyotp.TOTP(secret)
    for off in STEPS_OFF:
        if secrets.compare_digest(codes.generate_otp(present + off), code):
            return present + off
    return None


def opens(session: Session, settings: Settings, user: User, typed: str, at: datetime) -> bool:
    """Whether a code is right; it cannot be used again."""
    kept = store.second_factor(session, user.id)
    opened = unseal(settings, _SECRET, kept.secret, at) if kept else None
    if opened is not None and (step := step_of(str(opened["secret"]), typed, at)) is not None:
        return store.use_step(session, user.id, step)
    hashed = mark(settings, _RECOVERY, _plain(typed))
    return store.use_recovery_code(session, user.id, hashed)


def set_up(session: Session, settings: Settings, user: User, secret: str, step: int) -> list[str]:
    """Store a secret that a code has proved; give the recovery codes, stored only as hashes."""
    codes, at = _new_codes(), datetime.fromtimestamp(step * STEP_SECONDS, UTC)
    sealed = seal(settings, _SECRET, {"secret": secret}, at)
    store.set_second_factor(session, user.id, sealed, step, _hashes(settings, codes))
    return codes


def renew_codes(session: Session, settings: Settings, user: User) -> list[str]:
    """Give new recovery codes; the old ones become invalid."""
    codes = _new_codes()
    store.set_recovery_codes(session, user.id, _hashes(settings, codes))
    return codes


def _new_codes() -> list[str]:
    def five() -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(5))

    return [f"{five()}-{five()}" for _ in range(RECOVERY_CODES)]


def _hashes(settings: Settings, codes: list[str]) -> list[str]:
    return [mark(settings, _RECOVERY, _plain(code)) for code in codes]


def _plain(typed: str) -> str:
    """Read a code typed in groups, in capitals, or with a Chinese keyboard."""
    text = unicodedata.normalize("NFKC", typed[:100]).lower()
    return "".join(letter for letter in text if letter.isalnum())
