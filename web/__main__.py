"""The command line: `hotline up` and the processes that it starts."""

import argparse
import importlib
import json
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from crm.kernel.errors import HotlineError
from web.kit.settings import BadSettingError, Settings, load_settings
from web.ops.setup.steps import SetupError


def main(words: Sequence[str] | None = None) -> int:
    """Carry out one command; give the exit code. Errors that a user can fix become one sentence."""
    asked = _parser().parse_args(words)
    # What a library finds outdated concerns developers, not the one who starts Hotline.
    logging.captureWarnings(capture=True)
    try:
        return COMMANDS[asked.command](load_settings(as_running=asked.command != "up"), asked)
    except (BadSettingError, SetupError) as error:
        print(f"Hotline: {error}", file=sys.stderr)
        return 1
    except HotlineError as error:
        print(f"Hotline: {error.sentence.format(**error.values)}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno == 28:  # noqa: PLR2004 - ENOSPC
            print("Hotline: the disk is full. Make room and start again.", file=sys.stderr)
            return 1
        raise
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hotline", description="A contact center around Asterisk."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start everything in the foreground")
    up.add_argument("--without", default="", help="parts not to start, by comma (developers)")
    commands.add_parser("engine", help="decides all calls (started by up)")
    commands.add_parser("ledger", help="takes facts to the database (started by up)")
    commands.add_parser("web", help="pages and API (started by up)")
    commands.add_parser("jobs", help="repeated and queued jobs (started by up)")
    commands.add_parser("migrate", help="bring the database's tables up to date")
    restart = commands.add_parser("restart", help="restart one service of a running Hotline")
    restart.add_argument("name", help="engine, ledger, web, jobs, asterisk, or nginx")
    commands.add_parser("status", help="the running services, as JSON")
    logs = commands.add_parser("logs", help="lines of all logs, in order of time")
    logs.add_argument("--call", default="", help="only lines about this call")
    logs.add_argument("--request", default="", help="only lines of this web request")
    logs.add_argument("--level", default="", help="only this level: info, warning, error")
    _add_keeping(commands)
    commands.add_parser("doctor", help="check each part and say what is wrong")
    demo = commands.add_parser("demo", help="the demonstration: list its accounts, or remove it")
    demo.add_argument("what", choices=["accounts", "remove"])
    demo.add_argument("--json", action="store_true", help="for programs")
    simulate = commands.add_parser("simulate", help="play a staffing scenario; no call is made")
    simulate.add_argument("file", type=Path, nargs="?", help="a JSON file: see docs/simulator.md")
    simulate.add_argument("--runs", type=int, default=10, help="how often it is played")
    simulate.add_argument("--seed", type=int, default=1, help="of chance: the same gives the same")
    simulate.add_argument("--json", action="store_true", help="for programs")
    simulate.add_argument("--schema", action="store_true", help="the JSON schema of such files")
    flow = commands.add_parser("flow", help="run the tests of call flows; no call is made")
    flow.add_argument("what", choices=["test"])
    flow.add_argument("file", type=Path, nargs="?", help="a flow with its tests, as exported")
    flow.add_argument("--flow", type=int, help="test as a draft of the flow with this number")
    commands.add_parser("prompts", help="record the standard prompts anew (developers)")
    administrator = commands.add_parser("administrator", help="make a user an administrator")
    administrator.add_argument("login", help="the username; a new user is added")
    administrator.add_argument("--name", default="", help="the name of a new user")
    administrator.add_argument(
        "--link", action="store_true", help="print a one-time link instead of asking a password"
    )
    token = commands.add_parser("token", help="access to the API")
    token.add_argument("words", nargs=argparse.REMAINDER)
    return parser


def _add_keeping(commands: Any) -> None:
    """Add the commands for backups, restores and releases."""
    backup = commands.add_parser("backup", help="write everything to a file; calls go on")
    backup.add_argument("file", type=Path, help="a name that ends in .tar or .tar.gz")
    backup.add_argument("--encrypt", action="store_true", help="with a passphrase (asked for)")
    backup.add_argument("--to", default="", help="encrypt for a public key, age1…")
    restore = commands.add_parser("restore", help="restore a backup; Hotline must not run")
    restore.add_argument("file", type=Path)
    restore.add_argument("--replace", action="store_true", help="even if there is data here")
    restore.add_argument("--key", type=Path, help="the key file, if it was encrypted for a key")
    commands.add_parser("backups", help="list the backups in the home")
    key = commands.add_parser("backup-key", help="make a key pair for encrypted backups")
    key.add_argument("file", type=Path, help="where to write it; keep it apart from the backups")
    commands.add_parser("upgrade", help="back up and migrate; Hotline must not run")
    rollback = commands.add_parser("rollback", help="take the database back to an older release")
    rollback.add_argument("--to", default="", help="the release; by default the one before")
    revision = commands.add_parser("revision", help="draft a migration (developers)")
    revision.add_argument("message")


def _up(settings: Settings, asked: argparse.Namespace) -> int:
    from web.ops.supervisor import PARTS, up

    without = frozenset(filter(None, asked.without.split(",")))
    if unknown := without - set(PARTS):
        raise BadSettingError(f"There is no part named {', '.join(sorted(unknown))}.")
    return up(settings, without)


def _show_logs(settings: Settings, asked: argparse.Namespace) -> int:
    wanted = {"call": asked.call, "request": asked.request, "level": asked.level}
    return _run("web.ops.cli.logs:show", settings.log_dir, wanted)


def _demo(settings: Settings, asked: argparse.Namespace) -> int:
    if asked.what == "remove":
        return _run("web.ops.demo.removal:command", settings)
    from web.ops.demo.seed import accounts, welcome

    if asked.json:
        print(json.dumps(accounts(settings), ensure_ascii=False, indent=1, default=str))
    else:
        print("\n".join(welcome(settings)))
    return 0


def _run(place: str, *arguments: object, **options: object) -> int:
    """Import a module and call its function; no return value means exit code 0."""
    module, function = place.split(":")
    code = getattr(importlib.import_module(module), function)(*arguments, **options)
    return code if isinstance(code, int) else 0


COMMANDS: Mapping[str, Callable[[Settings, argparse.Namespace], int]] = {
    "up": _up,
    "doctor": lambda settings, _: _run("web.ops.doctor:examine", settings),
    "web": lambda settings, _: _run("web.ops.web_process:run", settings),
    "engine": lambda settings, _: _run("web.ops.engine_process:run", settings),
    "ledger": lambda settings, _: _run("web.ops.ledger_process:run", settings),
    "jobs": lambda settings, _: _run("web.ops.jobs_process:run", settings),
    "migrate": lambda settings, _: _run("crm.sql.db:migrate", settings.database_url),
    "restart": lambda settings, asked: _run("web.ops.cli.services:restart", settings, asked.name),
    "status": lambda settings, _: _run("web.ops.cli.services:show_status", settings),
    "logs": _show_logs,
    "backup": lambda settings, asked: _run(
        "web.ops.cli.backup:command_back_up",
        settings,
        asked.file,
        asked.to,
        encrypt=asked.encrypt,
    ),
    "restore": lambda settings, asked: _run(
        "web.ops.cli.backup:command_restore",
        settings,
        asked.file,
        asked.key,
        replace=asked.replace,
    ),
    "backups": lambda settings, _: _run("web.ops.cli.backup:command_list", settings),
    "backup-key": lambda settings, asked: _run(
        "web.ops.cli.backup:command_new_key", settings, asked.file
    ),
    "upgrade": lambda settings, _: _run("web.ops.upgrade:command_upgrade", settings),
    "rollback": lambda settings, asked: _run(
        "web.ops.upgrade:command_roll_back", settings, asked.to
    ),
    "revision": lambda settings, asked: _run("web.ops.cli.services:draft", settings, asked.message),
    "demo": _demo,
    "prompts": lambda settings, _: _run("web.ops.cli.prompts:command", settings),
    "simulate": lambda _, asked: _run(
        "web.simulations.command:command",
        asked.file,
        runs=asked.runs,
        seed=asked.seed,
        as_json=asked.json,
        schema=asked.schema,
    ),
    "flow": lambda settings, asked: _run(
        "web.flow_tests.command:command", settings, asked.file, asked.flow
    ),
    "administrator": lambda settings, asked: _run(
        "web.ops.cli.administrator:command", settings, asked.login, asked.name, link=asked.link
    ),
    "token": lambda settings, asked: _run("web.kit.tokens:command", settings, asked.words),
}
"""What each command does. A command imports only what it needs: the modules are named as text."""


if __name__ == "__main__":
    sys.exit(main())
