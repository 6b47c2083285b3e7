"""The page on which a supervisor limits an agent's calls out."""

from fastapi import APIRouter, Request, Response

from web.kit.bodies import IdPath
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, save
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.outbound import limits
from web.outbound.api import Limiter
from web.outbound.shapes import LimitBody, LimitShape
from web.people.limits import typed_end

router = APIRouter(prefix="/agents")


@router.get("/{agent}/outbound-limit")
def limit_page(request: Request, agent: IdPath, who: Limiter) -> Response:
    """Show an agent's limit."""
    with context_of(request).database.begin() as session:
        shape = limits.show_limit(session, who, agent)
    return _show(request, shape, _form(reader_of(request), shape))


@router.post("/{agent}/outbound-limit")
def set_limit(request: Request, agent: IdPath, who: Limiter, sent: SentForm) -> Response:
    """Change an agent's limit, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = limits.show_limit(session, who, agent)
        form = _form(reader, shape)

        def write() -> None:
            limits.set_limit(session, request, who, agent, read_body(LimitBody, sent))

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(request, shape, form, outcome.status)
    return done(f"/agents/{agent}/outbound-limit", N_("Saved. The next call follows it."))


def _form(reader: Reader, shape: LimitShape) -> Form:
    until = typed_end(shape.until, reader)
    return Form(
        f"/agents/{shape.agent.id}/outbound-limit",
        fields_of(LimitBody, reader, {"limit": shape.limit, "until": until}, {}),
        version=etag_of(shape),
        name="limit",
    )


def _show(request: Request, shape: LimitShape, form: Form, status: int = 200) -> Response:
    shown = {"agent": shape.agent, "form": form}
    return context_of(request).pages.page(request, "outbound-limit.html", shown, status=status)
