"""Search: the items of a board that somebody asks for, read in one statement."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, and_, case, func, literal, null, select
from sqlalchemy.orm import aliased

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import now, today
from triage.columns.records import last_bounds, last_sprints
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.finding.drafts import SearchDraft, Sort, Which
from triage.finding.found import Found, found, own_text
from triage.finding.index import hits
from triage.finding.words import Marker, number, pieces
from triage.items.comments import Comment
from triage.items.interest import interest_by_item, minutes_by_item
from triage.items.models import Item
from triage.items.payback import SPRINTS, is_rising
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.web.filters import plural

MOST_TAGS = 200
_COST = minutes_by_item(SPRINTS)
_MINUTES = [_COST.c[f"minutes_{place}"] for place in range(SPRINTS)]
_SPENT = func.coalesce(sum(_MINUTES[1:], _MINUTES[0]), 0)


class Search:
    """What somebody asks for on a board, and what is found. It is read when it is asked for, once."""

    def __init__(self, board: Board, draft: SearchDraft) -> None:
        self.board, self.draft = board, draft

    @property
    def is_possible(self) -> bool:
        """Signs alone, like `%` or an emoji, are not indexed."""
        return not self.draft.q or bool(pieces(self.draft.q))

    @cached_property
    def rows(self) -> Sequence[Row[Any]]:
        if not self.is_possible:
            return []
        bounds = {"board_id": self.board.id, **last_bounds(self.board.team)}
        return db.session.execute(self._statement(), bounds).all()

    @property
    def total(self) -> int:
        return self.rows[0].total if self.rows else 0

    @cached_property
    def found(self) -> list[Found]:
        marker, comments = Marker(self.draft.q), self._comments()
        return [found(row, marker, comments.get(row.hit_id, "")) for row in self.rows]

    @cached_property
    def tags(self) -> list[str]:
        """Those of the board's open items, to choose from."""
        tag = _elements(Item.tags)
        of_board = select(tag.c.value).select_from(Item).join(tag, literal(True))
        of_board = of_board.where(Item.board_id == self.board.id, Item.state == State.OPEN)
        return list(db.session.scalars(of_board.distinct().order_by(tag.c.value).limit(MOST_TAGS)))

    @cached_property
    def owners(self) -> dict[int, str]:
        """Who is committed to something on the board, by their ids."""
        committed = select(Commitment.owner_id).where(
            Commitment.board_id == self.board.id, Commitment.verdict == Verdict.OPEN
        )
        names = select(User.id, User.name).where(User.id.in_(committed)).order_by(User.name)
        return {row.id: row.name for row in db.session.execute(names)}

    @property
    def sentence(self) -> str:
        """What is found, in words: `2 open items with “session”, expensive, owned by Max`."""
        draft = self.draft
        weeks = plural(draft.weeks, "week") if draft.weeks else ""
        parts: tuple[object, ...] = (
            draft.category and draft.category.value,
            draft.tag and f"tagged “{draft.tag}”",
            draft.owner and f"owned by {self.owners.get(draft.owner, 'somebody who is gone')}",
            weeks and f"older than {weeks}",
            draft.path and f"with a path that begins with “{draft.path}”",
            draft.rising and "with rising interest",
            draft.exitless and "without an exit",
        )
        what = draft.state.noun(self.total) + (f" with “{draft.q}”" if draft.q else "")
        return ", ".join([what, *(str(part) for part in parts if part)])

    def _comments(self) -> dict[int, str]:
        """What was said about the items that were hit, where some of the words stand nowhere else."""
        marker = Marker(self.draft.q)
        ids = [row.hit_id for row in self.rows if row.hit_id and not marker.wanted <= marker.found_in(own_text(row))]
        texts: dict[int, str] = {}
        said = select(Comment.item_id, Comment.text).where(Comment.item_id.in_(ids)).order_by(Comment.id.desc())
        for item_id, text in db.session.execute(said) if ids else ():
            texts[item_id] = f"{texts.get(item_id, '')}\n{text}"
        return texts

    def _statement(self) -> Select[Any]:
        draft, best, hit = self.draft, self._best() if self.draft.q else None, aliased(Item)
        columns: list[Any] = [
            *(Item.id, Item.number, Item.title, Item.tags, Item.category, Item.state, Item.size),
            *(Item.reported_at, Item.closed_at, Waiver.until),
            User.name.label("owner"),
            Sprint.number.label("sprint"),
            _SPENT.label("spent"),
            func.count().over().label("total"),
            *([null().label("hit_id")] if best is None else _texts_of(hit)),
        ]
        shown = (
            select(*columns)
            .select_from(Item)
            .outerjoin(Commitment, and_(Commitment.item_id == Item.id, Commitment.verdict == Verdict.OPEN))
            .outerjoin(User, User.id == Commitment.owner_id)
            .outerjoin(Sprint, Sprint.id == Commitment.sprint_id)
            .outerjoin(
                Waiver,
                and_(
                    Waiver.item_id == Item.id,
                    Item.category == Category.CATASTROPHIC,
                    Waiver.runs_on(today(self.board.team.time_zone)),
                ),
            )
            .outerjoin(_COST, _COST.c.item_id == Item.id)
            .where(Item.board_id == self.board.id, *self._filters())
            .limit(draft.show)
        )
        if best is not None:
            shown = shown.join(best, and_(best.c.target_id == Item.id, best.c.place == 1))
            shown = shown.join(hit, hit.id == best.c.hit_id)
        if draft.sort is Sort.AGE:
            return shown.order_by(Item.reported_at, Item.number)
        if draft.sort is Sort.INTEREST:
            return shown.order_by(_SPENT.desc(), Item.number.desc())
        return shown.order_by(*(() if best is None else (best.c.tier, best.c.rank)), Item.number.desc())

    def _best(self) -> CTE:
        """Of each item (`target_id`) its best hit: itself, or one that was merged into it, maybe by way of others.

        The number that was asked for comes before all, and what has all the words in its title before the rest.
        """
        # Once, and not anew for each item of the board, as SQLite would.
        words = hits(self.draft.q, db.engine.dialect.name).cte("words").prefix_with("MATERIALIZED")
        is_it = Item.number == (number(self.draft.q) or 0)
        tier = case((is_it, 0), (words.c.in_title, 1), else_=2).label("tier")
        line = (
            select(Item.id.label("hit_id"), Item.id.label("target_id"), tier, words.c.rank)
            .join(words, words.c.item_id == Item.id)
            .where(Item.board_id == self.board.id)
            .cte("hit", recursive=True)
        )
        line = line.union_all(
            select(line.c.hit_id, Item.merged_into_id, line.c.tier, line.c.rank)
            .join(Item, Item.id == line.c.target_id)
            .where(Item.merged_into_id.is_not(None))
        )
        order = (line.c.tier, line.c.rank, line.c.hit_id)
        place = func.row_number().over(partition_by=line.c.target_id, order_by=order)
        return select(line, place.label("place")).cte("best")

    def _filters(self) -> list[ColumnElement[bool]]:
        draft, tag, path = self.draft, _elements(Item.tags), _elements(Item.paths)
        is_exitless = and_(
            Item.category == Category.CATASTROPHIC,
            Item.state == State.OPEN,
            Commitment.id.is_(None),
            Waiver.id.is_(None),
        )
        begins = func.substr(path.c.value, 1, len(draft.path)) == draft.path
        pairs = (
            (draft.category, Item.category == draft.category),
            (draft.tag, select(tag.c.value).where(tag.c.value == draft.tag).exists()),
            (draft.owner, Commitment.owner_id == draft.owner),
            (draft.weeks, Item.reported_at < now() - timedelta(weeks=draft.weeks or 0)),
            (draft.path, select(path.c.value).where(begins).exists()),
            (draft.exitless, is_exitless),
        )
        state = Item.state != State.MERGED if draft.state is Which.ANY else Item.state == State(draft.state.value)
        return [state, *(rule for asked, rule in pairs if asked), *self._rising()]

    def _rising(self) -> list[ColumnElement[bool]]:
        if not self.draft.rising:
            return []
        costs = interest_by_item(self.board, last_sprints(self.board.team))
        return [Item.id.in_([id for id, minutes in costs.items() if is_rising(minutes)])]


def _elements(column: Any) -> Any:
    """The strings of a list that is kept as JSON, as rows with a `value`."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    elements = func.json_each(column) if is_sqlite else func.json_array_elements_text(column)
    return elements.table_valued("value", name=f"of_{column.key}")


def _texts_of(hit: Any) -> list[Any]:
    columns = (hit.id, hit.number, hit.title, hit.why, hit.fix, hit.paths, hit.tags)
    return [column.label(f"hit_{column.key}") for column in columns]
