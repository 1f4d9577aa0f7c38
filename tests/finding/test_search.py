"""What is found, in which order, by which filters, and what is shown of it."""

from datetime import timedelta

import pytest
from markupsafe import Markup

from tests.columns.test_cards import statements
from triage import clock
from triage.boards.category import Category
from triage.clock import now, today
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.finding.drafts import MOST, PAGE, SearchDraft
from triage.finding.words import Marker, number
from triage.items.comments import Comment
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.waiver import Waiver


@pytest.fixture
def commit(people):
    def make(item, owner="max"):
        draft = CommitmentDraft(owner=people[owner].id, sprint=1, done_when="Done")
        Commitment.make(item, draft, by=people[owner])
        db.session.commit()

    return make


def test_without_words_the_newest_open_items_come_first(find, item, people):
    item.pay(by=people["lea"])
    db.session.commit()
    assert find() == [4, 3, 2]


def test_a_title_comes_before_a_text_and_a_text_before_a_comment(find, report, item, people):
    report("Otters", why="badger " * 40)
    report("Badger")
    Comment.write(item, "badger", by=people["lea"])
    db.session.commit()
    assert find("badger") == [6, 5, 1]


def test_the_number_that_is_asked_for_comes_first(find, report):
    for n in range(10):
        report(f"Like D-1, for the {n}th time: 1 1 1")
    for query in ("D-1", "d1", "1"):
        assert find(query)[0] == 1
    assert number("D-17") == number("d17") == number(" 17 ") == 17
    assert number("D-17 session") is number("D17x") is number("9" * 10) is None


def test_the_oldest_come_first_when_asked_for(find, report):
    with clock.at(now() - timedelta(weeks=5)):
        report("Session of old")
    assert find(sort="age")[:2] == [5, 1]
    assert find("session", sort="age") == [5, 1]
    assert find("session") == [5, 1]


def test_what_hurts_most_comes_first_when_asked_for(find, people):
    for id, minutes in ((1, 30), (3, 90)):
        Interest.log(db.session.get_one(Item, id), minutes, by=people["max"])
    db.session.commit()
    assert find(sort="interest") == [3, 1, 4, 2]


def test_by_category_and_state(find, people):
    lea, (one, two, three) = people["lea"], (db.session.get_one(Item, id) for id in (1, 2, 3))
    one.rate(Category.CHEAP, by=lea)
    two.drop(by=lea, why="Gone")
    three.pay(by=lea)
    db.session.commit()
    assert find(category="cheap") == [1]
    assert find(state="dropped") == [2]
    assert find(state="paid") == [3]
    assert find(state="refused") == []
    assert find(state="any") == [4, 3, 2, 1]
    assert find("prices") == []
    assert find("prices", state="any") == [2]


def test_by_tag(find, report):
    report("One", tags=["größe", "auth"])
    report("Two", tags=["authentication"])
    assert find(tag="auth") == [5]
    assert find(tag="#AUTH") == [5]
    assert find(tag="größe") == [5]
    assert find("one", tag="auth") == [5]
    assert find("two", tag="auth") == []


def test_by_the_owner_of_the_open_commitment(find, search, item, commit, people):
    commit(item)
    assert find(owner=str(people["max"].id)) == [1]
    assert find(owner=str(people["lea"].id)) == []
    assert search().owners == {people["max"].id: "Max"}
    assert "owned by Max" in search(owner=str(people["max"].id)).sentence


def test_by_age(find, report):
    with clock.at(now() - timedelta(weeks=5, days=-1)):
        report("Old")
    assert find(weeks="4") == [5]
    assert find(weeks="5") == find(weeks="6") == []


def test_by_the_beginning_of_a_path(find, report):
    report("One", paths=["docs/a.md", "src/auth/login.py"])
    report("Two", paths=["lib/src/auth/login.py"])
    report("Three", paths=["src/%uth/größe.py"])
    assert find(path="src/auth/") == [5]
    assert find(path="src/") == [7, 5]
    assert find(path="src/%") == [7]
    assert find(path="src/%uth/grö") == [7]


def test_by_rising_interest(find, item, people):
    Interest.log(item, 45, by=people["max"])
    db.session.commit()
    assert find(rising="1") == [1]
    Interest.log(db.session.get_one(Item, 2), 5, by=people["max"])
    db.session.commit()
    assert find(rising="1") == [1]


def test_without_an_exit(find, only, commit, people):
    for id in (1, 2, 3):
        db.session.get_one(Item, id).rate(Category.CATASTROPHIC, by=people["lea"])
    Waiver.grant(db.session.get_one(Item, 2), today("UTC") + timedelta(days=9), "Why", by=people["lea"])
    commit(db.session.get_one(Item, 3))
    assert find(exitless="1") == [1]
    assert only(exitless="1").is_exitless
    assert not only(category="catastrophic", owner="2").is_exitless
    db.session.get_one(Item, 1).pay(by=people["lea"])
    db.session.commit()
    assert find(exitless="1", state="any") == []


def test_filters_go_together(find, report, commit):
    commit(report("Badger", tags=["auth"], paths=["src/a"]))
    report("Badger", tags=["auth"])
    assert find("badger", tag="auth", path="src", owner="2", category="inbox") == [5]
    assert find("badger", tag="auth", path="src", owner="2", category="cheap") == []


def test_a_hit_in_a_merged_item_leads_to_the_one_that_goes_on(find, only, people):
    one, two, three = (db.session.get_one(Item, id) for id in (1, 2, 3))
    one.merge(two, by=people["lea"])
    two.merge(three, by=people["lea"])
    db.session.commit()
    found = only("session")
    assert (found.item.number, found.hit) == (3, "D-1 <mark>Session</mark> table has no index")
    assert find("D-1") == [3]
    assert find() == [4, 3]
    assert find("prices") == [3]
    assert find("deploys") == [3]
    assert only("deploys").hit == ""


def test_an_item_is_listed_once_however_many_of_its_merged_ones_are_hit(find, search, report, people):
    into = report("Session keys")
    db.session.get_one(Item, 1).merge(into, by=people["lea"])
    db.session.commit()
    assert find("session") == [5]
    assert search("session").total == 1


def test_a_hit_in_a_merged_item_is_none_where_the_one_that_goes_on_is_closed(find, people):
    one, two = db.session.get_one(Item, 1), db.session.get_one(Item, 2)
    one.merge(two, by=people["lea"])
    two.pay(by=people["lea"])
    db.session.commit()
    assert find("session") == []
    assert find("session", state="paid") == [2]


def test_the_excerpt_shows_the_text_that_was_hit(only, report, people):
    item = report(
        "Plain",
        why="Because " * 60 + "of the badger",
        fix="Write <b>otters</b>",
        paths=["src/walrus.py"],
        tags=["vole"],
    )
    Comment.write(item, "A gnu & a yak", by=people["lea"])
    db.session.commit()
    assert only("badger").where == "Why"
    assert only("badger").excerpt.startswith("…Because")
    assert only("badger").excerpt.endswith("of the <mark>badger</mark>")
    assert (only("otters").where, only("otters").excerpt) == ("Fix", "Write &lt;b&gt;<mark>otters</mark>&lt;/b&gt;")
    assert only("walrus").excerpt == "src/<mark>walrus</mark>.py"
    assert (only("gnu").where, only("gnu").excerpt) == ("Comments", "A <mark>gnu</mark> &amp; a yak")
    assert (only("vole").excerpt, only("vole").tags) == ("", ["<mark>vole</mark>"])
    assert (only("plain").excerpt, only("plain").title) == ("", "<mark>Plain</mark>")
    assert only("plain yak").where == "Comments"


def test_marks_are_put_around_words_and_never_into_what_is_escaped():
    marker = Marker("lt amp <b> café")
    assert marker.marked("<b> & lt ampere") == Markup(
        "&lt;<mark>b</mark>&gt; &amp; <mark>lt</mark> <mark>ampere</mark>"
    )
    assert marker.marked("CAFE\u0301s, cafes, acafe") == "<mark>CAFE\u0301s</mark>, <mark>cafes</mark>, acafe"
    assert Marker("src/app").marked("srcs app apple src") == (
        "srcs <mark>app</mark> <mark>apple</mark> <mark>src</mark>"
    )
    assert Marker("").marked("a") == "a"


def test_an_excerpt_is_short_even_of_one_endless_word():
    assert len(Marker("badger").excerpt("x" * 9_000 + "badger")) < 250
    assert len(Marker("badger").excerpt("x " * 9_000 + "badger" + " x" * 9_000)) < 250
    assert len(Marker("x").excerpt("x" * 9_000)) < 250


def test_fifty_are_shown_and_more_when_asked_for(search, report):
    for n in range(60):
        report(f"Badger {n}")
    first, both = search("badger"), search("badger", show=str(PAGE * 2))
    assert (len(first.found), first.total) == (PAGE, 60)
    assert (len(both.found), both.total) == (60, 60)
    assert first.found[0].item.id == both.found[0].item.id
    assert first.draft.more.show == PAGE * 2
    assert SearchDraft(show=MOST).more.show == MOST


def test_any_number_of_items_is_read_in_the_same_number_of_statements(search, report, people):
    def read():
        return [found.excerpt for found in search("session badger").found]

    Comment.write(report("Session"), "badger", by=people["lea"])
    db.session.commit()
    few = statements(read)
    for _ in range(20):
        Comment.write(report("Session"), "badger", by=people["lea"])
    db.session.commit()
    assert statements(read) == few


def test_what_cannot_be_asked_for_is_left_out_and_said():
    draft, said = SearchDraft.asked(
        {
            "q": "x" * 300,
            "category": "foo",
            "weeks": "soon",
            "owner": "-1",
            "rising": "perhaps",
            "sort": "",
            "show": "7",
        }
    )
    assert draft.model_dump(exclude_defaults=True) == {"q": "x" * 200}
    assert len(said) == 6
    assert all("left out" in sentence for sentence in said[1:])
    assert "first 200" in said[0]


def test_an_address_holds_what_is_asked_for_and_nothing_else():
    asked = {"q": "a & b", "state": "any", "rising": "1", "weeks": "3", "sort": "age"}
    draft = SearchDraft.asked(asked | {"category": "", "next": "//evil.example"})[0]
    assert draft.address == {"q": "a & b", "state": "any", "rising": 1, "weeks": 3, "sort": "age"}
    assert SearchDraft.of_query(draft.query) == draft
    assert draft.filters == 3
