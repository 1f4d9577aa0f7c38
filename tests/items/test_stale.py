"""A move from an old view of an item: 409 with who moved it since, and "move anyway"."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from triage.boards.category import Category
from triage.clock import at
from triage.database import db
from triage.items.models import Item
from triage.items.stale import must_have_seen

HTMX = {"HX-Request": "true", "HX-Target": "div#flash"}
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(app):
    with at(NOON):
        yield


@pytest.fixture
def later():
    """`with later(minutes=2):` so much after noon."""
    return lambda **time: at(NOON + timedelta(**time))


def press(person, item, seen, headers=None, **fields):
    return person.post(f"/items/{item.id}/place?version={seen}", data=fields, headers=headers or {})


def fields_of(answer):
    """What the button in the dialog sends."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text)
    return {name: value for name, value in found if name != "csrf_token"}


def test_who_saw_the_item_before_it_was_moved_is_told_who_moved_it_and_nothing_is_applied(as_, item, later):
    lea, max_, seen = as_("lea"), as_("max"), item.version
    press(max_, item, seen, category="cheap")
    with later(minutes=2):
        answer = press(lea, item, seen, category="inbox", after="3")
    assert answer.status_code == 409
    assert "Max moved D-1 from Inbox to Cheap 2 minutes ago. Move it anyway?" in answer.text
    db.session.refresh(item)
    assert item.category is Category.CHEAP


@pytest.mark.parametrize(("headers", "status"), [({}, 303), (HTMX, 204)])
def test_move_anyway_sends_the_same_once_more(as_, item, headers, status):
    lea, max_, seen = as_("lea"), as_("max"), item.version
    max_.post("/items/2/place", data={"category": "inbox"})
    press(max_, item, seen, category="cheap")
    answer = press(lea, item, seen, headers, category="inbox", after="4")
    assert ("HX-Retarget" in answer.headers) == bool(headers)
    again = fields_of(answer)
    assert (again["category"], again["after"]) == ("inbox", "4")
    assert lea.post("/items/1/place", data=again, headers=headers).status_code == status
    db.session.refresh(item)
    assert item.category is Category.INBOX
    assert item.board_column(Category.INBOX)[:2] == [4, 1]


def test_move_anyway_is_asked_again_when_it_was_moved_once_more_meanwhile(as_, item, people):
    lea, seen = as_("lea"), item.version
    item.rate(Category.CHEAP, by=people["max"])
    db.session.commit()
    again = fields_of(press(lea, item, seen, category="inbox", after=""))
    item.explain(why="A hurry", fix="An index", by=people["max"])
    item.rate(Category.EXPENSIVE, by=people["max"])
    db.session.commit()
    answer = lea.post("/items/1/place", data=again)
    assert answer.status_code == 409
    assert "Max moved D-1 from Cheap to Expensive just now." in answer.text


def test_words_interest_and_a_new_order_make_no_move_stale(as_, item, people):
    max_, seen = as_("max"), item.version
    lea = as_("lea")
    lea.post("/items/1", data={"title": "Another title", "why": "A hurry"})
    lea.post("/items/1/interest", data={"minutes": "45"})
    lea.post("/items/1/step", data={"step": "up"})
    db.session.refresh(item)
    assert item.version > seen
    assert press(max_, item, seen, category="cheap").status_code == 303


def test_what_one_did_oneself_elsewhere_counts_too_but_not_two_presses_in_a_row(max_, item, later):
    seen = item.version
    press(max_, item, seen, category="cheap")
    with later(seconds=3):
        assert press(max_, item, seen, category="inbox").status_code == 303
    with later(minutes=1, seconds=5):
        answer = press(max_, item, seen, category="cheap")
    assert answer.status_code == 409
    assert "You moved D-1 from Cheap to Inbox 1 minute ago. Move it anyway?" in answer.text


def test_somebody_elses_move_a_moment_ago_counts(as_, item):
    lea, max_, seen = as_("lea"), as_("max"), item.version
    press(max_, item, seen, category="cheap")
    assert "Max moved D-1 from Inbox to Cheap just now." in press(lea, item, seen, category="inbox").text


def test_a_move_to_where_it_stands_by_now_contradicts_nobody(as_, item):
    lea, max_, seen = as_("lea"), as_("max"), item.version
    press(max_, item, seen, category="cheap")
    assert press(lea, item, seen, category="cheap").status_code == 303


def test_a_step_in_a_column_that_it_left_meanwhile_is_asked_about(as_, item):
    lea, max_, seen = as_("lea"), as_("max"), item.version
    press(max_, item, seen, category="cheap")
    max_.post("/items/2/place", data={"category": "cheap"})
    answer = lea.post(f"/items/1/step?version={seen}", data={"step": "up"})
    assert answer.status_code == 409
    assert item.board_column(Category.CHEAP) == [2, 1]
    assert lea.post("/items/1/step", data=fields_of(answer)).status_code == 303
    assert item.board_column(Category.CHEAP) == [1, 2]


@pytest.mark.parametrize(
    ("close", "sentence"),
    [
        ({"path": "payment", "data": {}}, "Max paid D-1 down just now."),
        ({"path": "drop", "data": {"reason": "Gone"}}, "Max dropped D-1 just now."),
        ({"path": "merge", "data": {"into": "D-3"}}, "Max merged D-1 into D-3 just now."),
    ],
)
def test_of_a_closed_item_is_said_who_closed_it_and_no_move_is_offered(as_, item, close, sentence):
    lea, max_, seen = as_("lea"), as_("max"), item.version
    max_.post(f"/items/1/{close['path']}", data=close["data"])
    answer = press(lea, item, seen, category="cheap")
    assert answer.status_code == 409
    assert sentence in answer.text
    assert "anyway" not in answer.text


def test_who_says_no_version_is_not_asked(as_, item):
    lea, max_ = as_("lea"), as_("max")
    max_.post("/items/1/place", data={"category": "cheap"})
    assert lea.post("/items/1/place", data={"category": "inbox"}).status_code == 303


@pytest.mark.parametrize("seen", ["x", "-1", "1.5", str(10**30)])
def test_a_version_that_is_none_is_refused(max_, item, seen):
    assert press(max_, item, seen, category="cheap").status_code == 422
    assert max_.post(f"/items/1/step?version={seen}", data={"step": "up"}).status_code == 422
    db.session.refresh(item)
    assert item.category is Category.INBOX


def test_the_command_line_is_named(item, people):
    item.rate(Category.CHEAP, by=None)
    db.session.commit()
    with pytest.raises(Exception, match="The command line moved D-1 from Inbox to Cheap"):
        must_have_seen(item, item.version - 1, by=people["lea"])
    must_have_seen(item, item.version, by=people["lea"])


def test_why_and_fix_asked_for_an_item_that_somebody_moves_meanwhile_are_kept(as_, item):
    lea, max_ = as_("lea"), as_("max")
    asked = max_.post("/items/1/place", data={"category": "expensive"})
    lea.post("/items/1/place", data={"category": "cheap"})
    mine = {"category": "expensive", "why": "A hurry", "fix": "An index", "version": fields_of(asked)["version"]}
    answer = max_.post("/items/1/place", data=mine)
    assert answer.status_code == 409
    assert "Lea moved D-1 from Inbox to Cheap just now. Move it anyway?" in answer.text
    assert "A hurry</textarea>" in answer.text
    mine["version"] = fields_of(answer)["version"]
    assert max_.post("/items/1/place", data=mine).status_code == 303
    db.session.refresh(item)
    assert (item.category, item.why) == (Category.EXPENSIVE, "A hurry")


def test_the_page_sends_what_it_shows(lea, item):
    card = f"/items/1/place?version={item.version}"
    assert card in lea.get("/boards/1").text
    assert f'form="place" name="version" value="{item.version}"' in lea.get("/items/1").text
    lea.post("/items/1/place", data={"category": "cheap"})
    fresh = db.session.get_one(Item, 1, populate_existing=True).version
    assert f"/items/1/place?version={fresh}" in lea.get("/boards/1").text
