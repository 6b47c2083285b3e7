"""Checks that our ports are free before anything is started."""

import socket

from web.kit.settings import Settings
from web.ops.setup.steps import SetupError


def wanted(settings: Settings) -> list[tuple[str, str, int, socket.SocketKind]]:
    """Give each port that we listen on: its use, its setting, its number, its kind."""
    tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
    https = settings.outside.https_port
    return [
        ("The web address", "HOTLINE_HTTP_PORT", settings.http_port, tcp),
        *([("The https address", "HOTLINE_HTTPS_PORT", https, tcp)] if https else []),
        ("The SIP address", "HOTLINE_SIP_PORT", settings.sip_port, udp),
        ("The SIP address", "HOTLINE_SIP_PORT", settings.sip_port, tcp),
        ("Asterisk's HTTP address", "HOTLINE_ASTERISK_PORT", settings.asterisk_port, tcp),
        ("Asterisk's manager address", "HOTLINE_AMI_PORT", settings.ami_port, tcp),
    ]


def check_free(settings: Settings) -> None:
    """Raise SetupError with a plain sentence for the first port that cannot be opened."""
    for what, name, port, kind in wanted(settings):
        ours = name in {"HOTLINE_HTTP_PORT", "HOTLINE_HTTPS_PORT"}
        host = settings.host if ours else "127.0.0.1"
        complaint = _complaint(host, port, kind)
        if complaint:
            raise SetupError(f"{what} {host}:{port} {complaint}, or set {name} to another port.")


def taken(host: str, port: int, kind: socket.SocketKind) -> bool:
    """Give why a port cannot be opened, with advice; "" if it is free."""
    return bool(_complaint(host, port, kind))


def _complaint(host: str, port: int, kind: socket.SocketKind) -> str:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as trial:
        if kind is socket.SOCK_STREAM:
            # As servers do: remains of closed connections are no obstacle.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except PermissionError:
            return "may not be opened by this user: choose a port from 1024 up"
        except OSError as error:
            if error.errno == 98:  # noqa: PLR2004 - EADDRINUSE
                return "is taken by another program: stop that program"
            return f"cannot be opened ({error.strerror}): check the address"
    return ""
