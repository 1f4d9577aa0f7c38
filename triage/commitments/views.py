"""Committing to an item, and saying what became of it."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.commitments.drafts import CommitmentDraft, VerdictDraft
from triage.commitments.models import Commitment, Sprint, Verdict
from triage.database import db
from triage.items.models import Item
from triage.refusal import Refused
from triage.teams.access import reach
from triage.teams.roles import MEMBER
from triage.web import htmx
from triage.web.pages import again, changed, page, see_other

bp = Blueprint("commitments", __name__)


@bp.get("/items/<int:item_id>/commitments")
@signed_in
def form(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    coming = Sprint.coming(item.board.team)
    suggested = {
        "owner": str(current_user.id),
        "sprint": str(coming[0].number),
        "size": "" if item.size is None else f"{item.size:g}",
    }
    return page("commitments/form.html", region=_region(), item=item, board=item.board, sprints=coming, form=suggested)


@bp.post("/items/<int:item_id>/commitments")
@signed_in
def make(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    try:
        Commitment.make(item, CommitmentDraft.read(request.form), by=current_user)
    except Refused as refusal:
        response = again(
            "commitments/form.html",
            refusal,
            region=_region(),
            item=item,
            board=item.board,
            sprints=Sprint.coming(item.board.team),
        )
        return htmx.into(response, "#ask") if htmx.is_htmx() else response
    db.session.commit()
    return changed(url_for("items.show", item_id=item.id))


@bp.post("/commitments/<int:commitment_id>/verdict")
@signed_in
def judge(commitment_id: int) -> ResponseReturnValue:
    """A kept promise usually means that the item is paid down: the form says so, and it is one press."""
    commitment = reach(Commitment, commitment_id, MEMBER)
    draft = VerdictDraft.read(request.form)
    verdict = Verdict(draft.verdict)
    commitment.judge(verdict, by=current_user, why=draft.reason)
    if verdict is Verdict.KEPT and draft.paid and commitment.item.is_open:
        commitment.item.pay(by=current_user, why=draft.reason)
    db.session.commit()
    return see_other(url_for("history.show", board_id=commitment.board_id))


def _region() -> str:
    return "ask" if htmx.is_htmx() else ""
