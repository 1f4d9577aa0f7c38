"""Editing what is written about an item."""

import re

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


def version_in(page: str) -> str:
    """What the form on a page says it was opened on."""
    return re.search(r'name="version" value="(\d*)"', page)[1]


def test_what_somebody_wrote_while_the_form_was_open_is_not_undone(as_, item):
    lea, max_ = as_("lea"), as_("max")
    opened = version_in(max_.get("/items/1/edit").text)
    lea.post("/items/1", data=FORM | {"fix": "", "why": "Lea's\nlong why", "version": opened})
    mine = FORM | {"why": "", "fix": "Max's fix", "version": opened}
    answer = max_.post("/items/1", data=mine)
    assert answer.status_code == 409
    assert "Lea edited D-1 meanwhile." in answer.text
    assert "Now: Lea&#39;s<br>long why" in answer.text
    assert "Now: nothing" in answer.text
    assert answer.text.count("Now: ") == 2, "beside what differs and nowhere else"
    assert "Max&#39;s fix</textarea>" in answer.text
    db.session.refresh(item)
    assert (item.why, item.fix) == ("Lea's\nlong why", "")
    together = mine | {"why": "Lea's long why", "version": version_in(answer.text)}
    assert max_.post("/items/1", data=together).status_code == 303
    db.session.refresh(item)
    assert (item.why, item.fix) == ("Lea's long why", "Max's fix")


def test_a_form_that_was_refused_for_another_reason_still_knows_what_it_was_opened_on(as_, item):
    lea, max_ = as_("lea"), as_("max")
    opened = version_in(max_.get("/items/1/edit").text)
    lea.post("/items/1", data=FORM)
    answer = max_.post("/items/1", data=FORM | {"why": "", "title": "", "version": opened})
    assert answer.status_code == 422
    assert version_in(answer.text) == opened


def test_moves_and_fields_that_agree_are_in_nobodys_way(as_, item):
    lea, max_ = as_("lea"), as_("max")
    opened = version_in(max_.get("/items/1/edit").text)
    lea.post("/items/1/place", data={"category": "cheap"})
    lea.post("/items/1", data={"title": item.title, "why": FORM["why"]})
    assert max_.post("/items/1", data=FORM | {"version": opened}).status_code == 303
    db.session.refresh(item)
    assert item.fix == "One migration"


def test_ones_own_words_from_another_window_are_not_undone_either(max_, item):
    opened = version_in(max_.get("/items/1/edit").text)
    max_.post("/items/1", data=FORM | {"version": opened})
    assert max_.post("/items/1", data=FORM | {"version": opened}).status_code == 303, "a double click"
    answer = max_.post("/items/1", data=FORM | {"why": "Shorter", "version": opened})
    assert answer.status_code == 409
    assert "You edited D-1 meanwhile." in answer.text


@pytest.mark.parametrize("version", [{}, {"version": ""}])
def test_who_does_not_say_what_was_seen_is_believed(as_, item, version):
    as_("lea").post("/items/1", data=FORM)
    assert as_("max").post("/items/1", data=FORM | {"why": "", **version}).status_code == 303
