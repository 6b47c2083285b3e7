"""The supervisor: one process restarted on request, and logs that stay small."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from web.kit.settings import load_settings
from web.ops import control
from web.ops.children import Child, ChildState, ProcessPlan, rotate, tidy_log
from web.ops.cli.logs import find
from web.ops.control import SupervisorAwayError
from web.ops.logs import write_lines
from web.ops.restarts import Restartable, RestartResult, Restarts
from web.ops.setup.programs import Power
from web.ops.setup.steps import SetupError
from web.ops.supervisor import PARTS, _powers

SLEEPER = "import time\nprint('begun', flush=True)\ntime.sleep(60)"


def sleeper(folder: Path, name: str = "engine", code: str = SLEEPER) -> Child:
    return Child(
        ProcessPlan(name, (sys.executable, "-c", code), folder / f"{name}.log"), lambda: None
    )


async def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)


def run(story: Awaitable[None]) -> None:
    async def told() -> None:
        await story

    asyncio.run(told())


async def well() -> bool:
    return True


def test_a_restart_gives_another_process_and_is_no_crash(tmp_path: Path) -> None:
    async def story() -> None:
        child, restarts = sleeper(tmp_path), Restarts(lambda: None)
        restarts.know(Restartable(child, well))
        child.start()
        await until(lambda: child.pid)
        old = child.pid
        try:
            assert restarts.begin("engine") == {"ok": True}
            assert restarts.begin("engine")["ok"] is False  # one at a time
            await until(lambda: restarts.work and restarts.work.result is RestartResult.DONE)

            assert child.pid not in {0, old}
            assert (child.state, child.restarts) == (ChildState.RUNNING, 0)
        finally:
            await child.stop()

    run(story())


def test_a_process_that_will_not_end_is_killed_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.ops.children.STOP_SECONDS", 0.2)
    deaf = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SLEEPER

    async def story() -> None:
        child = sleeper(tmp_path, code=deaf)
        child.start()
        log = tmp_path / "engine.log"
        await until(lambda: log.exists() and "begun" in log.read_text())
        old = child.pid
        try:
            await child.restart()

            assert child.pid not in {0, old}
        finally:
            await child.stop()

    run(story())


def test_a_process_with_broken_new_sources_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.ops.children.SPARE_SECONDS", 0.5)
    source = tmp_path / "engine.py"
    source.write_text("import sys\nsys.stdin.readline()\n" + SLEEPER)
    plan = ProcessPlan("engine", (sys.executable, str(source)), tmp_path / "engine.log", spare=True)

    async def story() -> None:
        child, restarts = Child(plan, lambda: None), Restarts(lambda: None)
        restarts.know(Restartable(child, well))
        child.start()
        await until(lambda: plan.log.exists() and "begun" in plan.log.read_text())
        old = child.pid
        source.write_text("this is no Python")
        try:
            restarts.begin("engine")
            await until(lambda: restarts.work and restarts.work.result is RestartResult.FAILED)

            assert (child.pid, child.state, child.restarts) == (old, ChildState.RUNNING, 0)
        finally:
            await child.stop()

    run(story())


def test_a_process_that_does_not_come_back_is_reported_as_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.ops.restarts.START_SECONDS", 0.2)

    async def never() -> bool:
        return False

    async def story() -> None:
        child, restarts = sleeper(tmp_path), Restarts(lambda: None)
        restarts.know(Restartable(child, never))
        child.start()
        await until(lambda: child.pid)
        try:
            restarts.begin("engine")
            await until(lambda: restarts.work and restarts.work.result is RestartResult.FAILED)

            assert restarts.begin("engine") == {"ok": True}  # it may be tried again
        finally:
            await restarts.close()
            await child.stop()

    run(story())


def test_nginx_with_wrong_settings_is_not_touched(tmp_path: Path) -> None:
    def refuse() -> None:
        raise SetupError("nginx does not accept its configuration: unknown directive.")

    async def story() -> None:
        child, restarts = sleeper(tmp_path, "nginx"), Restarts(lambda: None)
        restarts.know(Restartable(child, well, refuse))
        child.start()
        await until(lambda: child.pid)
        old = child.pid
        try:
            restarts.begin("nginx")
            await until(lambda: restarts.work and restarts.work.result is RestartResult.FAILED)

            assert restarts.work
            assert "unknown directive" in restarts.work.why
            assert child.pid == old
        finally:
            await child.stop()

    run(story())


def test_nginx_reads_its_settings_again_without_ending(tmp_path: Path) -> None:
    code = "import signal\nsignal.signal(signal.SIGHUP, lambda *_: print('read', flush=True))\n"
    code += "print('begun', flush=True)\nwhile True: signal.pause()"

    async def story() -> None:
        child, restarts = sleeper(tmp_path, "nginx", code), Restarts(lambda: None)
        restarts.know(Restartable(child, well, lambda: None))
        child.start()
        log = tmp_path / "nginx.log"
        await until(lambda: log.exists() and "begun" in log.read_text())
        old = child.pid
        try:
            restarts.begin("nginx")
            await until(lambda: "read" in log.read_text())

            assert child.pid == old
        finally:
            await child.stop()

    run(story())


def test_an_unknown_service_is_refused() -> None:
    answer = Restarts(lambda: None).begin("postgres")

    assert answer["ok"] is False
    assert answer["name"] == "postgres"


def test_the_socket_is_its_owners_alone_and_survives_nonsense(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"

    async def do(asked: Any) -> dict[str, Any]:
        return {"ok": True, "heard": asked["do"]}

    async def story() -> None:
        server = await control.listen(path, do)
        mode = path.stat().st_mode & 0o777
        for nonsense in (b"\n", b"{\n", b"[1]\n", b"x" * 100_000):
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(nonsense)
            writer.write_eof()
            await reader.read()
            writer.close()
        answer = await asyncio.to_thread(control.ask, path, "status")
        server.close()

        assert mode == 0o600
        assert answer == {"ok": True, "heard": "status"}

    run(story())


def test_without_a_supervisor_a_request_fails_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SupervisorAwayError):
        control.ask(tmp_path / "nobody.sock", "status")


def test_a_large_log_is_begun_anew_while_it_is_written_and_few_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    with path.open("ab", buffering=0) as written:
        for number in range(9):
            written.write(f"line {number}\n".encode() * 100)
            tidy_log(path, largest=500)
        written.write(b"last\n")

    assert path.read_text() == "last\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "web.log",
        *(f"web.log.{number}" for number in range(1, 6)),
    ]
    assert (tmp_path / "web.log.1").read_text().startswith("line 8")
    assert (tmp_path / "web.log.5").read_text().startswith("line 4")


def test_a_small_log_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("short\n")
    tidy_log(tmp_path / "a.log")
    tidy_log(tmp_path / "none.log")
    rotate(tmp_path / "none.log")

    assert [one.name for one in tmp_path.iterdir()] == ["a.log"]


def test_all_lines_of_a_call_are_found_in_every_processs_log(tmp_path: Path) -> None:
    lines = {
        "engine.log": [{"event": "an order failed", "call": "n-1.5", "timestamp": "2"}],
        "engine.log.1": [{"event": "refused", "call": "n-1.5", "timestamp": "1"}],
        "web.log": [
            {"event": "request", "call": "n-1.5", "timestamp": "3", "request": "abc"},
            {"event": "request", "call": "n-1.6", "timestamp": "4", "level": "error"},
        ],
    }
    for name, told in lines.items():
        (tmp_path / name).write_text("not JSON\n" + "".join(json.dumps(o) + "\n" for o in told))
    found = list(find(tmp_path, {"call": "n-1.5", "request": "", "level": ""}))

    assert sorted((one["process"], one["timestamp"]) for one in found) == [
        ("engine", "1"),
        ("engine", "2"),
        ("web", "3"),
    ]
    assert [o["timestamp"] for o in find(tmp_path, {"level": "error"})] == ["4"]
    assert [o["timestamp"] for o in find(tmp_path, {"request": "abc"})] == ["3"]


def test_a_log_line_is_json_with_its_ids(tmp_path: Path) -> None:
    before = structlog.get_config()
    try:
        write_lines(tmp_path / "x.log")
        with structlog.contextvars.bound_contextvars(request="r1"):
            structlog.get_logger().info("a sentence", call="c1", name="王小明")
    finally:
        structlog.configure(**before)
    line = json.loads((tmp_path / "x.log").read_text())

    assert (line["event"], line["call"], line["request"]) == ("a sentence", "c1", "r1")
    assert line["level"] == "info"
    assert "王小明" in (tmp_path / "x.log").read_text()


def test_a_child_is_not_restarted_while_it_is_being_started(tmp_path: Path) -> None:
    async def story() -> None:
        child = sleeper(tmp_path)
        await child.restart()

        assert child.pid == 0

    run(story())


TELLER = """
import time
said = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(int(said["CapEff"], 16), int(said["CapBnd"], 16), said["NoNewPrivs"].strip(), flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has powers to drop")
@pytest.mark.parametrize("kept", [frozenset({Power.LOW_PORT}), frozenset[Power]()])
def test_a_process_that_root_starts_keeps_only_the_powers_it_needs(
    tmp_path: Path, kept: frozenset[Power]
) -> None:
    log = tmp_path / "engine.log"
    plan = ProcessPlan("engine", (sys.executable, "-c", TELLER), log, powers=kept)

    async def story() -> None:
        child = Child(plan, lambda: None)
        child.start()
        try:
            await until(lambda: log.exists() and log.read_text())
        finally:
            await child.stop()

    run(story())

    most = sum(1 << power for power in kept)
    effective, bounding, no_new = map(int, log.read_text().split())
    assert effective & ~most == 0
    assert (bounding & ~most, no_new) == (0, 1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has powers to drop")
def test_only_nginx_may_change_its_user_and_nobody_reads_any_file(tmp_path: Path) -> None:
    settings = load_settings({"HOTLINE_HOME": str(tmp_path)})
    powers = {name: _powers(settings, name) for name in PARTS}

    assert powers["postgres"] is None  # it drops them itself
    for name in ("asterisk", "engine", "web", "jobs", "ledger"):
        assert powers[name] == {Power.LOW_PORT}
    assert powers["nginx"] == {Power.LOW_PORT, Power.USER, Power.GROUP}
    tmp_path.chmod(0o700)
    os.chown(tmp_path, 12345, 12345)
    assert Power.ANY_FILE in (_powers(settings, "web") or ())
