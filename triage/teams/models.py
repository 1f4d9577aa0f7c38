"""Team, Membership, Invitation."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, false, func, select, update
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from triage.accounts.models import User, hash_token
from triage.clock import now, today
from triage.database import Base, TeamOwned, Versioned, db
from triage.events.models import Recorded
from triage.refusal import Refused
from triage.teams.roles import LEAD, MEMBER, Role

if TYPE_CHECKING:
    from triage.boards.models import Board


_NOTES: list[Callable[["Team"], None]] = []


def before_change(note: Callable[["Team"], None]) -> None:
    """For packages that teams know nothing of: write down what must stay as it was, with other settings or people."""
    _NOTES.append(note)


class RoleColumn(TypeDecorator[Role]):
    """A role kept as its rank, so that the database can compare it too."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Role | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Role | None:
        return None if value is None else Role(value)


class Team(Recorded, Versioned, Base):
    """People who share boards, a sprint length and a debt budget."""

    __tablename__ = "team"
    __table_args__ = (
        CheckConstraint("sprint_days between 1 and 60", "sprint_days"),
        CheckConstraint("budget_percent between 0 and 100", "budget_percent"),
    )

    name: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(10), default="days")
    sprint_days: Mapped[int] = mapped_column(default=14)
    first_sprint_on: Mapped[date]
    budget_percent: Mapped[int] = mapped_column(default=20)
    dots: Mapped[int] = mapped_column(default=5)
    dots_per_item: Mapped[int] = mapped_column(default=3)
    kept_prompt: Mapped[str] = mapped_column(String(80), default="What kept us going?")
    slowed_prompt: Mapped[str] = mapped_column(String(80), default="What slowed us down?")
    puzzled_prompt: Mapped[str] = mapped_column(String(80), default="What puzzled us?")
    guests_vote: Mapped[bool] = mapped_column(default=False, server_default=false())
    capacity: Mapped[float | None]
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]

    decider: Mapped[User | None] = relationship()
    boards: Mapped[list["Board"]] = relationship(order_by="Board.name", viewonly=True)

    def __str__(self) -> str:
        return self.name

    @property
    def event_team_id(self) -> int:
        return self.id

    def hold(self) -> None:
        """Lock the team and read it again, with its people: of two changes of them the second sees the first."""
        super().hold()
        db.session.refresh(self)

    @classmethod
    def found(cls, name: str, *, by: User, time_zone: str = "UTC", unit: str = "days") -> "Team":
        """A new team. Its founder leads it and decides for it until somebody else is named."""
        team = cls(name=name, unit=unit, time_zone=time_zone, created_at=now())
        day = today(time_zone)
        team.first_sprint_on = day - timedelta(days=day.weekday())
        db.session.add(team)
        db.session.flush()
        team.record("founded", by=by)
        team.decider = by
        team.join(by, LEAD)
        return team

    @property
    def prompts(self) -> list[str]:
        """What its retrospectives ask."""
        return [self.kept_prompt, self.slowed_prompt, self.puzzled_prompt]

    @property
    def members(self) -> list["Membership"]:
        """Everybody who is in it now, leads first, then by name."""
        return list(
            db.session.scalars(
                select(Membership)
                .join(User, User.id == Membership.user_id)
                .where(Membership.team_id == self.id, Membership.left_at.is_(None))
                .order_by(Membership.role.desc(), func.lower(User.name), User.id)
            )
        )

    @property
    def committers(self) -> list[User]:
        """Who can own a commitment: its members and leads."""
        return [membership.user for membership in self.members if membership.role >= MEMBER]

    def membership_of(self, user: User) -> "Membership | None":
        """A person's membership, ended or not."""
        return db.session.scalar(select(Membership).where(Membership.team_id == self.id, Membership.user_id == user.id))

    def has(self, user: User) -> bool:
        """Is somebody in it now?"""
        membership = self.membership_of(user)
        return membership is not None and membership.left_at is None

    def note(self) -> None:
        """What it was until now is written down, before that changes."""
        for note in _NOTES:
            note(self)

    def join(self, user: User, role: Role) -> "Membership":
        """Make someone a member. A person who was in the team before comes back with the new role.

        Raises Refused for somebody who is in it already.
        """
        membership = self.membership_of(user)
        if membership is not None and membership.left_at is None:
            raise Refused(f"You are in {self.name} already, as {membership.role}.")
        self.note()
        if membership is None:
            membership = Membership(team_id=self.id, user=user, role=role, joined_at=now())
        else:
            membership.left_at, membership.role, membership.joined_at = None, role, now()
        membership.record("joined", by=user, role=str(role))
        return membership

    def change(self, *, by: User, **values: object) -> None:
        """Change its name, unit, sprint length, budget, capacity, dots, guests or time zone."""
        changed = [name for name, value in values.items() if getattr(self, name) != value]
        if changed:
            self.note()
        for name in changed:
            setattr(self, name, values[name])
        if changed:
            self.record("changed", by=by, fields=[name.replace("_", " ") for name in changed])

    def name_decider(self, user: User, *, by: User) -> None:
        """Name the one person who may grant waivers. Raises Refused unless it is a lead or a member."""
        if user not in self.committers:
            raise Refused("The decision-maker is a lead or a member of the team. Choose one of them.")
        if self.decider_id != user.id:
            self.decider = user
            self.record("decider_named", by=by, now=user.name)


class Membership(Recorded, TeamOwned, Base):
    """A person in a team, with a role. It stays as a row after leaving, for the history."""

    __tablename__ = "membership"
    __table_args__ = (Index("uq_membership_user_id_team_id", "user_id", "team_id", unique=True),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    role: Mapped[Role] = mapped_column(RoleColumn)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    team: Mapped[Team] = relationship()

    def __str__(self) -> str:
        return self.user.name

    def hold(self) -> None:
        self.team.hold_for(self)

    def change_role(self, role: Role, *, by: User) -> None:
        """Raises Refused when the team would be left without a lead."""
        self._must_be_in()
        if role == self.role:
            return
        if self.role == LEAD:
            self._must_not_be_last_lead("make somebody else a lead first")
        self.team.note()
        was, self.role = self.role, role
        self.record("role_changed", by=by, was=str(was), now=str(role))
        if role < LEAD:
            self._revoke_invitations(by=by)
        if role < MEMBER:
            self._hand_over_decisions(by=by)

    def leave(self) -> None:
        """Raises Refused for the last lead."""
        self._end("left", by=self.user)

    def remove(self, *, by: User) -> None:
        """Raises Refused for the last lead."""
        self._end("removed", by=by)

    def _end(self, action: str, *, by: User) -> None:
        self._must_be_in()
        if self.role == LEAD:
            self._must_not_be_last_lead("make somebody else a lead first, then leave")
        self.team.note()
        self.left_at = now()
        self.record(action, by=by)
        self._revoke_invitations(by=by)
        self._hand_over_decisions(by=by)

    def _must_be_in(self) -> None:
        if self.left_at is not None:
            raise Refused(f"{self.user.name} has left the team.")

    def _must_not_be_last_lead(self, way_out: str) -> None:
        leads = sum(1 for member in self.team.members if member.role == LEAD)
        if leads <= 1:
            raise Refused(f"{self.user.name} is the last lead of {self.team.name}: {way_out}.")

    def _revoke_invitations(self, *, by: User) -> None:
        """The links somebody made as a lead end with that: nobody keeps one to come back by."""
        for invitation in Invitation.open_ones(self.team):
            if invitation.made_by_id == self.user_id:
                invitation.revoke(by=by)

    def _hand_over_decisions(self, *, by: User) -> None:
        """A team always has a decision-maker: when theirs goes, its first lead decides until another is named."""
        if self.team.decider_id == self.user_id:
            db.session.flush()
            self.team.name_decider(self.team.members[0].user, by=by)


class Invitation(Recorded, TeamOwned, Base):
    """A link that lets one person join with one role. Only a hash of its token is kept."""

    __tablename__ = "invitation"

    role: Mapped[Role] = mapped_column(RoleColumn)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    team: Mapped[Team] = relationship()
    made_by: Mapped[User] = relationship(foreign_keys=made_by_id)
    taken_by: Mapped[User | None] = relationship(foreign_keys=taken_by_id)

    def __str__(self) -> str:
        return f"the invitation for a {self.role}"

    def hold(self) -> None:
        self.team.hold_for(self)

    @classmethod
    def make(cls, team: Team, role: Role, *, by: User, days: int) -> tuple["Invitation", str]:
        """A new invitation and its token, which is told only this once."""
        token = secrets.token_urlsafe(24)
        invitation = cls(
            team_id=team.id,
            role=role,
            token_hash=hash_token(token),
            made_by=by,
            created_at=now(),
            expires_at=now() + timedelta(days=days),
        )
        invitation.record("made", by=by, role=str(role))
        return invitation, token

    @classmethod
    def by_token(cls, token: str) -> "Invitation | None":
        return db.session.scalar(select(cls).where(cls.token_hash == hash_token(token)))

    @classmethod
    def open_ones(cls, team: Team) -> list["Invitation"]:
        """What can still be taken, newest first."""
        return list(
            db.session.scalars(
                select(cls)
                .where(
                    cls.team_id == team.id,
                    cls.revoked_at.is_(None),
                    cls.taken_by_id.is_(None),
                    cls.expires_at > now(),
                )
                .order_by(cls.id.desc())
            )
        )

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.taken_by_id is None and self.expires_at > now()

    def take(self, user: User) -> Membership:
        """Join by it. Of two people who try at once, one wins. Raises Refused when it is used, revoked or too old."""
        self.team.hold()
        membership = self.team.join(user, self.role)
        taken = db.session.execute(
            update(Invitation)
            .where(
                Invitation.id == self.id,
                Invitation.taken_by_id.is_(None),
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > now(),
            )
            .values(taken_by_id=user.id)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            raise Refused("This invitation was used, revoked or has run out. Ask for a new link.")
        return membership

    def revoke(self, *, by: User) -> None:
        if self.is_open:
            self.revoked_at = now()
            self.record("revoked", by=by, role=str(self.role))
