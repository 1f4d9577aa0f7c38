"""What people do in a triage, beside what they do in every room (rooms/views.py)."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.boards.models import Board
from triage.commitments.models import Commitment
from triage.database import db
from triage.events.models import Event
from triage.events.undo import undo
from triage.items.models import Item
from triage.meetings import focus, votes
from triage.meetings.drafts import BallotDraft, FocusDraft, NothingDraft, PostponeDraft, UndoDraft
from triage.meetings.models import Meeting
from triage.refusal import Refused
from triage.rooms.access import enter
from triage.rooms.calendar import begin_or_plan, calendar
from triage.rooms.drafts import DotDraft
from triage.rooms.models import Ritual
from triage.rooms.views import done, open_rooms, own
from triage.teams.access import LARGEST_ID, reach
from triage.teams.roles import MEMBER
from triage.web.pages import ask, ask_again, page

bp = Blueprint("meetings", __name__)
open_rooms(Meeting, bp)


@bp.get("/boards/<int:board_id>/meetings")
@signed_in
def index(board_id: int) -> ResponseReturnValue:
    board = reach(Board, board_id)
    return page("meetings/index.html", form={}, board=board, **calendar(Meeting, board))


@bp.post("/boards/<int:board_id>/meetings")
@signed_in
def start(board_id: int) -> ResponseReturnValue:
    board = reach(Board, board_id, MEMBER)
    return begin_or_plan(Meeting, board, request.form, "meetings/index.html", {"board": board})


# The chair's


@bp.post("/meetings/<int:meeting_id>/focus", endpoint="focus")
@signed_in
def move_focus(meeting_id: int) -> ResponseReturnValue:
    meeting, draft = reach(Meeting, meeting_id, MEMBER), FocusDraft.read(request.form)
    if draft.item is not None:
        focus.go_to(meeting, draft.item, by=current_user)
    else:
        focus.step(meeting, draft.step or "next", draft.seen, by=current_user)
    return done(meeting)


@bp.post("/meetings/<int:meeting_id>/postponements")
@signed_in
def postpone(meeting_id: int) -> ResponseReturnValue:
    meeting, draft = reach(Meeting, meeting_id, MEMBER), PostponeDraft.read(request.form)
    if draft.commitment is not None:
        meeting.postpone_verdict(reach(Commitment, draft.commitment, MEMBER), by=current_user)
    else:
        meeting.postpone_exit(reach(Item, draft.item or 0, MEMBER), by=current_user)
    return done(meeting)


# Everybody's


@bp.post("/meetings/<int:meeting_id>/ballots")
def ballots(meeting_id: int) -> ResponseReturnValue:
    visitor, draft = enter(Meeting, meeting_id), BallotDraft.read(request.form)
    item = _item_of(visitor.ritual, draft.item)
    votes.cast_ballot(visitor.voter(), item, draft.category)
    db.session.commit()
    return own(visitor, "meetings/balloted.html", item=item)


@bp.post("/meetings/<int:meeting_id>/dots")
def dots(meeting_id: int) -> ResponseReturnValue:
    visitor, draft = enter(Meeting, meeting_id), DotDraft.read(request.form)
    if draft.add is not None:
        votes.add_dot(visitor.voter(), item := _item_of(visitor.ritual, draft.add))
    else:
        votes.take_dot(visitor.voter(), item := _item_of(visitor.ritual, draft.take or 0))
    db.session.commit()
    return own(visitor, "rooms/dotted.html", id=item.id, called=item)


@bp.post("/meetings/<int:meeting_id>/undo", endpoint="undo")
@signed_in
def undo_event(meeting_id: int) -> ResponseReturnValue:
    """Take back what anybody did to the board in this meeting."""
    meeting = reach(Meeting, meeting_id, MEMBER)
    meeting.must_be_live()
    event = db.session.get(Event, UndoDraft.read(request.form).event)
    if event is None or event.board_id != meeting.board_id or (event.version or 0) < meeting.first_version:
        raise Refused("This was not done in this meeting, so it is not undone here.")
    undo(event, by=current_user)
    return done(meeting)


@bp.get("/meetings/<int:meeting_id>/nothing")
@signed_in
def nothing_form(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    form = {"why": meeting.nothing_why}
    return ask("meetings/nothing.html", meeting=meeting, board=meeting.board, form=form, Draft=NothingDraft)


@bp.post("/meetings/<int:meeting_id>/nothing")
@signed_in
def nothing(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    try:
        meeting.commit_to_nothing(NothingDraft.read(request.form).why, by=current_user)
    except Refused as refusal:
        return ask_again("meetings/nothing.html", refusal, meeting=meeting, board=meeting.board, Draft=NothingDraft)
    return done(meeting)


def _item_of(meeting: Ritual, item_id: int) -> Item:
    item = db.session.get(Item, item_id) if item_id <= LARGEST_ID else None
    if item is None or item.board_id != meeting.home.id:
        raise Refused("This item is not on the meeting's board.")
    return item
