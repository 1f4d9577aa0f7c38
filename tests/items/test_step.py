"""Ordering a card in its own column: POST /items/7/step."""

import pytest
from sqlalchemy import event

from tests.conftest import titles
from triage.boards.category import Category
from triage.database import db
from triage.events.models import Event
from triage.items.models import Item
from triage.refusal import Refused

# The inbox of the world, newest first.
INBOX = ["No request ids in the logs", "Deploys by hand", "Prices are hard-coded", "Session table has no index"]


@pytest.mark.parametrize(
    ("step", "order"),
    [
        ("up", [0, 2, 1, 3]),
        ("down", [0, 1, 3, 2]),
        ("top", [2, 0, 1, 3]),
        ("bottom", [0, 1, 3, 2]),
    ],
)
def test_a_card_takes_one_step(max_, board, step, order):
    assert titles(board, Category.INBOX) == INBOX
    assert max_.post("/items/2/step", data={"step": step}).status_code == 303
    assert titles(board, Category.INBOX) == [INBOX[place] for place in order]


def test_a_step_beyond_the_end_changes_and_records_nothing(item, people):
    before = db.session.query(Event).count()
    item.step("down", by=people["max"])
    item.step("bottom", by=people["max"])
    assert db.session.query(Event).count() == before


def test_a_step_asks_for_its_column_once(item, people):
    asked = []

    def listen(_connection, _cursor, statement, *_more):
        if "ORDER BY item.position" in statement:
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        item.step("up", by=people["max"])
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert len(asked) == 1


def test_a_step_in_no_known_direction_is_refused(max_):
    assert max_.post("/items/2/step", data={"step": "sideways"}).status_code == 422


def test_a_paid_card_is_not_moved(item, people):
    item.pay(by=people["max"])
    with pytest.raises(Refused, match="paid already"):
        item.step("up", by=people["max"])


def test_a_column_that_ran_out_of_gaps_is_spaced_anew_in_the_same_order(board, people):
    """Two cards that take turns right behind the first halve the gap each time: after 17 turns it is used up."""
    third, fourth = db.session.get_one(Item, 3), db.session.get_one(Item, 2)
    for _turn in range(20):
        third.rate(Category.INBOX, by=people["max"], after=4)
        db.session.commit()
        fourth.rate(Category.INBOX, by=people["max"], after=4)
        db.session.commit()
    assert titles(board, Category.INBOX) == [INBOX[0], INBOX[2], INBOX[1], INBOX[3]]
    last = db.session.get_one(Item, 1)
    assert last.version > 1, "those who watch are told the new positions"
