"""The room: its page, and one noun for each thing that its people do in it. Beginning and joining are beside it."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from triage.accounts.signing_in import current_user, signed_in
from triage.columns.cards import columns
from triage.commitments.models import Commitment
from triage.database import db, reading
from triage.events.models import Event
from triage.events.undo import undo
from triage.items.models import Item
from triage.meetings import focus, votes
from triage.meetings.access import Visitor, enter, was_guest
from triage.meetings.agenda import Phase
from triage.meetings.drafts import (
    BallotDraft,
    BudgetDraft,
    DotDraft,
    FocusDraft,
    NothingDraft,
    PostponeDraft,
    PulseDraft,
    ReadyDraft,
    TimerDraft,
    TurnDraft,
    UndoDraft,
)
from triage.meetings.models import Meeting, Status
from triage.meetings.room import Room
from triage.refusal import Refused, Stale
from triage.teams.access import LARGEST_ID, reach
from triage.teams.roles import MEMBER
from triage.web import htmx
from triage.web.errors import refused
from triage.web.pages import ask, ask_again, changed, page, see_other

bp = Blueprint("meetings", __name__)

# What version of the board an answer shows: static/js/room-versions.js puts answers and the stream in order by it.
VERSION = "Triage-Version"


@bp.get("/meetings/<int:meeting_id>")
def show(meeting_id: int) -> ResponseReturnValue:
    if was_guest(meeting_id) and not current_user.is_authenticated:
        return see_other(request.path) if htmx.is_htmx() else page("meetings/over.html")
    visitor = enter(meeting_id)
    if visitor.meeting.status is Status.PLANNED:
        return page("meetings/planned.html", meeting=visitor.meeting, board=visitor.meeting.board)
    if visitor.meeting.is_closed:
        return see_other(_minutes(visitor.meeting))
    return _room(visitor)


# The chair's


@bp.post("/meetings/<int:meeting_id>/phase")
@signed_in
def turn(meeting_id: int) -> ResponseReturnValue:
    """On to the next phase (`turn` is the one the chair saw), or back to an earlier one (`back`)."""
    meeting, draft = reach(Meeting, meeting_id, MEMBER), TurnDraft.read(request.form)
    if draft.back is None:
        meeting.advance(seen=_seen(draft), by=current_user)
    else:
        to = draft.to or (meeting.phase.earlier or (Phase.REVIEW,))[-1]
        meeting.go_back(to, seen=draft.back, by=current_user)
    return _done(meeting)


@bp.post("/meetings/<int:meeting_id>/reveal")
@signed_in
def reveal(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    unveil = votes.reveal_dots if meeting.phase is Phase.VOTE else votes.reveal_ballots
    unveil(meeting, seen=_seen(TurnDraft.read(request.form)), by=current_user)
    return _done(meeting)


@bp.post("/meetings/<int:meeting_id>/chair")
@signed_in
def chair(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    meeting.take_chair(by=current_user)
    return _done(meeting)


@bp.post("/meetings/<int:meeting_id>/timer")
@signed_in
def timer(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    meeting.extend(int(TimerDraft.read(request.form).minutes), by=current_user)
    return _done(meeting)


@bp.post("/meetings/<int:meeting_id>/focus", endpoint="focus")
@signed_in
def move_focus(meeting_id: int) -> ResponseReturnValue:
    meeting, draft = reach(Meeting, meeting_id, MEMBER), FocusDraft.read(request.form)
    if draft.item is not None:
        focus.go_to(meeting, draft.item, by=current_user)
    else:
        focus.step(meeting, draft.step or "next", draft.seen, by=current_user)
    return _done(meeting)


@bp.post("/meetings/<int:meeting_id>/postponements")
@signed_in
def postpone(meeting_id: int) -> ResponseReturnValue:
    meeting, draft = reach(Meeting, meeting_id, MEMBER), PostponeDraft.read(request.form)
    if draft.commitment is not None:
        meeting.postpone_verdict(reach(Commitment, draft.commitment, MEMBER), by=current_user)
    else:
        meeting.postpone_exit(reach(Item, draft.item or 0, MEMBER), by=current_user)
    return _done(meeting)


@bp.get("/meetings/<int:meeting_id>/budget")
@signed_in
def budget_form(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    form = {"dots": meeting.dots, "dots_per_item": meeting.dots_per_item}
    return ask("meetings/budget.html", meeting=meeting, board=meeting.board, form=form, Draft=BudgetDraft)


@bp.post("/meetings/<int:meeting_id>/budget")
@signed_in
def budget(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    try:
        draft = BudgetDraft.read(request.form)
        votes.change_budget(meeting, draft.dots, draft.dots_per_item, by=current_user)
    except Stale:
        raise
    except Refused as refusal:
        return ask_again("meetings/budget.html", refusal, meeting=meeting, board=meeting.board, Draft=BudgetDraft)
    return _done(meeting)


@bp.post("/meetings/<int:meeting_id>/closing")
@signed_in
def close(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    meeting.close(seen=_seen(TurnDraft.read(request.form)), by=current_user)
    db.session.commit()
    return see_other(_minutes(meeting))


@bp.post("/meetings/<int:meeting_id>/reopening")
@signed_in
def reopen(meeting_id: int) -> ResponseReturnValue:
    meeting = reach(Meeting, meeting_id, MEMBER)
    meeting.reopen(by=current_user)
    db.session.commit()
    return see_other(url_for("meetings.show", meeting_id=meeting.id))


# Everybody's


@bp.post("/meetings/<int:meeting_id>/ballots")
def ballots(meeting_id: int) -> ResponseReturnValue:
    visitor, draft = enter(meeting_id), BallotDraft.read(request.form)
    item = _item_of(visitor.meeting, draft.item)
    votes.cast_ballot(visitor.voter(), item, draft.category)
    db.session.commit()
    return _own(visitor, "meetings/balloted.html", item)


@bp.post("/meetings/<int:meeting_id>/dots")
def dots(meeting_id: int) -> ResponseReturnValue:
    visitor, draft = enter(meeting_id), DotDraft.read(request.form)
    if draft.add is not None:
        votes.add_dot(visitor.voter(), item := _item_of(visitor.meeting, draft.add))
    else:
        votes.take_dot(visitor.voter(), item := _item_of(visitor.meeting, draft.take or 0))
    db.session.commit()
    return _own(visitor, "meetings/dotted.html", item)


@bp.post("/meetings/<int:meeting_id>/ready")
def ready(meeting_id: int) -> ResponseReturnValue:
    visitor, draft = enter(meeting_id), ReadyDraft.read(request.form)
    visitor.present().be_ready(draft.ready, seen=draft.turn)
    return _done(visitor.meeting)


@bp.post("/meetings/<int:meeting_id>/pulse")
def pulse(meeting_id: int) -> ResponseReturnValue:
    visitor, draft = enter(meeting_id), PulseDraft.read(request.form)
    visitor.present().rate_worth(draft.worth)
    return _done(visitor.meeting)


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
    return _done(meeting)


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
    return _done(meeting)


@bp.errorhandler(Stale)
def stale(refusal: Stale) -> ResponseReturnValue:
    """The loser of a race sees the room as it is now, and one line about it."""
    db.session.rollback()
    meeting_id = (request.view_args or {}).get("meeting_id")
    if meeting_id is None:
        return refused(refusal)
    with reading():
        visitor = enter(meeting_id)
        if visitor.meeting.is_closed:
            return see_other(url_for("meetings.show", meeting_id=meeting_id))
        return _room(visitor, 409, region="meeting", stale=refusal.sentence)


def _room(visitor: Visitor, status: int = 200, *, region: str = "", stale: str = "") -> Response:
    meeting = visitor.meeting
    response = page(
        "meetings/room.html",
        status,
        region=region,
        room=Room(meeting, visitor.seat, visitor.attendance),
        board=meeting.board,
        columns=columns(meeting.board) if meeting.phase is Phase.SORT else [],
        stale=stale,
    )
    response.headers[VERSION] = str(meeting.board.version)
    return htmx.into(response, "#meeting", "outerMorph") if stale and htmx.is_htmx() else response


def _own(visitor: Visitor, template: str, item: Item) -> ResponseReturnValue:
    """What only the actor's screen shows comes with the answer, at once; it is saved even if that cannot be shown."""
    url = url_for("meetings.show", meeting_id=visitor.meeting.id)
    if not htmx.is_htmx():
        return see_other(url)
    version = visitor.meeting.board.version
    try:
        with reading():
            response = page(template, room=Room(visitor.meeting, visitor.seat, visitor.attendance), item=item)
    except (OperationalError, PoolTimeout):
        db.session.rollback()
        return changed(url)
    response.headers[VERSION] = str(version)
    return response


def _item_of(meeting: Meeting, item_id: int) -> Item:
    item = db.session.get(Item, item_id) if item_id <= LARGEST_ID else None
    if item is None or item.board_id != meeting.board_id:
        raise Refused("This item is not on the meeting's board.")
    return item


def _seen(draft: TurnDraft) -> int:
    """A request that names no turn has seen none."""
    return -1 if draft.turn is None else draft.turn


def _done(meeting: Meeting) -> ResponseReturnValue:
    meeting.board.hold()  # whatever it was, the room's screens look anew
    db.session.commit()
    return changed(url_for("meetings.show", meeting_id=meeting.id))


def _minutes(meeting: Meeting) -> str:
    return url_for("meetings.minutes", meeting_id=meeting.id)
