"""Attendance: one person in one room, on however many screens."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, func, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from triage.accounts.models import User, hash_token
from triage.clock import now
from triage.database import Base, TeamOwned, db
from triage.events.models import Recorded
from triage.refusal import Refused
from triage.rooms.models import Ritual

GONE = timedelta(seconds=60)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
CHAIR_GONE = timedelta(seconds=45)
MOST_GUESTS = 60
FEWEST_ANSWERS = 3


class Attendance(Recorded, TeamOwned, Base):
    """A member, or a guest who came by the link and gave a name.

    `version` is the home's at the last change that only this person sees. `seen_version` is how far the person's
    screens had come when they last gave a sign of life.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        Index("uq_attendance_ritual_id_user_id", "ritual_id", "user_id", unique=True),
        CheckConstraint("dots_spent >= 0", "dots_spent"),
        CheckConstraint("worth between 1 and 5", "worth"),
    )

    ritual_id: Mapped[int] = mapped_column(ForeignKey("ritual.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    guest_name: Mapped[str] = mapped_column(String(80), default="")
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    came_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    seen_version: Mapped[int] = mapped_column(default=0)
    ready_turn: Mapped[int | None]
    dots_spent: Mapped[int] = mapped_column(default=0)
    worth: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=0)

    ritual: Mapped[Ritual] = relationship(innerjoin=True)
    user: Mapped[User | None] = relationship(lazy="joined")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.user.name if self.user else self.guest_name

    @property
    def is_guest(self) -> bool:
        return self.user_id is None

    @property
    def has_come(self) -> bool:
        """Not yet, who is only expected."""
        return self.came_at > NEVER

    def is_present(self, moment: datetime) -> bool:
        return self.seen_at > moment - GONE

    @classmethod
    def all_of(cls, ritual: Ritual) -> list["Attendance"]:
        """Everybody who was there, in the order in which they came."""
        return list(db.session.scalars(select(cls).where(cls.ritual_id == ritual.id).order_by(cls.id)))

    @classmethod
    def of(cls, ritual: Ritual, user: User) -> "Attendance | None":
        return db.session.scalar(select(cls).where(cls.ritual_id == ritual.id, cls.user_id == user.id))

    @classmethod
    def come(cls, ritual: Ritual, user: User) -> "Attendance":
        """A member's attendance, made when it is first needed."""
        found = cls.of(ritual, user)
        if found is None:
            ritual.home.hold()  # two screens of one person may open at once
            found = cls.of(ritual, user) or cls._new(ritual, user=user)
        if not found.has_come:
            found.came_at = found.seen_at = now()
        return found

    @classmethod
    def expect(cls, ritual: Ritual, user: User) -> None:
        """Put somebody on the list who is to come."""
        if cls.of(ritual, user) is None:
            expected = cls._new(ritual, user=user)
            expected.came_at = expected.seen_at = NEVER

    @classmethod
    def come_as_guest(cls, ritual: Ritual, name: str) -> tuple["Attendance", str]:
        """A guest's attendance and the token of the guest's browser, which is told only this once."""
        ritual.must_be_live()
        guests = [one for one in cls.all_of(ritual) if one.token_hash]
        if len(guests) >= MOST_GUESTS:
            raise Refused(f"{MOST_GUESTS} guests are here already. Ask the chair to renew the link.")
        if name.casefold() in {one.name.casefold() for one in cls.all_of(ritual)}:
            raise Refused(f"Somebody called {name} is here already. Add a letter of your last name.", field="name")
        token = secrets.token_urlsafe(24)
        attendance = cls._new(ritual, guest_name=name, token_hash=hash_token(token))
        attendance.record("joined", by=None)
        return attendance, token

    @classmethod
    def _new(cls, ritual: Ritual, **who: object) -> "Attendance":
        ritual.home.hold()
        values = {"guest_name": "", "dots_spent": 0} | who
        attendance = cls(
            team_id=ritual.team_id,
            ritual_id=ritual.id,
            ritual=ritual,
            came_at=now(),
            seen_at=now(),
            seen_version=0,
            version=ritual.home.version,
            **values,
        )
        db.session.add(attendance)
        db.session.flush()
        return attendance

    @classmethod
    def by_token(cls, ritual_id: int, token: str) -> "Attendance | None":
        """The guest whose browser holds this token."""
        return db.session.scalar(
            select(cls)
            .options(joinedload(cls.ritual))
            .where(cls.ritual_id == ritual_id, cls.token_hash == hash_token(token))
        )

    def be_ready(self, is_ready: bool, *, seen: int) -> None:
        """Set or clear the ready mark. It speaks of one phase: a press that comes after the next began does nothing."""
        self.ritual.must_be_live()
        if seen == self.ritual.turn:
            self.ready_turn = seen if is_ready else None
            self.changed()

    def rate_worth(self, worth: int) -> None:
        """Was it worth the thirty minutes, from 1 to 5?"""
        self.ritual.must_be_live()
        self.worth = worth
        self.changed()

    def changed(self) -> None:
        """This person's other screens hear of it too."""
        self.ritual.home.hold()
        self.version = self.ritual.home.version

    @property
    def event_team_id(self) -> int:
        return self.team_id

    def event_places(self) -> dict[str, int | None]:
        return self.ritual.event_places()


def average_worth(*rituals: ColumnElement[bool]) -> dict[int, str]:
    """What people say of each of them, where enough of them said it that none can be told apart."""
    said = db.session.execute(
        select(Attendance.ritual_id, func.avg(Attendance.worth))
        .join(Ritual, Ritual.id == Attendance.ritual_id)
        .where(*rituals)
        .group_by(Attendance.ritual_id)
        .having(func.count(Attendance.worth) >= FEWEST_ANSWERS)
    )
    return {ritual_id: f"{average:.1f} of 5" for ritual_id, average in said}


def end_guests(ritual: Ritual) -> None:
    """The tokens of all guests are worth nothing any more."""
    db.session.execute(update(Attendance).where(Attendance.ritual_id == ritual.id).values(token_hash=None))


def renew_link(ritual: Ritual, *, by: User) -> None:
    """The link that is out brings nobody in any more, and the guests who came by it are out too."""
    ritual.must_be_chaired(by)
    ritual.link_round += 1
    end_guests(ritual)
    ritual.record("link_renewed", by=by)
