"""The web's end of the engine's socket, against an engine without telephones."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from unit.web import fake_engine as fake

from crm.kernel.errors import ConflictError, InvalidError, MissingError
from web.kit.errors import EngineAwayError
from web.live.engine_link import EngineLink, error_of
from web.live.mirror import Mirror


@pytest.fixture
def path() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hl-link-") as folder:
        yield Path(folder) / "engine.sock"


@pytest.fixture
def engine(path: Path) -> Iterator[fake.FakeEngine]:
    made = fake.FakeEngine(path, [fake.agent(7), fake.engine()])
    made.start()
    yield made
    made.end()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the other side does it
            await asyncio.sleep(0.005)


def with_link(path: Path, talk: Callable[[EngineLink], Awaitable[None]]) -> None:
    async def run() -> None:
        link = EngineLink(path, Mirror(), answer_seconds=0.3)
        task = asyncio.create_task(link.run())
        try:
            await talk(link)
        finally:
            task.cancel()

    asyncio.run(run())


def test_the_mirror_follows_the_engine(path: Path, engine: fake.FakeEngine) -> None:
    async def talk(link: EngineLink) -> None:
        await until(lambda: not link.away)
        engine.change(fake.call("c1", 7))
        await until(lambda: link.mirror.value("call", "c1") is not None)

    with_link(path, talk)


@pytest.mark.usefixtures("engine")
def test_an_answer_goes_to_its_request(path: Path) -> None:
    async def talk(link: EngineLink) -> None:
        await until(lambda: not link.away)
        first, second = await asyncio.gather(
            link.ask("signin", agent=7, phone="browser"), link.ask("guest")
        )
        assert first["sip"]["user"] == "w1001"
        assert second["numbers"] == ["4008001234"]

    with_link(path, talk)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("conflict", ConflictError), ("missing", MissingError), ("away", EngineAwayError)],
)
def test_a_refusal_becomes_its_error(
    path: Path, engine: fake.FakeEngine, kind: str, expected: type[Exception]
) -> None:
    error = {"type": kind, "sentence": "Agent {agent} talks.", "values": {"agent": 7}}
    engine.answers["hold"] = {"ok": False, "error": error}

    async def talk(link: EngineLink) -> None:
        await until(lambda: not link.away)
        with pytest.raises(expected):
            await link.ask("hold", agent=7, call="c1")

    with_link(path, talk)


def test_a_silent_engine_counts_as_away(path: Path, engine: fake.FakeEngine) -> None:
    engine.silent = True

    async def talk(link: EngineLink) -> None:
        await until(lambda: not link.away)
        with pytest.raises(EngineAwayError):
            await link.ask("state", agent=7)

    with_link(path, talk)


def test_without_an_engine_every_question_is_answered_at_once(path: Path) -> None:
    async def talk(link: EngineLink) -> None:
        with pytest.raises(EngineAwayError):
            await link.ask("state", agent=7)

    with_link(path, talk)


def test_the_link_is_made_again(path: Path, engine: fake.FakeEngine) -> None:
    async def talk(link: EngineLink) -> None:
        await until(lambda: not link.away)
        engine.stop()
        await until(lambda: link.away)
        engine.start()
        await until(lambda: not link.away)
        assert await link.ask("guest")

    with_link(path, talk)


def test_a_gap_in_the_numbers_brings_a_new_snapshot(path: Path, engine: fake.FakeEngine) -> None:
    async def talk(link: EngineLink) -> None:
        await until(lambda: not link.away)
        engine.change(fake.call("lost", 7), gap=3)
        await until(lambda: link.mirror.value("call", "lost") is not None)
        await until(lambda: not link.away)

    with_link(path, talk)


@pytest.mark.parametrize("values", [{}, {"sentence": "x"}, {"agent": 7, "field": "f"}])
def test_an_error_sentence_is_shown_whatever_its_placeholders(values: dict[str, object]) -> None:
    assert "agent" in str(error_of(InvalidError, "No {agent} agent.", values))
