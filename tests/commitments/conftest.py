"""Promises of the team Harbor, whose first sprint is of January 2026: Lea and Max, fourteen days, a budget of 20 %."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest

from triage import clock
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.teams.models import Team

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def team(in_app) -> Iterator[Team]:
    team = db.session.get_one(Team, 1)
    team.first_sprint_on = date(2026, 1, 5)
    with clock.at(MONDAY):
        yield team


@pytest.fixture
def commit(team, people) -> Callable[..., Commitment]:
    """`commit(1, size=2)`: Max promises to pay D-1 down."""

    def make(item: int | Item, *, owner: str = "max", by: str | None = "max", sprint: int = 1, **more) -> Commitment:
        draft = CommitmentDraft(owner=people[owner].id, sprint=sprint, done_when="It is done", **{"over": True, **more})
        item = item if isinstance(item, Item) else db.session.get_one(Item, item)
        return Commitment.make(item, draft, by=by and people[by])

    return make


@pytest.fixture
def report(team, people) -> Callable[[], Item]:
    """A new item on the board."""
    return lambda: Item.report(db.session.get_one(Board, 1), ItemDraft(title="One more"), by=people["max"])


@pytest.fixture
def in_vain(commit, people) -> Callable[..., None]:
    """`in_vain(1, times=2)`: D-1 was promised and missed twice."""

    def miss(item: int, times: int = 1) -> None:
        for _time in range(times):
            commit(item, owner="lea", by="lea").judge(Verdict.MISSED, by=people["lea"], why="The outage")
        db.session.commit()

    return miss
