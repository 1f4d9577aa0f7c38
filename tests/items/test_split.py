"""An item that is several debts. POST /items/7/splitting."""

import pytest
from sqlalchemy import select

from tests.conftest import titles
from triage.boards.category import Category
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.events.undo import undo
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.items.splitting import pieces_of, split
from triage.items.spread import Spread
from triage.items.state import State
from triage.refusal import Refused, Stale

THREE = "Read side\nWrite side\n\n  Clean up  \n"


@pytest.fixture
def wide(item, people):
    """D-1, expensive, with all that can be written about an item."""
    words = {"why": "A hurry", "fix": "An index", "size": 8.0, "spread": Spread.BUILT_ON, "tags": ["db"]}
    more = {"paths": ["app/db.py"], "links": ["https://example.com/1"]}
    item.edit(item.draft.model_copy(update=words | more), by=people["max"])
    item.rate(Category.EXPENSIVE, by=people["max"])
    db.session.commit()
    return item


def did(action):
    return db.session.scalar(select(Event).where(Event.action == action).order_by(Event.id.desc()))


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_split(as_, item, who, status):
    assert as_(who).post("/items/1/splitting", data={"titles": THREE}).status_code == status
    assert len(pieces_of(item)) == (3 if status == 303 else 0)


def test_the_pieces_stand_beside_it_with_its_words_and_it_keeps_its_number(max_, wide, board):
    max_.post("/items/1/splitting", data={"titles": THREE})
    pieces = pieces_of(wide)
    assert [str(piece) for piece in pieces] == ["D-5 Read side", "D-6 Write side", "D-7 Clean up"]
    assert titles(board, Category.EXPENSIVE) == ["Read side", "Write side", "Clean up", wide.title]
    for piece in pieces:
        assert piece.draft.model_dump() == wide.draft.model_dump() | {"title": piece.title, "size": None}
        assert piece.reporter.name == "Max"
    db.session.refresh(wide)
    assert (wide.state, wide.size) == (State.OPEN, 8.0)
    page = max_.get("/items/1").text
    assert f'Split into <a href="/items/{pieces[0].id}">D-5 Read side</a>, ' in page
    assert "split it into <b>D-5, D-6, D-7</b>" in page
    assert 'Split from <a href="/items/1">D-1 Session table has no index</a>' in max_.get(f"/items/{pieces[0].id}").text
    assert sentence(did("item.split")) == "Max split D-1 Session table has no index into D-5, D-6, D-7"
    assert sentence(did("item.split_off")) == "Max split D-5 Read side off D-1"


def test_pieces_of_catastrophic_debt_wait_in_the_inbox_for_an_exit_of_their_own(max_, item, people, board):
    item.rate(Category.CATASTROPHIC, by=people["max"])
    db.session.commit()
    assert "in the inbox: catastrophic debt needs an exit" in max_.get("/items/1/splitting").text
    max_.post("/items/1/splitting", data={"titles": THREE})
    assert {piece.category for piece in pieces_of(item)} == {Category.INBOX}
    assert titles(board, Category.INBOX)[:3] == ["Read side", "Write side", "Clean up"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write 2 to 5 titles, one per line"),
        ("Only one", "Write 2 to 5 titles, one per line"),
        ("Same\nSame", "Write 2 to 5 titles, one per line"),
        ("a\nb\nc\nd\ne\nf", "Write 2 to 5 titles, one per line"),
        ("a\n" + "x" * 201, "Titles has 201 characters; 200 fit"),
    ],
)
def test_a_split_that_will_not_do_comes_back_with_what_was_typed(max_, item, typed, sentence):
    answer = max_.post("/items/1/splitting", data={"titles": typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert typed[:40] in answer.text
    assert pieces_of(item) == []


def test_what_is_closed_is_not_split(item, people):
    item.pay(by=people["max"])
    with pytest.raises(Refused, match="D-1 is paid already"):
        split(item, ["a", "b"], by=people["max"])


def test_a_split_undone_drops_the_pieces_and_their_numbers_are_used_up(item, people, board):
    split(item, ["a", "b"], by=people["max"])
    db.session.commit()
    undo(did("item.split"), by=people["max"])
    db.session.commit()
    assert {piece.state for piece in pieces_of(item)} == {State.DROPPED}
    assert {piece.closed_why for piece in pieces_of(item)} == {"The split of D-1 was undone"}
    assert item.is_open
    begun = db.session.scalars(select(Event.id).where(Event.action == "item.split_off")).all()
    dropped = db.session.scalars(select(Event.undoes_id).where(Event.action == "item.dropped")).all()
    assert sorted(dropped) == sorted(begun), "that they began is what was undone"
    assert Item.report(board, ItemDraft(title="Next"), by=people["max"]).code == "D-7"


def test_a_split_is_not_undone_when_somebody_has_changed_a_piece(item, people):
    pieces = split(item, ["a", "b"], by=people["max"])
    db.session.commit()
    pieces[1].rate(Category.CHEAP, by=people["lea"])
    db.session.commit()
    with pytest.raises(Stale, match=r"Lea changed D-6 b since\. Undo that first, or drop the pieces one by one"):
        undo(did("item.split"), by=people["max"])
    assert all(piece.is_open for piece in pieces)
