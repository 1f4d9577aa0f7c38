"""Bring-back: putting an item off until a day, a sprint, or until something happens that somebody wrote down."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import today
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.events.models import Event
from triage.events.undo import inverse_of, stands_in_no_way
from triage.items.drafts import BringBackDraft
from triage.items.models import Item
from triage.items.state import State
from triage.refusal import Refused

FARTHEST = timedelta(days=5 * 365 + 1)
MOST_SPRINTS = 130

stands_in_no_way("item.came_back")


def postpone(item: Item, back: BringBackDraft, *, by: User | None) -> None:
    """Let it come up again on a day, in the triage for a sprint, or when somebody says that it is time.

    Raises Refused when it is not open, for none or two of the three, and for what is past or years away.
    """
    item.must_be_open()
    said = [back.day is not None, back.sprint is not None, bool(back.trigger)]
    if sum(said) != 1:
        which = "Fill in one of the three: a day, a sprint, or what must happen first."
        raise Refused(which if not any(said) else f"{which} With two of them nobody knows which counts.")
    team = item.board.team
    if back.day is not None and not today(team.time_zone) < back.day <= today(team.time_zone) + FARTHEST:
        raise Refused("It comes back on a day after today, at most five years from now.", field="day")
    present = Sprint.current(team).number
    if back.sprint is not None and not present < back.sprint <= present + MOST_SPRINTS:
        raise Refused(
            f"Sprint {present} is the present one: name one from {present + 1} to {present + MOST_SPRINTS}.",
            field="sprint",
        )
    was = _fields(item)
    _put(item, back.day, back.sprint, back.trigger)
    item.postponed += 1
    item.record("postponed", by=by, until=item.comes_back, was=was)


def call_back(item: Item, *, by: User | None) -> None:
    """It is time: the next intake asks about it. Raises Refused when nobody put it off."""
    item.must_be_open()
    if not item.comes_back:
        raise Refused(f"{item.code} was not put off, so there is nothing to call back.")
    until, was = item.comes_back, _fields(item)
    _put(item, today(item.board.team.time_zone), None, item.bring_back_when)
    item.record("called_back", by=by, until=until, was=was)


def take_up(item: Item, *, by: User | None) -> None:
    """The triage has taken it up, so it need not come again."""
    if item.comes_back:
        item.record("came_back", by=by, until=item.comes_back)
        _put(item, None, None, "")


def is_due(board: Board, sprint: int) -> ColumnElement[bool]:
    """For queries: is it time, in a triage for a sprint held today?"""
    return or_(Item.bring_back_on <= today(board.team.time_zone), Item.bring_back_sprint <= sprint)


def is_put_off() -> ColumnElement[bool]:
    return or_(Item.bring_back_on.is_not(None), Item.bring_back_sprint.is_not(None), Item.bring_back_when != "")


def written(board: Board) -> list[Item]:
    """Open items that wait for something to happen."""
    waiting = (Item.bring_back_when != "", Item.bring_back_on.is_(None))
    return list(
        db.session.scalars(
            select(Item).where(Item.board_id == board.id, Item.state == State.OPEN, *waiting).order_by(Item.number)
        )
    )


def has_come(item: Item, sprint: int | None = None) -> bool:
    """Is it time for this one, in a triage held today (for `sprint`)?"""
    team = item.board.team
    if item.bring_back_sprint is not None:
        return item.bring_back_sprint <= (sprint or Sprint.target(team).number)
    return item.bring_back_on is not None and item.bring_back_on <= today(team.time_zone)


def waits_for_its_day(item: Item) -> bool:
    """Was it put off since the meeting took up what was due? Catastrophic debt needs its exit all the same."""
    day = item.bring_back_on
    is_called = day is not None and day <= today(item.board.team.time_zone)
    return bool(item.comes_back) and not is_called and item.category is not Category.CATASTROPHIC


@inverse_of("item.postponed")
def unpostpone(event: Event, *, by: User | None) -> None:
    item = db.session.get_one(Item, event.item_id)
    item.postponed -= 1
    _restore(item, event.what["was"], by)


@inverse_of("item.called_back")
def uncall(event: Event, *, by: User | None) -> None:
    _restore(db.session.get_one(Item, event.item_id), event.what["was"], by)


def _restore(item: Item, was: dict[str, Any], by: User | None) -> None:
    on, sprint, when = was["on"], was["sprint"], was["when"]
    _put(item, on and date.fromisoformat(on), sprint, when)
    item.record("bring_back_undone", by=by)


def _fields(item: Item) -> dict[str, Any]:
    on = item.bring_back_on
    return {"on": on and on.isoformat(), "sprint": item.bring_back_sprint, "when": item.bring_back_when}


def _put(item: Item, on: date | None, sprint: int | None, when: str) -> None:
    item.bring_back_on, item.bring_back_sprint, item.bring_back_when = on, sprint, when
