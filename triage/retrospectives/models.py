"""Retrospective: thirty minutes of a whole team, which end in one or two process changes."""

import secrets
from datetime import datetime
from typing import ClassVar, cast

from sqlalchemy import ColumnElement, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.events.models import Event
from triage.refusal import Refused
from triage.retrospectives.agenda import Phase, Prompt
from triage.rooms.attendance import Attendance
from triage.rooms.models import Ritual, one_live
from triage.rooms.phases import RoomPhase
from triage.teams.models import Team


class Retrospective(Ritual):
    """It is held for a team, and its events are those of the team that concern no board.

    `prompts` are the questions as they were worded when it began; `after_id` is the ritual whose people went on to it.
    """

    __mapper_args__ = {"polymorphic_identity": "retrospective", "polymorphic_load": "inline"}  # noqa: RUF012 - as SQLAlchemy wants it

    notes_revealed_at: Mapped[datetime | None]
    prompts: Mapped[list[str] | None]
    after_id: Mapped[int | None] = mapped_column(ForeignKey("ritual.id"))

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)

    event_kind = "retrospective"
    phases = Phase
    noun = called = "retrospective"
    purpose = "Thirty minutes: what became of the last changes, how the sprint went, what matters, what you change."
    doing = "is looking back on its sprint"
    members_also = "group and decide"
    meanwhile: ClassVar[dict[str, str]] = {
        "process_change.decided": "decided",
        "process_change.reviewed": "reviewed",
    }

    @property
    def home(self) -> Team:
        return self.team

    @staticmethod
    def team_of(home: Team) -> Team:
        return home

    @classmethod
    def at_home(cls, home: Team) -> ColumnElement[bool]:
        return cls.team_id == home.id

    @classmethod
    def _new(cls, home: Team) -> "Retrospective":
        return cls._of(home, team=home)

    @property
    def events(self) -> tuple[ColumnElement[bool], ...]:
        return Event.team_id == self.team_id, Event.board_id.is_(None)

    @classmethod
    def after(cls, ritual: Ritual, *, by: User) -> "Retrospective":
        """Begin one with the people of another: they are expected here. Raises Refused while that goes on."""
        if not ritual.is_closed:
            raise Refused(f"This {ritual.noun} goes on. Close it first, then look back on the sprint.")
        retrospective = cls.start(ritual.team, by=by)
        retrospective.after_id = ritual.id
        for one in Attendance.all_of(ritual):
            if one.user is not None and ritual.team.has(one.user):
                Attendance.expect(retrospective, one.user)
        return retrospective

    def question(self, prompt: Prompt) -> str:
        """How this team asks it."""
        worded = self.prompts or self.team.prompts
        return worded[[*Prompt].index(prompt)]

    # Its phases

    @property
    def missing(self) -> str:
        from triage.retrospectives import guards

        return guards.missing(self)

    def emptiness(self, phase: RoomPhase) -> str:
        from triage.retrospectives import guards

        return guards.emptiness(self, cast(Phase, phase))

    @property
    def is_secret(self) -> bool:
        """Answers, notes and dots are, until they are revealed."""
        return self.revealed.get(self.phase, self.started_at) is None

    @property
    def revealed(self) -> dict[Phase, datetime | None]:
        """When each phase that hides something showed it."""
        return {
            Phase.REVIEW: self.ballots_revealed_at,
            Phase.GATHER: self.notes_revealed_at,
            Phase.VOTE: self.dots_revealed_at,
        }

    def reveal(self, *, seen: int, by: User) -> None:
        from triage.retrospectives import notes, review

        reveals = {Phase.REVIEW: review.reveal, Phase.GATHER: notes.reveal, Phase.VOTE: notes.reveal_dots}
        if self.phase not in reveals:
            raise Refused("There is nothing to reveal in this phase.")
        reveals[self.phase](self, seen=seen, by=by)

    def most_dots(self) -> list[int]:
        from triage.retrospectives.notes import dots_of

        return [max(dots_of(one).values(), default=0) for one in Attendance.all_of(self)]

    def _began(self) -> None:
        from triage.retrospectives.review import draw_up

        self.prompts = self.team.prompts
        draw_up(self)

    def _went_back(self) -> None:
        from triage.retrospectives import guards

        guards.hide_what_is_empty(self)

    def _forget(self) -> None:
        from triage.retrospectives import notes, review

        review.forget(self)
        notes.forget_who(self)


one_live(Retrospective.team_id, "retrospective")


def any_id() -> int:
    """A number that tells nothing of when a row was written, and so of who wrote it."""
    return secrets.randbelow(2**31 - 1) + 1
