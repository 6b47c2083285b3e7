"""Recording by phone: a code that works once, and nobody else's recording."""

import re
import secrets

import pytest
from unit.web.visitor import Visitor
from walks.prompt_requests import tone

from web.kit.settings import Settings
from web.prompts import by_phone


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    kept: dict[str, str] = {}

    def put(_settings: Settings, name: str, value: str) -> bool:
        kept[name] = value
        return True

    monkeypatch.setattr(by_phone, "set_variable", put)
    monkeypatch.setattr(by_phone, "variable", lambda _, name: kept.get(name, ""))
    return kept


def named(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def test_what_the_phone_recorded_becomes_the_prompt_once(
    admin: Visitor, settings: Settings, variables: dict[str, str]
) -> None:
    name = admin.ask("/prompts", {"name": f"phone-{secrets.token_hex(3)}"}).json()["name"]
    where = f"/prompts/{name}/phone"
    shown = admin.post(f"{where}?language=zh_CN").text
    form = {key: named(shown, key) for key in ("slot", "digits")}
    code, pin = form["digits"].split()
    assert variables[f"HOTLINE_RECORD_{code}"].partition("-")[0] == pin

    take = f"{where}/take?language=zh_CN"
    assert 'data-testid="digits"' in admin.post(take, form).text
    file = by_phone.recorded_file(settings, code)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(tone(600, 1.0, 16000))
    variables[f"HOTLINE_RECORDED_{code}"] = "1"
    other = f"{where}/take?language=en"
    assert "The code has expired." in admin.post(other, form).text
    assert 'hx-trigger="load"' in admin.post(take, form).text
    spoken = admin.client.get(f"/api/v1/prompts/{name}").json()["languages"]
    assert [(key, one["source"]) for key, one in spoken.items()] == [("zh_CN", "recorded")]
    assert not file.exists()
    assert 'data-testid="digits"' in admin.post(take, form).text
    assert "The code has expired." in admin.post(take, {"slot": "x"}).text


def test_without_asterisk_no_code_is_shown(admin: Visitor) -> None:
    shown = admin.post("/prompts/goodbye/phone?language=en").text
    assert "The phone server is not responding." in shown
    assert "digits" not in shown
