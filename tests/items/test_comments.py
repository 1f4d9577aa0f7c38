"""What people say about an item. POST /items/7/comments, POST /comments/3, POST /comments/3/deletion."""

import pytest
from sqlalchemy import select

from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.events.undo import last_undoable, undo
from triage.items.comments import Comment
from triage.items.models import Item

HTMX = {"HX-Request": "true"}


def texts(item_id=1):
    db.session.expire_all()
    return [comment.text for comment in Comment.on([db.session.get_one(Item, item_id)])]


@pytest.fixture
def said(item, people):
    """Max said something about D-1."""
    comment = Comment.write(item, "It *locks* the table", by=people["max"])
    db.session.commit()
    return comment


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 303), ("obi", 403), ("zoe", 404)])
def test_members_comment_and_observers_read(as_, item, who, status):
    answer = as_(who).post("/items/1/comments", data={"comment": "See **here**"})
    assert answer.status_code == status
    assert texts() == (["See **here**"] if status == 303 else [])
    if status == 303:
        assert answer.location == "/items/1#comments"
        assert "See <strong>here</strong>" in as_("obi").get("/items/1").text


def test_an_observer_is_offered_no_form(as_, said):
    page = as_("obi").get("/items/1").text
    assert "<em>locks</em>" in page
    assert "Comment…" not in page
    assert "/comments/1" not in page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Comment is empty. Write a few words"),
        (" \n ", "Comment is empty. Write a few words"),
        ("x" * 8001, "Comment has 8001 characters; 8000 fit. Shorten it"),
        ("a\u202eb", "characters that cannot be seen"),
    ],
)
def test_a_comment_that_will_not_do_is_not_lost(max_, item, text, sentence):
    answer = max_.post("/items/1/comments", data={"comment": text})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert texts() == []
    if len(text) > 100:
        assert text[:8000] in answer.text


def test_the_longest_comment_fits(max_, item):
    assert max_.post("/items/1/comments", data={"comment": "x" * 8000}).status_code == 303
    assert texts() == ["x" * 8000]


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        '<a class="evil" hx-get="/account">x</a>',
        "</textarea><script>alert(1)</script>",
    ],
)
def test_a_comment_runs_nothing(max_, item, evil):
    max_.post("/items/1/comments", data={"comment": evil})
    page = max_.get("/items/1").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript:' not in page
    assert 'href="data:text' not in page
    assert '<a class="evil"' not in page


@pytest.mark.parametrize(("who", "status"), [("max", 303), ("lea", 422), ("obi", 403), ("zoe", 404)])
def test_only_its_author_edits_a_comment(as_, said, who, status):
    answer = as_(who).post("/comments/1", data={"comment": "It waits"})
    assert answer.status_code == status
    assert texts() == (["It waits"] if who == "max" else ["It *locks* the table"])
    if who == "lea":
        assert "Max wrote this comment, so nobody else changes it" in answer.text


def test_an_edited_comment_says_so_and_an_unchanged_one_does_not(max_, said):
    max_.post("/comments/1", data={"comment": "It *locks* the table"})
    assert "edited</span>" not in max_.get("/items/1").text
    max_.post("/comments/1", data={"comment": "It waits"})
    assert "edited</span>" in max_.get("/items/1").text


@pytest.mark.parametrize(("who", "status"), [("max", 303), ("lea", 303), ("obi", 403), ("zoe", 404)])
def test_its_author_and_a_lead_delete_a_comment(as_, said, who, status):
    assert as_(who).post("/comments/1/deletion").status_code == status
    assert bool(texts()) == (status != 303)


def test_a_member_deletes_no_comment_of_another(max_, item, people):
    Comment.write(item, "Mine", by=people["lea"])
    db.session.commit()
    answer = max_.post("/comments/1/deletion")
    assert answer.status_code == 422
    assert "Lea or a lead can delete it" in answer.text
    assert "Delete" not in max_.get("/items/1").text.partition('id="comments"')[2].partition("</section>")[0]


def test_what_was_deleted_is_nowhere_any_more(max_, said):
    max_.post("/comments/1", data={"comment": "A password by mistake"})
    max_.post("/comments/1/deletion")
    events = db.session.scalars(select(Event).where(Event.item_id == 1, Event.action.like("comment.%"))).all()
    assert [sentence(event) for event in events] == [
        "Max commented on D-1 Session table has no index",
        "Max edited a comment on D-1 Session table has no index",
        "Max deleted a comment on D-1 Session table has no index",
    ]
    assert all("password" not in str(event.what) + event.why for event in events)
    assert "password" not in max_.get("/items/1").text


def test_a_comment_leaves_the_card_and_its_undo_as_they_were(item, people):
    item.pay(by=people["max"])
    db.session.commit()
    version, board = item.version, item.board.version
    paid = last_undoable(1, 0)
    Comment.write(item, "Well done", by=people["lea"])
    db.session.commit()
    assert (item.version, item.board.version) == (version, board + 1)
    assert last_undoable(1, 0).id == paid.id
    undo(paid, by=people["max"])
    assert item.is_open


def test_comments_follow_a_merge_and_say_where_they_were_written(max_, said, people):
    first, third, fourth = (db.session.get_one(Item, number) for number in (1, 3, 4))
    Comment.write(third, "By hand", by=people["lea"])
    first.merge(third, by=people["max"])
    third.merge(fourth, by=people["max"])
    db.session.commit()
    page = max_.get("/items/4").text
    assert page.index("<em>locks</em>") < page.index("By hand")
    assert 'as <a href="/items/1?own=1">D-1</a>' in page
    assert 'as <a href="/items/3?own=1">D-3</a>' in page
    max_.post("/items/1/comments", data={"comment": "On the old page"})
    assert texts(4) == ["On the old page"], "said where it goes on"
    undo(db.session.scalar(select(Event).where(Event.action == "item.merged", Event.item_id == 3)), by=people["max"])
    db.session.commit()
    assert "By hand" not in max_.get("/items/4").text


def test_a_comment_comes_in_place(max_, item):
    answer = max_.post("/items/1/comments", data={"comment": "Yes"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "changed")
