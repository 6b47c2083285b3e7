"""The certificate of the front door: the configured one, checked, or one made here."""

import ipaddress
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from web.kit.i18n import N_
from web.kit.settings import Settings
from web.ops.setup.addresses import host_names, own_addresses
from web.ops.setup.steps import SetupError

# Browsers refuse a certificate that is valid for more than 398 days (CA/Browser Forum, 6.3.2).
VALID_FOR = timedelta(days=397)
RENEW_BEFORE_END = timedelta(days=30)
CLOCKS_DIFFER = timedelta(hours=1)  # a browser's clock may be a little behind ours
# Shown on the status page too, after a reload of the front door.
NOT_ITS_KEY = N_("{key} is not the key of {certificate}: give the pair that was issued.")
EXPIRED = N_("{certificate} expired on {day}: renew it.")
TOO_EARLY = N_("{certificate} is valid only from {day}: check this machine's clock.")
UNREADABLE = N_("{setting} {path} cannot be read ({words}).")
NO_CERTIFICATE = N_("HOTLINE_TLS_CERTIFICATE {path} is not a certificate in PEM format.")
NO_KEY = N_("HOTLINE_TLS_KEY {path} is not a private key in PEM format.")
LOCKED_KEY = N_("HOTLINE_TLS_KEY {path} is protected by a password; give a key without one.")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its key, as nginx reads them."""

    certificate: Path
    key: Path
    given: bool  # configured; else made here, and browsers do not trust it
    names: tuple[str, ...]
    expires_at: datetime

    def is_for(self, host: str) -> bool:
        """Whether a browser accepts it for this host name or address."""
        wanted = host.lower().strip("[]")
        above = "*." + wanted.partition(".")[2]
        return wanted in self.names or above in self.names


def have_certificate(settings: Settings, at: datetime) -> Certificate | None:
    """Give the certificate to serve; our own is made or renewed. None without TLS.

    Raises SetupError with a sentence for a configured one that cannot be used.
    """
    out = settings.outside
    if not out.tls:
        return None
    if out.certificate is not None and out.key is not None:
        return check(out.certificate, out.key, at)
    return _own(settings, at)


def sip_certificate(settings: Settings, at: datetime) -> Certificate:
    """Give the certificate of encrypted SIP: the configured one, else one made here.

    Raises SetupError with a sentence for a configured one that cannot be used.
    """
    out = settings.outside
    if out.certificate is not None and out.key is not None:
        return check(out.certificate, out.key, at)
    return _own(settings, at)


def check(certificate: Path, key: Path, at: datetime) -> Certificate:
    """Check that both can be read, belong together and are valid now."""
    first = _read_certificate(certificate)
    public = _read_key(key)
    if first.public_key().public_bytes(*_PLAIN) != public:
        raise SetupError(NOT_ITS_KEY, key=str(key), certificate=str(certificate))
    begins, ends = first.not_valid_before_utc, first.not_valid_after_utc
    if ends <= at:
        raise SetupError(EXPIRED, certificate=str(certificate), day=f"{ends:%Y-%m-%d}")
    if begins > at + CLOCKS_DIFFER:
        raise SetupError(TOO_EARLY, certificate=str(certificate), day=f"{begins:%Y-%m-%d}")
    return Certificate(certificate, key, given=True, names=_names_in(first), expires_at=ends)


def wanted_names(settings: Settings) -> tuple[str, ...]:
    """Give every name and address by which a browser may open this installation, names first."""
    addresses = [settings.external_address, *own_addresses()]
    if not ipaddress.ip_address(settings.host).is_unspecified:
        addresses.insert(0, settings.host)
    names = [*settings.outside.names, *host_names(), "localhost"]
    return tuple(dict.fromkeys([*names, *filter(None, addresses), "127.0.0.1", "::1"]))


def _own(settings: Settings, at: datetime) -> Certificate:
    certificate, key = settings.tls_dir / "hotline.crt", settings.tls_dir / "hotline.key"
    names = wanted_names(settings)
    kept = _kept(certificate, key, at)
    if kept is None or not set(names) <= set(kept.names):
        _make(names, certificate, key, at)
        kept = check(certificate, key, at)
    return Certificate(certificate, key, given=False, names=kept.names, expires_at=kept.expires_at)


def _kept(certificate: Path, key: Path, at: datetime) -> Certificate | None:
    """Give the certificate of an earlier start if it is valid for another month."""
    try:
        kept = check(certificate, key, at)
    except SetupError:
        return None
    return kept if kept.expires_at - at > RENEW_BEFORE_END else None


def _make(names: tuple[str, ...], certificate: Path, key: Path, at: datetime) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - CLOCKS_DIFFER)
        .not_valid_after(at - CLOCKS_DIFFER + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName([_general(n) for n in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write_private(key, secret)
    _write_private(certificate, made.public_bytes(Encoding.PEM))


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


_PLAIN = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _read_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())[0]
    except OSError as error:
        raise _unreadable("HOTLINE_TLS_CERTIFICATE", path, error) from None
    except ValueError:
        raise SetupError(NO_CERTIFICATE, path=str(path)) from None


def _read_key(path: Path) -> bytes:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        return key.public_key().public_bytes(*_PLAIN)
    except OSError as error:
        raise _unreadable("HOTLINE_TLS_KEY", path, error) from None
    except TypeError:
        raise SetupError(LOCKED_KEY, path=str(path)) from None
    except (ValueError, UnsupportedAlgorithm, AttributeError):
        raise SetupError(NO_KEY, path=str(path)) from None


def _unreadable(setting: str, path: Path, error: OSError) -> SetupError:
    return SetupError(UNREADABLE, setting=setting, path=str(path), words=error.strerror or "")


def _names_in(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    hosts = [one.lower() for one in found.get_values_for_type(x509.DNSName)]
    addresses = [str(one) for one in found.get_values_for_type(x509.IPAddress)]
    return (*hosts, *addresses)


def _write_private(path: Path, content: bytes) -> None:
    """Write a new file, then rename it, so that nginx never reads half a key."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
