"""Undo outside of meetings: who did something to a board can take it back for ten minutes."""

from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from triage.accounts.signing_in import current_user, signed_in
from triage.boards.models import Board
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence_html
from triage.events.undo import last_own, undo_own
from triage.items.drafts import UndoDraft
from triage.items.models import Item
from triage.items.views import bp
from triage.refusal import Refused
from triage.teams.access import may, reach
from triage.teams.roles import MEMBER
from triage.web.pages import changed

# Further back than this nothing is looked for, so that a board with years of history is asked as quickly as a new one.
VERSIONS = 500


@dataclass(frozen=True)
class Did:
    sentence: Markup
    event_id: int


def did_on(board: Board, item: Item | None = None, called: str = "") -> Did | None:
    """The last thing that the viewer did to a board, or to one item of it, while it can be taken back."""
    if not may(MEMBER):
        return None
    event = last_own(board.id, board.version - VERSIONS, item.id if item else None, by=current_user)
    return Did(sentence_html(event, called, actor="You"), event.id) if event else None


@bp.post("/boards/<int:board_id>/undo", endpoint="undo")
@signed_in
def take_back(board_id: int) -> ResponseReturnValue:
    board, draft = reach(Board, board_id, MEMBER), UndoDraft.read(request.form)
    event = db.session.get(Event, draft.event)
    if event is None or event.board_id != board.id:
        raise Refused("This was not done on this board, so it is not undone here.")
    undo_own(event, by=current_user)
    db.session.commit()
    if draft.page == "item":
        return changed(url_for("items.show", item_id=event.item_id))
    return changed(url_for("columns.show", board_id=board.id))
