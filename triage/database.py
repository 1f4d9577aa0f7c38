"""Engine, Base, TeamOwned, and how a transaction begins.

On SQLite every write begins IMMEDIATE behind one lock of the process: SQLite's own lock is not fair, and a deferred
transaction that turns into a write fails at once when another got there first. On PostgreSQL the board's row is the
lock (Versioned.hold).
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, Dialect, Engine, ForeignKey, MetaData, bindparam, event, func, select, update
from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, declared_attr, mapped_column, registry
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.types import TypeDecorator

from triage import clock
from triage.config import ROOT, Settings
from triage.refusal import Busy, Refused

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
BUSY_SECONDS = 5


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always aware and always UTC; SQLite keeps no time zone, so it is given back here."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


def _values(kind: type[Enum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime,
            Enum: SqlEnum(Enum, native_enum=False, length=30, values_callable=_values),
            list[str]: JSON,
            dict[str, Any]: JSON,
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class TeamOwned:
    """A row that belongs to a team. teams/access.py: reach() is the only door to it."""

    @declared_attr
    def team_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("team.id"), index=True)

    def hold(self) -> None:
        """Take the row's lock before a verb looks at it. Rows of a board hold their board."""


# What a screen watches and the bus rings for: the table and the id of a row that has versions.
Topic = tuple[str, int]


class Versioned:
    """A row whose lock is that of all that belongs to it.

    `version` grows by one with each transaction that changes any of it, under the row's lock: so versions have no gaps
    and come in the order of the commits, and "what changed since 41" misses nothing.
    """

    version: Mapped[int] = mapped_column(default=0)

    @property
    def topic(self) -> Topic:
        return self.__tablename__, self.id  # type: ignore[attr-defined]

    def hold(self) -> None:
        """Lock the row and number this transaction, once. Whoever waits here sees what the one before did."""
        held: dict[Topic, int] = db.session.info.setdefault("held", {})
        if self.topic not in held:
            model: Any = type(self)
            fresh = db.session.execute(_next_version(model), {"row": self.topic[1]}).one()
            for column, value in fresh._mapping.items():
                set_committed_value(self, column, value)
            held[self.topic] = self.version

    def hold_for(self, row: "Base") -> None:
        """Lock it, then read one of its rows again: that may have changed while we waited."""
        self.hold()
        if db.engine.dialect.name != "sqlite":  # there nobody else could write since this transaction began
            try:
                db.session.refresh(row)
            except InvalidRequestError:
                what = type(row).__name__.lower()
                raise Refused(f"This {what} was taken back just now. Reload the page.") from None


@cache
def _next_version(model: Any) -> Any:
    return (
        update(model)
        .where(model.id == bindparam("row"))
        .values(version=model.version + 1)
        .returning(*(getattr(model, column.key) for column in model.__mapper__.column_attrs))
        .execution_options(synchronize_session=False)
    )


# Nothing is read again after a commit: a failure there would call a change that is saved unsaved, and on SQLite the
# read would begin another write.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate()


@event.listens_for(db.session, "after_transaction_end")
def let_go(session: Session, transaction: SessionTransaction) -> None:
    """What a transaction held (Versioned.hold) it holds no longer."""
    if transaction.parent is None:
        session.info.pop("held", None)


_reading: ContextVar[bool | None] = ContextVar("reading", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Begin no write, even inside a POST: for what takes long and changes nothing, like checking a password."""
    token = _reading.set(True)
    try:
        yield
        db.session.rollback()
    finally:
        _reading.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Write in a transaction of its own, even inside a GET: a stream that notes who is there."""
    token = _reading.set(False)
    try:
        yield
        db.session.commit()
    finally:
        db.session.remove()
        _reading.reset(token)


def is_writing() -> bool:
    """Is a transaction that begins now meant to write? A GET is not, unless it says so; the command line always may."""
    reads = _reading.get()
    return not (has_request_context() and request.method in SAFE_METHODS) if reads is None else not reads


def shared_now() -> datetime:
    """The present moment by the one clock that all servers share: the database's."""
    if db.engine.dialect.name == "sqlite" or clock.is_set():
        return clock.now()
    moment: datetime = db.session.execute(select(func.clock_timestamp())).scalar_one()
    return moment


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.sqlalchemy_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    if settings.is_sqlite:
        path = make_url(settings.sqlalchemy_url).database
        if path and path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        with app.app_context():
            _write_in_turn(db.engine)


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.is_sqlite:
        return {"pool_size": 20, "max_overflow": settings.threads, "connect_args": {"timeout": BUSY_SECONDS}}
    return {
        "pool_size": 10,
        "max_overflow": 20,
        "pool_timeout": BUSY_SECONDS,
        "pool_pre_ping": True,
        "connect_args": {
            "connect_timeout": BUSY_SECONDS,
            "options": "-c statement_timeout=15000 -c lock_timeout=10000",
        },
    }


def _write_in_turn(engine: Engine) -> None:
    turn = threading.Lock()

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not is_writing():
            connection.exec_driver_sql("BEGIN")
        elif connection.info.get("has_turn") or turn.acquire(timeout=BUSY_SECONDS):  # it is kept until checkin
            connection.info["has_turn"] = True
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            raise Busy("Many people are saving at once. Nothing of yours was lost: send it again in a moment.")

    @event.listens_for(engine, "checkin")
    def give_back(_connection: sqlite3.Connection, record: Any) -> None:
        if record.info.pop("has_turn", False):
            turn.release()
