"""What minutes read of every ritual: its events, its people, its spells. Each kind adds what it decides.

They are put together from rows and from the events that still stand, and tell how things stood when it ended. Of votes
there are totals only.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from triage.clock import now
from triage.database import db, shared_now
from triage.events.models import Event
from triage.events.sentences import COMMAND_LINE
from triage.events.undo import standing
from triage.rooms.attendance import FEWEST_ANSWERS, Attendance
from triage.rooms.document import Chair, Person, Pulse, Spell, whole_minutes
from triage.rooms.models import IDLE, REOPENING, Ritual, Status
from triage.rooms.spells import ENDING, ENTERING, spells
from triage.web.filters import day

OF_EVERY_KIND = ("started", "chair_taken", "skipped", *ENTERING, *ENDING)


class Writer:
    """Reads what happened, in as many queries for a long ritual as for a short one. `told` are the other actions."""

    told: ClassVar[Sequence[str]] = ()

    def __init__(self, ritual: Any, started_at: datetime) -> None:
        self.ritual: Ritual = ritual
        self.team = ritual.team
        self.zone = ZoneInfo(self.team.time_zone)
        self.started_at = started_at
        self.ended_itself = ritual.ended_itself or ritual.is_idle
        self.closed_at = ritual.ended_at
        self.is_live = self.closed_at is None
        # One that ended by itself ended with the last that anybody did in it.
        self.until = self.closed_at - IDLE if self.closed_at and self.ended_itself else self.closed_at or shared_now()
        self.last_version = self._last_version()
        self.all_events = self._events()

    def common(self) -> dict[str, Any]:
        """What the minutes of every kind say."""
        spent = self._spells()
        return {
            "ritual_id": self.ritual.id,
            "noun": self.ritual.noun,
            "title": title(self.ritual, self.local(self.started_at)),
            "status": Status.LIVE if self.is_live else Status.CLOSED,
            "phase": self.ritual.phase,
            "started": self.local(self.started_at),
            "until": self.local(self.until),
            "closed": self.closed_at and self.local(self.closed_at),
            "ended_itself": self.ended_itself,
            "reopened": tuple(self.local(event.at) for event in self.own("reopened")),
            "is_reopenable": bool(self.closed_at and now() <= self.closed_at + REOPENING),
            "length": whole_minutes(sum((spell.spent for spell in spent if spell.spent), timedelta())),
            "people": self._people(),
            "chairs": tuple(Chair(by(e), self.local(e.at), e.what.get("was", "")) for e in self._chairings),
            "pulse": self._pulse(),
            "spells": tuple(spell for spell in spent if spell.spent is not None or spell.skipped or not self.is_live),
        }

    # The events

    def _last_version(self) -> int | None:
        """The last one that is the ritual's; None while it goes on."""
        if not self.ritual.is_idle:
            return self.ritual.last_version
        # What end_when_idle() will write: that its home saw more since is not the ritual's.
        return db.session.scalar(select(func.max(Event.version)).where(*self.ritual.events, Event.at <= self.closed_at))

    def _events(self) -> list[Event]:
        """Those that stand, in their order, without what happened while it was over before it was reopened."""
        kind = self.ritual.event_kind
        actions = [*(f"{kind}.{action}" for action in OF_EVERY_KIND), *self.told]
        query = standing().where(
            *self.ritual.events, Event.version >= self.ritual.first_version, Event.action.in_(actions)
        )
        if self.last_version is not None:
            query = query.where(Event.version <= self.last_version)
        events: list[Event] = []
        is_on, sign = True, self.started_at
        for event in db.session.scalars(query.order_by(Event.id)):
            of, _, action = event.action.partition(".")
            if of != kind:
                events += [event] if is_on else []
            elif event.subject_id == self.ritual.id:
                if action == "ended_itself":
                    events = [earlier for earlier in events if earlier.at <= sign + IDLE]
                is_on, sign = action not in ENDING, event.at
                events.append(event)
        return events

    def events(self, *actions: str) -> list[Event]:
        return [event for event in self.all_events if event.action in actions]

    def own(self, *actions: str) -> list[Event]:
        """What it recorded of itself: "skipped"."""
        return self.events(*(f"{self.ritual.event_kind}.{action}" for action in actions))

    # Who, and how long

    @cached_property
    def _chairings(self) -> list[Event]:
        return self.own("started", "chair_taken")

    @cached_property
    def _attendances(self) -> list[Attendance]:
        return [one for one in Attendance.all_of(self.ritual) if one.has_come]

    def _people(self) -> tuple[Person, ...]:
        """Whoever came, in that order. A chair was there, though a browser without scripts leaves no sign of it."""
        chair = self.ritual.chair_id
        came = {one.user_id for one in self._attendances}
        drove = {event.by_id: by(event) for event in self._chairings if event.by_id not in came}
        return (
            *(Person(name, is_guest=False, is_chair=id == chair) for id, name in drove.items()),
            *(
                Person(one.name, is_guest=one.is_guest, is_chair=one.user_id is not None and one.user_id == chair)
                for one in self._attendances
            ),
        )

    def _pulse(self) -> Pulse:
        answers = [one.worth for one in self._attendances if one.worth is not None]
        is_told = len(answers) >= FEWEST_ANSWERS and not self.is_live
        return Pulse(len(answers), sum(answers) / len(answers) if is_told else None)

    @cached_property
    def skipped(self) -> dict[str, str]:
        """Why a phase was passed over, by its label."""
        return {event.what["phase"]: event.why for event in self.own("skipped")}

    def _spells(self) -> list[Spell]:
        kind = f"{self.ritual.event_kind}."
        mine = [event for event in self.all_events if event.action.startswith(kind)]
        spent = spells(mine, self.until, self.ritual.phases)
        return [
            Spell(
                phase=phase,
                spent=spent.get(phase),
                skipped="" if phase in spent else self.skipped.get(phase.label, ""),
            )
            for phase in self.ritual.phases
        ]

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


def not_begun(ritual: Ritual) -> dict[str, Any]:
    """What the minutes say of what is only planned."""
    on = ritual.planned_for and ritual.planned_for.astimezone(ZoneInfo(ritual.team.time_zone))
    return {
        "ritual_id": ritual.id,
        "noun": ritual.noun,
        "title": title(ritual, on),
        "status": ritual.status,
        "phase": ritual.phase,
    }


def title(ritual: Ritual, on: datetime | None) -> str:
    return f"{ritual.called.capitalize()} of {ritual.home.name}" + (f", {day(on)}" if on else "")


def by(event: Event) -> str:
    return event.by.name if event.by else COMMAND_LINE
