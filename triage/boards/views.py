"""Opening and renaming a board. The page with its cards is in columns/."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.boards.drafts import BoardDraft
from triage.boards.models import Board
from triage.database import db
from triage.teams.access import reach, reach_team
from triage.teams.roles import LEAD, MEMBER
from triage.web.pages import see_other

bp = Blueprint("boards", __name__)


@bp.post("/teams/<int:team_id>/boards")
@signed_in
def open_board(team_id: int) -> ResponseReturnValue:
    team = reach_team(team_id, MEMBER)
    board = Board.open(team, BoardDraft.read(request.form).name, by=current_user)
    db.session.commit()
    return see_other(url_for("columns.show", board_id=board.id))


@bp.post("/boards/<int:board_id>/name")
@signed_in
def rename(board_id: int) -> ResponseReturnValue:
    board = reach(Board, board_id, LEAD)
    board.rename(BoardDraft.read(request.form).name, by=current_user)
    db.session.commit()
    return see_other(url_for("columns.show", board_id=board.id))
