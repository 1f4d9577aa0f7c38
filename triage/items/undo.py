"""How what happened to an item is undone."""

from datetime import datetime

from triage.accounts.models import User
from triage.boards.category import Category
from triage.database import db
from triage.events.models import Event
from triage.events.undo import inverse_of
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.spread import Spread
from triage.items.state import State
from triage.items.waiver import Waiver

TAKEN_BACK = "Taken back"


@inverse_of("item.reported")
def drop(event: Event, *, by: User | None) -> None:
    _item(event).drop(by=by, why=TAKEN_BACK)


@inverse_of("item.edited")
def edit(event: Event, *, by: User | None) -> None:
    item = _item(event)
    was = {name: was for name, (was, _now) in event.what["changes"].items()}
    if "spread" in was:
        was["spread"] = Spread(was["spread"])
    item.edit(item.draft.model_copy(update=was), by=by)


@inverse_of("item.rated", "item.ordered")
def put_back(event: Event, *, by: User | None) -> None:
    item = _item(event)
    category = Category(event.what["was"].lower()) if "was" in event.what else item.category
    item.put_back(category, event.what["position"], by=by)


@inverse_of("item.paid", "item.refused", "item.dropped", "item.merged")
def reopen(event: Event, *, by: User | None) -> None:
    _item(event).reopen(by=by, position=event.what["position"])


@inverse_of("item.reopened")
def close(event: Event, *, by: User | None) -> None:
    item, was = _item(event), event.what
    at = datetime.fromisoformat(was["closed_at"])
    if was["into"] is None:
        item.close(State(was["was"]), by=by, why=was["closed_why"], at=at)
    else:
        item.merge_again(db.session.get_one(Item, was["into"]), by=by, at=at)


@inverse_of("interest.logged")
def take_back(event: Event, *, by: User | None) -> None:
    db.session.get_one(Interest, event.subject_id).take_back(by=by)


@inverse_of("waiver.asked", "waiver.granted")
def end(event: Event, *, by: User | None) -> None:
    """A yes to what was asked leaves the question."""
    waiver = db.session.get_one(Waiver, event.subject_id)
    if waiver.asked_at is not None and waiver.granted_at is not None:
        waiver.ask_again(by=by)
    else:
        waiver.take_back(by=by)


@inverse_of("waiver.declined", "waiver.withdrawn")
def ask_again(event: Event, *, by: User | None) -> None:
    db.session.get_one(Waiver, event.subject_id).ask_again(by=by)


@inverse_of("waiver.ended")
def resume(event: Event, *, by: User | None) -> None:
    db.session.get_one(Waiver, event.subject_id).resume(by=by)


def _item(event: Event) -> Item:
    return db.session.get_one(Item, event.item_id)
