"""The board's page, what changed on it since a version, and moves of several cards."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.boards.models import Board
from triage.columns.cards import Order, changes, columns
from triage.columns.drafts import PlacesDraft
from triage.columns.places import place_all
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.teams.access import reach
from triage.teams.roles import MEMBER
from triage.web import htmx
from triage.web.pages import page, see_other

bp = Blueprint("columns", __name__)


@bp.get("/boards/<int:board_id>")
@signed_in
def show(board_id: int) -> ResponseReturnValue:
    """The board; with `?since=41` only the cards that changed after that version (304 when none did).

    With `?order=interest` what hurts most stands first. Cards do not say their place in that order, so it is told anew
    as a whole, into the board that is there.
    """
    board = reach(Board, board_id)
    if htmx.is_htmx() and htmx.target() == "did":
        return page("columns/show.html", board=board)
    since, order = request.args.get("since", type=int), Order(request.args.get("order", ""))
    if since == board.version:
        return "", 304
    is_own = order is Order.OWN
    # A version that the board never had belongs to another database: then all of it, as after too many changes.
    known = is_own and since is not None and 0 <= since < board.version
    if known and since is not None and (cards := changes(board.id, since)) is not None:
        return cards
    whole: dict[str, Any] = {
        "board": board,
        "columns": columns(board, order),
        "order": order,
        "sprint": Sprint.current(board.team),
    }
    if since is None:
        return page("columns/show.html", **whole)
    if is_own:
        return htmx.into(page("columns/show.html", region="board", **whole), "#board", "outerHTML")
    return htmx.into(page("columns/show.html", region="columns", **whole), "#board", "innerMorph")


@bp.post("/boards/<int:board_id>/items/places")
@signed_in
def place(board_id: int) -> ResponseReturnValue:
    """Move several cards. All that may move do; a sentence says which stay, and why."""
    board = reach(Board, board_id, MEMBER)
    draft = PlacesDraft.read({**request.form, "items": request.form.getlist("item")})
    outcome = place_all(board, dict(draft.items), draft.category, by=current_user)
    db.session.commit()
    if htmx.is_htmx():
        response = page("_flash.html", sentence=outcome.sentence, kind="" if outcome.stayed else "done")
        response.headers["HX-Trigger"] = "changed"
        return response
    if outcome.stayed:
        return page("columns/placed.html", board=board, outcome=outcome)
    return see_other(url_for("columns.show", board_id=board.id, _anchor=draft.category))
