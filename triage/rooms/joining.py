"""Coming into a room: its page, beginning what was planned, the screen on the wall, and the link for guests."""

import segno
from flask import Blueprint, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from triage.accounts.signing_in import current_user, signed_in
from triage.database import db
from triage.refusal import Refused
from triage.rooms.access import Seat, enter, link_token, ritual_by_link, was_guest
from triage.rooms.addresses import address
from triage.rooms.attendance import Attendance, renew_link
from triage.rooms.drafts import GuestDraft
from triage.rooms.models import Ritual, Status
from triage.rooms.room import Room
from triage.rooms.views import room_page, route
from triage.teams.access import may, reach
from triage.teams.roles import MEMBER
from triage.web import htmx
from triage.web.pages import again, changed, page, see_other

bp = Blueprint("rooms", __name__)


@route("GET", "")
def show(kind: type[Ritual], id: int) -> ResponseReturnValue:
    if was_guest(kind, id) and not current_user.is_authenticated:
        return see_other(request.path) if htmx.is_htmx() else page("rooms/over.html", kind=kind)
    visitor = enter(kind, id)
    if visitor.ritual.status is Status.PLANNED:
        return page("rooms/planned.html", ritual=visitor.ritual)
    if visitor.ritual.is_closed:
        return see_other(address(visitor.ritual, "minutes"))
    return room_page(visitor)


@route("POST", "/beginning")
@signed_in
def begin(kind: type[Ritual], id: int) -> ResponseReturnValue:
    """Whoever presses it second is brought to the room that the first has opened."""
    ritual = reach(kind, id, MEMBER)
    if not ritual.is_live:
        ritual.begin(by=current_user)
    db.session.commit()
    return see_other(address(ritual))


@route("POST", "/cancelling")
@signed_in
def cancel(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id, MEMBER)
    ritual.cancel(by=current_user)
    db.session.commit()
    return see_other(Room.kinds[kind].all_of(ritual.home))


@route("GET", "/screen")
@signed_in
def screen(kind: type[Ritual], id: int) -> ResponseReturnValue:
    """For the wall: big, read-only, and with nothing private of anybody on it, whoever shows it."""
    ritual = reach(kind, id)
    if not ritual.is_live:
        return see_other(address(ritual))
    # Observers see the wall; the link makes voters, and is for those who may bring them in.
    link = url_for("rooms.join_form", token=link_token(ritual), _external=True) if may(MEMBER) else ""
    room = Room.of(ritual, Seat.SCREEN)
    return page("rooms/screen.html", room=room, join_url=link, qr=_qr(link) if link else "")


@route("POST", "/link")
@signed_in
def renew(kind: type[Ritual], id: int) -> ResponseReturnValue:
    ritual = reach(kind, id, MEMBER)
    renew_link(ritual, by=current_user)
    db.session.commit()
    return changed(address(ritual))


@bp.get("/join/<token>")
def join_form(token: str) -> ResponseReturnValue:
    """By the code on the wall: members go straight in, others give a name."""
    ritual = ritual_by_link(token)
    if _is_in(ritual):
        return see_other(address(ritual))
    return page("rooms/join.html", ritual=ritual, form={}, Draft=GuestDraft)


@bp.post("/join/<token>")
def join(token: str) -> ResponseReturnValue:
    ritual = ritual_by_link(token)
    if not _is_in(ritual):
        try:
            name = GuestDraft.read(request.form).name
            _guest, secret = Attendance.come_as_guest(ritual, name)
        except Refused as refusal:
            return again("rooms/join.html", refusal, ritual=ritual, Draft=GuestDraft)
        db.session.commit()
        session["guest"] = {str(ritual.id): secret}
    return see_other(address(ritual))


def _is_in(ritual: Ritual) -> bool:
    """Is the visitor a member of its team, or its guest already?"""
    if current_user.is_authenticated:
        return ritual.team.has(current_user)
    token = session.get("guest", {}).get(str(ritual.id))
    return bool(token and Attendance.by_token(ritual.id, token))


def _qr(link: str) -> Markup:
    """The link as a picture that scales, in the colours of the page."""
    svg = segno.make(link, micro=False).svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 - drawn by the library from our own address
