"""Trunks as pages and API show them: settings, present states, results of tests."""

from datetime import datetime
from typing import Any, cast

from starlette.datastructures import State

from cti.core import live
from cti.trunks.answers import meaning_of_sip
from cti.trunks.probe import ProbeResult
from cti.trunks.state import TrunkLamp, TrunkTrouble
from cti.trunks.trunk import Trunk
from web.kit.i18n import Reader
from web.live.context import LiveContext
from web.live.schema import ItemKind
from web.trunks.shapes import StepShape, TestShape, TrunkLine, TrunkShape, TrunkStateShape
from web.trunks.words import RESULTS, TROUBLES


def show_settings(trunk: Trunk) -> TrunkShape:
    """Show the settings of a trunk."""
    said: dict[str, Any] = {
        name: getattr(trunk, name)
        for name in TrunkShape.model_fields
        if name not in {"active", "has_password", "addresses", "codecs"}
    }
    return TrunkShape(
        **said,
        active=trunk.enabled,
        has_password=bool(trunk.password),
        addresses=list(trunk.addresses),
        codecs=list(trunk.codecs),
    )


def show_line(trunk: Trunk, state: State, reader: Reader) -> TrunkLine:
    """Show a trunk in the list; `state` is that of the app."""
    return TrunkLine(
        id=trunk.id,
        name=trunk.name,
        host=trunk.host,
        port=trunk.port,
        transport=trunk.transport,
        max_channels=trunk.max_channels,
        active=trunk.enabled,
        now=show_state(trunk, state, reader),
    )


def show_state(trunk: Trunk, state: State, reader: Reader) -> TrunkStateShape:
    """Show how a trunk is now; unknown while the engine is away."""
    shared: LiveContext = state.live
    found = None if shared.mirror.away else shared.mirror.value(ItemKind.TRUNK, trunk.id)
    if found is None:
        lamp = TrunkLamp.UNKNOWN if trunk.enabled else TrunkLamp.OFF
        return TrunkStateShape(state=lamp, since=None, channels=0, error="", error_at=None)
    value = cast("live.TrunkValue", found)
    at = value["error_at"]
    return TrunkStateShape(
        state=_lamp(value["state"]),
        since=datetime.fromisoformat(value["since"]),
        channels=value["channels"],
        error=error_of(value, reader),
        error_at=datetime.fromisoformat(at) if at else None,
    )


def error_of(value: live.TrunkValue, reader: Reader) -> str:
    """Say a trunk's last error; "" without one."""
    sentence, detail = TROUBLES.get(value["error"], ""), value["error_detail"]
    if value["error"] == TrunkTrouble.CALL:
        status = int(detail) if detail.isdigit() else 0
        return reader.say(sentence, detail=detail, meaning=reader.gettext(meaning_of_sip(status)))
    return reader.say(sentence, detail=detail) if sentence else ""


def show_test(result: ProbeResult, reader: Reader) -> TestShape:
    """Show the result of a test."""
    return TestShape(
        verdict=result.verdict,
        sentence=reader.gettext(RESULTS[result.verdict]),
        steps=[
            StepShape(
                step=one.step,
                verdict=one.verdict,
                # Only a name that was resolved has a place in its sentence.
                sentence=reader.say(one.sentence, address=one.raw),
                raw=one.raw,
                milliseconds=one.milliseconds,
            )
            for one in result.steps
        ],
    )


def _lamp(word: str) -> TrunkLamp:
    """Read a state; one of a newer engine is unknown."""
    return TrunkLamp(word) if word in set(TrunkLamp) else TrunkLamp.UNKNOWN
