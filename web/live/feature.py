"""The manifest of the live state: the link to the engine, and the subscriptions."""

from fastapi import FastAPI

from web.kit.database_changes import DatabaseChanges
from web.kit.feature import Feature
from web.kit.openapi import ApiTag
from web.live import sockets, stream_api
from web.live.context import LiveContext, set_up_live
from web.live.json_schema import json_schemas
from web.live.lamps import keep_showing
from web.live.ringing import keep_telling
from web.live.subscriptions import send_figures, wake_floors


async def _run_link(app: FastAPI) -> None:
    live: LiveContext = app.state.live
    await live.link.run()


async def _nudge_desks(app: FastAPI) -> None:
    live: LiveContext = app.state.live
    await send_figures(live.mirror)


async def _wake_floors(app: FastAPI) -> None:
    live: LiveContext = app.state.live
    await wake_floors(live.mirror)


async def _tell_ringing(app: FastAPI) -> None:
    live: LiveContext = app.state.live
    await keep_telling(live.mirror, live.sockets)


async def _show_lamps(app: FastAPI) -> None:
    live: LiveContext = app.state.live
    await keep_showing(live.mirror, live.sockets)


async def _check_rights_again(app: FastAPI, changes: DatabaseChanges) -> None:
    """Have subscriptions read again what they may see when their user, session or rights change."""
    live: LiveContext = app.state.live
    everybody = changes.touch("roles", "user_groups")
    people = changes.of("users")
    # The session of a token has the token's id, negated.
    sessions = changes.of("sessions") | {-token for token in changes.of("api_tokens")}
    for one in live.sockets.of():
        if everybody or one.session in sessions or one.seen.who.user.id in people:
            one.doubt()


FEATURE = Feature(
    name="live",
    order=10,
    api=(stream_api.router,),
    plain=(sockets.router,),
    tags={"live": ApiTag("Live", "What is alive at this moment.")},
    examples={"boot": "19af3c"},
    schemas=json_schemas(),
    set_up=set_up_live,
    tasks=(_run_link, _nudge_desks, _wake_floors, _tell_ringing, _show_lamps),
    on_change=_check_rights_again,
)
