"""Stage: what each phase works on, as the room shows it, read when a template asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import current_app
from markupsafe import Markup
from sqlalchemy import func, select

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.columns.records import last_sprints
from triage.commitments import bring_back
from triage.commitments.models import Commitment, Verdict, promise_for
from triage.commitments.promise import Promise
from triage.commitments.sprint import Span
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.interest import interest_by_item
from triage.items.models import Item
from triage.items.payback import SPRINTS
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings import focus, guards
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.models import Meeting
from triage.meetings.votes import ballots_of, dots_of
from triage.rooms.access import Seat
from triage.rooms.attendance import Attendance
from triage.rooms.room import Room
from triage.rooms.timer import clock
from triage.web.kept import KeptHtml


@dataclass(frozen=True)
class Due:
    commitment: Commitment
    carried: int
    is_postponed: bool


@dataclass(frozen=True)
class Candidate:
    """An item of the intake. `mine` is the viewer's ballot; `result` and `verdict` come with the reveal."""

    item: Item
    mine: Category | None
    result: AgendaItem | None
    verdict: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Votable:
    """An item to place dots on. `mine` are the viewer's dots, `total` everybody's, after the reveal."""

    item: Item
    mine: int
    total: int | None
    interest: Sequence[int]
    owner_name: str | None

    @property
    def shown(self) -> tuple[object, ...]:
        """All that its row shows of it."""
        item = self.item
        words = (item.id, item.number, item.title, item.category, item.size, item.spread, item.state, *item.tags)
        return (*words, self.mine, self.total, *self.interest, self.owner_name)


@dataclass(frozen=True)
class Point:
    """An item of the agenda. `owner_name` is who committed to it; `is_postponed` is its exit, to the commit phase."""

    item: Item
    standing: Standing
    is_focus: bool
    split: str
    dots: int
    needs_exit: bool
    is_postponed: bool = False
    owner_name: str | None = None


@dataclass(frozen=True)
class Pick:
    """What could be committed. `is_due`: it is promised since an earlier sprint, and its verdict was postponed."""

    item: Item
    dots: int
    needs_exit: bool
    commitment: Commitment | None
    is_due: bool


class Stage(Room):
    def __init__(self, ritual: Meeting, seat: Seat, attendance: Attendance | None = None) -> None:
        super().__init__(ritual, seat, attendance)
        self.meeting: Meeting = ritual
        self.board: Board = ritual.board

    # What is secret

    @property
    def stage_key(self) -> tuple[int, int]:
        """Changes when a secret stage must be asked for again for other reasons than one's own: with any open item."""
        open_ones = select(func.count(), func.max(Item.version)).where(
            Item.board_id == self.board.id, Item.state == State.OPEN
        )
        count, newest = db.session.execute(open_ones).one()
        return count, newest or 0

    # Review

    @cached_property
    def due(self) -> list[Due]:
        commitments = guards.due(self.meeting)
        times = Commitment.carried([one.item_id for one in commitments])
        put_off = guards.postponed(self.meeting, "verdict")
        return [Due(one, _time(one, times), one.id in put_off) for one in commitments]

    # Intake

    @cached_property
    def intake(self) -> list[Candidate]:
        if self.is_secret:
            return [self.candidate(item) for item in guards.candidates(self.meeting)]
        listed = [one for one in self._listed if one.item.is_open]
        known, revealed_at = {one.item_id for one in listed}, self.meeting.ballots_revealed_at or self.now
        since = [
            item
            for item in guards.candidates(self.meeting)
            if item.id not in known and (item.comes_back or item.reported_at >= revealed_at)
        ]
        return [
            *(self._result(one) for one in listed),
            *(Candidate(item, None, None, f"{_since(item)} since the reveal: on the agenda.", ()) for item in since),
        ]

    @cached_property
    def written(self) -> list[Item]:
        """What waits for something to happen; a press says that it is time."""
        return bring_back.written(self.board)

    def candidate(self, item: Item) -> Candidate:
        """An item with one's own ballot."""
        return Candidate(item, self._my_ballots.get(item.id), None, "", ())

    @cached_property
    def _my_ballots(self) -> dict[int, Category]:
        return ballots_of(self.attendance) if self.attendance and self.is_secret else {}

    @staticmethod
    def _result(one: AgendaItem) -> Candidate:
        missing = one.agreed.misses(one.item) if one.agreed and one.item.category is Category.INBOX else ()
        if one.agreed is not None and one.item.category is Category.INBOX and not missing:
            verdict = f"All said {one.agreed}, and that was undone. On the agenda."
        elif one.agreed is not None:
            words = f"All say {one.agreed}" if one.split.count > 1 else f"Said to be {one.agreed}"
            verdict = f"{words}: write down why and the fix." if missing else f"{words}."
        elif one.split.count:
            verdict = (
                f"Split: {one.split.words()}. On the agenda."
                if not one.split.is_unanimous
                else (f"Only {one.split.words()}: too few ballots. On the agenda.")
            )
        else:
            verdict = "No ballot was cast. On the agenda."
        return Candidate(one.item, None, one, verdict, missing)

    # Vote

    @cached_property
    def votables(self) -> list[Votable]:
        """Every open item, what hurt most this sprint first; after the reveal, what has most dots."""
        totals = {} if self.is_secret else {one.item_id: one.dots for one in self._listed}
        mine = self.my_dots
        interest = interest_by_item(self.board, self._six_sprints)
        # What is logged meanwhile moves no row under anybody's pointer.
        before = interest_by_item(self.board, self._six_sprints[-1:], before=self.meeting.entered_at)
        owners = _owners(self.board)
        items = guards.open_items(self.meeting)
        if self.is_secret:
            # What was closed while one's dots were on it stays, to take them back.
            known = {item.id for item in items}
            items += db.session.scalars(select(Item).where(Item.id.in_([id for id in mine if id not in known])))
        none = [0] * SPRINTS
        votables = [
            Votable(
                item=item,
                mine=mine.get(item.id, 0),
                total=None if self.is_secret else totals.get(item.id, 0),
                interest=interest.get(item.id, none),
                owner_name=owners.get(item.id),
            )
            for item in items
        ]
        weight = list(Category)
        return sorted(
            votables,
            key=lambda one: (
                not one.item.is_open,
                -(one.total or 0),
                -before.get(one.item.id, [0])[-1],
                -weight.index(one.item.category),
                one.item.id,
            ),
        )

    def row(self, votable: Votable) -> Markup:
        """Two hundred of them are on a page, and a dot changes one."""
        kept: KeptHtml = current_app.extensions["rows"]
        meeting, seat = self.meeting, self.seat
        around = (meeting.id, meeting.dots_per_item, meeting.dots_revealed_at, seat.acts, seat.votes, self.team.unit)
        shown = around + votable.shown
        return kept.get(shown) or kept.keep(shown, self._render(votable))

    def _render(self, votable: Votable) -> str:
        return current_app.jinja_env.get_template("meetings/_votable.html").render(room=self, votable=votable)

    @cached_property
    def my_dots(self) -> dict[int, int]:
        """One's own, by the item they count for."""
        return dots_of(self.attendance) if self.attendance and self.phase is Phase.VOTE else {}

    @cached_property
    def _six_sprints(self) -> list[Span]:
        return last_sprints(self.team)

    # Sort

    @cached_property
    def agenda(self) -> list[Point]:
        """What is or was to be sorted, and what became catastrophic on the board meanwhile."""
        worked, exitless = focus.agenda(self._listed), self._exitless
        owners, put_off = _owners(self.board), guards.postponed(self.meeting, "exit")
        asked = [item for item in exitless if item.id not in put_off]
        here = focus.current(self.meeting.focus_id, worked, asked)
        listed = {one.item_id for one in worked}
        return [
            *(
                Point(
                    item=one.item,
                    standing=Standing.WAITING if focus.waits(one, asked) else one.standing,
                    is_focus=one is here,
                    split=one.split.words(),
                    dots=one.dots,
                    needs_exit=one.item in exitless,
                    is_postponed=one.item_id in put_off,
                    owner_name=owners.get(one.item_id),
                )
                for one in worked
            ),
            *(
                Point(item, Standing.WAITING, False, "", 0, True, item.id in put_off)
                for item in exitless
                if item.id not in listed
            ),
        ]

    @cached_property
    def _listed(self) -> list[AgendaItem]:
        return AgendaItem.all_of(self.meeting)

    @cached_property
    def _exitless(self) -> list[Item]:
        return guards.exitless(self.meeting)

    @cached_property
    def waivers_asked(self) -> dict[int, Waiver]:
        return Waiver.asked_on(self.board)

    @property
    def focus(self) -> Point | None:
        return next((point for point in self.agenda if point.is_focus), None)

    @property
    def sorted(self) -> int:
        return sum(1 for point in self.agenda if point.standing is Standing.SORTED)

    @property
    def time_box(self) -> str:
        box = focus.time_box(self.meeting, sum(1 for point in self.agenda if point.standing is Standing.WAITING))
        return f"about {clock(box)} for this one" if box else ""

    # Commit

    @cached_property
    def sprint(self) -> Span:
        return Sprint.calendar(self.team).sprint(self.meeting.sprint_number or 1)

    @cached_property
    def commitments(self) -> list[Commitment]:
        return guards.committed(self.meeting)

    @cached_property
    def picks(self) -> list[Pick]:
        """What suggests itself: catastrophic debt, then most dots, then the rest of the agenda."""
        points = sorted(self.agenda, key=lambda point: (point.item.category is not Category.CATASTROPHIC, -point.dots))
        made = {one.item_id: one for one in self.commitments}
        due = {one.commitment.item_id: one.commitment for one in self.due if one.commitment.verdict is Verdict.OPEN}
        taken = due | made
        return [
            Pick(
                item=one.item,
                dots=one.dots,
                needs_exit=one.needs_exit,
                commitment=taken.get(one.item.id),
                is_due=one.item.id in due and one.item.id not in made,
            )
            for one in points
        ]

    @cached_property
    def others(self) -> list[Item]:
        picked = {pick.item.id for pick in self.picks} | set(_owners(self.board))
        return [item for item in guards.open_items(self.meeting) if item.id not in picked]

    @cached_property
    def promise(self) -> Promise:
        return promise_for(self.board, self.sprint.number)

    @property
    def promise_sentence(self) -> str:
        return self.promise.sentence(self.team.unit)


def _time(commitment: Commitment, vain: dict[int, int]) -> int:
    """The how manieth time in a row its item is committed."""
    before = vain.get(commitment.item_id, 0)
    return before if commitment.verdict in (Verdict.PARTLY, Verdict.MISSED) else before + 1


def _since(item: Item) -> str:
    return "Back" if item.comes_back else "New"


def _owners(board: Board) -> dict[int, str]:
    """Who committed to which item."""
    rows = db.session.execute(
        select(Commitment.item_id, User.name)
        .join(User, User.id == Commitment.owner_id)
        .where(Commitment.board_id == board.id, Commitment.verdict == Verdict.OPEN)
    )
    return dict(rows.all())
