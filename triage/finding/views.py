"""The page that finds items, and the searches that people save."""

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.boards.models import Board
from triage.database import db, reading
from triage.finding.drafts import SavedSearchDraft, SearchDraft
from triage.finding.saved import SavedSearch
from triage.finding.search import Search
from triage.teams.access import reach
from triage.web.pages import page, see_other

bp = Blueprint("finding", __name__)


@bp.get("/boards/<int:board_id>/items")
@signed_in
def show(board_id: int) -> ResponseReturnValue:
    board = reach(Board, board_id)
    draft, left_out = SearchDraft.asked(request.args)
    saved = SavedSearch.of(board, current_user)
    return page("finding/show.html", board=board, search=Search(board, draft), left_out=left_out, saved=saved, form={})


@bp.post("/boards/<int:board_id>/searches")
@signed_in
def save(board_id: int) -> ResponseReturnValue:
    """It is no change of the board, whose lock is not taken therefore."""
    with reading():
        board = reach(Board, board_id)
    saved = SavedSearch.save(board, SavedSearchDraft.read(request.form), by=current_user)
    db.session.commit()
    return see_other(_page(saved))


@bp.post("/searches/<int:search_id>/deletion")
@signed_in
def delete(search_id: int) -> ResponseReturnValue:
    saved = reach(SavedSearch, search_id)
    if saved.user_id != current_user.id:
        abort(404)
    db.session.delete(saved)
    db.session.commit()
    return see_other(_page(saved))


def _page(saved: SavedSearch) -> str:
    return f"{url_for('finding.show', board_id=saved.board_id)}?{saved.query}"
