"""Cards: what stands on them, read in one query and rendered once per version.

A card holds nothing of its viewer (its buttons belong to one form of the page, which carries the viewer's token), so
the same HTML serves every member's page and every live stream.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Row, Select, select

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.models import Commitment, Sprint, Verdict
from triage.database import db
from triage.items.models import Item
from triage.items.state import State
from triage.teams.models import Team

KEPT_CARDS = 20_000


@dataclass(frozen=True)
class Column:
    """One category of a board and its cards, in order."""

    category: Category
    cards: Sequence[Markup]


def columns(board: Board) -> list[Column]:
    """The four columns of a board, each card rendered."""
    cards: dict[Category, list[Markup]] = {category: [] for category in Category}
    for row in db.session.execute(_rows(board.id).where(Item.state == State.OPEN).order_by(Item.position)):
        cards[row.category].append(_card(row))
    return [Column(category, cards[category]) for category in Category]


def changes(board_id: int, since: int, most: int = 300) -> Markup | None:
    """The cards that changed after a version, and a mark for each that left. None when there are more than `most`."""
    query = _rows(board_id).where(Item.version > since).order_by(Item.position).limit(most + 1)
    rows = db.session.execute(query).all()
    return None if len(rows) > most else Markup().join(map(_card, rows))


def _rows(board_id: int) -> Select[tuple[int]]:
    """All that a card shows, in one statement: its open commitment stands in at most one row."""
    return (
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
            Item.tags,
            Team.unit,
            User.name.label("owner"),
            Sprint.number.label("sprint"),
        )
        .join(Team, Team.id == Item.team_id)
        .outerjoin(Commitment, (Commitment.item_id == Item.id) & (Commitment.verdict == Verdict.OPEN))
        .outerjoin(User, User.id == Commitment.owner_id)
        .outerjoin(Sprint, Sprint.id == Commitment.sprint_id)
        .where(Item.board_id == board_id)
    )


class KeptCards:
    """The cards that were rendered last, by all that they depend on."""

    def __init__(self, most: int = KEPT_CARDS) -> None:
        self._most = most
        self._cards: OrderedDict[tuple[object, ...], Markup] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...]) -> Markup | None:
        return self._cards.get(key)

    def put(self, key: tuple[object, ...], card: Markup) -> None:
        with self._lock:
            self._cards[key] = card
            while len(self._cards) > self._most:
                self._cards.popitem(last=False)


def _card(row: Row[tuple[int]]) -> Markup:
    # The version covers what verbs change; the owner's name and the team's unit can change without one.
    key = (row.id, row.version, row.position, row.owner, row.unit)
    kept: KeptCards = current_app.extensions["cards"]
    card = kept.get(key)
    if card is None:
        card = Markup(current_app.jinja_env.get_template("columns/_card.html").render(card=row))
        kept.put(key, card)
    return card
