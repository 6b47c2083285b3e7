"""A fax over a real line: sent by another Asterisk, received by ours, with the engine killed."""

import secrets
import tempfile
import time

import pytest
from asterisk.fax_machine import FaxMachine, make_tiff
from asterisk.phones import wait_until
from asterisk.test_hand_over import kill_the_engine
from PIL import Image

NUMBER = "4008005555"
SECONDS = 150.0  # for two pages at 9,600 bits a second


@pytest.fixture
def machine(trade):
    # A console's socket has a short path: not pytest's own folder.
    with (
        tempfile.TemporaryDirectory(prefix="hl-fax-") as folder,
        FaxMachine(folder, trade.installation) as made,
    ):
        yield made


@pytest.fixture
def line(trade):
    """A number that leads to the fax."""
    admin = trade.installation.api("admin")
    name = f"Fax {secrets.token_hex(4)}"
    route = admin.post("/routes", {"name": name, "called": NUMBER, "destination": "fax"})
    time.sleep(1)  # the engine reads it
    yield admin
    admin.delete(f"/routes/{route['id']}")


def newest(admin, before):
    items = admin.get("/faxes")["items"]
    return items[0] if items and items[0]["id"] != before else None


@pytest.mark.parametrize("killed", [pytest.param(False, marks=pytest.mark.long), True])
def test_a_fax_arrives_whole_with_or_without_an_engine(trade, machine, line, tmp_path, killed):
    items = line.get("/faxes")["items"]
    before = items[0]["id"] if items else 0
    make_tiff(tmp_path / "sent.tiff", 2)
    machine.send(NUMBER, tmp_path / "sent.tiff")
    wait_until(lambda: stages(trade) == ["fax"], 20, lambda: f"the fax begins {machine.told()}")
    if killed:
        kill_the_engine(trade)
    fax = wait_until(
        lambda: newest(line, before), SECONDS, lambda: f"the fax arrives: {machine.told()}"
    )

    assert (fax["state"], fax["pages"], fax["why"]) == ("received", 2, "")
    (tiff,) = (trade.installation.home / "asterisk/spool/recording/fax").glob(
        f"{fax['call'].replace('.', '-')}*.tiff"
    )
    assert Image.open(tiff).n_frames == 2
    wait_until(
        lambda: line.get(f"/calls/{fax['call']}")["result"] == "fax", 20, "the record says so"
    )
    trade.becomes_quiet()


def stages(trade):
    return [call["state"] for call in trade.live()["calls"]]
