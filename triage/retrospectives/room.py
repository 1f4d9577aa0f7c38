"""RetrospectiveRoom: what each phase of a retrospective shows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for
from sqlalchemy import select

from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.retrospectives import guards
from triage.retrospectives.agenda import MOST_CHANGES, Phase, Prompt
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.minutes import minutes_of
from triage.retrospectives.models import Retrospective
from triage.retrospectives.notes import Note, count, dots_of, grouped, names_in, notes_of
from triage.retrospectives.review import ChangeReview, ReviewBallot, ballots_of, voters
from triage.rooms.document import Minutes
from triage.rooms.room import Room
from triage.teams.models import Team


@dataclass(frozen=True)
class Asked:
    """A process change of before, and what the viewer says of it."""

    review: ChangeReview
    mine: ReviewBallot | None

    @property
    def change(self) -> ProcessChange:
        return self.review.change


@dataclass(frozen=True)
class Pile:
    """One prompt: how it is worded, the notes that are shown, and those of the viewer."""

    prompt: Prompt
    question: str
    shown: list[Note]
    mine: list[Note]


@dataclass(frozen=True)
class Group:
    """Notes that say the same, in the name of one of them; `mine` are the viewer's dots."""

    lead: Note
    others: list[Note]
    mine: int

    @property
    def notes(self) -> list[Note]:
        return [self.lead, *self.others]


class RetrospectiveRoom(Room, of=Retrospective):
    ritual: Retrospective

    keys = (
        (("J", "K"), "next and previous"),
        (("1", "2", "3"), "it was done: yes, partly, no"),
        (("4", "5", "6"), "it helped: yes, no, too early"),
        (("N",), "write a note"),
        (("G",), "this note says the same as…"),
        (("V",), "place a dot"),
        (("Shift V",), "take a dot back"),
        (("C",), "decide on a change"),
    )

    @staticmethod
    def all_of(home: Team) -> str:
        return url_for("retrospectives.index", team_id=home.id)

    @cached_property
    def minutes(self) -> Minutes:
        return minutes_of(self.ritual)

    # What is secret

    @property
    def is_own(self) -> bool:
        """Who wrote a note changes it after the reveal too."""
        return self.is_secret or self.phase is Phase.GATHER

    @property
    def stage_key(self) -> object:
        """Notes are grouped while dots are placed, and written and changed after they are revealed."""
        if self.phase is Phase.REVIEW or (self.phase is Phase.GATHER and self.is_secret):
            return None
        grouping = select(Note.id, Note.same_as_id, Note.text).where(Note.retrospective_id == self.ritual.id)
        return hash(tuple(db.session.execute(grouping.order_by(Note.id)).all()))

    @property
    def is_revealable(self) -> bool:
        if not self.is_secret:
            return False
        return bool(guards.asked(self.ritual)) if self.phase is Phase.REVIEW else count(self.ritual) > 0

    @property
    def is_revealed(self) -> bool:
        return not self.is_secret

    @property
    def progress(self) -> str:
        if self.phase is Phase.REVIEW and self.is_revealable:
            return f"{voters(self.ritual)} of {self.voting} have answered"
        if self.phase is Phase.GATHER:
            notes = count(self.ritual)
            return f"{notes} {'note' if notes == 1 else 'notes'} so far"
        if self.phase is Phase.VOTE and self.is_secret:
            return self.dots_progress
        if self.phase is Phase.DECIDE:
            return f"{len(self.changes)} of at most {MOST_CHANGES} decided"
        return ""

    @property
    def takes_notes(self) -> bool:
        return self.phase is Phase.GATHER

    # Review

    @cached_property
    def asked(self) -> list[Asked]:
        mine = ballots_of(self.attendance) if self.attendance and self.is_secret else {}
        return [Asked(one, mine.get(one.change_id)) for one in ChangeReview.all_of(self.ritual)]

    def one_asked(self, change_id: int) -> Asked:
        return next(one for one in self.asked if one.review.change_id == change_id)

    # Gather

    @cached_property
    def notes(self) -> list[Note]:
        return Note.all_of(self.ritual)

    @cached_property
    def my_notes(self) -> list[Note]:
        return notes_of(self.attendance) if self.attendance else []

    @cached_property
    def my_note_ids(self) -> set[int]:
        return {note.id for note in self.my_notes}

    @cached_property
    def piles(self) -> list[Pile]:
        return [self.pile(prompt) for prompt in Prompt]

    def pile(self, prompt: Prompt) -> Pile:
        """Before the reveal one's own, after it everybody's."""
        mine = [note for note in self.my_notes if note.prompt is prompt]
        shown = [] if self.is_secret else [note for note in self.notes if note.prompt is prompt]
        return Pile(prompt, self.ritual.question(prompt), shown, mine)

    def people_named(self, note: Note) -> list[str]:
        """Whom a note names: it gets a gentle word, and stays."""
        return names_in(note.text, self.team)

    # Vote

    @cached_property
    def my_dots(self) -> dict[int, int]:
        return dots_of(self.attendance) if self.attendance and self.phase is Phase.VOTE else {}

    @cached_property
    def groups(self) -> list[Group]:
        return [Group(lead, others, self.my_dots.get(lead.id, 0)) for lead, others in grouped(self.notes)]

    # Decide

    @cached_property
    def changes(self) -> list[ProcessChange]:
        return ProcessChange.decided_in(self.ritual)

    @property
    def may_decide(self) -> bool:
        return len(self.changes) < MOST_CHANGES


def open_commitments(team: Team) -> list[Commitment]:
    """What the team has promised, on all its boards: a change may be about one of them."""
    promised: Any = select(Commitment).where(Commitment.team_id == team.id, Commitment.verdict == Verdict.OPEN)
    return list(db.session.scalars(promised.order_by(Commitment.id)))
