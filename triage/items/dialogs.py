"""What is asked in a dialog: time lost, a waiver until when, what a refusal undid, which item goes on for this one."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from triage.accounts.signing_in import current_user, signed_in
from triage.database import db
from triage.items.drafts import InterestDraft, MergeDraft, RefusalDraft, SplitDraft, WaiverDraft
from triage.items.exits import move_along
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.splitting import split
from triage.items.views import about_exit, bp
from triage.items.waiver import Waiver
from triage.refusal import Refused
from triage.teams.access import reach
from triage.teams.roles import MEMBER
from triage.web.pages import ask, ask_again, changed


@bp.get("/items/<int:item_id>/interest")
@signed_in
def interest_form(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    return ask("items/interest.html", item=item, board=item.board, form={})


@bp.post("/items/<int:item_id>/interest")
@signed_in
def log_interest(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    try:
        draft = InterestDraft.read(request.form)
        Interest.log(item, draft.minutes, by=current_user, note=draft.note, link=draft.link)
    except Refused as refusal:
        return ask_again("items/interest.html", refusal, item=item, board=item.board)
    db.session.commit()
    return changed(url_for("items.show", item_id=item.id))


@bp.get("/items/<int:item_id>/exits")
@signed_in
def exits(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    return ask("items/exits.html", **about_exit(item))


@bp.get("/items/<int:item_id>/waiver")
@signed_in
def waiver_form(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    return ask("items/waiver.html", form={}, **about_exit(item))


@bp.post("/items/<int:item_id>/waiver")
@signed_in
def waive(item_id: int) -> ResponseReturnValue:
    """The decision-maker waives it, anybody else asks for that."""
    item = reach(Item, item_id, MEMBER)
    about = about_exit(item)
    try:
        move_along(item, about["move"], by=current_user)
        draft = WaiverDraft.read(request.form)
        Waiver.make(item, draft.until, draft.reason, by=current_user)
    except Refused as refusal:
        return ask_again("items/waiver.html", refusal, **about)
    db.session.commit()
    return changed(url_for("items.show", item_id=item.id))


@bp.post("/waivers/<int:waiver_id>/grant")
@signed_in
def grant_waiver(waiver_id: int) -> ResponseReturnValue:
    waiver = reach(Waiver, waiver_id, MEMBER)
    waiver.agree(by=current_user)
    db.session.commit()
    return changed(url_for("items.show", item_id=waiver.item_id))


@bp.post("/waivers/<int:waiver_id>/declining")
@signed_in
def decline_waiver(waiver_id: int) -> ResponseReturnValue:
    waiver = reach(Waiver, waiver_id, MEMBER)
    waiver.decline(by=current_user)
    db.session.commit()
    return changed(url_for("items.show", item_id=waiver.item_id))


@bp.post("/waivers/<int:waiver_id>/end")
@signed_in
def take_back_waiver(waiver_id: int) -> ResponseReturnValue:
    waiver = reach(Waiver, waiver_id, MEMBER)
    waiver.take_back(by=current_user)
    db.session.commit()
    return changed(url_for("items.show", item_id=waiver.item_id))


@bp.get("/items/<int:item_id>/refusal")
@signed_in
def refusal_form(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    return ask("items/refusal.html", form={}, **about_exit(item))


@bp.post("/items/<int:item_id>/refusal")
@signed_in
def refuse(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    about = about_exit(item)
    try:
        move_along(item, about["move"], by=current_user)
        item.refuse(by=current_user, why=RefusalDraft.read(request.form).reason)
    except Refused as refusal:
        return ask_again("items/refusal.html", refusal, **about)
    db.session.commit()
    return changed(url_for("items.show", item_id=item.id))


@bp.get("/items/<int:item_id>/merge")
@signed_in
def merge_form(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    return ask("items/merge.html", item=item, board=item.board, form={})


@bp.post("/items/<int:item_id>/merge")
@signed_in
def merge(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    try:
        item.merge(Item.numbered(item.board, MergeDraft.read(request.form).into), by=current_user)
    except Refused as refusal:
        return ask_again("items/merge.html", refusal, item=item, board=item.board)
    db.session.commit()
    return changed(url_for("items.show", item_id=item.id))


@bp.get("/items/<int:item_id>/splitting")
@signed_in
def split_form(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    return ask("items/split.html", item=item, board=item.board, form={})


@bp.post("/items/<int:item_id>/splitting", endpoint="split")
@signed_in
def split_item(item_id: int) -> ResponseReturnValue:
    item = reach(Item, item_id, MEMBER)
    try:
        split(item, SplitDraft.read(request.form).titles, by=current_user)
    except Refused as refusal:
        return ask_again("items/split.html", refusal, item=item, board=item.board)
    db.session.commit()
    return changed(url_for("items.show", item_id=item.id))
