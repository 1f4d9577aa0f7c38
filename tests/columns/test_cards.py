"""What stands on a card, and what a board costs to read."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from triage.boards.category import Category
from triage.clock import now, today
from triage.columns.cards import changes, columns
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.items.models import Item
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
    db.session.commit()
    assert statements(lambda: max_.get("/boards/1")) == few
