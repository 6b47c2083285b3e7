"""An identity provider for the tests: real keys, real signatures, on loopback, easily corrupted."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "hotline", "client secret"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
STRANGERS_KEY = RSAKey.generate_key(2048, {"kid": "k1"})


class TestProvider:
    """Signs `login` in as `subject`; a test corrupts `claims` and `sign`."""

    __test__ = False

    def __init__(self) -> None:
        self.key = KEY
        self.subject, self.login = "subject-1", "li.wei"
        self.claims: dict[str, Any] = {}
        self.leave_out: set[str] = set()
        self.sign = self._signed
        self.issuer = ""
        self.said_issuer = ""
        self.broken = False
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []

    def authorize(self, address: str) -> dict[str, str]:
        """Sign a user in at the provider; give the parameters that the browser brings back."""
        asked = {name: found[0] for name, found in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        self.asked.append(asked)
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        wanted = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization.replace("%20", " ") != wanted and not self._is_client(authorization):
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        at = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "exp": at + 300,
            "iat": at,
            "nonce": asked["nonce"],
            "preferred_username": self.login,
        } | self.claims
        claims = {name: value for name, value in claims.items() if name not in self.leave_out}
        token = self.sign(claims)
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.said_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
        }

    def _signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.key)

    def _is_client(self, authorization: str) -> bool:
        told = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        return told in {
            f"{CLIENT}:{SECRET}",
            f"{CLIENT}:client+secret",
            f"{CLIENT}:client%20secret",
        }


@contextmanager
def serving(provider: TestProvider) -> Iterator[None]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if provider.broken:
                self._answer(500, {})
            elif self.path == "/.well-known/openid-configuration":
                self._answer(200, provider.document())
            elif self.path == "/jwks":
                self._answer(200, {"keys": [provider.key.as_dict(private=False)]})
            elif self.path == "/userinfo":
                told = {"sub": provider.subject, "preferred_username": provider.login}
                self._answer(200, told)
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: found[0] for name, found in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("authorization", "")))

        def _answer(self, status: int, told: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
