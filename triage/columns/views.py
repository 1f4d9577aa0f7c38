"""The board's page, and what changed on it since a version."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import signed_in
from triage.boards.models import Board
from triage.columns.cards import changes, columns
from triage.commitments.models import Sprint
from triage.teams.access import reach
from triage.web.pages import page

bp = Blueprint("columns", __name__)


@bp.get("/boards/<int:board_id>")
@signed_in
def show(board_id: int) -> ResponseReturnValue:
    """The board; with `?since=41` only what changed after that version (304 when nothing did).

    A version that the board never had belongs to another database: the page starts afresh.
    """
    board = reach(Board, board_id)
    since = request.args.get("since", type=int)
    if since is None:
        return page("columns/show.html", board=board, columns=columns(board), sprint=Sprint.current(board.team))
    if since == board.version:
        return "", 304
    cards = changes(board.id, since) if 0 <= since < board.version else None
    if cards is None:
        return "", 200, {"HX-Refresh": "true"}
    return cards, 200, {"X-Board-Version": str(board.version)}
