"""A caller leaves a message on a real Asterisk, with the engine killed while they speak."""

import time

import pytest
from asterisk.deaths import kill_the_engine
from asterisk.phones import only, read_wav, wait_until
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import Session

from crm.kernel.destination import Destination, DestinationKind
from crm.sql.db import notify
from crm.voicemail.models import VoicemailBoxRow, VoicemailRow
from cti.routes.rule import RouteId, RouteRule
from cti.routes.store import RouteSettings, add_route, remove_route

CALLER = 440
NUMBER = "4008007777"


@pytest.fixture
def database(trade):
    engine = create_engine(trade.installation.database_url())
    yield engine
    engine.dispose()


@pytest.fixture
def box(database):
    """A box, and a number that leads to it."""
    with Session(database) as session, session.begin():
        made = insert(VoicemailBoxRow).values(name="Night", most_seconds=30)
        box = session.scalars(made.returning(VoicemailBoxRow.id)).one()
        notify(session, f"voicemail_boxes:{box}")
        to = Destination(DestinationKind.VOICEMAIL, str(box))
        route = add_route(
            session, RouteSettings(RouteRule(RouteId(0), "Night", to, called=f"+86{NUMBER}"))
        )
    time.sleep(1)  # the engine reads both
    yield box
    with Session(database) as session, session.begin():
        remove_route(session, route)


def test_a_message_is_kept_though_the_engine_is_killed_while_it_is_left(trade, database, box):
    caller = trade.caller(tone=CALLER).dial(NUMBER)
    caller.reaches("voicemail")
    wait_until(lambda: hears(trade) == "message", 15, "the greeting is over")
    kill_the_engine(trade)
    caller.reaches("voicemail")
    time.sleep(2)
    caller.hangs_up()

    (row,) = wait_until(lambda: messages(database, box), 10, "the message is in its box")
    assert row.seconds > 2
    assert row.caller.endswith(caller.number)
    state = trade.installation.home / "asterisk" / "spool" / "recording"
    samples, rate = read_wav(state / f"{row.file}.wav")
    assert only(CALLER)(samples[0][-rate:], rate)
    assert caller.record()["result"] == "voicemail"
    trade.becomes_quiet()


def hears(trade):
    (call,) = trade.live_calls()
    return call["legs"][0]["placement"]


def messages(database, box):
    with Session(database) as session:
        return session.scalars(select(VoicemailRow).where(VoicemailRow.box_id == box)).all()
