"""TriageRoom: the room of a meeting. Its stage is in stage.py; here is what stands around it."""

from functools import cached_property

from flask import url_for
from markupsafe import Markup
from sqlalchemy import select

from triage.boards.models import Board
from triage.columns.cards import Column, changes, columns
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.events.sentences import sentence_html
from triage.events.undo import last_undoable
from triage.meetings import focus, guards
from triage.meetings.agenda import Phase
from triage.meetings.minutes import minutes_of
from triage.meetings.models import Meeting
from triage.meetings.stage import Stage
from triage.meetings.votes import voters
from triage.rooms.document import Minutes
from triage.rooms.room import Did


class TriageRoom(Stage, of=Meeting):
    """The stage, and around it the head, what is one's own, and what was done last."""

    keys = (
        (("J", "K"), "next and previous"),
        (("1", "2", "3"), "cheap, expensive, catastrophic"),
        (("V",), "place a dot"),
        (("Shift V",), "take a dot back"),
        (("B",), "log what it cost"),
        (("C",), "commit to it"),
        (("N",), "report a debt"),
        (("Z",), "undo the last action"),
    )

    @staticmethod
    def all_of(home: Board) -> str:
        return url_for("meetings.index", board_id=home.id)

    @cached_property
    def minutes(self) -> Minutes:
        return minutes_of(self.meeting)

    @property
    def progress(self) -> str:
        if self.phase is Phase.INTAKE and self.is_secret and guards.candidates(self.meeting):
            return f"{voters(self.meeting)} of {self.voting} have chosen"
        if self.phase is Phase.VOTE and self.is_secret:
            return self.dots_progress
        if self.phase is Phase.SORT:
            return f"{self.sorted} of {len(self.agenda)} sorted" if self.agenda else ""
        return ""

    @cached_property
    def missing(self) -> str:
        """What keeps the chair from going on; in commit also a warning that does not."""
        return guards.missing(self.meeting) or (guards.without_exit(self.meeting) if self.phase is Phase.COMMIT else "")

    @property
    def is_revealable(self) -> bool:
        asked = {Phase.INTAKE: guards.candidates, Phase.VOTE: guards.has_open_items}.get(self.phase)
        return self.is_secret and asked is not None and bool(asked(self.meeting))

    @property
    def pace(self) -> float | None:
        return focus.pace(self.meeting) if self.phase is Phase.SORT else None

    # What is mine, and what was done last

    @cached_property
    def asked(self) -> list[Commitment]:
        """What others proposed to this person for the sprint to come, and waits for a yes."""
        if not self.attendance or not self.attendance.user_id:
            return []
        mine = (Commitment.board_id == self.board.id, Commitment.owner_id == self.attendance.user_id)
        open_ones = (Commitment.verdict == Verdict.OPEN, Commitment.accepted_at.is_(None))
        to_come = Sprint.number >= (self.meeting.sprint_number or 0)
        return list(
            db.session.scalars(
                select(Commitment).join(Commitment.sprint).where(*mine, *open_ones, to_come).order_by(Commitment.id)
            )
        )

    def waiting(self) -> dict[int, tuple[int, ...]]:
        asked: dict[int, tuple[int, ...]] = {}
        for id, owner_id in db.session.execute(
            select(Commitment.id, Commitment.owner_id)
            .where(Commitment.board_id == self.board.id, Commitment.verdict == Verdict.OPEN)
            .where(Commitment.accepted_at.is_(None))
            .order_by(Commitment.id)
        ):
            asked[owner_id] = (*asked.get(owner_id, ()), id)
        return asked

    @cached_property
    def did(self) -> Did | None:
        """The last thing that somebody did to the board in this meeting, which anybody can undo."""
        event = last_undoable(self.board.id, self.meeting.first_version)
        return Did(sentence_html(event), event.id) if event else None

    @property
    def takes_notes(self) -> bool:
        return self.phase is Phase.INTAKE and self.is_secret

    # The whole board, below what is sorted

    @property
    def shows_cards(self) -> bool:
        return self.phase is Phase.SORT

    def cards_since(self, version: int) -> Markup | None:
        return changes(self.board.id, version)

    @cached_property
    def columns(self) -> list[Column]:
        return columns(self.board) if self.phase is Phase.SORT else []
