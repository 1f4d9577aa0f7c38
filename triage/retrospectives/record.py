"""The record of a team's changes: how many were done and how many helped, retrospective by retrospective."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import select

from triage.database import db
from triage.retrospectives.answers import Done, Helped
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.models import Retrospective
from triage.retrospectives.review import closed_reviews
from triage.rooms.models import Status
from triage.teams.models import Team
from triage.web.filters import plural


@dataclass(frozen=True)
class Fate:
    """A change that was decided, and the last that was found of it."""

    change: str
    owner: str
    seen_by: str
    decided_on: date
    done: Done | None
    helped: Helped | None

    @property
    def is_judged(self) -> bool:
        return self.helped in (Helped.YES, Helped.NO)

    @property
    def words(self) -> str:
        if self.done is None and self.helped is None:
            return "not reviewed yet"
        done = f"done: {self.done}" if self.done else "not said whether done"
        return f"{done}, helped: {self.helped.words if self.helped else 'not said'}"


@dataclass(frozen=True)
class Record:
    """All changes of a team's past retrospectives, the oldest first."""

    fates: Sequence[Fate]

    @cached_property
    def reviewed(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.done is not None]

    @property
    def done(self) -> int:
        return sum(fate.done is Done.YES for fate in self.reviewed)

    @cached_property
    def judged(self) -> list[Fate]:
        return [fate for fate in self.fates if fate.is_judged]

    @property
    def helped(self) -> int:
        return sum(fate.helped is Helped.YES for fate in self.judged)

    @property
    def sentence(self) -> str:
        if not self.fates:
            return "No retrospective has decided anything yet."
        decided = f"{plural(len(self.fates), 'change')} decided"
        if not self.reviewed:
            return f"{decided}, none reviewed yet: the next retrospective asks."
        done = f"{self.done} of {len(self.reviewed)} reviewed {'was' if self.done == 1 else 'were'} done"
        if not self.judged:
            return f"{decided}. {done}; whether they helped is not known yet."
        return f"{decided}. {done}, and {self.helped} of {len(self.judged)} helped."


def record_of(team: Team) -> Record:
    """By the last review of each change; one that rolls on has none that is final."""
    over = select(Retrospective.id).where(Retrospective.team_id == team.id, Retrospective.status == Status.CLOSED)
    changes = db.session.scalars(
        select(ProcessChange).where(ProcessChange.retrospective_id.in_(over)).order_by(ProcessChange.id)
    )
    found = {review.change_id: review for review in closed_reviews(team.id)}
    zone = ZoneInfo(team.time_zone)
    return Record(
        [
            Fate(
                change=change.what,
                owner=change.owner.name,
                seen_by=change.seen_by,
                decided_on=change.decided_at.astimezone(zone).date(),
                done=found[change.id].done if change.id in found else None,
                helped=found[change.id].helped if change.id in found else None,
            )
            for change in changes
        ]
    )
