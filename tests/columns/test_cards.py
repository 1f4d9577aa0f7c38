"""What stands on a card, and what a board costs to read."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from triage.boards.category import Category
from triage.clock import at, now, today
from triage.columns.cards import Order, changes, columns
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.spread import Spread
from triage.items.waiver import Waiver


def card(board, item):
    (found,) = [card for column in columns(board) for card in column.cards if f'id="item-{item.id}"' in card]
    return found


def statements(work):
    made = []

    def listen(_connection, _cursor, statement, *_more):
        made.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return len(made)


def log(item, minutes, *, sprints_ago, by):
    """Time lost in the middle of a sprint; the fifth before the present one is the team's first."""
    team = item.board.team
    team.first_sprint_on = today("UTC") - timedelta(days=5 * 14 + 7)
    item.reported_at = min(item.reported_at, now() - timedelta(days=5 * 14))
    with at(now() - timedelta(days=14 * sprints_ago)):
        Interest.log(item, minutes, by=by)
    db.session.commit()


@pytest.fixture
def promise(item, people):
    made = Commitment.make(item, CommitmentDraft(owner=2, sprint=1, done_when="Done"), by=people["lea"])
    db.session.commit()
    return made


def test_a_commitment_is_proposed_until_its_owner_takes_it(board, item, promise):
    promise.accepted_at = None
    db.session.commit()
    assert "Max, proposed for sprint 1" in card(board, item)
    promise.accepted_at = now()
    db.session.commit()
    assert "Max, sprint 1" in card(board, item)


def test_catastrophic_debt_needs_an_exit_until_it_has_one(board, item, people):
    item.rate(Category.CATASTROPHIC, by=people["max"])
    db.session.commit()
    assert "needs an exit" in card(board, item)
    waiver = Waiver.grant(item, today("UTC") + timedelta(days=9), "Why", by=people["lea"])
    db.session.commit()
    assert "needs an exit" not in card(board, item)
    assert "waived until" in card(board, item)
    waiver.take_back(by=people["max"])
    db.session.commit()
    assert "needs an exit" in card(board, item)
    assert "waived" not in card(board, item)


def test_the_stream_brings_what_the_page_shows(board, item, people):
    since = board.version
    item.rate(Category.CATASTROPHIC, by=people["max"])
    Waiver.grant(item, today("UTC") + timedelta(days=9), "Why", by=people["lea"])
    Waiver.grant(item, today("UTC") + timedelta(days=99), "Why", by=people["lea"])
    db.session.commit()
    assert changes(board.id, since) == card(board, item)


def test_a_board_is_read_in_as_many_statements_however_much_stands_on_it(max_, board, people):
    few = statements(lambda: max_.get("/boards/1"))
    for id in (1, 2, 3):
        item = db.session.get_one(Item, id)
        item.rate(Category.CATASTROPHIC, by=people["max"])
        Waiver.grant(item, today("UTC") + timedelta(days=9), "Why", by=people["lea"])
        Commitment.make(item, CommitmentDraft(owner=2, sprint=1, done_when="Done"), by=people["lea"])
        log(item, 40, sprints_ago=1, by=people["max"])
    assert statements(lambda: max_.get("/boards/1")) == few


def test_a_card_shows_what_it_cost_this_sprint_and_whether_that_rises(board, item, people):
    assert "this sprint" not in card(board, item)
    log(item, 40, sprints_ago=1, by=people["max"])
    assert "this sprint" not in card(board, item)
    assert "rising" in card(board, item)
    log(item, 45, sprints_ago=0, by=people["max"])
    log(item, 45, sprints_ago=0, by=people["lea"])
    assert "1 h 30 min this sprint" in card(board, item)
    log(item, 600, sprints_ago=4, by=people["lea"])
    assert "rising" not in card(board, item)


def test_a_new_sprint_shows_on_a_card_that_nobody_touched(board, item, people):
    log(item, 45, sprints_ago=0, by=people["max"])
    assert "45 min this sprint" in card(board, item)
    with at(now() + timedelta(days=14)):
        assert "this sprint" not in card(board, item).replace("in this and the last sprint", "")


def test_what_a_card_shows_of_interest_that_was_taken_back_is_gone(board, item, people):
    log(item, 45, sprints_ago=0, by=people["max"])
    since = board.version
    db.session.query(Interest).one().take_back(by=people["max"])
    db.session.commit()
    assert "this sprint" not in card(board, item)
    assert changes(board.id, since) == card(board, item)


def test_a_card_counts_what_the_items_cost_that_were_merged_into_it(board, item, people):
    other, third = (db.session.get_one(Item, id) for id in (2, 3))
    log(item, 30, sprints_ago=0, by=people["max"])
    log(other, 15, sprints_ago=0, by=people["max"])
    item.merge(other, by=people["max"])
    db.session.commit()
    since = board.version
    other.merge(third, by=people["max"])
    db.session.commit()
    assert "45 min this sprint" in card(board, third)
    assert card(board, third) in changes(board.id, since)
    since = board.version
    other.reopen(by=people["max"])
    db.session.commit()
    assert "45 min this sprint" in card(board, other)
    assert "this sprint" not in card(board, third)
    assert card(board, third) in changes(board.id, since)


def test_a_card_says_when_fixing_pays_back_only_where_that_can_be_said(board, item, people):
    log(item, 240, sprints_ago=1, by=people["max"])
    assert "pays back" not in card(board, item)
    item.edit(ItemDraft(title="Slow", size=2, spread=Spread.BUILT_ON), by=people["max"])
    db.session.commit()
    assert "pays back in 20 sprints" in card(board, item)  # 960 minutes, at 48 a sprint
    board.team.unit = "points"
    db.session.commit()
    assert "pays back" not in card(board, item)


def test_the_items_page_says_all_of_it(max_, board, item, people):
    assert "Not enough record to say what leaving it costs" in max_.get("/items/1").text
    log(item, 240, sprints_ago=1, by=people["max"])
    log(item, 20, sprints_ago=0, by=people["max"])
    item.edit(ItemDraft(title="Slow", size=2, spread=Spread.BUILT_ON), by=people["max"])
    db.session.commit()
    page = max_.get("/items/1").text
    assert "2 days to fix, about 48 min a sprint, spreads when we build on it; pays back in 20 sprints" in page
    assert "The last six sprints: 0, 0, 0, 0, 240 and 20 min. Rising: 4 h 20 min in this and the last sprint" in page
    assert page.count('<svg class="bars"') == 1


def codes(column):
    return [card.partition('<span class="code">')[2].partition("<")[0] for card in column.cards]


def test_what_hurts_most_stands_first_and_the_rest_in_its_own_order(board, people):
    for id, minutes in ((1, 10), (2, 30)):
        log(db.session.get_one(Item, id), minutes, sprints_ago=2, by=people["max"])
    log(db.session.get_one(Item, 1), 25, sprints_ago=0, by=people["max"])
    assert codes(columns(board)[0]) == ["D-4", "D-3", "D-2", "D-1"]
    assert codes(columns(board, Order.INTEREST)[0]) == ["D-1", "D-2", "D-4", "D-3"]


def test_interest_of_seven_sprints_ago_hurts_no_more(board, people):
    log(db.session.get_one(Item, 1), 500, sprints_ago=6, by=people["max"])
    assert codes(columns(board, Order.INTEREST)[0]) == ["D-4", "D-3", "D-2", "D-1"]


def test_the_order_of_interest_is_told_anew_as_a_whole(max_, board, people):
    page = max_.get("/boards/1?order=interest").text
    assert "data-ordered" in page
    assert "cards=1" not in page
    log(db.session.get_one(Item, 1), 50, sprints_ago=0, by=people["max"])
    htmx = {"HX-Request": "true", "HX-Target": "triage-board#board"}
    answer = max_.get(f"/boards/1?order=interest&since={board.version - 1}", headers=htmx)
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#board", "innerMorph show:none")
    assert "<triage-board" not in answer.text
    assert answer.text.index("D-1<") < answer.text.index("D-4<")
    assert max_.get(f"/boards/1?order=interest&since={board.version}", headers=htmx).status_code == 304


def test_an_order_that_does_not_exist_is_the_boards_own(max_, board):
    answer = max_.get("/boards/1?order=colour")
    assert answer.status_code == 200
    assert "data-ordered" not in answer.text
