"""From when until when each of some sprints goes: as moments, and as a table to be joined to what happened."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, and_, column, select, values

from triage.database import UtcDateTime, db

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)


class Spells:
    """The first goes from the first bound to the second; behind the last bound is a spell for all that comes later."""

    def __init__(self, bounds: Sequence[datetime]) -> None:
        self.begin, *self.ends = bounds
        self.all: list[tuple[datetime, datetime]] = list(pairwise([*bounds, FOR_EVER]))

    @cached_property
    def places(self) -> CTE:
        """A row for each."""
        rows = [(place, *spell) for place, spell in enumerate(self.all)]
        columns = (column("place", Integer), column("begin", UtcDateTime), column("end", UtcDateTime))
        return values(*columns, name="places").data(rows).cte("places")

    def during(self, moment: Any) -> ColumnElement[bool]:
        return and_(moment >= self.places.c.begin, moment < self.places.c.end)

    def sums(self, moment: Any, amount: Any, *where: ColumnElement[bool]) -> list[int]:
        """An aggregate of rows for each sprint."""
        found = select(self.places.c.place, amount).join_from(self.places, moment.class_, self.during(moment))
        sums: dict[int, int] = dict(db.session.execute(found.where(*where).group_by(self.places.c.place)).all())
        return [int(sums.get(place, 0)) for place in range(len(self.ends))]
