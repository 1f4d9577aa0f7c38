"""The decisions of a board: its decision log, and one of them as the stub of an architecture decision record."""

from flask import Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import signed_in
from triage.boards.models import Board
from triage.database import db
from triage.events.models import Event
from triage.history import adr
from triage.history.decisions import Decisions, DecisionsDraft, Kind, decision
from triage.history.views import bp
from triage.items.models import Item
from triage.teams.access import reach
from triage.web.pages import page


@bp.get("/boards/<int:board_id>/decisions")
@signed_in
def decisions(board_id: int) -> ResponseReturnValue:
    board = reach(Board, board_id)
    draft, left_out = DecisionsDraft.asked(request.args)
    return page("history/decisions.html", board=board, decisions=Decisions(board, draft), left_out=left_out, Kind=Kind)


@bp.get("/boards/<int:board_id>/decisions.md")
@signed_in
def decisions_md(board_id: int) -> ResponseReturnValue:
    board = reach(Board, board_id)
    log = Decisions(board, DecisionsDraft.asked(request.args)[0].everything)
    text = adr.log_md(f"Decisions of {board.name}", log.sentence, log.shown, _address, board.team.time_zone)
    return _file(text, "decisions.md")


@bp.get("/decisions/<int:event_id>/adr.md")
@signed_in
def decision_adr(event_id: int) -> ResponseReturnValue:
    event = reach(Event, event_id)
    board = db.session.get(Board, event.board_id or 0) or abort(404)  # what a whole team decides is no architecture
    made = decision(board.id, event.id) or abort(404)
    item = db.session.get(Item, event.item_id) if event.item_id else None
    return _file(adr.stub(made, item, _address, board.team.time_zone), adr.file_name(made, item))


def _address(kind: str, id: int) -> str:
    """For a file that people keep elsewhere."""
    if kind == "item":
        return url_for("items.show", item_id=id, _external=True)
    return url_for("meetings.minutes", meeting_id=id, _external=True)


def _file(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/markdown")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
