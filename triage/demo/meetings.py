"""How a meeting of the story is played: phase by phase, through the verbs that its chair and its people have."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Protocol

from triage.accounts.models import User
from triage.boards.category import Category
from triage.demo.acts import Write
from triage.demo.stage import Act, Person, Stage, press
from triage.items.models import Item
from triage.meetings import focus, votes
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.ballot import tally
from triage.meetings.models import Meeting
from triage.rooms.attendance import Attendance

KEYS = {"1": Category.CHEAP, "2": Category.EXPENSIVE, "3": Category.CATASTROPHIC}
COMING = timedelta(seconds=4)

Press = Callable[[], object]


class ActOnItem(Act, Protocol):
    """What somebody does to an item, by its number."""

    @property
    def number(self) -> int: ...


@dataclass(frozen=True, kw_only=True)
class Triage:
    """A meeting: what its chair and its people do in each phase, and how many `minutes` each phase took.

    `ballots`, `dots` and `worth` have a character for each of those who were `there`, in their order: the key that they
    pressed, the dots that they placed, one to five; a stroke for none. `sort` follows no order, since the agenda does.
    """

    day: int
    at: time
    chair: Person
    there: Sequence[Person]
    guests: Sequence[str] = ()
    minutes: tuple[float, float, float, float, float, float]
    review: Sequence[Act]
    intake: Sequence[Act] = ()
    ballots: Mapping[int, str]
    dots: Mapping[int, str]
    sort: Sequence[ActOnItem]
    commit: Sequence[Act]
    worth: str

    def play(self, stage: Stage, sprint: int) -> None:
        began = stage.moment(sprint, self.day, self.at)
        with press(began):
            meeting = Meeting.start(stage.board, by=stage.people[self.chair])
        _Room(self, stage, meeting).play(began)


class _Room:
    """A meeting while it is played."""

    def __init__(self, told: Triage, stage: Stage, meeting: Meeting) -> None:
        self.told, self.stage, self.meeting = told, stage, meeting
        self.there: list[Attendance] = []

    def play(self, began: datetime) -> None:
        for place, person in enumerate(self.told.there):
            with press(began + COMING * place):
                self.there.append(Attendance.come(self.meeting, self.stage.people[person]))
        for name in self.told.guests:
            with press(began + COMING * len(self.there)):
                Attendance.come_as_guest(self.meeting, name)
        phases: dict[Phase, Callable[[], Iterator[Press]]] = {
            Phase.REVIEW: lambda: self._acts(self.told.review),
            Phase.INTAKE: self._intake,
            Phase.VOTE: self._vote,
            Phase.SORT: self._sort,
            Phase.COMMIT: lambda: self._acts(self.told.commit),
            Phase.CLOSE: self._close,
        }
        for phase, minutes in zip(Phase, self.told.minutes, strict=True):
            until = began + timedelta(minutes=minutes)
            presses = list(phases[phase]())
            for place, do in enumerate(presses, start=1):
                with press(began + timedelta(seconds=(until - began).seconds * place // (len(presses) + 1))):
                    do()
            with press(until):
                go_on = self.meeting.close if phase is Phase.CLOSE else self.meeting.advance
                go_on(seen=self.meeting.turn, by=self.chair)
            began = until

    @property
    def chair(self) -> User:
        """Whoever has the chair by now."""
        return self.meeting.chair or self.stage.people[self.told.chair]

    def _acts(self, acts: Sequence[Act]) -> Iterator[Press]:
        for act in acts:
            yield partial(self._act, act)

    def _act(self, act: Act) -> None:
        act.play(self.stage, by=self.chair)

    def _intake(self) -> Iterator[Press]:
        """Nobody will talk about what is unanimous, so whoever reported it writes the words before."""
        yield from self._acts(self.told.intake)
        for number, keys in self.told.ballots.items():
            if tally(KEYS[key] for key in keys if key in KEYS).is_unanimous:
                yield partial(self._write, number)
        for place, attendance in enumerate(self.there):
            yield partial(self._cast, attendance, {number: keys[place] for number, keys in self.told.ballots.items()})
        yield lambda: votes.reveal_ballots(self.meeting, seen=self.meeting.turn, by=self.chair)

    def _write(self, number: int) -> None:
        Write(number).play(self.stage, by=self.stage.items[number].reporter or self.chair)

    def _cast(self, attendance: Attendance, ballots: Mapping[int, str]) -> None:
        for number, key in ballots.items():
            if key in KEYS:
                votes.cast_ballot(attendance, self.stage.items[number], KEYS[key])

    def _vote(self) -> Iterator[Press]:
        for place, attendance in enumerate(self.there):
            yield partial(self._place, attendance, {number: dots[place] for number, dots in self.told.dots.items()})
        yield lambda: votes.reveal_dots(self.meeting, seen=self.meeting.turn, by=self.chair)

    def _place(self, attendance: Attendance, dots: Mapping[int, str]) -> None:
        for number, count in dots.items():
            for _dot in range(int(count) if count.isdigit() else 0):
                votes.add_dot(attendance, self.stage.items[number])

    def _sort(self) -> Iterator[Press]:
        """Item by item, as the agenda has them, the chair going on to the next when what is told of one is done."""
        agenda = [one.item for one in AgendaItem.all_of(self.meeting) if one.standing is Standing.WAITING]
        strangers = {act.number for act in self.told.sort} - {item.number for item in agenda}
        if strangers:
            raise LookupError(f"In the story {sorted(strangers)} are sorted, but they are not on the agenda.")
        for item in agenda:
            yield from self._acts([act for act in self.told.sort if act.number == item.number])
            yield partial(self._go_on_from, item)

    def _go_on_from(self, item: Item) -> None:
        focus.step(self.meeting, "next", item.id, by=self.chair)

    def _close(self) -> Iterator[Press]:
        for attendance, worth in zip(self.there, self.told.worth, strict=True):
            if worth.isdigit():
                yield partial(attendance.rate_worth, int(worth))
