"""The demo data fills an empty database once, and never one that is in use."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import soundfile
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from acd import store as acd
from acd.decisions.store import decisions_of
from acd.queues import store as queue_store
from crm.calls.legs.store import legs_of
from crm.calls.question import CallFilter
from crm.calls.record import CallResult, segments
from crm.calls.search.store import calls
from crm.calls.store import timeline
from crm.customers.customer import CustomerDraft
from crm.customers.store import change_customer, customer_by_phone
from crm.hours.store import time_groups
from crm.kernel.errors import MissingError
from crm.number_lists.store import number_lists
from crm.people import store as people
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.satisfaction.score import ScoreFilter
from crm.satisfaction.store import sum_scores
from crm.sql.db import migrate
from crm.voicemail.boxes.store import boxes
from crm.voicemail.by_phone.store import new_messages_of
from crm.voicemail.message import MessageFilter, MessageState
from crm.voicemail.messages.store import messages
from cti.trunks.store import trunks
from cti.trunks.trunk import Trunk, endpoint_name
from ivr import store as ivr
from ivr.flow import NumberSettings
from web.kit.passwords import is_password
from web.kit.settings import Settings, load_settings
from web.ops.demo import content, removal, seed
from web.ops.demo.voicemail import PIN
from web.ops.setup.asterisk import demo_carrier_password


@pytest.fixture
def settings(empty_database_url: str, tmp_path: Path) -> Settings:
    migrate(empty_database_url)
    return load_settings(
        {
            "HOTLINE_HOME": str(tmp_path),
            "HOTLINE_DATABASE_URL": empty_database_url,
            "HOTLINE_DEMO": "1",
        }
    )


def opened(settings: Settings) -> Session:
    return Session(create_engine(settings.database_url))


def test_every_demo_account_signs_in_with_its_shown_password(settings: Settings) -> None:
    seed.install(settings)
    told = seed.accounts(settings)

    with opened(settings) as session:
        for account in told["accounts"]:
            user = people.user_by_login(session, account["login"])
            assert user is not None
            assert is_password(user.password_hash, account["password"])
            assert (user.role.key, user.name) == (account["role"], account["name"])
        secrets = {one.extension: one.sip_secret for one in acd.agents(session)}
    phones = {one["sip_user"]: one["sip_secret"] for one in told["accounts"] if one["sip_user"]}
    assert secrets == phones
    assert set(phones) == {"1001", "1002", "1003", "1004", "1010"}
    assert told["hotlines"][0]["number"] == "4008001234"


def test_the_accounts_are_for_the_owners_eyes_only(settings: Settings) -> None:
    seed.install(settings)

    file = settings.home / "demo-accounts.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text())["li.wei"]["password"] in "\n".join(seed.welcome(settings))


def test_the_demo_data_is_enough_for_the_first_call(settings: Settings) -> None:
    seed.install(settings)

    with opened(settings) as session:
        flows = {one.name: one.id for one in ivr.published_flows(session)}
        numbers = ivr.numbers_in_use(session)
        assert numbers["+864008001234"] == NumberSettings(flows[content.FLOW_NAME])
        members = {queue.key: len(queue.members) for queue in queue_store.queues(session)}
        assert members == {"operator": 3, "sales": 3, "support": 4}
        card = customer_by_phone(session, "+8613800138000")
        assert card is not None
        assert card.name == "王小明"
        assert "no answer" not in {one.key for one in acd.pause_reasons(session)}


def test_the_past_is_well_formed(settings: Settings) -> None:
    seed.install(settings)

    with opened(settings) as session:
        found = calls(session, CallFilter(direction="in"), limit=100).items
        results = {one.result for one in found}
        for one in found:
            assert one.ended_at is not None
            cut = segments(timeline(session, one.id), one.ended_at)
            length = (one.ended_at - one.started_at).total_seconds()
            spent = one.ivr_seconds + one.wait_seconds + one.talk_seconds + one.hold_seconds
            assert sum((s.ended_at - s.started_at).total_seconds() for s in cut) == pytest.approx(
                length
            )
            assert spent == pytest.approx(length)
    assert len(found) == 50
    assert results == {
        CallResult.ANSWERED,
        CallResult.ABANDONED,
        CallResult.LEFT,
        CallResult.VOICEMAIL,
        CallResult.FAX,
        CallResult.CALLBACK,
        CallResult.CALLBACK_FAILED,
    }


def test_messages_with_their_sound_are_in_two_voicemail_boxes(settings: Settings) -> None:
    seed.install(settings)

    with opened(settings) as session:
        (box,) = [one for one in boxes(session) if one.draft.agent is None]
        (own,) = [one for one in boxes(session) if one.draft.agent is not None]
        assert (own.messages, new_messages_of(session, own.draft.agent or 0)) == (1, 1)
        assert is_password(own.draft.pin_hash, PIN)
        new, handled = messages(session, MessageFilter(box=box.id)).items
        assert (box.messages, box.waiting) == (2, 1)
        assert (new.state, handled.state) == (MessageState.NEW, MessageState.HANDLED)
        for one in (new, handled):
            sound = soundfile.info(settings.messages_dir / f"{one.file}.wav")
            assert (sound.samplerate, sound.channels) == (8000, 1)
            assert sound.duration == pytest.approx(one.seconds, abs=0.1)
        assert removal.remove(session, settings)
        assert boxes(session) == []
        assert not (settings.messages_dir / f"{new.file}.wav").exists()


def test_the_past_tells_each_leg_and_why_an_agent_got_the_call(settings: Settings) -> None:
    seed.install(settings)

    with opened(settings) as session:
        for call in calls(session, CallFilter(direction="in"), limit=100).items:
            legs, decisions = legs_of(session, call.id), decisions_of(session, call.id)
            agents = [leg for leg in legs if leg.role == "agent"]
            assert [leg.role for leg in legs if leg not in agents] == ["customer"]
            assert [one.agent for one in decisions] == [leg.agent for leg in agents]
            assert all(leg.ended_at and leg.node and leg.called_number for leg in legs)
            assert all(leg.rang_at and leg.phone for leg in agents)
            assert sum(leg.talk_seconds for leg in agents) == pytest.approx(call.talk_seconds)


def test_the_past_has_calls_that_agents_made(settings: Settings) -> None:
    seed.install(settings)

    with opened(settings) as session:
        (trunk,) = trunks(session)
        wanted = CallFilter(direction="out", trunk=endpoint_name(trunk.id))
        found = calls(session, wanted, limit=100).items
        missed = [one for one in found if one.result is CallResult.UNANSWERED]
        assert {one.result for one in found} == {CallResult.ANSWERED, CallResult.UNANSWERED}
        assert {one.cause for one in missed} == {17, 19, 21}
        assert all(one.customer and one.agent and one.own_number for one in found)
        assert all((one.talk_seconds > 0) is (one not in missed) for one in found)
        for one in found:
            roles = [leg.role for leg in legs_of(session, one.id)]
            assert sorted(roles) == ["agent", "customer"]


def test_a_second_start_changes_nothing(settings: Settings) -> None:
    seed.install(settings)
    before = seed.accounts(settings), rows(settings)

    seed.install(settings)

    assert (seed.accounts(settings), rows(settings)) == before


def test_a_lost_file_means_new_passwords_and_the_same_telephones(settings: Settings) -> None:
    seed.install(settings)
    before = seed.accounts(settings)["accounts"][0]
    (settings.home / "demo-accounts.json").write_text("{}")

    seed.install(settings)
    after = seed.accounts(settings)["accounts"][0]

    assert before["password"] != after["password"]
    assert before["sip_secret"] == after["sip_secret"]
    with opened(settings) as session:
        user = people.user_by_login(session, after["login"])
        assert user is not None
        assert is_password(user.password_hash, after["password"])


def test_a_database_in_use_gets_no_demo_data(settings: Settings) -> None:
    with opened(settings) as session:
        people.add_user(session, NewUser("admin", "Mine", BuiltIn.ADMINISTRATOR, "mine"))
        session.commit()

    seed.install(settings)

    with opened(settings) as session:
        (user,) = people.users(session)
        assert user.password_hash == "mine"
    with pytest.raises(MissingError):
        seed.accounts(settings)
    assert seed.welcome(settings) == []


def test_without_the_demo_its_accounts_are_locked_until_it_runs_again(settings: Settings) -> None:
    seed.install(settings)
    before = seed.accounts(settings)["accounts"][0]

    assert seed.close(settings) == 6
    assert seed.close(settings) == 0

    with opened(settings) as session:
        assert not any(user.enabled or user.password_hash for user in people.users(session))
        assert not any(one.enabled for one in acd.agents(session))
    with pytest.raises(MissingError):
        seed.accounts(settings)
    seed.install(settings)
    after = seed.accounts(settings)["accounts"][0]
    with opened(settings) as session:
        user = people.user_by_login(session, after["login"])
        assert user is not None
        assert is_password(user.password_hash, after["password"])
        assert user.enabled
    assert before["password"] != after["password"]


def test_an_account_with_a_password_of_its_own_is_the_site_s_by_now(settings: Settings) -> None:
    seed.install(settings)
    with opened(settings) as session:
        admin = people.user_by_login(session, "admin")
        assert admin is not None
        people.set_password(session, admin.id, "mine", datetime(2026, 11, 30, tzinfo=UTC))
        session.commit()

    assert seed.close(settings) == 5
    seed.install(settings)

    with opened(settings) as session:
        kept = people.user_by_login(session, "admin")
        assert kept is not None
        assert (kept.enabled, kept.password_hash) == (True, "mine")


def test_a_removed_demo_leaves_queues_and_numbers_but_no_way_in(settings: Settings) -> None:
    seed.install(settings)
    with opened(settings) as session:
        changed = customer_by_phone(session, "+8613900139001")
        assert changed is not None
        change_customer(session, changed.id, CustomerDraft("李娜娜"), 1)
        assert removal.remove(session, settings) == 66
        session.commit()

    with opened(settings) as session:
        assert not any(user.enabled or user.password_hash for user in people.users(session))
        assert calls(session, CallFilter(), limit=1).items == ()
        assert customer_by_phone(session, "+8613800138000") is None
        assert len(queue_store.queues(session)) == 3
        assert ivr.numbers_in_use(session)
    left = rows(settings)
    assert (left["number_lists"], left["time_groups"]) == (0, 1)
    emptied = ("call_events", "call_legs", "call_agents", "decisions", "service_records")
    assert {table: left[table] for table in emptied} == dict.fromkeys(emptied, 0)
    assert left["customers"] == 1
    seed.install(settings)
    assert rows(settings) == left


def rows(settings: Settings) -> dict[str, int]:
    with opened(settings) as session:
        tables = session.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).scalars()
        return {
            table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            for table in tables.all()
        }


def test_the_demo_has_office_hours_and_number_lists(settings: Settings) -> None:
    seed.install(settings)

    with opened(settings) as session:
        (office,) = time_groups(session)
        lists = number_lists(session)
    assert office.holidays
    assert office.workdays
    assert {(one.draft.kind.value, one.active, one.waiting) for one in lists} == {
        ("black", 1, 1),
        ("vip", 1, 0),
    }


def demo_trunk(settings: Settings) -> Trunk | None:
    with opened(settings) as session:
        return next(iter(trunks(session)), None)


def test_the_demo_s_trunk_follows_the_ports_of_each_start(settings: Settings) -> None:
    seed.install(settings)
    moved = replace(settings, sip_port=5098)
    seed.install(moved)

    found = demo_trunk(settings)
    assert found is not None
    assert (found.host, found.port, found.inbound) == ("127.0.0.1", 5098, False)
    assert found.password == demo_carrier_password(settings)


def test_the_demo_s_trunk_is_inactive_while_the_demo_is_closed(settings: Settings) -> None:
    seed.install(settings)
    seed.close(settings)
    closed = demo_trunk(settings)
    seed.install(settings)
    again = demo_trunk(settings)

    assert closed is not None
    assert again is not None
    assert (closed.enabled, again.enabled) == (False, True)


def test_the_demo_s_trunk_goes_with_the_demo(settings: Settings) -> None:
    seed.install(settings)
    with opened(settings) as session, session.begin():
        removal.remove(session, settings)

    assert demo_trunk(settings) is None


def test_callers_of_the_demo_gave_scores(settings: Settings) -> None:
    seed.install(settings)

    with opened(settings) as session:
        told = sum_scores(session, ScoreFilter())
        assert 0 < told.responded < told.surveyed
        assert told.good
        assert told.low
        removal.remove(session, settings)
        assert sum_scores(session, ScoreFilter()).surveyed == 0
