"""Editing what is written about an item."""

import pytest

from triage.boards.category import Category
from triage.database import db
from triage.events.models import Event
from triage.items.spread import Spread

FORM = {
    "title": "Session table has no index",
    "why": "Growth was not expected.\r\nIt came.",
    "fix": "One migration",
    "size": "2,5",
    "spread": "spreads by itself",
    "paths": "app/models.py:10\napp/sessions/**\n",
    "tags": "Database, auth, database, #slow",
    "links": "https://example.com/1",
}


def test_every_field_is_kept_as_it_was_meant(max_, item):
    assert max_.post("/items/1", data=FORM).status_code == 303
    db.session.refresh(item)
    assert (item.why, item.size, item.spread) == ("Growth was not expected.\nIt came.", 2.5, Spread.BY_ITSELF)
    assert item.paths == ["app/models.py:10", "app/sessions/**"]
    assert item.tags == ["database", "auth", "slow"]
    event = db.session.query(Event).filter_by(item_id=1, action="item.edited").one()
    assert set(event.what["fields"]) == {"why", "fix", "size", "spread", "paths", "tags", "links"}
    assert event.what["changes"]["size"] == [None, 2.5]
    page = max_.get("/items/1/edit").text
    assert 'value="2.5"' in page
    assert "database, auth, slow" in page


def test_saving_what_stands_there_records_nothing(max_, item):
    max_.post("/items/1", data=FORM)
    before = db.session.query(Event).count()
    max_.post("/items/1", data=FORM)
    assert db.session.query(Event).count() == before


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("size", "-1", "Size cannot be -1"),
        ("size", "nan", "Size cannot be nan"),
        ("size", "1e9", "Size cannot be 1e9"),
        ("size", "two", "Size: “two” is not understood"),
        ("spread", "like fire", "Spread can be"),
        ("links", "javascript:alert(1)", "A link begins with https://"),
        ("paths", "a`b", "A path holds no backticks"),
        ("why", "x" * 9_000, "Why has 9000 characters; 8000 fit"),
        ("title", "", "Title is empty"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(max_, item, field, value, sentence):
    answer = max_.post("/items/1", data=FORM | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "It came." in answer.text or field == "why", "the rest of the form is still there"
    db.session.refresh(item)
    assert item.why == ""


def test_expensive_debt_does_not_lose_its_why_by_an_edit(max_, item, people):
    item.explain(why="Hurry", fix="An index", by=people["max"])
    item.rate(Category.EXPENSIVE, by=people["max"])
    db.session.commit()
    answer = max_.post("/items/1", data=FORM | {"why": ""})
    assert answer.status_code == 422
    assert "why the shortcut was taken" in answer.text
    db.session.refresh(item)
    assert item.why == "Hurry"


def test_an_item_may_have_no_size(max_, item):
    max_.post("/items/1", data=FORM)
    assert max_.post("/items/1", data=FORM | {"size": " "}).status_code == 303
    db.session.refresh(item)
    assert item.size is None
