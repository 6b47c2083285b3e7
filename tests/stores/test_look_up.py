"""The look-up of callers, on a connection kept for it."""

import pytest
from sqlalchemy import Engine, text

from crm.customers.customer import CustomerDraft
from crm.customers.store import add_customer
from crm.sql.db import connect, sessions
from cti.engine.records import Records

LI = "+8613800138000"


@pytest.fixture
def database(fresh_database_url):
    made = connect(fresh_database_url, pool_size=2, statement_timeout_ms=5000)
    yield made
    made.dispose()


def test_a_known_caller_is_found_and_an_unknown_one_is_not(database: Engine):
    with sessions(database).begin() as session:
        add_customer(session, CustomerDraft(name="Li", phones=(LI,)))
    records = Records(database, "CN")

    found = records.find_customer(LI)

    assert found is not None
    assert found.name == "Li"
    assert records.find_customer("+8613800138001") is None


def test_a_caller_is_found_after_the_database_cut_the_connection_that_was_kept(database: Engine):
    records = Records(database, "CN")
    records.find_customer(LI)
    with database.connect() as other:
        others = "FROM pg_stat_activity WHERE datname = current_database()"
        cut = f"SELECT pg_terminate_backend(pid) {others} AND pid <> pg_backend_pid()"
        other.execute(text(cut))

    assert records.find_customer(LI) is None


def test_a_flow_is_told_of_the_customer_earlier_calls_and_callbacks(database: Engine):
    with sessions(database).begin() as session:
        draft = CustomerDraft(name="王\n芳", company="Example", phones=(LI,))
        add_customer(session, draft)
    records = Records(database, "CN")

    assert records.about_caller(LI) == {
        "calls_before": "0",
        "callbacks_open": "0",
        "customer_name": "王 芳",
        "customer_level": "",
        "customer_category": "",
        "customer_status": "",
        "customer_company": "Example",
        "customer_owner": "",
    }
    assert records.about_caller("+8613800138001") == {"calls_before": "0", "callbacks_open": "0"}
