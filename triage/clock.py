"""The only place that reads the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment, in UTC."""
    return _moment.get() or datetime.now(UTC)


def is_set() -> bool:
    """Does somebody let now() answer another moment than the present?"""
    return _moment.get() is not None


def today(time_zone: str) -> date:
    """The day it is in a team's time zone: a sprint ends when the team's day does."""
    return now().astimezone(ZoneInfo(time_zone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let now() answer another moment, for history that is made up (the demo) or rehearsed (tests)."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
