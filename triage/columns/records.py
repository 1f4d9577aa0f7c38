"""What items cost in the last six sprints of their team."""

from datetime import datetime

from triage.clock import today
from triage.commitments.sprint import Span
from triage.commitments.sprints import Sprint
from triage.items.interest import bounds_of, interest_by_item
from triage.items.models import Item
from triage.items.payback import SPRINTS, Record
from triage.teams.models import Team


def last_sprints(team: Team) -> list[Span]:
    """The present sprint and those before it, the oldest first."""
    calendar = Sprint.calendar(team)
    number = calendar.sprint_on(today(team.time_zone)).number
    return [calendar.sprint(number - ago) for ago in reversed(range(SPRINTS))]


def last_bounds(team: Team) -> dict[str, datetime]:
    """Where they begin and end."""
    return bounds_of(last_sprints(team), team.time_zone)


def record_of(item: Item) -> Record:
    """For the item's own page; cards have theirs from the query that reads them."""
    spans, team = last_sprints(item.board.team), item.board.team
    ends = bounds_of(spans[:-1], team.time_zone)
    return Record(
        minutes=tuple(interest_by_item(item.board, spans).get(item.id) or Record.minutes),
        known=sum(item.reported_at < ends[f"end_{place}"] for place in range(SPRINTS - 1)),
    )
