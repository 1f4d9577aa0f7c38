"""Moving several cards at once: POST /boards/7/items/places."""

from datetime import timedelta

import pytest

from tests.conftest import titles
from triage.boards.category import Category
from triage.clock import at, now, today
from triage.columns.places import place_all
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.events.models import Event
from triage.items.models import Item
from triage.items.waiver import Waiver
from triage.refusal import Refused

HTMX = {"HX-Request": "true", "HX-Target": "div#flash"}
PLACES = "/boards/1/items/places"


def item_(id):
    return db.session.get_one(Item, id)


def explain(id, by):
    item_(id).explain(why="In a hurry", fix="An index", by=by)
    db.session.commit()


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_move_several(as_, board, who, status):
    assert as_(who).post(PLACES, data={"item": ["1", "2"], "category": "cheap"}).status_code == status
    assert len(titles(board, Category.CHEAP)) == (2 if status == 303 else 0)


def test_they_go_to_the_top_in_the_order_they_stood(max_, board):
    max_.post("/items/2/place", data={"category": "cheap"})
    max_.post(PLACES, data={"item": ["1", "4", "3"], "category": "cheap"})
    assert titles(board, Category.CHEAP) == [
        "No request ids in the logs",
        "Deploys by hand",
        "Session table has no index",
        "Prices are hard-coded",
    ]


def test_each_move_is_recorded_and_all_of_them_are_one_change_of_the_board(max_, board):
    before = board.version
    max_.post(PLACES, data={"item": ["1", "3"], "category": "cheap"})
    events = db.session.query(Event).filter_by(action="item.rated").order_by(Event.item_id).all()
    assert [(event.item_id, event.version, event.by.name) for event in events] == [
        (1, before + 1, "Max"),
        (3, before + 1, "Max"),
    ]


def test_expensive_takes_those_with_a_why_and_fix_and_names_the_others(max_, board, people):
    explain(3, people["max"])
    answer = max_.post(PLACES, data={"item": ["1", "2", "3"], "category": "expensive"}, headers=HTMX)
    assert answer.status_code == 200
    assert "1 moved to expensive. D-2 and D-1 stay: expensive debt needs its why and fix first." in answer.text
    assert answer.headers["HX-Trigger"] == "changed"
    assert titles(board, Category.EXPENSIVE) == ["Deploys by hand"]


def test_a_plain_form_hears_which_of_them_stay_too(max_, board, people):
    explain(3, people["max"])
    answer = max_.post(PLACES, data={"item": ["1", "3"], "category": "expensive"})
    assert answer.status_code == 200
    assert "1 moved to expensive. D-1 stays: expensive debt needs its why and fix first." in answer.text
    assert titles(board, Category.EXPENSIVE) == ["Deploys by hand"]


def test_catastrophic_takes_those_with_an_exit(board, people):
    Commitment.make(item_(1), CommitmentDraft(owner=2, sprint=1, done_when="Done"), by=people["lea"])
    item_(2).rate(Category.CATASTROPHIC, by=people["max"])
    Waiver.grant(item_(2), today("UTC") + timedelta(days=9), "Why", by=people["lea"])
    item_(2).rate(Category.CHEAP, by=people["max"])
    outcome = place_all(board, {1: None, 2: None, 3: None}, Category.CATASTROPHIC, by=people["max"])
    assert {item.code for item in outcome.went} == {"D-1", "D-2"}
    assert outcome.sentence == (
        "2 moved to catastrophic. D-3 stays: catastrophic debt needs an exit, chosen card by card."
    )


def test_what_somebody_moved_since_it_was_seen_stays(max_, board, people):
    seen = [f"{id}:{item_(id).version}" for id in (1, 3)]
    with at(now() - timedelta(minutes=1)):
        item_(1).rate(Category.CATASTROPHIC, by=people["lea"])
    db.session.commit()
    answer = max_.post(PLACES, data={"item": seen, "category": "cheap"}, headers=HTMX)
    assert "1 moved to cheap. D-1 stays: moved meanwhile." in answer.text
    assert titles(board, Category.CHEAP) == ["Deploys by hand"]
    assert titles(board, Category.CATASTROPHIC) == ["Session table has no index"]


def test_what_was_closed_meanwhile_stays(board, people):
    item_(1).pay(by=people["lea"])
    outcome = place_all(board, {1: None, 2: None}, Category.CHEAP, by=people["max"])
    assert outcome.sentence == "1 moved to cheap. D-1 stays: not open any more."


def test_what_is_there_already_keeps_its_place(board, people):
    item_(1).rate(Category.CHEAP, by=people["max"])
    item_(2).rate(Category.CHEAP, by=people["max"])
    outcome = place_all(board, {1: None, 3: None}, Category.CHEAP, by=people["max"])
    assert [item.code for item in outcome.went] == ["D-3"]
    assert titles(board, Category.CHEAP) == ["Deploys by hand", "Prices are hard-coded", "Session table has no index"]
    with pytest.raises(Refused, match="is cheap already"):
        place_all(board, {1: None}, Category.CHEAP, by=people["max"])


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"category": "cheap"}, "What is selected is empty"),
        ({"item": ["1", "5"], "category": "cheap"}, "not on this board"),
        ({"item": ["1", "999999"], "category": "cheap"}, "not on this board"),
        ({"item": ["one"], "category": "cheap"}, "is not understood"),
        ({"item": ["1:x"], "category": "cheap"}, "is not understood"),
        ({"item": ["1" * 30], "category": "cheap"}, "What is selected cannot be"),
        ({"item": ["1"], "category": "dear"}, "Category can be"),
        ({"item": ["1"]}, "Category is missing"),
        ({"item": [str(n) for n in range(501)], "category": "cheap"}, "What is selected has 501 entries"),
    ],
)
def test_what_will_not_do_moves_nothing(max_, board, form, sentence):
    answer = max_.post(PLACES, data=form, headers=HTMX)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert titles(board, Category.CHEAP) == []


def test_when_none_may_go_the_refusal_names_them(max_, board):
    before = board.version
    answer = max_.post(PLACES, data={"item": ["1", "2"], "category": "expensive"}, headers=HTMX)
    assert answer.status_code == 422
    assert "Nothing moved to expensive. D-2 and D-1 stay: expensive debt needs its why and fix first." in answer.text
    db.session.refresh(board)
    assert board.version == before
