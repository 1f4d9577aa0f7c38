"""Cards: what stands on them, read in one query and rendered once for all that they show.

A card holds nothing of its viewer (its buttons belong to one form of the page, which carries the viewer's token), so
the same HTML serves every member's page and every live stream.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Date, Row, Text, and_, bindparam, cast, select

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import today
from triage.commitments.models import Commitment, Sprint, Verdict
from triage.database import db
from triage.items.models import Item
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.teams.models import Team
from triage.web.kept import Kept

MOST_CHANGES = 300

Shown = Row[*tuple[Any, ...]]

# All that a card shows, in one statement: its open commitment and its running waiver stand in at most one row each.
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
        Team.unit,
        User.name.label("owner"),
        Sprint.number.label("sprint"),
        and_(Commitment.id.is_not(None), Commitment.accepted_at.is_(None)).label("is_proposed"),
        Waiver.until.label("waived_until"),
    )
    .join(Team, Team.id == Item.team_id)
    .outerjoin(Commitment, (Commitment.item_id == Item.id) & (Commitment.verdict == Verdict.OPEN))
    .outerjoin(User, User.id == Commitment.owner_id)
    .outerjoin(Sprint, Sprint.id == Commitment.sprint_id)
    .outerjoin(
        Waiver,
        (Waiver.item_id == Item.id)
        & (Item.category == Category.CATASTROPHIC)
        & Waiver.runs_on(bindparam("today", type_=Date)),
    )
    .where(Item.board_id == bindparam("board_id"))
)
# Ordered as the index of the open items is: years of closed ones beside them are never read.
_OPEN = _CARDS.where(Item.state == State.OPEN).order_by(Item.category, Item.position)
_CHANGED = _CARDS.where(Item.version > bindparam("since")).order_by(Item.position).limit(MOST_CHANGES + 1)


@dataclass(frozen=True)
class Column:
    """One category of a board and its cards, in order."""

    category: Category
    cards: Sequence[Markup]


def columns(board: Board) -> list[Column]:
    """The four columns of a board, each card rendered."""
    kept = _kept()
    cards: dict[Category, list[Markup]] = {category: [] for category in Category}
    for row in db.session.execute(_OPEN, _of(board)):
        cards[row.category].append(kept.card(row))
    return [Column(category, cards[category]) for category in Category]


def changes(board_id: int, since: int) -> Markup | None:
    """The cards that changed after a version, and a mark for each that left. None when there are too many."""
    board = db.session.get_one(Board, board_id)
    rows = db.session.execute(_CHANGED, _of(board) | {"since": since}).all()
    return None if len(rows) > MOST_CHANGES else Markup().join(map(_kept().card, rows))


def _of(board: Board) -> dict[str, object]:
    return {"board_id": board.id, "today": today(board.team.time_zone)}


class KeptCards(Kept):
    """The cards that were rendered last, by all that they show."""

    def card(self, row: Shown) -> Markup:
        return self.get(row) or self.keep(row, _render(row))


def _render(row: Shown) -> str:
    template = current_app.jinja_env.get_template("columns/_card.html")
    return template.render(card={**row._mapping, "tags": json.loads(row.tags)})


def _kept() -> KeptCards:
    kept: KeptCards = current_app.extensions["cards"]
    return kept
