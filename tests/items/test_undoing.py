"""Undo outside of meetings: for ten minutes, by who did it. POST /boards/1/undo."""

from datetime import timedelta

import pytest

from triage.boards.category import Category
from triage.clock import at, now
from triage.database import db
from triage.events.models import Event
from triage.events.undo import last_own
from triage.items.comments import Comment
from triage.items.models import Item

HTMX = {"HX-Request": "true"}
DID = {**HTMX, "HX-Target": "div#did"}


@pytest.fixture
def moved(item, people):
    """Max moved D-1 to cheap just now."""
    item.rate(Category.CHEAP, by=people["max"])
    db.session.commit()
    return db.session.query(Event).order_by(Event.id.desc()).first().id


@pytest.mark.parametrize(("who", "status"), [("max", 303), ("lea", 422), ("obi", 403), ("zoe", 404)])
def test_only_who_did_it_undoes_it(as_, item, moved, who, status):
    answer = as_(who).post("/boards/1/undo", data={"event": moved})
    assert answer.status_code == status
    db.session.refresh(item)
    assert (item.category is Category.INBOX) == (status == 303)
    if who == "lea":
        assert "Max did that, so it is not yours to undo. Move it anew instead." in answer.text


@pytest.mark.parametrize(("page", "location"), [("board", "/boards/1"), ("item", "/items/1"), ("", "/boards/1")])
def test_a_plain_form_leads_back_to_its_page(max_, moved, page, location):
    form = {"event": moved} | ({"page": page} if page else {})
    assert max_.post("/boards/1/undo", data=form).location == location


def test_ten_minutes_later_it_is_too_late(max_, item, moved):
    event = db.session.get_one(Event, moved)
    with at(event.at + timedelta(minutes=10)):
        assert "data-undo" in max_.get("/boards/1").text
    with at(event.at + timedelta(minutes=10, seconds=1)):
        assert "data-undo" not in max_.get("/boards/1").text
        answer = max_.post("/boards/1/undo", data={"event": moved})
    assert answer.status_code == 422
    assert "That was more than ten minutes ago. Change it anew instead." in answer.text
    db.session.refresh(item)
    assert item.category is Category.CHEAP


def test_what_another_changed_since_is_not_undone_and_it_says_by_whom(max_, item, people, moved):
    item.rate(Category.CATASTROPHIC, by=people["lea"])
    db.session.commit()
    answer = max_.post("/boards/1/undo", data={"event": moved})
    assert answer.status_code == 409
    assert "Lea changed D-1 Session table has no index since. Undo that first, or move it anew." in answer.text
    db.session.refresh(item)
    assert item.category is Category.CATASTROPHIC


@pytest.mark.parametrize("event", ["1", "999999", "5"])
def test_what_was_not_done_on_this_board_is_not_undone_here(lea, people, event):
    """Events 1 and 5 are of the team and its board's beginning."""
    other = db.session.query(Event).filter(Event.board_id == 2).first().id
    for id in (event, other):
        assert lea.post("/boards/1/undo", data={"event": id}).status_code == 422


def test_nothing_else_than_an_event_is_understood(lea, board):
    for form in ({}, {"event": "x"}, {"event": "-1"}, {"event": "1", "page": "https://evil.example"}):
        assert lea.post("/boards/1/undo", data=form).status_code == 422


def test_the_actor_and_nobody_else_is_offered_it_on_the_board_and_on_the_item(as_, moved):
    for path, words in (
        ("/boards/1", "You moved <b>D-1 Session table has no index</b> from <b>Inbox</b> to <b>Cheap</b>"),
        ("/items/1", "You moved it from <b>Inbox</b> to <b>Cheap</b>"),
    ):
        page = as_("max").get(path).text
        assert words in page
        assert f'name="event" value="{moved}" data-undo' in page
        for other in ("lea", "obi"):
            assert "data-undo" not in as_(other).get(path).text
    assert f'value="{moved}" data-undo' not in as_("max").get("/items/2").text, "another item's page"


def test_the_page_asks_for_its_undo_alone(max_, moved):
    for path in ("/boards/1", "/items/1"):
        answer = max_.get(path, headers=DID)
        assert answer.text.strip().startswith('<div id="did"')
        assert answer.text.strip().endswith("</div>")
        assert "data-undo" in answer.text


def test_after_an_undo_the_one_before_is_offered(max_, item, people, moved):
    item.rate(Category.CATASTROPHIC, by=people["max"])
    db.session.commit()
    assert "from <b>Cheap</b> to <b>Catastrophic</b>" in max_.get("/boards/1", headers=DID).text
    last = last_own(1, 0, by=people["max"]).id
    answer = max_.post("/boards/1/undo", data={"event": last}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "changed")
    assert "from <b>Inbox</b> to <b>Cheap</b>" in max_.get("/boards/1", headers=DID).text
    max_.post("/boards/1/undo", data={"event": moved})
    assert "from <b>Inbox</b>" not in max_.get("/boards/1", headers=DID).text


def test_a_comment_is_not_offered_and_hides_nothing(max_, item, people, moved):
    Comment.write(item, "Fine", by=people["max"])
    db.session.commit()
    assert f'value="{moved}" data-undo' in max_.get("/items/1").text


def test_a_long_history_is_not_searched_for_it(max_, board, people, moved):
    """Only the latest versions of a board are: what was done before them is offered no more."""
    board.version += 600
    db.session.commit()
    assert "data-undo" not in max_.get("/boards/1").text


def test_a_report_of_ones_own_is_taken_back(max_, board):
    max_.post("/boards/1/items", data={"title": "By mistake"})
    event = db.session.query(Event).order_by(Event.id.desc()).first()
    max_.post("/boards/1/undo", data={"event": event.id})
    item = db.session.query(Item).filter_by(title="By mistake").one()
    assert item.state == "dropped"
    assert now() - item.closed_at < timedelta(minutes=1)


def test_a_merge_is_taken_back_on_the_page_that_it_leads_to(max_, item):
    answer = max_.post("/items/1/merge", data={"into": "D-3"}, follow_redirects=True)
    assert answer.request.full_path == "/items/3?merged=1"
    assert "You merged <b>D-1 Session table has no index</b> into <b>D-3</b>" in answer.text
    event = db.session.query(Event).filter_by(action="item.merged").one().id
    assert max_.post("/boards/1/undo", data={"event": event, "page": "item"}).location == "/items/1"
    assert "was merged into" not in max_.get("/items/3?merged=1").text
