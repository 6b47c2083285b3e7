"""The second factor by API: set up, and ended with the user's password."""

from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from web.kit.clock import now

PLACE = "/account/second-factor"
PRESENT = {"present": PASSWORD}


@pytest.fixture
def nobody_has_one(li_wei: Visitor, database: sessionmaker[Session]) -> Iterator[Visitor]:
    yield li_wei
    with database.begin() as session:
        session.execute(
            text("UPDATE users SET totp_secret = NULL, totp_step = NULL, recovery_codes = '[]'")
        )


def begun(who: Visitor) -> dict[str, Any]:
    answer = who.ask(f"{PLACE}/begin")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def proof(told: dict[str, Any], present: str = PASSWORD) -> dict[str, str]:
    code = pyotp.TOTP(told["secret"]).at(now())
    return {"sealed": told["sealed"], "code": code, "present": present}


def test_a_second_factor_is_set_up_and_ended_again(nobody_has_one: Visitor) -> None:
    told = begun(nobody_has_one)
    made = nobody_has_one.ask(PLACE, proof(told))
    there = nobody_has_one.get(f"/api/v1{PLACE}").json()
    ended = nobody_has_one.ask(f"{PLACE}/end", PRESENT)

    assert told["address"].startswith("otpauth://totp/Hotline:li.wei?secret=")
    assert len(made.json()["codes"]) == 10
    assert there == {"enabled": True, "forced": False, "recovery_codes_left": 10}
    assert ended.status_code == 204
    assert nobody_has_one.get("/api/v1/account").json()["second_factor"] is False


def test_without_the_present_password_nothing_changes(nobody_has_one: Visitor) -> None:
    refused = nobody_has_one.ask(PLACE, proof(begun(nobody_has_one), "guess"))
    nobody_has_one.ask(PLACE, proof(begun(nobody_has_one)))
    codes = nobody_has_one.ask(f"{PLACE}/recovery-codes", {"present": "guess"})
    ended = nobody_has_one.ask(f"{PLACE}/end", {"present": "guess"})

    assert [one.status_code for one in (refused, codes, ended)] == [422, 422, 422]
    assert refused.json()["errors"][0]["field"] == "present"
    assert nobody_has_one.get(f"/api/v1{PLACE}").json()["enabled"] is True


def test_an_existing_second_factor_is_not_replaced(nobody_has_one: Visitor) -> None:
    other = begun(nobody_has_one)
    nobody_has_one.ask(PLACE, proof(begun(nobody_has_one)))

    assert nobody_has_one.ask(f"{PLACE}/begin").status_code == 409
    assert nobody_has_one.ask(PLACE, proof(other)).status_code == 409


def test_new_recovery_codes_replace_the_old_ones(nobody_has_one: Visitor) -> None:
    first = nobody_has_one.ask(PLACE, proof(begun(nobody_has_one))).json()["codes"]
    second = nobody_has_one.ask(f"{PLACE}/recovery-codes", PRESENT).json()["codes"]

    assert not set(first) & set(second)


def test_a_code_of_another_secret_sets_up_nothing(nobody_has_one: Visitor) -> None:
    wrong = proof(begun(nobody_has_one)) | {"code": "000000"}

    answer = nobody_has_one.ask(PLACE, wrong)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "code")


def test_an_account_that_was_changed_meanwhile_is_not_overwritten(li_wei: Visitor) -> None:
    read = li_wei.get("/api/v1/account")
    li_wei.ask("/account", {"timezone": "Asia/Tokyo"}, "PATCH")
    headers = {"X-CSRF-Token": li_wei.word, "If-Match": read.headers["etag"]}

    late = li_wei.client.patch("/api/v1/account", json={"timezone": ""}, headers=headers)
    headers["If-Match"] = li_wei.get("/api/v1/account").headers["etag"]
    again = li_wei.client.patch("/api/v1/account", json={"timezone": ""}, headers=headers)

    assert (late.status_code, again.status_code) == (412, 200)
    assert again.headers["etag"] == li_wei.get("/api/v1/account").headers["etag"]
