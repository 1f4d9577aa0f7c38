"""Two items that are the same debt. POST /items/7/merge."""

import pytest

from tests.conftest import titles
from triage.boards.category import Category
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.items.models import Item
from triage.items.state import State
from triage.refusal import Refused

HTMX = {"HX-Request": "true"}


@pytest.fixture
def other(in_app):
    """D-3 Deploys by hand."""
    return db.session.get_one(Item, 3)


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_merge(as_, item, who, status):
    assert as_(who).post("/items/1/merge", data={"into": "D-3"}).status_code == status
    db.session.refresh(item)
    assert item.is_open != (status == 303)


@pytest.mark.parametrize("into", ["D-3", "d-3", " 3 ", "D3"])
def test_a_merged_item_leaves_the_board_and_points_to_the_one_that_goes_on(max_, item, board, into):
    assert max_.post("/items/1/merge", data={"into": into}).status_code == 303
    db.session.refresh(item)
    assert (item.state, item.merged_into_id, item.closed_at is None) == (State.MERGED, 3, False)
    assert item.title not in titles(board, Category.INBOX)
    page = max_.get("/items/1?own=1").text
    assert 'Merged into <a href="/items/3">D-3 Deploys by hand</a>' in page
    event = db.session.query(Event).filter_by(action="item.merged").one()
    assert sentence(event) == "Max merged D-1 Session table has no index into D-3"


@pytest.mark.parametrize(
    ("into", "sentence"),
    [
        ("D-99", "There is no D-99 on this board"),
        ("999999999", "There is no D-999999999 on this board"),
        ("D-1", "D-1 is this item"),
        ("D-2", "D-2 is paid already. Reopen it first, or name another"),
        ("", "Name the item by its number, like D-17"),
        ("Deploys by hand", "Name the item by its number, like D-17"),
        ("9" * 30, "Name the item by its number, like D-17"),
        ("D-٣", "Name the item by its number, like D-17"),
    ],
)
def test_a_merge_that_will_not_do_comes_back_with_what_was_typed(max_, item, people, into, sentence):
    db.session.get_one(Item, 2).pay(by=people["max"])
    db.session.commit()
    answer = max_.post("/items/1/merge", data={"into": into})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{into}"' in answer.text
    db.session.refresh(item)
    assert item.is_open


def test_a_verb_merges_nothing_across_boards(item, people):
    with pytest.raises(Refused, match="same board"):
        item.merge(db.session.get_one(Item, 5), by=people["max"])


def test_nothing_is_merged_in_a_circle_or_twice(item, other, people):
    item.merge(other, by=people["max"])
    with pytest.raises(Refused, match="D-1 is merged already"):
        other.merge(item, by=people["max"])
    with pytest.raises(Refused, match="D-1 is merged already"):
        item.merge(other, by=people["max"])


def test_a_reopened_item_is_merged_no_more(item, other, people):
    item.merge(other, by=people["max"])
    item.reopen(by=people["max"])
    db.session.commit()
    assert (item.state, item.merged_into_id, item.closed_at) == (State.OPEN, None, None)
    other.merge(item, by=people["max"])


def test_the_dialog_asks_which_item_goes_on(max_, in_app):
    assert "The number of the item that stays" in max_.get("/items/1/merge", headers=HTMX).text
    answer = max_.post("/items/1/merge", data={"into": "3"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "changed")


def test_the_number_of_a_merged_item_leads_to_the_one_that_goes_on(max_, item, other, people):
    item.links = ["https://example.com/lock"]
    item.merge(other, by=people["max"])
    other.merge(db.session.get_one(Item, 4), by=people["max"])
    db.session.commit()
    answer = max_.get("/items/1")
    assert (answer.status_code, answer.location) == (303, "/items/4?merged=1")
    page = max_.get(answer.location).text
    assert 'D-1 was merged into D-4. <a href="/items/1?own=1">D-1 as it was</a>' in page
    assert (
        'Merged into it: <a href="/items/1?own=1">D-1 Session table has no index</a>, <a href="/items/3?own=1">' in page
    )
    assert ">https://example.com/lock</a>, as D-1" in page
    assert "was merged into D-4" not in max_.get("/items/4?merged=2").text
    own = max_.get("/items/1?own=1").text
    assert "Its life" in own
    assert "merged it into <b>D-3</b>" in own


def test_a_page_that_is_open_while_its_item_is_merged_stays_on_it(max_, item, other, people):
    """The open page asks for its region: another item's must not come into it."""
    item.merge(other, by=people["max"])
    db.session.commit()
    answer = max_.get("/items/1", headers={**HTMX, "HX-Target": "article#item"})
    assert answer.status_code == 200
    assert "Merged into" in answer.text
    assert "D-1" in answer.text
