"""Sprint and Commitment, and its verdicts: kept, partly, missed, dropped."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.models import User
from triage.boards.models import BoardOwned
from triage.clock import now, today
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.sprint import Calendar, Span
from triage.database import Base, TeamOwned, db
from triage.events.models import Recorded
from triage.items.models import Item
from triage.refusal import Refused
from triage.teams.models import Team


class Verdict(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    PARTLY = "partly"
    MISSED = "missed"
    DROPPED = "dropped"

    @property
    def action(self) -> str:
        return "partly_kept" if self is Verdict.PARTLY else self.value


class Sprint(TeamOwned, Base):
    """A sprint somebody committed to. Its days are written down, so that a new sprint length leaves the past alone."""

    __tablename__ = "sprint"
    __table_args__ = (Index("uq_sprint_team_id_number", "team_id", "number", unique=True),)

    number: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]

    @classmethod
    def calendar(cls, team: Team) -> Calendar:
        """A new sprint length counts from the last sprint that was written down."""
        stored = db.session.execute(
            select(cls.number, cls.first_day, cls.last_day).where(cls.team_id == team.id).order_by(cls.number)
        )
        return Calendar.counted_on((Span(*row) for row in stored), team.first_sprint_on, team.sprint_days)

    @classmethod
    def current(cls, team: Team) -> Span:
        """The sprint the team is in today."""
        return cls.calendar(team).sprint_on(today(team.time_zone))

    @classmethod
    def coming(cls, team: Team) -> list[Span]:
        """Those one can commit to: the present one and the two after it."""
        calendar = cls.calendar(team)
        current = calendar.sprint_on(today(team.time_zone))
        return [calendar.sprint(current.number + ahead) for ahead in range(3)]

    @classmethod
    def numbered(cls, team: Team, number: int) -> "Sprint":
        """The row of a sprint, made when it is first needed."""
        found = db.session.scalar(select(cls).where(cls.team_id == team.id, cls.number == number))
        if found is None:
            team.hold()
            found = db.session.scalar(select(cls).where(cls.team_id == team.id, cls.number == number))
        if found is None:
            span = cls.calendar(team).sprint(number)
            found = cls(team_id=team.id, number=number, first_day=span.first_day, last_day=span.last_day)
            db.session.add(found)
            db.session.flush()
        return found


class Commitment(Recorded, BoardOwned, Base):
    """The promise to pay an item down in a sprint. `size` is in the team's unit."""

    __tablename__ = "commitment"
    __table_args__ = (
        Index(
            "uq_commitment_item_id_open",
            "item_id",
            unique=True,
            sqlite_where=text("verdict = 'open'"),
            postgresql_where=text("verdict = 'open'"),
        ),
        Index("ix_commitment_item_id", "item_id"),
        Index("ix_commitment_board_id_sprint_id", "board_id", "sprint_id"),
        Index("ix_commitment_owner_id", "owner_id"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    sprint_id: Mapped[int] = mapped_column(ForeignKey("sprint.id"))
    done_when: Mapped[str] = mapped_column(String(500))
    size: Mapped[float | None]
    verdict: Mapped[Verdict] = mapped_column(default=Verdict.OPEN)
    verdict_why: Mapped[str] = mapped_column(Text, default="")
    verdict_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    item: Mapped[Item] = relationship(innerjoin=True)
    owner: Mapped[User] = relationship(innerjoin=True)
    sprint: Mapped[Sprint] = relationship(innerjoin=True)

    def __str__(self) -> str:
        return str(self.item)

    @classmethod
    def make(cls, item: Item, draft: CommitmentDraft, *, by: User | None) -> "Commitment":
        """Commit an item. Raises Refused for a closed item, one that is committed already, a wrong owner or sprint."""
        team = item.board.team
        if not item.is_open:
            raise Refused(f"{item.code} is {item.state.value} already, so there is nothing left to commit to.")
        earlier = cls.open_for(item)
        if earlier:
            raise Refused(
                f"{item.code} is committed already: {earlier.owner.name}, sprint {earlier.sprint.number}."
                " Give that its verdict first."
            )
        owner = next((user for user in team.committers if user.id == draft.owner), None)
        if owner is None:
            raise Refused("The owner is a lead or a member of the team. Choose one of them.", field="owner")
        if draft.sprint not in [span.number for span in Sprint.coming(team)]:
            raise Refused("Choose the present sprint or one of the next two.", field="sprint")
        commitment = cls(
            team_id=item.team_id,
            board=item.board,
            item=item,
            owner=owner,
            sprint=Sprint.numbered(team, draft.sprint),
            done_when=draft.done_when,
            size=draft.size,
            verdict=Verdict.OPEN,
            made_at=now(),
        )
        commitment.record("made", by=by, owner=owner.name, sprint=draft.sprint, done_when=draft.done_when)
        return commitment

    @classmethod
    def open_for(cls, item: Item) -> "Commitment | None":
        return db.session.scalar(select(cls).where(cls.item_id == item.id, cls.verdict == Verdict.OPEN))

    @classmethod
    def of(cls, item: Item) -> list["Commitment"]:
        return list(db.session.scalars(select(cls).where(cls.item_id == item.id).order_by(cls.id.desc())))

    def judge(self, verdict: Verdict, *, by: User | None, why: str = "") -> None:
        """Say what became of it. Raises Refused when it was said before, or without a reason for all but kept."""
        if self.verdict is not Verdict.OPEN:
            raise Refused(f"{self.item.code} in sprint {self.sprint.number} was recorded as {self.verdict} already.")
        if verdict is Verdict.OPEN:
            raise Refused("Choose kept, partly, missed or dropped.", field="verdict")
        if verdict is not Verdict.KEPT and not why.strip():
            raise Refused(f"Say in one line why it was {verdict}: the next sprint can learn from it.", field="reason")
        self.verdict, self.verdict_why, self.verdict_at = verdict, why, now()
        self.record(verdict.action, by=by, why=why, sprint=self.sprint.number, owner=self.owner.name)

    def event_places(self) -> dict[str, int | None]:
        """What happens to a promise shows on the item's card."""
        return self.item.event_places()
