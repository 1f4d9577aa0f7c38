"""Moving a card: POST /items/7/place."""

import re

import pytest

from tests.conftest import titles
from triage.boards.category import Category
from triage.database import db
from triage.events.models import Event
from triage.items.models import Item, Unexplained


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_sort(as_, in_app, who, status):
    before = db.session.get_one(Item, 1).category
    answer = as_(who).post("/items/1/place", data={"category": "cheap"})
    assert answer.status_code == status
    db.session.expire_all()
    assert db.session.get_one(Item, 1).category == (Category.CHEAP if status == 303 else before)


def test_a_card_goes_to_the_top_or_behind_the_card_it_was_dropped_behind(max_, board):
    for number in (1, 2, 3):
        max_.post(f"/items/{number}/place", data={"category": "cheap"})
    max_.post("/items/4/place", data={"category": "cheap", "after": "2"})
    assert titles(board, Category.CHEAP) == [
        "Deploys by hand",
        "Prices are hard-coded",
        "No request ids in the logs",
        "Session table has no index",
    ]


def test_expensive_debt_asks_for_why_and_fix_and_loses_nothing(max_, item):
    answer = max_.post("/items/1/place", data={"category": "expensive", "why": "We were in a hurry"})
    assert answer.status_code == 422
    assert "We were in a hurry" in answer.text
    assert "what fixing it requires" in answer.text
    db.session.refresh(item)
    assert item.category is Category.INBOX
    assert item.why == ""
    answer = max_.post("/items/1/place", data={"category": "expensive", "why": "In a hurry", "fix": "An index"})
    assert answer.status_code == 303
    db.session.refresh(item)
    assert (item.category, item.why, item.fix) == (Category.EXPENSIVE, "In a hurry", "An index")


def test_the_move_is_recorded_with_its_board_version(item, board, people):
    position = item.position
    item.rate(Category.CHEAP, by=people["max"], why="one line")
    db.session.commit()
    event = db.session.query(Event).filter_by(item_id=item.id, action="item.rated").one()
    assert event.what == {"was": "Inbox", "now": "Cheap", "position": position}
    assert (event.why, event.by.name) == ("one line", "Max")
    assert event.version == item.version == board.version


def test_a_verb_refuses_expensive_debt_without_words(item, people):
    with pytest.raises(Unexplained):
        item.rate(Category.EXPENSIVE, by=people["max"])


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_why_that_somebody_wrote_while_one_was_asked_is_not_undone(as_, item, headers):
    lea, max_ = as_("lea"), as_("max")

    def opened_on(answer):
        return re.search(r'name="version" value="(\d*)"', answer.text)[1]

    asked = max_.post("/items/1/place", data={"category": "expensive"}, headers=headers)
    lea.post("/items/1", data={"title": item.title, "why": "Lea's long why"})
    mine = {"category": "expensive", "why": "A hurry", "fix": "An index", "version": opened_on(asked)}
    answer = max_.post("/items/1/place", data=mine, headers=headers)
    assert answer.status_code == 409
    assert "Lea edited D-1 meanwhile." in answer.text
    assert "Now: Lea&#39;s long why" in answer.text
    assert "A hurry</textarea>" in answer.text
    db.session.refresh(item)
    assert (item.category, item.why) == (Category.INBOX, "Lea's long why")
    mine |= {"version": opened_on(answer)}
    assert max_.post("/items/1/place", data=mine, headers=headers).status_code == (204 if headers else 303)
    db.session.refresh(item)
    assert (item.category, item.why, item.fix) == (Category.EXPENSIVE, "A hurry", "An index")


def test_a_why_left_out_keeps_the_form_on_what_it_was_opened_on(as_, item):
    lea, max_ = as_("lea"), as_("max")
    asked = max_.post("/items/1/place", data={"category": "expensive"})
    lea.post("/items/1", data={"title": item.title, "size": "3"})
    answer = max_.post("/items/1/place", data={"category": "expensive", "why": "", "fix": "", "version": "1"})
    assert answer.status_code == 422
    assert 'name="version" value="1"' in asked.text
    assert 'name="version" value="1"' in answer.text


def test_a_card_dropped_behind_one_that_moved_away_goes_to_the_top(max_, board):
    for number in (1, 2):
        max_.post(f"/items/{number}/place", data={"category": "cheap"})
    max_.post("/items/3/place", data={"category": "cheap", "after": "4"})
    assert titles(board, Category.CHEAP)[0] == "Deploys by hand"
