"""Time groups: typed into their form, shown with their coming weeks, and never without an hour."""

import secrets

from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.hours.group import Interval, WeeklyHours
from crm.hours.store import time_group, time_groups

WEEK = ["mon", "tue", "wed", "thu", "fri"]


def form(**more):
    named = {"name": f"Office {secrets.token_hex(4)}", "zone": "Asia/Shanghai", "country": "CN"}
    return {**named, "weekdays_1": WEEK, "hours_1": "9:00-12:00, 13:30-18:00", **more}


def made(admin: Visitor, **more) -> int:
    answer = admin.post("/time-groups", form(**more))
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rpartition("/")[2])


def test_a_form_is_stored_and_shown_again(admin: Visitor, database: sessionmaker[Session]) -> None:
    more = {"date_1": "2026-12-31", "day_name_1": "盘点", "day_hours_1": "9-12"}
    group = made(admin, weekdays_2=["sat"], hours_2="10:00-14:00", **more)

    with database.begin() as session:
        found = time_group(session, group)
        (known,) = time_groups(session, [group])
    assert len(found.settings.weekly) == 3
    assert WeeklyHours(frozenset({5}), Interval(600, 840)) in known.weekly
    assert [day.name for day in known.days.values()] == ["盘点"]
    assert known.holidays
    page = admin.get(f"/time-groups/{group}").text
    assert 'value="09:00-12:00, 13:30-18:00"' in page
    assert 'value="盘点"' in page
    assert 'data-testid="preview"' in page


def test_a_group_without_an_hour_is_refused_beside_its_field(admin: Visitor) -> None:
    answer = admin.post("/time-groups", form(weekdays_1=[], hours_1=""))

    assert answer.status_code == 422
    assert "Enter at least one opening interval" in answer.text
    assert 'id="time-group-hours_1-error"' in answer.text
    api = {"name": secrets.token_hex(4), "zone": "Asia/Shanghai"}
    assert admin.ask("/time-groups", api).status_code == 422


def test_wrong_rows_are_named_and_what_was_typed_stays(admin: Visitor) -> None:
    for wrong, said in (
        ({"hours_1": "9 o'clock"}, "is not a time span"),
        ({"weekdays_1": []}, "Select the weekdays"),
        ({"hours_1": ""}, "Enter the hours"),
        ({"day_name_1": "Festival"}, "Enter the date"),
        ({"zone": "Mars/Olympus"}, "is not a time zone"),
        ({"country": "XX"}, "is not one of the options"),
        ({"name": " "}, "Enter"),
        ({"date_1": "2026-12-31", "date_2": "2026-12-31"}, "listed twice"),
    ):
        answer = admin.post("/time-groups", form(**wrong))
        assert answer.status_code == 422, wrong
        assert said in answer.text, wrong
    answer = admin.post("/time-groups", form(hours_1="<9>", weekdays_2=["sun"], hours_2="10-12"))
    assert 'value="&lt;9&gt;"' in answer.text
    assert 'value="10-12"' in answer.text


def test_a_change_of_another_user_is_not_overwritten(admin: Visitor) -> None:
    group = made(admin)
    version = admin.get(f"/api/v1/time-groups/{group}").headers["etag"]
    admin.ask(f"/time-groups/{group}", {"zone": "Asia/Tokyo"}, "PATCH")

    answer = admin.post(f"/time-groups/{group}", form(version=version))

    assert answer.status_code == 409
    assert "Asia/Tokyo" in admin.get(f"/time-groups/{group}").text


def test_a_name_is_taken_once(admin: Visitor) -> None:
    name = secrets.token_hex(4)
    made(admin, name=name)

    answer = admin.post("/time-groups", form(name=name))

    assert answer.status_code == 422
    assert f"“{name}” is taken" in answer.text


def test_the_region_follows_its_country(admin: Visitor) -> None:
    body = {
        "name": secrets.token_hex(4),
        "zone": "Europe/Berlin",
        "country": "DE",
        "subdivision": "BY",
        "weekly": [{"weekdays": ["mon"], "hours": ["0:00-24:00"]}],
    }
    group = admin.ask("/time-groups", body).json()["id"]
    assert 'value="BY" selected' in admin.get(f"/time-groups/{group}").text

    changed = admin.ask(f"/time-groups/{group}", {"country": "FR"}, "PATCH").json()

    assert (changed["country"], changed["subdivision"]) == ("FR", "")
    wrong = admin.ask(f"/time-groups/{group}", {"subdivision": "BY"}, "PATCH")
    assert wrong.status_code == 422


def test_the_state_is_told_for_any_moment(admin: Visitor) -> None:
    group = made(admin)

    holiday = admin.get(f"/api/v1/time-groups/{group}/state?at=2026-10-01T10:00").json()
    worked = admin.get(f"/api/v1/time-groups/{group}/state?at=2026-10-10T10:00").json()

    assert (holiday["open"], holiday["rule"], holiday["name"]) == (
        False,
        "holiday",
        "National Day",
    )
    assert (worked["open"], worked["rule"]) == (True, "workday")
    for wrong in ("x", "0001-01-01", "9999-12-31T23:59"):
        assert admin.get(f"/api/v1/time-groups/{group}/state?at={wrong}").status_code == 422


def test_the_list_says_until_when(admin: Visitor) -> None:
    whole = {"weekdays_1": [*WEEK, "sat", "sun"], "hours_1": "0:00-24:00", "country": ""}
    name = secrets.token_hex(4)
    made(admin, name=name, **whole)

    assert "Always open" in admin.get(f"/time-groups?q={name}").text


def test_a_removed_group_is_gone(admin: Visitor) -> None:
    group = made(admin)

    assert admin.post(f"/time-groups/{group}/remove").status_code == 303
    assert admin.get(f"/time-groups/{group}").status_code == 404
    assert admin.ask(f"/time-groups/{group}", None, "DELETE").status_code == 404


def test_a_day_has_at_most_ten_intervals_however_they_are_written(admin: Visitor) -> None:
    many = ",".join(f"{hour}-{hour + 1}" for hour in range(6))
    rows = [{"weekdays": ["mon"], "hours": [many]}, {"weekdays": ["mon"], "hours": ["12-13"]}]
    body = {"name": secrets.token_hex(4), "zone": "UTC", "weekly": rows}

    assert admin.ask("/time-groups", body).status_code == 201
    rows.append({"weekdays": ["mon"], "hours": ["13-14,15-16,17-18,19-20"]})
    assert admin.ask("/time-groups", body | {"name": "x"}).status_code == 422
