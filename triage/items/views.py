"""An item's page, and one noun for each change of it."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from triage.accounts.signing_in import current_user, signed_in
from triage.boards.models import Board
from triage.database import db
from triage.events.models import Event
from triage.items.drafts import DropDraft, ItemDraft, PaymentDraft, PlaceDraft, ReportDraft, SeenDraft, StepDraft
from triage.items.interest import Interest
from triage.items.models import Item, Unexplained
from triage.items.waiver import Waiver
from triage.refusal import Refused, Stale
from triage.teams.access import reach
from triage.teams.roles import MEMBER
from triage.web import htmx
from triage.web.pages import again, changed, page, see_other

bp = Blueprint("items", __name__)


@bp.post("/boards/<int:board_id>/items")
@signed_in
def report(board_id: int) -> ResponseReturnValue:
    board = reach(Board, board_id, MEMBER)
    try:
        item = Item.report(board, ItemDraft(title=ReportDraft.read(request.form).title), by=current_user)
    except Refused as refusal:
        if not htmx.is_htmx():
            raise
        return htmx.into(again("columns/_report.html", refusal, board=board), ".report", "outerHTML")
    db.session.commit()
    if htmx.is_htmx():
        response = htmx.into(page("items/_reported.html", item=item), "#flash")
        response.headers["HX-Trigger"] = "changed"
        return response
    return see_other(_board(item))


@bp.get("/items/<int:item_id>")
@signed_in
def show(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id)
    events = db.session.scalars(select(Event).where(Event.item_id == item.id).order_by(Event.id.desc()))
    return page(
        "items/show.html",
        item=item,
        board=item.board,
        waiver=Waiver.running(item),
        interest=Interest.of(item),
        events=list(events),
        form={},
    )


@bp.get("/items/<int:item_id>/edit")
@signed_in
def edit_form(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    return page("items/edit.html", item=item, board=item.board, version=item.version, form=_as_typed(item))


@bp.post("/items/<int:item_id>")
@signed_in
def edit(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    try:
        draft, seen = ItemDraft.read(request.form), SeenDraft.read(request.form).version
        item.edit(draft, by=current_user, seen=seen)
    except Stale as stale:
        fresh, version = _meanwhile(item, draft), item.version
        response = again("items/edit.html", stale, item=item, board=item.board, version=version, meanwhile=fresh)
        response.status_code = 409
        return response
    except Refused as refusal:
        return again("items/edit.html", refusal, item=item, board=item.board, version=request.form.get("version"))
    db.session.commit()
    return see_other(url_for("items.show", item_id=item.id))


@bp.post("/items/<int:item_id>/place")
@signed_in
def place(item_id: int) -> ResponseReturnValue:
    """Sort or reorder a card. Expensive debt without its why and fix is asked for them, in place."""
    item = reach(Item, item_id, MEMBER)
    draft = PlaceDraft.read(request.form)
    is_explained = draft.why is not None or draft.fix is not None
    try:
        if is_explained:
            item.explain(why=draft.why, fix=draft.fix, by=current_user, seen=draft.version)
        # Pressing the category that it has is no order to move it to the top of its column; a drop says a place.
        if draft.category != item.category or "after" in request.form:
            item.rate(draft.category, after=draft.after, by=current_user)
    except (Unexplained, Stale) as refusal:
        return _ask(item_id, draft, refusal if is_explained else None)
    db.session.commit()
    return changed(_board(item))


@bp.post("/items/<int:item_id>/step")
@signed_in
def step(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    item.step(StepDraft.read(request.form).step, by=current_user)
    db.session.commit()
    return changed(_board(item))


@bp.post("/items/<int:item_id>/payment")
@signed_in
def pay(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    item.pay(by=current_user, why=PaymentDraft.read(request.form).reason)
    db.session.commit()
    return see_other(url_for("items.show", item_id=item.id))


@bp.post("/items/<int:item_id>/drop")
@signed_in
def drop(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    item.drop(by=current_user, why=DropDraft.read(request.form).reason)
    db.session.commit()
    return see_other(url_for("items.show", item_id=item.id))


@bp.post("/items/<int:item_id>/reopening")
@signed_in
def reopen(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    item.reopen(by=current_user)
    db.session.commit()
    return see_other(url_for("items.show", item_id=item.id))


def _ask(item_id: int, draft: PlaceDraft, refusal: Refused | None) -> ResponseReturnValue:
    """What expensive debt must say, in a form over the board; only a second try is told what it lacks."""
    db.session.rollback()
    item = db.session.get_one(Item, item_id)
    is_stale = isinstance(refusal, Stale)
    response = page(
        "items/place.html",
        409 if is_stale else 422,
        region="ask",
        item=item,
        board=item.board,
        place=draft,
        version=item.version if is_stale or refusal is None else draft.version,
        meanwhile=_meanwhile(item, draft) if is_stale else {},
        refusal=refusal,
    )
    return htmx.into(response, "#ask") if htmx.is_htmx() else response


def _board(item: Item) -> str:
    return url_for("columns.show", board_id=item.board_id, _anchor=f"item-{item.id}")


def _meanwhile(item: Item, draft: ItemDraft | PlaceDraft) -> dict[str, Markup]:
    """How the fields stand now in which a draft says something else."""
    shown = _as_typed(item) | {"spread": item.spread.label}
    differ = [name for name, value in draft if name in shown and value != getattr(item, name)]
    return {name: Markup("Now: ") + Markup("<br>").join((shown[name] or "nothing").split("\n")) for name in differ}


def _as_typed(item: Item) -> dict[str, str]:
    """An item as the edit form shows it: lists one per line, tags with commas."""
    return {
        "title": item.title,
        "why": item.why,
        "fix": item.fix,
        "size": "" if item.size is None else f"{item.size:g}",
        "spread": item.spread.value,
        "paths": "\n".join(item.paths),
        "tags": ", ".join(item.tags),
        "links": "\n".join(item.links),
    }
