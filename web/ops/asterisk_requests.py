"""A few requests to Asterisk beside the engine's, for what has nothing to do with calls."""

import httpx
import structlog

from web.kit.settings import Settings

SECONDS = 5.0

log = structlog.get_logger(__name__)


def reload_module(settings: Settings, name: str) -> bool:
    """Let one of Asterisk's modules read its configuration again; False if that failed."""
    return _ask(settings, "PUT", f"/asterisk/modules/{name}.so", {}) is not None


def set_variable(settings: Settings, name: str, value: str) -> bool:
    """Set a global variable of the dialplan; False if that failed."""
    given = {"variable": name, "value": value}
    return _ask(settings, "POST", "/asterisk/variable", given) is not None


def variable(settings: Settings, name: str) -> str:
    """Read a global variable of the dialplan; "" if it has none or Asterisk does not answer."""
    answer = _ask(settings, "GET", "/asterisk/variable", {"variable": name})
    return str(answer.json().get("value", "")) if answer is not None else ""


def _ask(
    settings: Settings, method: str, path: str, given: dict[str, str]
) -> httpx.Response | None:
    login = ("hotline", settings.secrets.ari_password)
    try:
        with httpx.Client(auth=login, timeout=SECONDS, trust_env=False) as client:
            answer = client.request(method, f"{settings.ari_url}{path}", params=given)
    except httpx.HTTPError as error:
        log.warning("Asterisk does not answer", path=path, why=type(error).__name__)
        return None
    if answer.is_error:
        log.warning("Asterisk refuses a request", path=path, status=answer.status_code)
        return None
    return answer
