"""The demo's fax: two pages from a customer, and the call in which they came."""

from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.calls.store import keep_events
from crm.customers.customer import Customer
from crm.faxes.store import keep_faxes
from web.kit.settings import Settings
from web.ops.demo.past_calls import NAMED, NODE

CALL = CallId(f"{NAMED}fax")
FILE = "demo-fax-1"
AGO = timedelta(hours=20)
SIZE = (1728, 2200)  # of a page, in the pixels of a fax
PAGES = (
    "ORDER 20261129-07\n\n12 x filter cartridge FC-20\n 4 x pump seal PS-3\n\nPlease confirm.",
    "DELIVERY ADDRESS\n\nGate 3, Building B\nIndustrial Park East",
)


def add_demo_fax(
    session: Session, settings: Settings, called: str, customer: Customer, now: datetime
) -> None:
    """Add the fax with its file."""
    _write(settings)
    events = _events(called, customer, now - AGO)
    keep_events(session, events)
    keep_faxes(session, events)


def remove_demo_fax_file(settings: Settings) -> None:
    """Remove the file; the row goes with the call."""
    _path(settings).unlink(missing_ok=True)


def _path(settings: Settings) -> Path:
    return settings.messages_dir / "fax" / f"{FILE}.tiff"


def _write(settings: Settings) -> None:
    first, *others = map(_page, PAGES)
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    first.save(path, save_all=True, append_images=others, compression="group4", dpi=(204.0, 196.0))


def _page(text: str) -> Image.Image:
    page = Image.new("1", SIZE, 1)
    drawn = ImageDraw.Draw(page)
    drawn.text((160, 200), text, fill=0, font_size=56, spacing=24)
    return page


def _events(called: str, customer: Customer, began: datetime) -> list[CallEvent]:
    caller = customer.draft.phones[0]
    arrived: Detail = {"caller": caller, "called": called, "direction": "in", "via": "trunk"}
    leg: Detail = {"leg": CALL, "role": "customer", "caller": caller, "called": called}
    fax: Detail = {"file": FILE, "pages": len(PAGES), "station": "+86 21 6123 4599"}
    lines: list[tuple[float, Kind, Detail]] = [
        (0, Kind.ARRIVED, arrived),
        (0, Kind.LEG_BEGAN, {**leg, "node": NODE}),
        (0.1, Kind.ANSWERED, {}),
        (0.1, Kind.LEG_ANSWERED, {"leg": CALL}),
        (0.1, Kind.CUSTOMER, {"customer": customer.id, "name": customer.draft.name}),
        (0.2, Kind.FAX, {"file": FILE}),
        (62, Kind.FAX_RECEIVED, fax),
        (62, Kind.ENDED, {"by": "caller", "cause": 16}),
        (62, Kind.LEG_ENDED, {"leg": CALL, "cause": 16}),
    ]
    return [
        CallEvent(FactId(f"{CALL}/{number}"), CALL, began + timedelta(seconds=at), kind, detail)
        for number, (at, kind, detail) in enumerate(lines)
    ]
