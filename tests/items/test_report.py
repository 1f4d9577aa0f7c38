"""Reporting a debt: one field and Enter. POST /boards/1/items."""

import pytest

from tests.conftest import titles
from triage.boards.category import Category
from triage.database import db
from triage.items.models import Item


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_who_may_report(as_, in_app, who, status):
    assert as_(who).post("/boards/1/items", data={"title": "A new one"}).status_code == status
    assert db.session.query(Item).filter_by(title="A new one").count() == (status == 303)


def test_a_report_is_at_the_top_of_the_inbox_with_the_next_number(max_, board):
    max_.post("/boards/1/items", data={"title": "  Clock   skew\tbreaks tokens "})
    assert titles(board, Category.INBOX)[0] == "Clock skew breaks tokens"
    item = db.session.query(Item).filter_by(title="Clock skew breaks tokens").one()
    assert (item.code, item.reporter.name) == ("D-5", "Max")


def test_a_number_is_never_given_again(max_, in_app):
    max_.post("/items/4/drop", data={"reason": "Gone with the old logs"})
    max_.post("/boards/1/items", data={"title": "The next"})
    assert db.session.query(Item).filter_by(title="The next").one().number == 5


def test_numbers_are_counted_per_board(as_, in_app):
    as_("zoe").post("/boards/2/items", data={"title": "Another of Zoe's"})
    assert db.session.query(Item).filter_by(title="Another of Zoe's").one().number == 2


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("", "Title is empty"),
        ("   ", "Title is empty"),
        ("x" * 10_000, "Title has 10000 characters; 200 fit"),
        ("Deploys \u202eby hand", "U+202E"),
        ("Deploys\x00 by hand", "U+0000"),
    ],
)
def test_a_title_that_will_not_do_is_refused_in_a_sentence(max_, in_app, title, sentence):
    before = db.session.query(Item).count()
    answer = max_.post("/boards/1/items", data={"title": title})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.query(Item).count() == before
