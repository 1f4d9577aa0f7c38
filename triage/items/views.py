"""An item's page, and one noun for each change of it."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from triage.accounts.signing_in import current_user, signed_in
from triage.boards.models import Board
from triage.database import db
from triage.events.models import Event
from triage.items.comments import Comment
from triage.items.drafts import (
    DropDraft,
    ExitDraft,
    ItemDraft,
    PaymentDraft,
    PlaceDraft,
    ReportDraft,
    SeenDraft,
    StepDraft,
)
from triage.items.exits import Exitless, must_have_exit
from triage.items.interest import Interest
from triage.items.merging import merged_into
from triage.items.models import Item, Unexplained
from triage.items.splitting import pieces_of
from triage.items.stale import Moved, must_have_seen
from triage.items.waiver import Waiver, nobody_decides
from triage.refusal import Refused, Stale
from triage.teams.access import LARGEST_ID, reach
from triage.teams.roles import MEMBER
from triage.web import htmx
from triage.web.pages import again, ask, changed, page, see_other

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
    """One that was merged leads to the item that goes on (`?merged=3`), unless its own page is meant (`?own=1`)."""
    item = reach(Item, item_id)
    if htmx.is_htmx() and htmx.target() == "did":
        return page("items/show.html", item=item, board=item.board, came_as=_came_as(item))
    if item.merged_into and not htmx.is_htmx() and "own" not in request.args:
        return see_other(url_for("items.show", item_id=item.line[-1].id, merged=item.id))
    merged = merged_into(item)
    events = db.session.scalars(select(Event).where(Event.item_id == item.id).order_by(Event.id.desc()))
    return page(
        "items/show.html",
        item=item,
        board=item.board,
        waiver=Waiver.standing(item),
        decides=item.board.team.decider_id == current_user.id,
        interest=Interest.of(item),
        events=list(events),
        merged=merged,
        came_as=_came_as(item),
        pieces=pieces_of(item),
        comments=Comment.on([item, *merged]),
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
    """Sort or reorder a card. Expensive debt is asked for its why and fix, catastrophic for its exit, in place."""
    item = reach(Item, item_id, MEMBER)
    draft = PlaceDraft.read(request.values)
    is_explained = draft.why is not None or draft.fix is not None
    try:
        if draft.category != item.category:
            must_have_seen(item, draft.version, by=current_user)
            must_have_exit(item, draft.category)
        if is_explained:
            item.explain(why=draft.why, fix=draft.fix, by=current_user, seen=draft.version)
        # Pressing the category that it has is no order to move it to the top of its column; a drop says a place.
        if draft.category != item.category or "after" in request.form:
            item.rate(draft.category, after=draft.after, by=current_user)
    except Exitless:
        return ask("items/exits.html", 422, **about_exit(item))
    except (Unexplained, Stale) as refusal:
        if isinstance(refusal, Moved) and not is_explained:
            return _ask_anyway(item, refusal)
        return _ask(item_id, draft, refusal if is_explained else None)
    db.session.commit()
    return changed(_board(item))


@bp.post("/items/<int:item_id>/step")
@signed_in
def step(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    try:
        must_have_seen(item, SeenDraft.read(request.values).version, by=current_user)
    except Moved as refusal:
        return _ask_anyway(item, refusal)
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
    answer = changed if htmx.target() == "ask" else see_other
    return answer(url_for("items.show", item_id=item.id))


@bp.post("/items/<int:item_id>/reopening")
@signed_in
def reopen(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    item.reopen(by=current_user)
    db.session.commit()
    return see_other(url_for("items.show", item_id=item.id))


def _came_as(item: Item) -> Item | None:
    """The merged item whose number led here (`?merged=3`)."""
    id = request.args.get("merged", type=int)
    came = db.session.get(Item, id) if id and id <= LARGEST_ID else None
    return came if came and came.id != item.id and item in came.line else None


def about_exit(item: Item) -> dict[str, Any]:
    """What the form of an exit shows besides what was typed; `move` says whether the item goes there with it."""
    team = item.board.team
    return {
        "item": item,
        "board": item.board,
        "move": ExitDraft.read(request.values),
        "decides": team.decider_id == current_user.id,
        "nobody_decides": "" if team.decider else nobody_decides(team),
    }


def _ask_anyway(item: Item, refusal: Moved) -> ResponseReturnValue:
    """Who moved it since, and the same press once more, on what is so now."""
    press = {name: value for name, value in request.form.items() if name not in {"csrf_token", "version"}}
    return ask("items/stale.html", 409, item=item, board=item.board, refusal=refusal, press=press)


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
