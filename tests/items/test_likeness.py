"""Items like this one that later worsened."""

from datetime import timedelta

import pytest

from triage.boards.category import Category
from triage.clock import at, now
from triage.database import db
from triage.events.models import Event
from triage.events.undo import undo
from triage.items.drafts import ItemDraft
from triage.items.likeness import likeness_of, what_is_shared
from triage.items.models import Item

CHEAP, EXPENSIVE, CATASTROPHIC = Category.CHEAP, Category.EXPENSIVE, Category.CATASTROPHIC


@pytest.fixture
def report(board, people):
    """`report("a", CHEAP, EXPENSIVE, sprints=3, tags=["auth"])`: it became one, and the other so many sprints on."""

    def make(title, *became, sprints=0, **words):
        began = now() - timedelta(days=300)
        with at(began):
            item = Item.report(
                board, ItemDraft(title=title, **({"why": "A hurry", "fix": "An index"} | words)), by=people["max"]
            )
        db.session.commit()
        for place, category in enumerate(became):
            with at(began + timedelta(days=14 * sprints if place else 0, hours=place)):
                item.rate(category, by=people["max"])
            db.session.commit()
        return item

    return make


def test_what_shared_a_tag_and_worsened_is_told_with_how_soon(lea, report):
    report("One", CHEAP, CATASTROPHIC, sprints=5, tags=["auth"])
    report("Two", EXPENSIVE, CATASTROPHIC, sprints=2, tags=["slow", "auth"])
    report("Three", CHEAP, EXPENSIVE, sprints=0, tags=["auth"])
    report("Other tag", CHEAP, CATASTROPHIC, tags=["css"])
    report("Better", CATASTROPHIC, CHEAP, tags=["auth"])
    report("First sorted", CATASTROPHIC, tags=["auth"])
    mine = report("Mine", tags=["auth"])
    found = likeness_of(mine)
    assert [one.item.title for one in found.worsened] == ["Two", "One", "Three"]
    assert (
        found.sentence
        == "Two like this became catastrophic within six sprints, one became expensive within one sprint."
    )
    page = lea.get(f"/items/{mine.id}").text
    assert found.sentence in page
    assert page.count('<small>catastrophic</small> <span class="tag">auth</span>') == 2


@pytest.mark.parametrize(
    ("mine", "other", "shared"),
    [
        ("app/auth/login.py", "app/auth/session.py:17", "app/auth/"),
        ("app/auth/login.py", "app/auth/*", "app/auth/"),
        ("app/auth/login.py", "./app/auth/deep/x.py", "app/auth/"),
        ("app/models.py", "app/views.py", "app/"),
        ("app/models.py", "app/auth/login.py", ""),
        ("app/auth/login.py", "app/authors/x.py", ""),
        ("setup.py", "manage.py", ""),
        ("app/auth/login.py", "lib/auth/login.py", ""),
    ],
)
def test_paths_are_alike_by_their_directory(mine, other, shared):
    one, two = (Item(tags=[], paths=[path]) for path in (mine, other))
    assert what_is_shared(one, two) == what_is_shared(two, one) == shared


def test_nothing_is_said_when_there_is_nothing_to_say(lea, report):
    report("One", CHEAP, CATASTROPHIC, tags=["auth"])
    assert likeness_of(report("Bare")) is None
    other = report("Other", tags=["css"])
    assert likeness_of(other) is None
    assert "likeness" not in lea.get(f"/items/{other.id}").text


def test_an_item_is_not_like_itself_and_what_was_undone_did_not_happen(report, people):
    one = report("One", CHEAP, CATASTROPHIC, tags=["auth"])
    assert likeness_of(one) is None
    mine = report("Mine", tags=["auth"])
    assert likeness_of(mine) is not None
    rated = db.session.query(Event).filter_by(item_id=one.id, action="item.rated").order_by(Event.id.desc()).first()
    undo(rated, by=people["max"])
    db.session.commit()
    assert likeness_of(mine) is None
