"""The review: was each change of last time done, and did it help; in private, then in totals, then as an answer."""

from collections import Counter

from sqlalchemy import ForeignKey, Index, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.database import Base, TeamOwned, db, shared_now
from triage.refusal import Refused, Stale
from triage.retrospectives.agenda import Phase
from triage.retrospectives.answers import Done, Helped, may_roll, outcome
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.models import Retrospective
from triage.rooms.attendance import Attendance
from triage.rooms.models import Status


class ChangeReview(TeamOwned, Base):
    """What one retrospective found of one change: how many said what, and the answers `done` and `helped`.

    One that is still being tried is not asked about (`is_asked`), and counts as too early.
    """

    __tablename__ = "change_review"
    __table_args__ = (
        Index("uq_change_review_retrospective_id_change_id", "retrospective_id", "change_id", unique=True),
        Index("ix_change_review_change_id", "change_id"),
    )

    retrospective_id: Mapped[int] = mapped_column(ForeignKey("ritual.id"))
    change_id: Mapped[int] = mapped_column(ForeignKey("process_change.id"))
    is_asked: Mapped[bool] = mapped_column(default=True)
    done_yes: Mapped[int] = mapped_column(default=0)
    done_partly: Mapped[int] = mapped_column(default=0)
    done_no: Mapped[int] = mapped_column(default=0)
    helped_yes: Mapped[int] = mapped_column(default=0)
    helped_no: Mapped[int] = mapped_column(default=0)
    helped_early: Mapped[int] = mapped_column(default=0)
    done: Mapped[Done | None]
    helped: Mapped[Helped | None]

    change: Mapped[ProcessChange] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def all_of(cls, retrospective: Retrospective) -> list["ChangeReview"]:
        of_it = cls.retrospective_id == retrospective.id
        return list(db.session.scalars(select(cls).where(of_it).order_by(cls.change_id)))

    @classmethod
    def of(cls, retrospective: Retrospective, change_id: int) -> "ChangeReview":
        found = next((one for one in cls.all_of(retrospective) if one.change_id == change_id), None)
        if found is None or not found.is_asked:
            raise Refused("This change is not up for review here.")
        return found

    @property
    def rolled(self) -> int:
        """How many reviews before this one found it too early: in the order in which their retrospectives began."""
        before = (ChangeReview.change_id == self.change_id, ChangeReview.id < self.id)
        return db.session.scalar(select(func.count()).where(*before, ChangeReview.helped == Helped.EARLY)) or 0

    @property
    def may_roll(self) -> bool:
        return may_roll(self.rolled)

    @property
    def choices(self) -> list[Helped]:
        """What can be said of whether it helped."""
        return [*Helped] if self.may_roll else [Helped.YES, Helped.NO]

    @property
    def is_answered(self) -> bool:
        return not self.is_asked or (self.done is not None and self.helped is not None)

    @property
    def ballots(self) -> int:
        """How many answers were counted."""
        return sum(self.of_done.values()) + sum(self.of_helped.values())

    @property
    def of_done(self) -> dict[Done, int]:
        return {Done.YES: self.done_yes, Done.PARTLY: self.done_partly, Done.NO: self.done_no}

    @property
    def of_helped(self) -> dict[Helped, int]:
        return {Helped.YES: self.helped_yes, Helped.NO: self.helped_no, Helped.EARLY: self.helped_early}


class ReviewBallot(TeamOwned, Base):
    """What one person says of one change, until the close."""

    __tablename__ = "review_ballot"
    __table_args__ = (
        Index("uq_review_ballot_attendance_id_change_id", "attendance_id", "change_id", unique=True),
        Index("ix_review_ballot_retrospective_id", "retrospective_id"),
    )

    retrospective_id: Mapped[int] = mapped_column(ForeignKey("ritual.id"))
    attendance_id: Mapped[int] = mapped_column(ForeignKey("attendance.id"))
    change_id: Mapped[int] = mapped_column(ForeignKey("process_change.id"))
    done: Mapped[Done | None]
    helped: Mapped[Helped | None]


def draw_up(retrospective: Retrospective) -> None:
    """What comes up for review: all that runs; an experiment that goes on rolls by itself, as far as it may."""
    db.session.add(retrospective)
    db.session.flush()
    for change in ProcessChange.running(retrospective.team):
        one = ChangeReview(team_id=retrospective.team_id, retrospective_id=retrospective.id, change=change)
        db.session.add(one)
        db.session.flush()
        if change.is_being_tried and one.may_roll:
            one.is_asked, one.helped = False, Helped.EARLY
    db.session.flush()


def cast_answer(attendance: Attendance, change_id: int, answer: Done | Helped | None, *, is_done: bool) -> None:
    """Say in private whether it was done, or helped; None takes that back. Raises Stale after the reveal."""
    retrospective = attendance.ritual
    if not isinstance(retrospective, Retrospective):
        raise Refused("Changes are reviewed in a retrospective.")
    retrospective.must_be_in(Phase.REVIEW)
    if retrospective.ballots_revealed_at is not None:
        raise Stale("The answers are revealed already. Talk about them.")
    review = ChangeReview.of(retrospective, change_id)
    _must_be_possible(review, answer)
    mine = (ReviewBallot.attendance_id == attendance.id, ReviewBallot.change_id == change_id)
    ballot = db.session.scalar(select(ReviewBallot).where(*mine)) or ReviewBallot(
        team_id=retrospective.team_id,
        retrospective_id=retrospective.id,
        attendance_id=attendance.id,
        change_id=change_id,
    )
    setattr(ballot, "done" if is_done else "helped", answer)
    db.session.add(ballot)
    db.session.flush()
    attendance.changed()


def ballots_of(attendance: Attendance) -> dict[int, ReviewBallot]:
    """One person's own, by change."""
    mine = select(ReviewBallot).where(ReviewBallot.attendance_id == attendance.id)
    return {ballot.change_id: ballot for ballot in db.session.scalars(mine)}


def voters(retrospective: Retrospective) -> int:
    """How many people have said something."""
    said = (ReviewBallot.done.is_not(None)) | (ReviewBallot.helped.is_not(None))
    of_it = (ReviewBallot.retrospective_id == retrospective.id, said)
    return db.session.scalar(select(func.count(ReviewBallot.attendance_id.distinct())).where(*of_it)) or 0


def reveal(retrospective: Retrospective, *, seen: int, by: User) -> None:
    """Count them: what most said is the answer, and where two have as many the team says which."""
    retrospective.must_be_driving(seen, by)
    if retrospective.phase is not Phase.REVIEW or retrospective.ballots_revealed_at is not None:
        raise Stale("The answers are revealed already.")
    of_it = ReviewBallot.retrospective_id == retrospective.id
    ballots = db.session.scalars(select(ReviewBallot).where(of_it)).all()
    retrospective.ballots_revealed_at = shared_now()
    retrospective.record("revealed_answers", by=by, people=voters(retrospective))
    for review in ChangeReview.all_of(retrospective):
        if review.is_asked:
            _count(review, [ballot for ballot in ballots if ballot.change_id == review.change_id], by)
    retrospective.show_anew()


def _count(review: ChangeReview, ballots: list[ReviewBallot], by: User) -> None:
    done, helped = Counter(ballot.done for ballot in ballots), Counter(ballot.helped for ballot in ballots)
    for answer in Done:
        setattr(review, f"done_{answer}", done[answer])
    for judgement in Helped:
        setattr(review, f"helped_{judgement}", helped[judgement])
    review.done, review.helped = outcome(review.of_done), outcome(review.of_helped)
    _record(review, by)


def settle(retrospective: Retrospective, change_id: int, answer: Done | Helped, *, by: User) -> None:
    """What the team says after the reveal, whatever the ballots said. Raises Stale before it."""
    retrospective.must_be_in(Phase.REVIEW)
    if retrospective.ballots_revealed_at is None:
        raise Stale("The answers are still hidden. Reveal them first.")
    review = ChangeReview.of(retrospective, change_id)
    _must_be_possible(review, answer)
    if isinstance(answer, Done):
        review.done = answer
    else:
        review.helped = answer
    db.session.flush()
    _record(review, by)


def _record(review: ChangeReview, by: User) -> None:
    """It is a decision once both are answered."""
    if review.done is not None and review.helped is not None:
        change = review.change
        change.record("reviewed", by=by, done=str(review.done), helped=review.helped.words)


def _must_be_possible(review: ChangeReview, answer: Done | Helped | None) -> None:
    if isinstance(answer, Helped) and answer not in review.choices:
        raise Refused("It was too early twice already. Say now whether it helped.")


def forget(retrospective: Retrospective) -> None:
    """Who said what is gone for good; the totals stay."""
    db.session.execute(delete(ReviewBallot).where(ReviewBallot.retrospective_id == retrospective.id))


def closed_reviews(team_id: int) -> list[ChangeReview]:
    """All that the team's past retrospectives found."""
    over = select(Retrospective.id).where(Retrospective.team_id == team_id, Retrospective.status == Status.CLOSED)
    found = select(ChangeReview).where(ChangeReview.retrospective_id.in_(over)).order_by(ChangeReview.id)
    return list(db.session.scalars(found))
