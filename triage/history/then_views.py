"""The board as it was then."""

from flask import request
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import signed_in
from triage.boards.models import Board
from triage.history.moments import Past
from triage.history.views import bp
from triage.teams.access import reach
from triage.web import htmx
from triage.web.pages import page, see_other


@bp.get("/boards/<int:board_id>/then")
@signed_in
def then(board_id: int) -> ResponseReturnValue:
    """At the end of a `meeting` or of a `day`, or at a `version`; `place` is where the slider stands."""
    board = reach(Board, board_id)
    past = Past(board, request.args)
    if past.asked.place is not None and not past.sentences and not htmx.is_htmx():
        return see_other(past.address)
    return page("history/then.html", board=board, past=past)
