"""Commitments → what was kept, sprint by sprint."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from triage.boards.models import Board
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db


@dataclass(frozen=True)
class SprintRecord:
    """One sprint of a board: its commitments and what became of them."""

    sprint: Sprint
    commitments: Sequence[Commitment]

    def count(self, verdict: Verdict) -> int:
        return sum(1 for commitment in self.commitments if commitment.verdict is verdict)

    @property
    def kept(self) -> int:
        return self.count(Verdict.KEPT)

    @property
    def judged(self) -> int:
        return len(self.commitments) - self.count(Verdict.OPEN)


def sprint_records(board: Board) -> list[SprintRecord]:
    """Every sprint in which something of this board was committed, the latest first."""
    found = db.session.scalars(
        select(Commitment)
        .join(Commitment.sprint)
        .join(Commitment.item)
        .join(Commitment.owner)
        .options(contains_eager(Commitment.sprint), contains_eager(Commitment.item), contains_eager(Commitment.owner))
        .where(Commitment.board_id == board.id)
        .order_by(Sprint.number.desc(), Commitment.id)
    )
    by_sprint: dict[Sprint, list[Commitment]] = {}
    for commitment in found:
        by_sprint.setdefault(commitment.sprint, []).append(commitment)
    return [SprintRecord(sprint, commitments) for sprint, commitments in by_sprint.items()]


def kept_share(records: Sequence[SprintRecord]) -> tuple[int, int]:
    """How many commitments were kept, of how many that have their verdict."""
    return sum(record.kept for record in records), sum(record.judged for record in records)
