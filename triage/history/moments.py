"""Which moment of a board's past an address asks for: the end of a triage, the end of a day, or a version."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, url_for
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from triage.boards.models import Board
from triage.clock import now, today
from triage.database import db
from triage.history.decisions import Day
from triage.history.then import BoardThen, board_then, last_event, version_at
from triage.meetings.models import Meeting
from triage.rooms.models import Status
from triage.web import filters
from triage.web.drafts import Draft, Id


class MomentDraft(Draft):
    """One of these; `place` is where the slider stands, from 1 on."""

    meeting: Id | None = None
    place: int | None = None
    version: int | None = None
    day: Day | None = None


@dataclass(frozen=True)
class Stop:
    """The end of a triage."""

    meeting_id: int
    version: int
    at: datetime


@dataclass(frozen=True)
class Moment:
    """`day` is set when all of a day is over; `said` says why it is not what was asked for."""

    version: int
    at: datetime
    day: date | None = None
    is_present: bool = False
    said: str = ""


class Past:
    """The past of a board, and the moment of it that an address asks for."""

    def __init__(self, board: Board, address: Mapping[str, str]) -> None:
        self.board, self.zone = board, ZoneInfo(board.team.time_zone)
        self.asked, self.said = MomentDraft.asked(address)

    @cached_property
    def stops(self) -> Sequence[Stop]:
        """The triages that are over, each at its end, in their order."""
        meetings = db.session.scalars(
            select(Meeting)
            .options(lazyload(Meeting.board))
            .where(Meeting.board_id == self.board.id, Meeting.status != Status.PLANNED)
        )
        return sorted(filter(None, map(self._stop, meetings)), key=lambda stop: (stop.version, stop.meeting_id))

    @cached_property
    def moment(self) -> Moment | None:
        """None where nothing is asked for and no triage was held."""
        asked = self.asked
        if asked.place is not None:
            return self._at_place(asked.place)
        if asked.meeting is not None:
            return self._of_meeting(asked.meeting)
        if asked.version is not None:
            return self._of_version(asked.version)
        if asked.day is not None:
            return self._of_day(asked.day)
        return self._at(self.stops[-1]) if self.stops else None

    @cached_property
    def then(self) -> BoardThen:
        return board_then(self.board, self._shown.version, self._shown.at.astimezone(self.zone).date())

    @property
    def sentences(self) -> list[str]:
        """On what will not do in the address."""
        return [*self.said, *([self.moment.said] if self.moment and self.moment.said else [])]

    @property
    def when(self) -> str:
        """`as it was on 14 Mar 2026, 15:31`"""
        moment = self._shown
        if moment.is_present:
            return "as it is now"
        if moment.day:
            return f"as it was at the end of {filters.day(moment.day)}"
        return f"as it was on {filters.moment(moment.at, self.zone.key)}"

    @property
    def address(self) -> str:
        """By which the moment is found again, whatever happens since."""
        moment, asked = self._shown, dict[str, Any]()
        if self.stop:
            asked["meeting"] = self.stop.meeting_id
        elif moment.day:
            asked["day"] = moment.day
        elif self.moment:
            asked["version"] = moment.version
        return url_for("history.then", board_id=self.board.id, **asked)

    @property
    def stop(self) -> Stop | None:
        """The triage that ended at the moment, if one did."""
        return next((stop for stop in self.stops if stop.version == self._shown.version), None)

    @property
    def place(self) -> int:
        """Of the last triage up to the moment, or of the first one."""
        return max(bisect_right(self._versions, self._shown.version), 1)

    @property
    def previous(self) -> Stop | None:
        return next(iter(self.stops[: bisect_left(self._versions, self._shown.version)][-1:]), None)

    @property
    def next(self) -> Stop | None:
        return next(iter(self.stops[bisect_right(self._versions, self._shown.version) :]), None)

    def day(self, stop: Stop) -> str:
        return filters.day(stop.at.astimezone(self.zone))

    @property
    def _shown(self) -> Moment:
        return self.moment or self._present()

    @property
    def _versions(self) -> list[int]:
        return [stop.version for stop in self.stops]

    def _stop(self, meeting: Meeting) -> Stop | None:
        """One that was forgotten open ended too, though nobody may have written that down yet."""
        if meeting.ended_at is None:
            return None
        version = version_at(self.board, meeting.ended_at) if meeting.is_idle else meeting.last_version
        return Stop(meeting.id, version or 0, meeting.ended_at)

    def _at(self, stop: Stop) -> Moment:
        return Moment(stop.version, stop.at)

    def _present(self, said: str = "") -> Moment:
        return Moment(self.board.version, now(), is_present=True, said=said)

    def _opening(self, said: str) -> Moment:
        return Moment(min(1, self.board.version), self.board.created_at, said=said)

    def _at_place(self, place: int) -> Moment:
        if not self.stops:
            return self._present("No triage was held on this board yet: this is how it is now.")
        nearest = min(max(place, 1), len(self.stops))
        count = filters.plural(len(self.stops), "triage")
        said = "" if nearest == place else f"{count} on this board so far: this is the end of the nearest."
        return replace(self._at(self.stops[nearest - 1]), said=said)

    def _of_meeting(self, id: int) -> Moment:
        """Another board's is not found."""
        stop = next((stop for stop in self.stops if stop.meeting_id == id), None)
        if stop is not None:
            return self._at(stop)
        status = db.session.scalar(
            select(Meeting.status).where(Meeting.id == id, Meeting.board_id == self.board.id)
        ) or abort(404)
        goes_on = "has not begun" if status is Status.PLANNED else "is not over"
        return self._present(f"That triage {goes_on}: this is how the board is now.")

    def _of_version(self, version: int) -> Moment:
        if version > self.board.version:
            return self._present(f"The board has come to version {self.board.version}: this is how it is now.")
        if version < min(1, self.board.version):
            return self._opening("The versions of a board begin with 1: this is how it began.")
        return Moment(version, last_event(self.board, version)[1], is_present=version == self.board.version)

    def _of_day(self, day: date) -> Moment:
        present, opened = today(self.zone.key), self.board.created_at.astimezone(self.zone).date()
        if day >= present:
            return self._present(
                f"{filters.day(day)} is still to come: this is how the board is now." if day > present else ""
            )
        if day < opened:
            return self._opening(f"The board was opened on {filters.day(opened)}: this is how it began.")
        end = datetime.combine(day + timedelta(days=1), time.min, self.zone) - timedelta(microseconds=1)
        return Moment(version_at(self.board, end), end, day=day)
