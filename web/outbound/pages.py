"""The pages of outbound rules: the list in its order, the form, and the tester."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from web.kit.bodies import IdPath
from web.kit.editing import NotSaved, save, saved
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm, blame
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.outbound import actions, testing
from web.outbound.api import RuleManager
from web.outbound.forms import RuleFormParts, read_rule, rule_form, test_form
from web.outbound.listing import OUTBOUND_RULES
from web.outbound.shapes import DialAnswer, DialTest, RuleShape
from web.outbound.words import CLASSES, SYSTEM

router = APIRouter(prefix="/outbound-rules")

add_export(router, OUTBOUND_RULES)


@router.get("")
def rules_page(request: Request, who: RuleManager) -> Response:
    """List the rules in their order."""
    say = reader_of(request).gettext
    links = [
        {"url": "/outbound-rules/test", "label": say(N_("Test")), "icon": "activity"},
        {"url": "/dialling-stops", "label": say(N_("Stopped outbound calls")), "icon": "lock"},
    ]
    return list_page(request, who, OUTBOUND_RULES, shown={"links": links})


@router.get("/new")
def new_rule(
    request: Request, _who: RuleManager, copy: Annotated[int | None, Query(ge=1, lt=2**63)] = None
) -> Response:
    """Show the form for a new rule; `copy` fills it with the settings of another one."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        copied = actions.show_rule(session, reader, copy) if copy else None
        parts = rule_form(session, reader, None, copied=copied)
    return _show(request, None, parts)


@router.get("/test")
def tester_page(request: Request, _who: RuleManager) -> Response:
    """Show the tester; with a number in the address also its answer."""
    asked = {name: request.query_params.get(name, "")[:40] for name in ("agent", "number")}
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form, status, answer = test_form(session, reader, asked, SYSTEM), 200, None
        if asked["number"].strip() or asked["agent"]:
            try:
                answer = _answer(session, request, asked)
            except (InvalidError, ValidationError) as error:
                status = blame(form, reader, error)
    shown = {"form": form, "answer": answer, "kind": _kind(answer, reader)}
    return context_of(request).pages.page(request, "outbound-test.html", shown, status=status)


@router.post("")
def add_rule(request: Request, who: RuleManager, sent: SentForm) -> Response:
    """Add a rule behind the others."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        parts = rule_form(session, reader, None)

        def write() -> int:
            return actions.make_rule(session, request, who, read_rule(sent))

        made = save(session, reader, parts.form, sent, write)
        if isinstance(made, NotSaved):
            return _show(request, None, parts, made.status)
    return saved(f"/outbound-rules/{made}")


@router.get("/{rule}")
def rule_page(request: Request, rule: IdPath, _who: RuleManager) -> Response:
    """Show a rule's form."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_rule(session, reader, rule)
        parts = rule_form(session, reader, shape)
    return _show(request, shape, parts)


@router.post("/{rule}")
def change_rule(request: Request, rule: IdPath, who: RuleManager, sent: SentForm) -> Response:
    """Change a rule, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        before = actions.show_rule(session, reader, rule)
        parts = rule_form(session, reader, before)

        def write() -> None:
            actions.write_rule(session, request, who, rule, read_rule(sent))

        outcome = save(session, reader, parts.form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(request, before, parts, outcome.status)
    return saved(f"/outbound-rules/{rule}")


@router.post("/{rule}/move")
def move_rule(request: Request, rule: IdPath, who: RuleManager, sent: SentForm) -> Response:
    """Move a rule up or down by one place."""
    with context_of(request).database.begin() as session:
        actions.move(session, request, who, rule, -1 if sent.one("do") == "up" else 1)
    return done("/outbound-rules", N_("Saved."))


@router.post("/{rule}/delete")
def delete_rule(request: Request, rule: IdPath, who: RuleManager) -> Response:
    """Delete a rule."""
    with context_of(request).database.begin() as session:
        actions.remove_rule(session, request, who, rule)
    return done("/outbound-rules", N_("Outbound rule deleted."))


def _answer(session: Session, request: Request, asked: Mapping[str, str]) -> DialAnswer:
    agent = asked["agent"] or None
    body = DialTest.model_validate({"number": asked["number"].strip(), "agent": agent})
    return testing.test(session, request, body)


def _kind(answer: DialAnswer | None, reader: Reader) -> str:
    kind = answer.number_class if answer else None
    return reader.gettext(CLASSES[kind]) if kind else ""


def _show(
    request: Request, shape: RuleShape | None, parts: RuleFormParts, status: int = 200
) -> Response:
    shown = {"rule": shape, "parts": parts, "form": parts.form}
    return context_of(request).pages.page(request, "outbound-rule.html", shown, status=status)
