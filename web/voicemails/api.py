"""The API of voicemails: listed, heard, assigned, handled and removed."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse

from crm.people.person import SignedIn
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.voicemails import actions
from web.voicemails.listing import VOICEMAILS
from web.voicemails.shapes import CareChange, VoicemailDetail, VoicemailShapes
from web.voicemails.sound import find_sound, mp3_of, remove_sounds
from web.voicemails.views import HEARERS, version_of

router = APIRouter(prefix="/voicemails")
Hearer = Annotated[SignedIn, Depends(needs(*HEARERS))]


@router.get("")
def list_voicemails(
    request: Request, query: Annotated[ListQuery, Depends(asked(VOICEMAILS))]
) -> VoicemailShapes:
    """List voicemails, newest first: those in one's own box, and as far as the permission goes."""
    return answer_page(request, VOICEMAILS, query, VoicemailShapes)


@router.get("/{voicemail}")
def read_voicemail(
    request: Request, response: Response, voicemail: IdPath, who: Hearer
) -> VoicemailDetail:
    """Show a voicemail; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        shape = actions.show_message(session, request, who, voicemail)
    response.headers["ETag"] = version_of(shape)
    return shape


@router.get("/{voicemail}/sound", response_class=Response)
def read_sound(
    request: Request,
    voicemail: IdPath,
    who: Hearer,
    form: Annotated[Literal["wav", "mp3"], Query(alias="format")] = "wav",
) -> Response:
    """Give the sound of a voicemail. Byte ranges are understood; each playback is logged."""
    context = context_of(request)
    with context.database.begin() as session:
        found = actions.find_message(session, who, voicemail)
        path = find_sound(context.settings, found.file)
        actions.note_playback(session, request, who, found)
    name = f"voicemail-{found.id}.{form}"
    if form == "mp3":
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(mp3_of(path), media_type="audio/mpeg", headers=headers)
    return FileResponse(
        path, media_type="audio/wav", filename=name, content_disposition_type="inline"
    )


@router.patch("/{voicemail}")
def change_voicemail(
    request: Request, response: Response, voicemail: IdPath, body: CareChange, who: Hearer
) -> VoicemailDetail:
    """Assign a voicemail, mark it as handled, or note something about it."""
    with context_of(request).database.begin() as session:
        known = actions.lock_message(session, who, voicemail)
        check_match(request, version_of(actions.show_message(session, request, who, voicemail)))
        actions.write_care(session, request, who, known, body)
        # Who gives away what was assigned to them may not see it any more.
        shape = actions.show_known(session, request, voicemail)
    response.headers["ETag"] = version_of(shape)
    return shape


@router.delete("/{voicemail}", status_code=204)
def delete_voicemail(request: Request, voicemail: IdPath, who: Hearer) -> None:
    """Remove a voicemail with its sound."""
    context = context_of(request)
    with context.database.begin() as session:
        actions.find_message(session, who, voicemail)
        files = actions.remove(session, request, who, [voicemail])
    remove_sounds(context.settings, files)
