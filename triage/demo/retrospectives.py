"""How a retrospective of the story is played: phase by phase, through the verbs that its chair and its people have."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from triage.accounts.models import User
from triage.demo.stage import Person, Stage, press
from triage.retrospectives import notes, review
from triage.retrospectives.agenda import Phase, Prompt
from triage.retrospectives.answers import Done, Helped
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.drafts import ChangeDraft
from triage.retrospectives.guards import asked
from triage.retrospectives.models import Retrospective
from triage.retrospectives.notes import Note
from triage.rooms.attendance import Attendance

KEPT, SLOWED, PUZZLED = Prompt
DONE = {"y": Done.YES, "p": Done.PARTLY, "n": Done.NO}
HELPED = {"y": Helped.YES, "n": Helped.NO, "e": Helped.EARLY}
COMING = timedelta(seconds=4)

Press = Callable[[], object]


@dataclass(frozen=True)
class Change:
    """What is decided. `weeks` says how long it is tried, where it is an experiment; `debts` are codes."""

    what: str
    owner: Person
    seen_by: str
    weeks: int = 0
    debts: str = ""


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """A retrospective. Everything that stands in a row has a character for each of those who were `there`.

    `review` has a pair of rows for each change that comes up: done (y, p, n) and helped (y, n, e). `said` are the notes
    in the order of their writers, each with its prompt; `same` are pairs of their places; `dots` go by place.
    """

    day: int
    at: time
    chair: Person
    there: Sequence[Person]
    minutes: tuple[float, float, float, float, float]
    review: Sequence[tuple[str, str]] = ()
    said: Sequence[tuple[Person, Prompt, str]]
    same: Sequence[tuple[int, int]] = ()
    dots: Mapping[int, str]
    changes: Sequence[Change]
    worth: str

    def play(self, stage: Stage, sprint: int) -> None:
        began = stage.moment(sprint, self.day, self.at)
        with press(began):
            retrospective = Retrospective.start(stage.board.team, by=stage.people[self.chair])
        _Room(self, stage, retrospective).play(began)


class _Room:
    """A retrospective while it is played."""

    def __init__(self, told: LookBack, stage: Stage, retrospective: Retrospective) -> None:
        self.told, self.stage, self.retrospective = told, stage, retrospective
        self.there: dict[Person, Attendance] = {}
        self.notes: list[Note] = []

    def play(self, began: datetime) -> None:
        for place, person in enumerate(self.told.there):
            with press(began + COMING * place):
                self.there[person] = Attendance.come(self.retrospective, self.stage.people[person])
        phases: dict[Phase, Callable[[], Iterator[Press]]] = {
            Phase.REVIEW: self._review,
            Phase.GATHER: self._gather,
            Phase.VOTE: self._vote,
            Phase.DECIDE: self._decide,
            Phase.CLOSE: self._close,
        }
        for phase, minutes in zip(Phase, self.told.minutes, strict=True):
            if phase in self.retrospective.phase.earlier:
                continue  # it was skipped, since nothing was due
            until = began + timedelta(minutes=minutes)
            presses = list(phases[phase]())
            for place, do in enumerate(presses, start=1):
                with press(began + (until - began) * place / (len(presses) + 1)):
                    do()
            with press(until):
                go_on = self.retrospective.close if phase is Phase.CLOSE else self.retrospective.advance
                go_on(seen=self.retrospective.turn, by=self.chair)
            began = until

    @property
    def chair(self) -> User:
        return self.stage.people[self.told.chair]

    def _reveal(self) -> None:
        self.retrospective.reveal(seen=self.retrospective.turn, by=self.chair)

    def _review(self) -> Iterator[Press]:
        for one, (done, helped) in zip(asked(self.retrospective), self.told.review, strict=True):
            for attendance, did, was in zip(self.there.values(), done, helped, strict=True):
                yield partial(review.cast_answer, attendance, one.change_id, DONE[did], is_done=True)
                yield partial(review.cast_answer, attendance, one.change_id, HELPED[was], is_done=False)
        yield self._reveal

    def _gather(self) -> Iterator[Press]:
        for person, prompt, text in self.told.said:
            yield partial(self._write, person, prompt, text)
        yield self._reveal

    def _write(self, person: Person, prompt: Prompt, text: str) -> None:
        self.notes.append(notes.write(self.there[person], prompt, text))

    def _vote(self) -> Iterator[Press]:
        for one, other in self.told.same:
            yield partial(self._put_together, one, other)
        for place, attendance in enumerate(self.there.values()):
            yield partial(self._place, attendance, {note: dots[place] for note, dots in self.told.dots.items()})
        yield self._reveal

    def _put_together(self, one: int, other: int) -> None:
        notes.same_as(self.retrospective, self.notes[one], self.notes[other])

    def _place(self, attendance: Attendance, dots: Mapping[int, str]) -> None:
        for place, count in dots.items():
            for _dot in range(int(count) if count.isdigit() else 0):
                notes.add_dot(attendance, self.notes[place])

    def _decide(self) -> Iterator[Press]:
        for change in self.told.changes:
            yield partial(self._change, change)

    def _change(self, change: Change) -> None:
        started = self.retrospective.started_at
        until = (started + timedelta(weeks=change.weeks)).date() if change.weeks and started else None
        draft = ChangeDraft(
            what=change.what,
            owner=self.stage.people[change.owner].id,
            seen_by=change.seen_by,
            tried_until=until,
            debts=change.debts,
        )
        ProcessChange.decide(self.retrospective, draft, by=self.chair)

    def _close(self) -> Iterator[Press]:
        for attendance, worth in zip(self.there.values(), self.told.worth, strict=True):
            if worth.isdigit():
                yield partial(attendance.rate_worth, int(worth))
