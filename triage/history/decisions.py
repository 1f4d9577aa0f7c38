"""The decision log: what was decided, by whom and why. It is the event history without what was undone."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import starmap
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator
from sqlalchemy import ColumnElement, Select, and_, func, or_
from sqlalchemy.orm import lazyload

from triage.boards.models import Board
from triage.commitments.models import COMMITTING, VERDICTS
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.events.undo import standing
from triage.finding.drafts import Asked
from triage.finding.words import folded
from triage.meetings.models import Meeting
from triage.rooms.models import Status
from triage.web.filters import day, plural


class Kind(StrEnum):
    VERDICT = "verdict"
    CATEGORY = "category"
    COMMITMENT = "commitment"
    OVER_PROMISE = "over-promise"
    WAIVER = "waiver"
    REFUSAL = "refusal"
    PAYDOWN = "paydown"
    DROP = "drop"
    CHANGE = "process change"

    @property
    def label(self) -> str:
        return "Category changes" if self is Kind.CATEGORY else f"{self.value.capitalize()}s"


ACTIONS: dict[Kind, tuple[str, ...]] = {
    Kind.VERDICT: (
        *VERDICTS,
        "commitment.corrected",
    ),
    Kind.CATEGORY: ("item.rated",),
    Kind.COMMITMENT: (*COMMITTING, "meeting.committed_to_nothing"),
    Kind.OVER_PROMISE: COMMITTING,
    Kind.WAIVER: ("waiver.granted", "waiver.declined", "waiver.ended"),
    Kind.REFUSAL: ("item.refused",),
    Kind.PAYDOWN: ("item.paid",),
    Kind.DROP: ("item.dropped",),
    Kind.CHANGE: ("process_change.decided", "process_change.reviewed"),
}
_ALL = sorted({action for actions in ACTIONS.values() for action in actions})


def _day(value: object) -> date:
    with suppress(ValueError):
        found = date.fromisoformat(str(value).strip())
        if 2000 <= found.year < 3000:
            return found
    raise ValueError("Choose a day, or write it as 2027-03-31.")


Day = Annotated[date, BeforeValidator(_day)]


class DecisionsDraft(Asked):
    """Which decisions are asked for: by words, of a kind, in a period."""

    kind: Kind | None = None
    since: Day | None = None
    until: Day | None = None

    @property
    def everything(self) -> Self:
        """Not a page of them, but all: for a file."""
        return self.model_copy(update={"show": 10**9})


@dataclass(frozen=True)
class Decision:
    """One event, and the meeting in which it happened."""

    event: Event
    meeting: Meeting | None

    @classmethod
    def read(cls, event: Event, meeting: Meeting | None) -> "Decision":
        """Of a meeting that was forgotten open, nobody may have written down yet when it ended."""
        is_later = meeting and meeting.ended_at and meeting.is_idle and event.at > meeting.ended_at
        return cls(event, None if is_later else meeting)

    def __str__(self) -> str:
        return sentence(self.event)

    @property
    def why(self) -> str:
        """Its reason; of a commitment also when it is done, and of a process change how that will be seen."""
        why, what = self.event.why, self.event.what
        if what.get("done_when"):
            return ". ".join(filter(None, [why.capitalize(), f"Done when: {what['done_when']}"]))
        return f"We will see that it worked: {what['seen_by']}" if what.get("seen_by") else why

    def says(self, words: Sequence[str]) -> bool:
        said = folded(f"{self} {self.why}")
        return all(word in said for word in words)


class Decisions:
    """Those of a board that an address asks for, with those of its team, the newest first."""

    def __init__(self, board: Board, draft: DecisionsDraft) -> None:
        self.board, self.draft = board, draft

    @property
    def shown(self) -> Sequence[Decision]:
        return self._read[0]

    @property
    def total(self) -> int:
        return self._read[1]

    @property
    def sentence(self) -> str:
        """`12 decisions with “auth”, verdicts`."""
        draft = self.draft
        parts = (
            (plural(self.total, "decision") if self.total else "No decision")
            + (f" with “{draft.q}”" if draft.q else ""),
            draft.kind and draft.kind.label.lower(),
            draft.since and f"since {day(draft.since)}",
            draft.until and f"until {day(draft.until)}",
        )
        return ", ".join(str(part) for part in parts if part)

    @cached_property
    def _read(self) -> tuple[Sequence[Decision], int]:
        """Words are looked for in the sentences as people read them, which no database knows: so all are read."""
        of_team = and_(Event.board_id.is_(None), Event.team_id == self.board.team_id)
        asked = _all().where(or_(Event.board_id == self.board.id, of_team), *self._filters())
        words = folded(self.draft.q).split()
        if words:
            found = [one for one in starmap(Decision.read, db.session.execute(asked)) if one.says(words)]
            return found[: self.draft.show], len(found)
        rows = db.session.execute(asked.add_columns(func.count().over()).limit(self.draft.show)).all()
        return [Decision.read(event, meeting) for event, meeting, _total in rows], rows[0][2] if rows else 0

    def _filters(self) -> list[ColumnElement[bool]]:
        draft, zone = self.draft, ZoneInfo(self.board.team.time_zone)
        filters: list[ColumnElement[bool]] = []
        if draft.kind:
            filters.append(Event.action.in_(ACTIONS[draft.kind]))
        if draft.kind is Kind.OVER_PROMISE:
            filters.append(Event.what["over"].as_string() != "")
        if draft.since:
            filters.append(Event.at >= datetime.combine(draft.since, time.min, zone))
        if draft.until:
            filters.append(Event.at < datetime.combine(draft.until + timedelta(days=1), time.min, zone))
        return filters


def decision(board_id: int, event_id: int) -> Decision | None:
    """One of a board's decisions, unless it was undone."""
    row = db.session.execute(_all().where(Event.board_id == board_id, Event.id == event_id)).one_or_none()
    return None if row is None else Decision.read(*row)


def _all() -> Select[Any]:
    """Each with its meeting, whose events are those of its board from its first version to its last."""
    during = and_(
        Meeting.board_id == Event.board_id,
        Meeting.status != Status.PLANNED,
        Event.version.between(Meeting.first_version, func.coalesce(Meeting.last_version, Event.version)),
    )
    return (
        standing()
        .add_columns(Meeting)
        .options(lazyload(Meeting.board))
        .outerjoin(Meeting, during)
        .where(Event.action.in_(_ALL))
        .order_by(Event.id.desc())
    )
