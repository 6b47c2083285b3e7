"""The API of outbound rules, their tester, and agents' own limits."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.outbound import actions, limits, testing
from web.outbound.listing import OUTBOUND_RULES
from web.outbound.shapes import (
    DialAnswer,
    DialTest,
    LimitBody,
    LimitShape,
    RuleBody,
    RuleChange,
    RuleOrder,
    RuleShape,
    RuleShapes,
)

router = APIRouter()
RuleManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]
Limiter = Annotated[SignedIn, Depends(needs(Right.OUTBOUND_LIMIT))]


@router.get("/outbound-rules")
def list_rules(
    request: Request, query: Annotated[ListQuery, Depends(asked(OUTBOUND_RULES))]
) -> RuleShapes:
    """List the outbound rules in their order; the first one that applies decides."""
    return answer_page(request, OUTBOUND_RULES, query, RuleShapes)


@router.put("/outbound-rules/order")
def order_rules(request: Request, body: RuleOrder, who: RuleManager) -> RuleShapes:
    """Put the rules into another order; name each of them once."""
    with context_of(request).database.begin() as session:
        actions.order(session, request, who, body.keys)
        return RuleShapes(items=actions.show_rules(session, reader_of(request)), next=None)


@router.post("/outbound-rules/test")
def run_test(request: Request, body: DialTest, _who: RuleManager) -> DialAnswer:
    """Say whether an agent may dial a number, by which rule, and how; nothing is dialed."""
    with context_of(request).database.begin() as session:
        return testing.test(session, request, body)


@router.post("/outbound-rules", status_code=201)
def add_rule(request: Request, response: Response, body: RuleBody, who: RuleManager) -> RuleShape:
    """Add a rule behind the others."""
    with context_of(request).database.begin() as session:
        made = actions.make_rule(session, request, who, body)
        shape = actions.show_rule(session, reader_of(request), made)
    show_tag(request, response, actions.version_of(shape))
    return shape


@router.get("/outbound-rules/{rule}")
def read_rule(request: Request, response: Response, rule: IdPath, _who: RuleManager) -> RuleShape:
    """Show a rule; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        shape = actions.show_rule(session, reader_of(request), rule)
    show_tag(request, response, actions.version_of(shape))
    return shape


@router.put("/outbound-rules/{rule}")
def replace_rule(
    request: Request, response: Response, rule: IdPath, body: RuleBody, who: RuleManager
) -> RuleShape:
    """Replace a rule's settings; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        before = actions.show_rule(session, reader_of(request), rule)
        check_match(request, etag_of(actions.version_of(before)))
        actions.write_rule(session, request, who, rule, body)
        shape = actions.show_rule(session, reader_of(request), rule)
    show_tag(request, response, actions.version_of(shape))
    return shape


@router.patch("/outbound-rules/{rule}")
def change_rule(
    request: Request, response: Response, rule: IdPath, body: RuleChange, who: RuleManager
) -> RuleShape:
    """Change the given fields of a rule; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        before = actions.show_rule(session, reader_of(request), rule)
        check_match(request, etag_of(actions.version_of(before)))
        actions.write_rule(session, request, who, rule, actions.changed_body(before, body))
        shape = actions.show_rule(session, reader_of(request), rule)
    show_tag(request, response, actions.version_of(shape))
    return shape


@router.delete("/outbound-rules/{rule}", status_code=204)
def delete_rule(request: Request, rule: IdPath, who: RuleManager) -> None:
    """Delete a rule."""
    with context_of(request).database.begin() as session:
        before = actions.show_rule(session, reader_of(request), rule)
        check_match(request, etag_of(actions.version_of(before)))
        actions.remove_rule(session, request, who, rule)


@router.get("/agents/{agent}/outbound-limit")
def read_limit(request: Request, agent: IdPath, who: Limiter) -> LimitShape:
    """Show how far an agent within your reach may dial out."""
    with context_of(request).database.begin() as session:
        return limits.show_limit(session, who, agent)


@router.post("/agents/{agent}/outbound-limit")
def set_limit(request: Request, agent: IdPath, body: LimitBody, who: Limiter) -> LimitShape:
    """Limit how far an agent within your reach may dial out, perhaps until a time."""
    with context_of(request).database.begin() as session:
        limits.set_limit(session, request, who, agent, body)
        return limits.show_limit(session, who, agent)
