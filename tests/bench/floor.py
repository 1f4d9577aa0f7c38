"""The floor: the least a page of cards and a move can cost behind Flask. Raw rows, a bare template, one transaction.

The page's frame is the application's own, cut out of an answer of it. The cards come from one query and from the
application's card template, with nothing kept from one request to the next.
"""

import json
import os
import re
import sqlite3
import threading
from collections import namedtuple
from functools import cache
from itertools import count
from pathlib import Path

from flask import Flask, Response, request
from flask_compress import Compress

from triage.boards.category import Category
from triage.config import ROOT
from triage.items.duration import minutes
from triage.items.payback import Record
from triage.items.placing import GAP
from triage.items.spread import Spread
from triage.web import filters

CARDS = re.compile(r"<article\b.*?</article>(?:\s*<article\b.*?</article>)*", re.DOTALL)
FIELDS = "id version number title category position state size spread tags unit owner sprint is_proposed record"
BOARD = """
SELECT item.id, item.version, item.number, title, category, position, state, item.size, spread, tags,
       team.unit, user.name, sprint.number, commitment.id IS NOT NULL AND commitment.accepted_at IS NULL
FROM item
JOIN team ON team.id = item.team_id
LEFT JOIN commitment ON commitment.item_id = item.id AND commitment.verdict = 'open'
LEFT JOIN user ON user.id = commitment.owner_id
LEFT JOIN sprint ON sprint.id = commitment.sprint_id
WHERE item.board_id = ? AND item.state = 'open'
ORDER BY category, position
"""
MOVE = "UPDATE item SET category = ?, position = ?, version = version + 1 WHERE id = ?"
EVENT = """
INSERT INTO event (team_id, board_id, item_id, version, at, by_id, action, subject_id, subject, why, what)
VALUES (1, 1, ?, 1, '2026-01-01 00:00:00.000000', 1, 'item.rated', ?, 'D-1 A debt', '', '{"was": "Inbox"}')
"""

Card = namedtuple("Card", FIELDS)
given = json.loads(os.environ["BENCH_FLOOR"])
NOTHING_LOST = Record(known=5)
connections = threading.local()
places = count(1)

app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
app.config.update(given["compression"])
filters.init_app(app)
app.jinja_env.globals["Category"] = Category
app.jinja_env.filters["minutes"] = minutes
Compress(app)

source = (ROOT / "templates" / "columns" / "_card.html").read_text()
column = app.jinja_env.from_string("{% for card in cards %}" + source + "{% endfor %}")


@app.get("/boards/<int:board_id>")
def board(board_id: int) -> str:
    cards: dict[str, list[Card]] = {category: [] for category in Category}
    for row in _connection().execute(BOARD, (board_id,)):
        card = Card(*row, record=NOTHING_LOST)
        cards[card.category].append(card._replace(spread=Spread(card.spread), tags=json.loads(card.tags)))
    first, *rest = _frame(board_id)
    columns = zip(cards.values(), rest, strict=True)
    return first + "".join(column.render(cards=cards).strip() + part for cards, part in columns)


@app.post("/items/<int:item_id>/place")
def place(item_id: int) -> Response:
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(MOVE, (request.form["category"], -GAP * 1000 * next(places), item_id))
    connection.execute(EVENT, (item_id, item_id))
    connection.execute("COMMIT")
    return Response(status=204)


@cache
def _frame(board_id: int) -> list[str]:
    return CARDS.split((Path(given["frames"]) / f"{board_id}.html").read_text())


def _connection() -> sqlite3.Connection:
    if not hasattr(connections, "here"):
        connections.here = sqlite3.connect(given["database"], isolation_level=None, timeout=5)
        connections.here.execute("PRAGMA synchronous=FULL")
    return connections.here
