"""What people do in a retrospective, beside what they do in every room (rooms/views.py)."""

from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.database import db, is_writing
from triage.refusal import Refused, Stale
from triage.retrospectives import notes, review
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.drafts import (
    AnswerDraft,
    BeginDraft,
    ChangeDraft,
    GroupDraft,
    NoteDraft,
    OwnNoteDraft,
    WordingDraft,
)
from triage.retrospectives.models import Retrospective
from triage.retrospectives.notes import Note
from triage.retrospectives.picture import picture
from triage.retrospectives.record import record_of
from triage.retrospectives.room import open_commitments
from triage.rooms.access import enter
from triage.rooms.addresses import address
from triage.rooms.calendar import begin_or_plan, calendar
from triage.rooms.drafts import DotDraft
from triage.rooms.models import Ritual
from triage.rooms.views import done, open_rooms, own
from triage.teams.access import reach, reach_team
from triage.teams.models import Team
from triage.teams.roles import MEMBER
from triage.web.pages import ask, ask_again, page, see_other

bp = Blueprint("retrospectives", __name__)
open_rooms(Retrospective, bp)


@bp.get("/teams/<int:team_id>/retrospectives")
@signed_in
def index(team_id: int) -> ResponseReturnValue:
    team = reach_team(team_id)
    return page("retrospectives/index.html", form={}, **_index(team), **calendar(Retrospective, team))


@bp.post("/teams/<int:team_id>/retrospectives")
@signed_in
def start(team_id: int) -> ResponseReturnValue:
    """Start or plan one; with `after`, start one with the people of a triage that is over."""
    team, draft = reach_team(team_id, MEMBER), BeginDraft.read(request.form)
    if draft.after is not None:
        before = db.session.get(Ritual, draft.after)
        if before is None or before.team_id != team.id:
            abort(404)
        found = Retrospective.live_on(team) or Retrospective.after(before, by=current_user)
        db.session.commit()
        return see_other(address(found))
    return begin_or_plan(Retrospective, team, request.form, "retrospectives/index.html", _index(team))


def _index(team: Team) -> dict[str, Any]:
    record = record_of(team)
    return {"team": team, "record": record, "picture": picture(record), "running": ProcessChange.running(team)}


# The review


@bp.post("/retrospectives/<int:retrospective_id>/answers")
def answers(retrospective_id: int) -> ResponseReturnValue:
    visitor, draft = enter(Retrospective, retrospective_id), AnswerDraft.read(request.form)
    change_id, is_done, answer = draft.said
    review.cast_answer(visitor.voter(), change_id, answer, is_done=is_done)
    db.session.commit()
    return own(visitor, "retrospectives/answered.html", change_id=change_id)


@bp.post("/retrospectives/<int:retrospective_id>/outcomes")
@signed_in
def outcomes(retrospective_id: int) -> ResponseReturnValue:
    """What the team says once the answers are revealed."""
    retrospective, draft = reach(Retrospective, retrospective_id, MEMBER), AnswerDraft.read(request.form)
    change_id, _is_done, answer = draft.said
    if answer is None:
        raise Refused("Choose an answer: was it done, did it help?")
    review.settle(retrospective, change_id, answer, by=current_user)
    return done(retrospective)


# Notes


@bp.post("/retrospectives/<int:retrospective_id>/notes", endpoint="notes")
def write(retrospective_id: int) -> ResponseReturnValue:
    visitor, draft = enter(Retrospective, retrospective_id), NoteDraft.read(request.form)
    notes.write(visitor.voter(), draft.prompt, draft.text, is_signed=draft.signed)
    db.session.commit()
    return own(visitor, "retrospectives/noted.html", prompt=draft.prompt)


@bp.post("/retrospectives/<int:retrospective_id>/wordings")
def rewrite(retrospective_id: int) -> ResponseReturnValue:
    visitor, draft = enter(Retrospective, retrospective_id), WordingDraft.read(request.form)
    notes.rewrite(visitor.voter(), note := Note.of(_of(visitor.ritual), draft.note), draft.text)
    db.session.commit()
    return own(visitor, "retrospectives/noted.html", prompt=note.prompt)


@bp.post("/retrospectives/<int:retrospective_id>/withdrawals")
def take_back(retrospective_id: int) -> ResponseReturnValue:
    visitor, draft = enter(Retrospective, retrospective_id), OwnNoteDraft.read(request.form)
    notes.take_back(visitor.voter(), Note.of(_of(visitor.ritual), draft.note))
    return done(visitor.ritual)


@bp.post("/retrospectives/<int:retrospective_id>/groups")
@signed_in
def group(retrospective_id: int) -> ResponseReturnValue:
    """Two notes say the same, or one stands alone again."""
    retrospective, draft = (
        reach(Retrospective, retrospective_id, MEMBER),
        GroupDraft.read({**request.args, **request.form}),
    )
    note = Note.of(retrospective, draft.note)
    if draft.same_as is None:
        notes.stand_alone(retrospective, note)
    else:
        notes.same_as(retrospective, note, Note.of(retrospective, draft.same_as))
    return done(retrospective)


@bp.post("/retrospectives/<int:retrospective_id>/dots")
def dots(retrospective_id: int) -> ResponseReturnValue:
    visitor, draft = enter(Retrospective, retrospective_id), DotDraft.read(request.form)
    note = Note.of(_of(visitor.ritual), draft.take or 0 if draft.add is None else draft.add)
    if draft.add is not None:
        notes.add_dot(visitor.voter(), note)
    else:
        notes.take_dot(visitor.voter(), note)
    db.session.commit()
    return own(visitor, "rooms/dotted.html", id=note.group_id, called=Note.of(_of(visitor.ritual), note.group_id))


# Process changes


@bp.get("/retrospectives/<int:retrospective_id>/changes")
@signed_in
def change_form(retrospective_id: int) -> ResponseReturnValue:
    retrospective = reach(Retrospective, retrospective_id, MEMBER)
    return ask("retrospectives/change.html", form={"owner": current_user.id}, **_asking(retrospective))


@bp.post("/retrospectives/<int:retrospective_id>/changes")
@signed_in
def decide(retrospective_id: int) -> ResponseReturnValue:
    retrospective = reach(Retrospective, retrospective_id, MEMBER)
    try:
        ProcessChange.decide(retrospective, _draft(), by=current_user)
    except Stale:
        raise
    except Refused as refusal:
        return ask_again("retrospectives/change.html", refusal, **_asking(retrospective))
    return done(retrospective)


@bp.get("/changes/<int:change_id>")
@signed_in
def wording_form(change_id: int) -> ResponseReturnValue:
    change = reach(ProcessChange, change_id, MEMBER)
    form = {
        "what": change.what,
        "owner": change.owner_id,
        "seen_by": change.seen_by,
        "tried_until": change.tried_until,
        "debts": change.codes,
    }
    return ask("retrospectives/change.html", form=form, **_asking(change.retrospective, change))


@bp.post("/changes/<int:change_id>")
@signed_in
def word(change_id: int) -> ResponseReturnValue:
    change = reach(ProcessChange, change_id, MEMBER)
    try:
        change.word(_draft(), by=current_user)
    except Refused as refusal:
        return ask_again("retrospectives/change.html", refusal, **_asking(change.retrospective, change))
    return done(change.retrospective)


@bp.post("/changes/<int:change_id>/withdrawal")
@signed_in
def withdraw(change_id: int) -> ResponseReturnValue:
    change = reach(ProcessChange, change_id, MEMBER)
    retrospective = change.retrospective
    change.withdraw(by=current_user)
    return done(retrospective)


def _draft() -> ChangeDraft:
    return ChangeDraft.read({**request.form, "commitments": request.form.getlist("commitments")})


def _asking(retrospective: Retrospective, change: ProcessChange | None = None) -> dict[str, Any]:
    if change and not is_writing():
        linked = [one.id for one in change.commitments]
    else:
        linked = [int(id) for id in request.form.getlist("commitments") if id.isdecimal() and len(id) < 16]
    return {
        "retrospective": retrospective,
        "change": change,
        "commitments": open_commitments(retrospective.team),
        "linked": linked,
        "Draft": ChangeDraft,
    }


def _of(ritual: Ritual) -> Retrospective:
    if not isinstance(ritual, Retrospective):
        raise TypeError(ritual)
    return ritual
