"""Putting an item off, and calling it back: what a triage takes up later."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.commitments import bring_back as later
from triage.commitments.sprints import Sprint
from triage.commitments.views import bp
from triage.database import db
from triage.items.drafts import BringBackDraft
from triage.items.models import Item
from triage.refusal import Refused
from triage.teams.access import reach
from triage.teams.roles import MEMBER
from triage.web.pages import ask, ask_again, changed


@bp.get("/items/<int:item_id>/bring-back")
@signed_in
def bring_back_form(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    return ask("commitments/bring_back.html", item=item, board=item.board, sprint=_sprint(item), form={})


@bp.post("/items/<int:item_id>/bring-back")
@signed_in
def bring_back(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    try:
        later.postpone(item, BringBackDraft.read(request.form), by=current_user)
    except Refused as refusal:
        about = {"item": item, "board": item.board, "sprint": _sprint(item)}
        return ask_again("commitments/bring_back.html", refusal, **about)
    db.session.commit()
    return changed(url_for("items.show", item_id=item.id))


@bp.post("/items/<int:item_id>/return")
@signed_in
def call_back(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    later.call_back(item, by=current_user)
    db.session.commit()
    return changed(url_for("items.show", item_id=item.id))


def _sprint(item: Item) -> object:
    return Sprint.current(item.board.team)
