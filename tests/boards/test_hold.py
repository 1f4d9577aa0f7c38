"""A board's lock: who waited for it sees what the one before did."""

import pytest

from triage.boards.models import Board
from triage.database import db
from triage.events.models import Event


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_held_a_board_knows_its_new_name(app):
    with app.app_context():
        board = db.session.get_one(Board, 1)
        with app.app_context():
            db.session.get_one(Board, 1).rename("Pier", by=None)
            db.session.commit()
        board.hold()
        board.rename("Quay", by=None)
        db.session.commit()
        names = [event.what for event in db.session.query(Event).filter_by(action="board.renamed").order_by(Event.id)]
    assert names == [{"was": "Harbor", "now": "Pier"}, {"was": "Pier", "now": "Quay"}]


def test_a_name_that_was_given_before_the_lock_is_kept(in_app, board):
    board.rename("Pier", by=None)
    db.session.commit()
    db.session.refresh(board)
    assert board.name == "Pier"
