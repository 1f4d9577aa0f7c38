"""The board's page, and what changed on it since a version."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import signed_in
from triage.boards.models import Board
from triage.columns.cards import changes, columns
from triage.commitments.models import Sprint
from triage.teams.access import reach
from triage.web import htmx
from triage.web.pages import page

bp = Blueprint("columns", __name__)


@bp.get("/boards/<int:board_id>")
@signed_in
def show(board_id: int) -> ResponseReturnValue:
    """The board; with `?since=41` only the cards that changed after that version (304 when none did)."""
    board = reach(Board, board_id)
    since = request.args.get("since", type=int)
    if since == board.version:
        return "", 304
    # A version that the board never had belongs to another database: then all of it, as after too many changes.
    if since is not None and 0 <= since < board.version and (cards := changes(board.id, since)) is not None:
        return cards
    whole: dict[str, Any] = {"board": board, "columns": columns(board), "sprint": Sprint.current(board.team)}
    if since is None:
        return page("columns/show.html", **whole)
    return htmx.into(page("columns/show.html", region="board", **whole), "#board", "outerHTML")
