"""The history page of a board."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import signed_in
from triage.boards.models import Board
from triage.commitments.models import Commitment, Sprint
from triage.history.series import kept_share, sprint_records
from triage.teams.access import reach
from triage.web.pages import page

bp = Blueprint("history", __name__)


@bp.get("/boards/<int:board_id>/history")
@signed_in
def show(board_id: int) -> ResponseReturnValue:
    board = reach(Board, board_id)
    records = sprint_records(board)
    kept, judged = kept_share(records)
    current = Sprint.current(board.team)
    again = Commitment.carried(one.item_id for record in records for one in record.commitments if one.is_open)
    return page(
        "history/show.html", board=board, records=records, kept=kept, judged=judged, current=current, carried=again
    )
