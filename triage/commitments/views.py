"""Committing to an item, answering what was proposed, saying what became of it, and showing what was done."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.commitments.drafts import (
    CommitmentDraft,
    CorrectionDraft,
    DeclineDraft,
    EvidenceDraft,
    PageDraft,
    VerdictDraft,
)
from triage.commitments.evidence import Evidence
from triage.commitments.mine import Mine
from triage.commitments.models import Commitment, OverPromised, Verdict, promise_for
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.drafts import ExitDraft
from triage.items.exits import move_along
from triage.items.models import Item
from triage.refusal import Refused
from triage.teams.access import may, reach
from triage.teams.roles import LEAD, MEMBER
from triage.web import htmx
from triage.web.pages import ask, ask_again, changed, page, see_other

bp = Blueprint("commitments", __name__)


@bp.get("/commitments")
@signed_in
def mine() -> ResponseReturnValue:
    return page("commitments/mine.html", mine=Mine(current_user))


@bp.get("/items/<int:item_id>/commitments")
@signed_in
def form(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    about = _about(item)
    suggested = {
        "owner": str(current_user.id),
        "sprint": str(about["promised_in"]),
        "size": f"{item.size:g}" if item.size else "",
    }
    return ask("commitments/form.html", form=suggested, **about)


@bp.post("/items/<int:item_id>/commitments")
@signed_in
def make(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    try:
        move_along(item, ExitDraft.read(request.form), by=current_user)
        Commitment.make(item, CommitmentDraft.read(request.form), by=current_user)
    except Refused as refusal:
        return ask_again("commitments/form.html", refusal, **_about(item, refusal))
    db.session.commit()
    return changed(url_for("items.show", item_id=item.id))


@bp.post("/commitments/<int:commitment_id>/acceptance")
@signed_in
def accept(commitment_id: int) -> ResponseReturnValue:
    commitment, draft = reach(Commitment, commitment_id, MEMBER), PageDraft.read(request.form)
    commitment.accept(by=current_user)
    db.session.commit()
    return _back(draft, url_for("items.show", item_id=commitment.item_id))


@bp.post("/commitments/<int:commitment_id>/declining")
@signed_in
def decline(commitment_id: int) -> ResponseReturnValue:
    commitment, draft = reach(Commitment, commitment_id, MEMBER), DeclineDraft.read(request.form)
    commitment.decline(by=current_user, why=draft.reason)
    db.session.commit()
    return _back(draft, url_for("items.show", item_id=commitment.item_id))


@bp.post("/commitments/<int:commitment_id>/withdrawal")
@signed_in
def take_back(commitment_id: int) -> ResponseReturnValue:
    commitment, draft = reach(Commitment, commitment_id, MEMBER), PageDraft.read(request.form)
    commitment.take_back(by=current_user, is_lead=may(LEAD))
    db.session.commit()
    return _back(draft, url_for("items.show", item_id=commitment.item_id))


@bp.get("/commitments/<int:commitment_id>/verdict")
@signed_in
def verdict_form(commitment_id: int) -> ResponseReturnValue:
    """Every verdict but kept wants a line of why. `?verdict=missed` is the one that was pressed."""
    commitment = reach(Commitment, commitment_id, MEMBER)
    form = {"verdict": request.args.get("verdict", "")}
    return ask("commitments/verdict.html", commitment=commitment, board=commitment.board, form=form, Draft=VerdictDraft)


@bp.post("/commitments/<int:commitment_id>/verdict")
@signed_in
def judge(commitment_id: int) -> ResponseReturnValue:
    """A kept promise means that the item is paid down, unless the form says that it stays open."""
    commitment = reach(Commitment, commitment_id, MEMBER)
    try:
        draft = VerdictDraft.read(request.form)
        verdict = Verdict(draft.verdict)
        commitment.judge(verdict, by=current_user, why=draft.reason)
    except Refused as refusal:
        if htmx.target() != "ask":
            raise
        about = {"commitment": commitment, "board": commitment.board, "Draft": VerdictDraft}
        return ask_again("commitments/verdict.html", refusal, **about)
    if verdict is Verdict.KEPT and not draft.stays_open and commitment.item.is_open:
        commitment.item.pay(by=current_user, why=draft.reason)
    if draft.reference:
        Evidence.give(commitment.item, draft.reference, by=current_user)
    db.session.commit()
    return _back(draft, url_for("history.board", board_id=commitment.board_id))


@bp.get("/commitments/<int:commitment_id>/correction")
@signed_in
def correction_form(commitment_id: int) -> ResponseReturnValue:
    commitment = reach(Commitment, commitment_id, LEAD)
    return ask("commitments/correction.html", form={"pays": "true"}, **_corrected(commitment))


@bp.post("/commitments/<int:commitment_id>/correction")
@signed_in
def correct(commitment_id: int) -> ResponseReturnValue:
    """One that was kept after all means that the item is paid down, unless the form says that it stays open."""
    commitment = reach(Commitment, commitment_id, LEAD)
    try:
        draft = CorrectionDraft.read(request.form)
        verdict = Verdict(draft.verdict)
        commitment.correct(verdict, by=current_user, why=draft.reason)
    except Refused as refusal:
        return ask_again("commitments/correction.html", refusal, **_corrected(commitment))
    if verdict is Verdict.KEPT and draft.pays and commitment.item.is_open:
        commitment.item.pay(by=current_user, why=draft.reason)
    db.session.commit()
    return changed(url_for("items.show", item_id=commitment.item_id))


@bp.post("/items/<int:item_id>/evidence")
@signed_in
def give_evidence(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    Evidence.give(item, EvidenceDraft.read(request.form).reference, by=current_user)
    db.session.commit()
    return changed(url_for("items.show", item_id=item.id))


def _back(draft: PageDraft, url: str) -> ResponseReturnValue:
    """To the page of one's own commitments, where it was pressed there."""
    return see_other(url_for("commitments.mine")) if draft.page == "mine" else changed(url)


def _corrected(commitment: Commitment) -> dict[str, Any]:
    return {"commitment": commitment, "board": commitment.board, "Draft": CorrectionDraft}


def _about(item: Item, refusal: Refused | None = None) -> dict[str, Any]:
    """What the form shows besides what was typed: what the sprint promises, with this one when that is too much."""
    team = item.board.team
    if isinstance(refusal, OverPromised):
        number, promise = refusal.sprint, refusal.promise
    else:
        number = Sprint.target(team).number
        promise = promise_for(item.board, number)
    too_often = Commitment.too_often(item)
    return {
        "item": item,
        "board": item.board,
        "move": ExitDraft.read(request.values),
        "sprints": Sprint.coming(team),
        "promised_in": number,
        "promise": promise,
        "too_often": too_often,
        # Once is enough: a refusal of all of it stands in its place.
        "warning": too_often if refusal is None or refusal.field else None,
    }
