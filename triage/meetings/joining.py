"""Planning and starting a meeting, joining it by its link, the room screen, the minutes."""

from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from triage.accounts.signing_in import current_user, signed_in
from triage.boards.models import Board
from triage.database import db
from triage.meetings.access import Seat, link_token, meeting_by_link
from triage.meetings.attendance import Attendance, average_worth, renew_link
from triage.meetings.drafts import GuestDraft, PlanDraft
from triage.meetings.minutes import minutes_of
from triage.meetings.models import Meeting, Status
from triage.meetings.room import Room
from triage.meetings.views import bp
from triage.refusal import Refused
from triage.teams.access import may, reach
from triage.teams.roles import MEMBER
from triage.web.pages import again, changed, page, see_other


@bp.get("/boards/<int:board_id>/meetings")
@signed_in
def index(board_id: int) -> ResponseReturnValue:
    board = reach(Board, board_id)
    return page("meetings/index.html", form={}, **_index(board))


@bp.post("/boards/<int:board_id>/meetings")
@signed_in
def start(board_id: int) -> ResponseReturnValue:
    """Start one now, or plan one for `planned_for`. While one is live, whoever starts another is brought to it."""
    board = reach(Board, board_id, MEMBER)
    try:
        planned_for = PlanDraft.read(request.form).planned_for
        if planned_for is not None:
            moment = planned_for if planned_for.tzinfo else planned_for.replace(tzinfo=ZoneInfo(board.team.time_zone))
            Meeting.plan(board, moment, by=current_user)
            db.session.commit()
            return see_other(url_for("meetings.index", board_id=board.id))
        meeting = Meeting.live_on(board) or Meeting.start(board, by=current_user)
    except Refused as refusal:
        # Above both forms: which of them was pressed does not matter.
        return again("meetings/index.html", Refused(refusal.sentence), **_index(board))
    db.session.commit()
    return see_other(url_for("meetings.show", meeting_id=meeting.id))


@bp.post("/meetings/<int:meeting_id>/beginning")
@signed_in
def begin(meeting_id: int) -> ResponseReturnValue:
    """Whoever presses it second is brought to the meeting that the first has begun."""
    meeting = reach(Meeting, meeting_id, MEMBER)
    if not meeting.is_live:
        meeting.begin(by=current_user)
    db.session.commit()
    return see_other(url_for("meetings.show", meeting_id=meeting.id))


@bp.post("/meetings/<int:meeting_id>/cancelling")
@signed_in
def cancel(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    meeting.cancel(by=current_user)
    db.session.commit()
    return see_other(url_for("meetings.index", board_id=meeting.board_id))


@bp.get("/meetings/<int:meeting_id>/screen")
@signed_in
def screen(meeting_id: int) -> ResponseReturnValue:
    """For the wall: big, read-only, and with nobody's ballots or dots on it, whoever shows it."""
    meeting = reach(Meeting, meeting_id)
    if not meeting.is_live:
        return see_other(url_for("meetings.show", meeting_id=meeting.id))
    # Observers see the wall; the link makes voters, and is for those who may bring them in.
    link = url_for("meetings.join_form", token=link_token(meeting), _external=True) if may(MEMBER) else ""
    room = Room(meeting, Seat.SCREEN)
    return page("meetings/screen.html", room=room, board=meeting.board, join_url=link, qr=_qr(link) if link else "")


@bp.post("/meetings/<int:meeting_id>/link")
@signed_in
def renew(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    renew_link(meeting, by=current_user)
    db.session.commit()
    return changed(url_for("meetings.show", meeting_id=meeting.id))


@bp.get("/join/<token>")
def join_form(token: str) -> ResponseReturnValue:
    """By the code on the wall: members go straight in, others give a name."""
    meeting = meeting_by_link(token)
    if _is_in(meeting):
        return see_other(url_for("meetings.show", meeting_id=meeting.id))
    return page("meetings/join.html", meeting=meeting, board=meeting.board, form={}, Draft=GuestDraft)


@bp.post("/join/<token>")
def join(token: str) -> ResponseReturnValue:
    meeting = meeting_by_link(token)
    if not _is_in(meeting):
        try:
            name = GuestDraft.read(request.form).name
            _guest, secret = Attendance.come_as_guest(meeting, name)
        except Refused as refusal:
            return again("meetings/join.html", refusal, meeting=meeting, board=meeting.board, Draft=GuestDraft)
        db.session.commit()
        session["guest"] = {str(meeting.id): secret}
    return see_other(url_for("meetings.show", meeting_id=meeting.id))


@bp.get("/meetings/<int:meeting_id>/minutes")
@signed_in
def minutes(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id)
    return page("meetings/minutes.html", meeting=meeting, board=meeting.board, minutes=minutes_of(meeting))


@bp.get("/meetings/<int:meeting_id>/minutes.md")
@signed_in
def minutes_md(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id)
    return Response(minutes_of(meeting).markdown(), mimetype="text/markdown")


def _index(board: Board) -> dict[str, Any]:
    meetings = db.session.scalars(select(Meeting).where(Meeting.board_id == board.id).order_by(Meeting.id.desc())).all()
    return {
        "board": board,
        "live": Meeting.live_on(board),
        "planned": sorted((one for one in meetings if one.status is Status.PLANNED), key=lambda one: one.planned_for),
        "past": [one for one in meetings if one.is_closed],
        "worth": average_worth(board),
        "Draft": PlanDraft,
    }


def _is_in(meeting: Meeting) -> bool:
    """Is the visitor a member of the meeting's team, or its guest already?"""
    if current_user.is_authenticated:
        return meeting.board.team.has(current_user)
    token = session.get("guest", {}).get(str(meeting.id))
    return bool(token and Attendance.by_token(meeting.id, token))


def _qr(link: str) -> Markup:
    """The link as a picture that scales, in the colours of the page."""
    svg = segno.make(link, micro=False).svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 - drawn by the library from our own address
