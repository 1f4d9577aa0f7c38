"""Paying down, dropping and reopening."""

import pytest

from tests.conftest import titles
from triage.boards.category import Category
from triage.database import db
from triage.items.models import Item
from triage.items.state import State
from triage.refusal import Refused


@pytest.mark.parametrize("noun", ["payment", "drop", "reopening"])
@pytest.mark.parametrize(("who", "status"), [("obi", 403), ("zoe", 404)])
def test_who_may_not_close(as_, item, noun, who, status):
    assert as_(who).post(f"/items/1/{noun}", data={"reason": "because"}).status_code == status
    db.session.refresh(item)
    assert item.is_open


def test_a_paid_item_leaves_the_board_and_keeps_how_it_was_fixed(max_, item, board):
    assert max_.post("/items/1/payment", data={"reason": "Index added in 4f2a"}).status_code == 303
    db.session.expire_all()
    assert (item.state, item.closed_why) == (State.PAID, "Index added in 4f2a")
    assert item.title not in titles(board, Category.INBOX)
    assert "Index added in 4f2a" in max_.get("/items/1").text


def test_dropping_asks_for_a_reason(max_, item):
    answer = max_.post("/items/1/drop", data={"reason": "  "})
    assert answer.status_code == 422
    db.session.refresh(item)
    assert item.is_open


def test_a_reopened_item_stands_at_the_top_of_its_column(item, board, people):
    item.rate(Category.CHEAP, by=people["max"])
    db.session.get_one(Item, 2).rate(Category.CHEAP, by=people["max"])
    item.drop(by=people["max"], why="We thought so")
    item.reopen(by=people["lea"])
    db.session.commit()
    assert titles(board, Category.CHEAP) == ["Session table has no index", "Prices are hard-coded"]
    assert (item.closed_at, item.closed_why) == (None, "")


def test_a_place_that_was_taken_meanwhile_does_not_stop_a_reopening(board, people):
    """A closed item keeps its old position; another card may have got the same one since."""
    first, second = db.session.get_one(Item, 1), db.session.get_one(Item, 2)
    first.pay(by=people["max"])
    db.session.flush()
    second.position = first.position
    db.session.commit()
    first.reopen(by=people["max"])
    db.session.commit()
    assert first.position != second.position


@pytest.mark.parametrize("verb", ["pay", "drop"])
def test_what_is_closed_is_not_closed_again(item, people, verb):
    item.pay(by=people["max"])
    with pytest.raises(Refused, match=r"D-1 is paid already\. Reopen it first"):
        getattr(item, verb)(by=people["max"], why="again")


def test_what_is_open_is_not_reopened(item, people):
    with pytest.raises(Refused, match="open already"):
        item.reopen(by=people["max"])
