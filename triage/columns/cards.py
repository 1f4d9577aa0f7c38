"""Cards: what stands on them, read in one query and rendered once for all that they show.

A card holds nothing of its viewer (its buttons belong to one form of the page, which carries the viewer's token), so
the same HTML serves every member's page and every live stream.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Date, Row, Text, and_, bindparam, case, cast, literal, select

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import today
from triage.columns.records import last_bounds
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.interest import minutes_by_item
from triage.items.models import Item
from triage.items.payback import SPRINTS, Record
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.teams.models import Team
from triage.web.kept import KeptHtml

MOST_CHANGES = 300

Shown = Row[*tuple[Any, ...]]

_COST = minutes_by_item(SPRINTS)
_MINUTES = [f"minutes_{place}" for place in range(SPRINTS)]
# In how many of the sprints before the present one an item was on the board.
_KNOWN = sum(
    (case((Item.reported_at < bindparam(f"end_{place}"), 1), else_=0) for place in range(SPRINTS - 1)), literal(0)
)

# All that a card shows, in one statement: its open commitment and its waiver stand in at most one row each,
# what it cost lately in one. A new sprint changes what "this sprint" means; the row says it in numbers, so what is kept
# by the row is never wrong.
# Tags stay text here, so that a row can be looked up among the kept cards, and only those that are not kept pay for
# reading them.
_CARDS = (
    select(
        Item.id,
        Item.version,
        Item.number,
        Item.title,
        Item.category,
        Item.position,
        Item.state,
        Item.size,
        Item.spread,
        cast(Item.tags, Text).label("tags"),
        Item.postponed,
        Team.unit,
        User.name.label("owner"),
        Sprint.number.label("sprint"),
        and_(Commitment.id.is_not(None), Commitment.accepted_at.is_(None)).label("is_proposed"),
        Waiver.until.label("waived_until"),
        and_(Waiver.id.is_not(None), Waiver.granted_at.is_(None)).label("is_waiver_asked"),
        _KNOWN.label("known"),
        *(_COST.c[name] for name in _MINUTES),
    )
    .join(Team, Team.id == Item.team_id)
    .outerjoin(Commitment, (Commitment.item_id == Item.id) & (Commitment.verdict == Verdict.OPEN))
    .outerjoin(User, User.id == Commitment.owner_id)
    .outerjoin(Sprint, Sprint.id == Commitment.sprint_id)
    .outerjoin(
        Waiver,
        (Waiver.item_id == Item.id)
        & (Item.category == Category.CATASTROPHIC)
        & Waiver.stands_on(bindparam("today", type_=Date)),
    )
    .outerjoin(_COST, _COST.c.item_id == Item.id)
    .where(Item.board_id == bindparam("board_id"))
)
# Ordered as the index of the open items is: years of closed ones beside them are never read.
_OPEN = _CARDS.where(Item.state == State.OPEN).order_by(Item.category, Item.position)
_CHANGED = _CARDS.where(Item.version > bindparam("since")).order_by(Item.position).limit(MOST_CHANGES + 1)


class Order(StrEnum):
    """How the cards of a column stand: as people put them, or what cost most in the last six sprints first."""

    OWN = "own"
    INTEREST = "interest"

    @classmethod
    def _missing_(cls, value: object) -> "Order":
        """An address that somebody mistyped shows the board."""
        return cls.OWN


@dataclass(frozen=True)
class Column:
    """One category of a board and its cards, in order."""

    category: Category
    cards: Sequence[Markup]


def columns(board: Board, order: Order = Order.OWN) -> list[Column]:
    """The four columns of a board, each card rendered."""
    kept = _kept()
    rows: dict[Category, list[Shown]] = {category: [] for category in Category}
    for row in db.session.execute(_OPEN, _of(board)):
        rows[row.category].append(row)
    if order is Order.INTEREST:
        for column in rows.values():
            column.sort(key=_cost, reverse=True)  # what cost the same keeps its own order
    return [Column(category, [kept.card(row) for row in rows[category]]) for category in Category]


def changes(board_id: int, since: int) -> Markup | None:
    """The cards that changed after a version, and a mark for each that left. None when there are too many."""
    board = db.session.get_one(Board, board_id)
    rows = db.session.execute(_CHANGED, _of(board) | {"since": since}).all()
    return None if len(rows) > MOST_CHANGES else Markup().join(map(_kept().card, rows))


def _of(board: Board) -> dict[str, object]:
    return {"board_id": board.id, "today": today(board.team.time_zone), **last_bounds(board.team)}


def _record(row: Shown) -> Record:
    return Record(tuple(row._mapping[name] or 0 for name in _MINUTES), row.known)


def _cost(row: Shown) -> int:
    return _record(row).total


class KeptCards(KeptHtml):
    """The cards that were rendered last, by all that they show."""

    def card(self, row: Shown) -> Markup:
        return self.get(row) or self.keep(row, _render(row))


def _render(row: Shown) -> str:
    template = current_app.jinja_env.get_template("columns/_card.html")
    return template.render(card={**row._mapping, "tags": json.loads(row.tags), "record": _record(row)})


def _kept() -> KeptCards:
    kept: KeptCards = current_app.extensions["cards"]
    return kept
