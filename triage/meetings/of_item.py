"""Where an item came up: the meetings that had it on their agenda or did something to it, as its page tells."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import lazyload

from triage.commitments.models import Verdict
from triage.database import db
from triage.events.models import Event
from triage.items.models import Item
from triage.items.state import State
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.models import Meeting
from triage.web.filters import day, plural


def _state(state: State, _what: dict[str, Any]) -> str:
    return state.value


def _verdict(verdict: Verdict, what: dict[str, Any]) -> str:
    return f"{verdict} in sprint {what['sprint']}"


# What each action says of an item, in a few words.
FACTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "item.rated": lambda what: f"moved to {what['now'].lower()}",
    "item.came_back": lambda what: "came back",
    "item.postponed": lambda what: f"put off, to come back {what['until']}",
    "item.split": lambda what: f"split into {', '.join(what['pieces'])}",
    "item.merged": lambda what: f"merged into {what['into']}",
    "waiver.granted": lambda what: f"waived until {what['until']}",
    "commitment.made": lambda what: f"committed for sprint {what['sprint']}",
    "commitment.proposed": lambda what: f"proposed for sprint {what['sprint']}",
}
FACTS |= dict.fromkeys(("item.reported", "item.imported", "item.split_off"), lambda what: "new")
FACTS |= {f"item.{state}": partial(_state, state) for state in (State.PAID, State.REFUSED, State.DROPPED)}
FACTS |= {
    f"commitment.{verdict.action}": partial(_verdict, verdict) for verdict in Verdict if verdict is not Verdict.OPEN
}


@dataclass(frozen=True)
class Talk:
    """One meeting, and what it did to the item."""

    meeting_id: int
    on: str
    facts: tuple[str, ...]


def meetings_of(item: Item, events: Iterable[Event]) -> list[Talk]:
    """The latest first; `events` are all of the item's."""
    zone = ZoneInfo(item.board.team.time_zone)
    undone = {event.undoes_id for event in events}
    stand = [e for e in events if e.undoes_id is None and e.id not in undone and e.action in FACTS]
    return [
        Talk(meeting.id, day((meeting.started_at or meeting.planned_for).astimezone(zone)), _facts(meeting, one, stand))
        for meeting, one in db.session.execute(_meetings(item))
    ]


def _meetings(item: Item) -> Any:
    was_changed = select(Event.id).where(
        Event.item_id == item.id,
        Event.action.in_(FACTS),
        Event.version.between(Meeting.first_version, func.coalesce(Meeting.last_version, 2**31 - 1)),
    )
    return (
        select(Meeting, AgendaItem)
        .outerjoin(AgendaItem, (AgendaItem.meeting_id == Meeting.id) & (AgendaItem.item_id == item.id))
        .options(lazyload(Meeting.board))
        .where(Meeting.board_id == item.board_id, Meeting.started_at.is_not(None))
        .where(or_(AgendaItem.id.is_not(None), was_changed.exists()))
        .order_by(Meeting.id.desc())
    )


def _facts(meeting: Meeting, one: AgendaItem | None, events: Iterable[Event]) -> tuple[str, ...]:
    facts = []
    if one is not None and one.split.count:
        facts.append(f"ballots: {one.split.words()}")
    if one is not None and one.dots:
        facts.append(plural(one.dots, "dot"))
    last = meeting.last_version
    here = [
        e for e in events if e.version and e.version >= meeting.first_version and (last is None or e.version <= last)
    ]
    facts += [FACTS[event.action](event.what) for event in reversed(here)]
    if one is not None and one.standing is Standing.LATER:
        facts.append("put off to the next triage")
    return tuple(dict.fromkeys(facts)) or ("on the agenda",)
