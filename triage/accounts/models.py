"""User, and UserSession: one sign-in on one device, which can be revoked."""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Select, String, bindparam, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from triage.accounts.passwords import hash_password
from triage.clock import now
from triage.database import Base, db
from triage.refusal import Refused


class User(UserMixin, Base):  # type: ignore[misc]
    """A person, in any number of teams."""

    __tablename__ = "user"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    uses_keys: Mapped[bool] = mapped_column(default=True, server_default=true())

    def __str__(self) -> str:
        return self.name

    @classmethod
    def sign_up(cls, *, email: str, name: str, password: str) -> "User":
        """A new person. Raises Refused when the address is taken."""
        user = cls(email=email.lower(), name=name, password_hash=hash_password(password), created_at=now())
        try:
            with db.session.begin_nested():
                db.session.add(user)
        except IntegrityError:
            raise Refused("Somebody already signed up with this address. Sign in instead.", field="email") from None
        return user

    @classmethod
    def by_email(cls, email: str) -> "User | None":
        return db.session.scalar(select(cls).where(cls.email == email.strip().lower()))

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


class UserSession(Base):
    """One sign-in on one device. Only a hash of its token is kept."""

    __tablename__ = "user_session"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @classmethod
    def begin(cls, user: User, *, device: str) -> tuple["UserSession", str]:
        """A new sign-in and its token, which is told only this once."""
        token = secrets.token_urlsafe(32)
        session = cls(user=user, token_hash=hash_token(token), device=device[:200], created_at=now(), seen_at=now())
        db.session.add(session)
        return session, token

    @classmethod
    def by_token(cls, token: str, *, lifetime: timedelta) -> "UserSession | None":
        """The live sign-in of a token."""
        return db.session.scalar(_live_by_token(), {"hash": hash_token(token), "since": now() - lifetime})

    @classmethod
    def of(cls, user: User, *, lifetime: timedelta) -> list["UserSession"]:
        """Where a person is signed in now, newest first."""
        own = _live().where(cls.user_id == user.id).order_by(cls.id.desc())
        return list(db.session.scalars(own, {"since": now() - lifetime}))

    def end(self) -> None:
        self.ended_at = self.ended_at or now()


def _live() -> "Select[UserSession]":
    """Those that were neither ended nor left unused since `since`."""
    return select(UserSession).where(UserSession.ended_at.is_(None), UserSession.seen_at > bindparam("since"))


@cache
def _live_by_token() -> "Select[UserSession]":
    """Asked with every request, so put together once."""
    return _live().where(UserSession.token_hash == bindparam("hash"))


def hash_token(token: str) -> str:
    """A token is random and long, so a plain hash keeps it as well as a slow one would."""
    return hashlib.sha256(token.encode()).hexdigest()
