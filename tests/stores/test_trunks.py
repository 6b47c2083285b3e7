"""Trunks in the database."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from unit.cti.trunks.lines import CARRIER, PROVIDER

from crm.kernel.errors import ConflictError, InvalidError, MissingError, TakenError
from cti.trunks.store import (
    add_trunk,
    change_trunk,
    delete_trunk,
    live_trunks,
    trunk,
    trunk_to_change,
)
from cti.trunks.trunk import Codec, Transport, TrunkId


def test_a_trunk_comes_back_as_it_was_added(session: Session) -> None:
    wanted = replace(
        PROVIDER,
        name="往返",
        transport=Transport.TLS,
        addresses=("10.0.0.0/8", "192.0.2.9"),
        codecs=(Codec.OPUS, Codec.ALAW),
        forbidden_is_next=True,
    )
    made = add_trunk(session, wanted)

    assert made == replace(wanted, id=made.id)
    assert live_trunks(session)[made.id] == made
    assert trunk_to_change(session, made.id) == made


def test_a_change_replaces_everything(session: Session) -> None:
    made = add_trunk(session, replace(CARRIER, name="before"))
    changed = change_trunk(session, replace(PROVIDER, id=made.id, name="after"))

    assert changed == replace(PROVIDER, id=made.id, name="after")


def test_names_are_unique_and_the_transaction_goes_on(session: Session) -> None:
    first = add_trunk(session, replace(CARRIER, name="one"))
    second = add_trunk(session, replace(CARRIER, name="two"))

    with pytest.raises(TakenError):
        add_trunk(session, replace(CARRIER, name=" one "))
    with pytest.raises(TakenError):
        change_trunk(session, replace(second, name="one"))
    assert trunk(session, first.id).name == "one"


def test_wrong_settings_are_refused(session: Session) -> None:
    with pytest.raises(InvalidError):
        add_trunk(session, replace(CARRIER, name="wrong", host="a b"))


def test_a_deleted_trunk_is_missing(session: Session) -> None:
    made = add_trunk(session, replace(CARRIER, name="gone"))
    delete_trunk(session, made)

    for ask in (trunk, trunk_to_change):
        with pytest.raises(MissingError):
            ask(session, made.id)
    with pytest.raises(MissingError):
        delete_trunk(session, made)
    with pytest.raises(MissingError):
        change_trunk(session, replace(made, id=TrunkId(made.id)))


def test_a_trunk_that_something_uses_is_not_deleted(session: Session) -> None:
    made = add_trunk(session, replace(CARRIER, name="used"))
    session.execute(
        text(
            "CREATE FUNCTION pg_temp.used() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE foreign_key_violation; END $$"
        )
    )
    session.execute(
        text(
            "CREATE TRIGGER used BEFORE DELETE ON trunks FOR EACH ROW "
            "EXECUTE FUNCTION pg_temp.used()"
        )
    )

    with pytest.raises(ConflictError, match="used"):
        delete_trunk(session, made)
    assert trunk(session, made.id) == made
