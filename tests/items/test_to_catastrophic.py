"""On the way to catastrophic: one of three exits, in one transaction with the move."""

import re
from datetime import timedelta

import pytest

from tests.conftest import titles
from triage.boards.category import Category
from triage.clock import today
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.events.models import Event
from triage.events.undo import last_undoable, undo
from triage.items import exits
from triage.items.models import Item
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings.models import Meeting

HTMX = {"HX-Request": "true", "HX-Target": "div#flash"}
LATER = today("UTC") + timedelta(days=30)
MOVE = {"category": "catastrophic", "after": "3"}
EXITS = {
    "commit": ("/items/1/commitments", {"owner": "2", "sprint": "1", "done_when": "The index exists"}),
    "refuse": ("/items/1/refusal", {"reason": "Reverted in 4f2a"}),
    "waive": ("/items/1/waiver", {"until": LATER.isoformat(), "reason": "The migration begins in May"}),
}


@pytest.fixture
def dire(people):
    """D-3 is at the top of catastrophic."""
    item = db.session.get_one(Item, 3)
    item.rate(Category.CATASTROPHIC, by=people["max"])
    db.session.commit()
    return item


def as_it_was(item):
    db.session.refresh(item)
    return (item.category, item.state, Commitment.of(item), Waiver.standing(item)) == (
        Category.INBOX,
        State.OPEN,
        [],
        None,
    )


@pytest.mark.parametrize(("headers", "region"), [({}, None), (HTMX, "#ask")])
def test_it_is_asked_for_its_exit_and_stays_where_it_was(lea, max_, item, headers, region):
    version = item.board.version
    answer = max_.post("/items/1/place", data=MOVE, headers=headers)
    assert (answer.status_code, answer.headers.get("HX-Retarget")) == (422, region)
    for words in (">Commit <", ">Refuse <", ">Ask Lea for a waiver <", "Leave it in inbox"):
        assert words in answer.text
    assert "D-1 stays in inbox: catastrophic debt needs an exit." in answer.text
    assert as_it_was(item)
    db.session.refresh(item.board)
    assert item.board.version == version
    assert ">Waive <" in lea.post("/items/1/place", data=MOVE).text


@pytest.mark.parametrize("exit", EXITS)
def test_the_exit_and_the_move_come_together(max_, item, dire, exit):
    path, fields = EXITS[exit]
    form = max_.get(f"{path}?category=catastrophic&after=3").text
    assert 'name="category" value="catastrophic"' in form
    assert 'name="after" value="3"' in form
    assert "Other exits" in form
    version = item.board.version
    assert max_.post(path, data=MOVE | fields).status_code == 303
    db.session.refresh(item.board)
    assert item.board.version == version + 1
    db.session.refresh(item)
    assert item.category is Category.CATASTROPHIC
    assert item.is_open == (exit != "refuse")
    if item.is_open:
        assert item.board_column(Category.CATASTROPHIC) == [3, 1]
    assert {event.action for event in db.session.query(Event).filter_by(item_id=1, version=version + 1)} == {
        "item.rated",
        {"commit": "commitment.made", "refuse": "item.refused", "waive": "waiver.asked"}[exit],
    }


@pytest.mark.parametrize(
    ("exit", "wrong"),
    [
        ("commit", {"done_when": " "}),
        ("commit", {"owner": "3"}),
        ("refuse", {"reason": ""}),
        ("waive", {"until": today("UTC").isoformat()}),
        ("waive", {"reason": ""}),
    ],
)
def test_an_exit_that_is_refused_leaves_the_item_where_it_was(max_, item, exit, wrong):
    path, fields = EXITS[exit]
    answer = max_.post(path, data=MOVE | fields | wrong)
    assert answer.status_code == 422
    assert 'name="category" value="catastrophic"' in answer.text
    assert "Leave it in inbox" in answer.text
    assert as_it_was(item)
    assert max_.post(path, data=MOVE | fields).status_code == 303


def test_to_over_promise_is_asked_about_before_anything_moves(max_, item):
    item.board.team.capacity = 1
    db.session.commit()
    path, fields = EXITS["commit"]
    answer = max_.post(path, data=MOVE | fields | {"size": "5"})
    assert (answer.status_code, "Commit anyway" in answer.text) == (422, True)
    assert as_it_was(item)
    assert max_.post(path, data=MOVE | fields | {"size": "5", "over": "1"}).status_code == 303
    db.session.refresh(item)
    assert item.category is Category.CATASTROPHIC


@pytest.mark.parametrize("exit", EXITS)
def test_the_move_and_its_exit_are_undone_together(max_, board, item, people, exit):
    path, fields = EXITS[exit]
    before = titles(board, Category.INBOX)
    max_.post(path, data=MOVE | fields)
    undo(last_undoable(board.id, 0), by=people["max"])
    db.session.commit()
    assert as_it_was(item)
    assert titles(board, Category.INBOX) == before


@pytest.mark.parametrize("exit", EXITS)
def test_an_exit_for_an_item_that_somebody_moved_meanwhile_is_asked_about(as_, item, exit):
    lea, max_ = as_("lea"), as_("max")
    path, fields = EXITS[exit]
    shown = re.search(r'name="version" value="(\d+)"', max_.get(path, query_string=MOVE).text)[1]
    lea.post("/items/1/place", data={"category": "cheap"})
    answer = max_.post(path, data=MOVE | fields | {"version": shown})
    assert answer.status_code == 409
    assert "Lea moved D-1 from Inbox to Cheap just now. Move it anyway?" in answer.text
    db.session.refresh(item)
    assert item.category is Category.CHEAP
    shown = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    assert max_.post(path, data=MOVE | fields | {"version": shown}).status_code == 303
    db.session.refresh(item)
    assert item.category is Category.CATASTROPHIC


@pytest.mark.parametrize("who", ["lea", "max"])
def test_what_is_waived_or_asked_to_be_may_go_there_again(as_, item, people, who):
    item.rate(Category.CATASTROPHIC, by=people["max"])
    Waiver.make(item, LATER, "Why", by=people[who])
    item.rate(Category.CHEAP, by=people["max"])
    db.session.commit()
    assert exits.may_be_catastrophic(item)
    assert as_("max").post("/items/1/place", data=MOVE).status_code == 303


def test_what_is_committed_may_go_there(max_, item, people):
    Commitment.make(item, CommitmentDraft(owner=2, sprint=1, done_when="Done"), by=people["max"])
    db.session.commit()
    assert max_.post("/items/1/place", data=MOVE).status_code == 303


def test_while_a_meeting_sorts_its_own_guard_holds(max_, item, people):
    meeting = Meeting.start(item.board, by=people["lea"])
    db.session.commit()
    assert max_.post("/items/1/place", data=MOVE).status_code == 422
    while meeting.phase != "sort":
        meeting.ballots_revealed_at = meeting.dots_revealed_at = meeting.started_at
        meeting.advance(seen=meeting.turn, by=people["lea"])
    db.session.commit()
    assert max_.post("/items/1/place", data=MOVE).status_code == 303


def test_in_its_column_it_is_ordered_without_a_question(max_, item, dire, people):
    item.rate(Category.CATASTROPHIC, by=people["max"])
    db.session.commit()
    assert max_.post("/items/1/place", data=MOVE).status_code == 303
    assert item.board_column(Category.CATASTROPHIC) == [3, 1]


def test_a_closed_item_is_not_asked_for_an_exit(max_, item, people):
    item.pay(by=people["max"])
    db.session.commit()
    answer = max_.post("/items/1/place", data=MOVE)
    assert (answer.status_code, "paid already" in answer.text) == (422, True)


@pytest.mark.parametrize("exit", EXITS)
@pytest.mark.parametrize("wrong", [{"category": "cheap"}, {"category": "x"}, {"after": "x"}, {"version": "-1"}])
def test_a_move_that_is_none_of_an_exit_is_refused(max_, item, exit, wrong):
    path, fields = EXITS[exit]
    assert max_.post(path, data=MOVE | fields | wrong).status_code == 422
    assert as_it_was(item)


def test_without_a_decision_maker_it_says_who_can_name_one(max_, item):
    item.board.team.decider = None
    db.session.commit()
    sentence = "Harbor has no decision-maker to ask. Lea can name one on the team&#39;s page."
    answer = max_.post("/items/1/place", data=MOVE)
    assert sentence in answer.text
    assert "<button disabled" in answer.text
    path, fields = EXITS["waive"]
    answer = max_.post(path, data=MOVE | fields)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert as_it_was(item)
