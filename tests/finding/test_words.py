"""The databases keep the words of items by themselves, and find by them the same."""

import sqlite3

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from tests.conftest import SETTINGS
from triage import create_app
from triage.boards.category import Category
from triage.boards.models import Board
from triage.database import db
from triage.items.comments import Comment
from triage.items.drafts import ItemDraft
from triage.items.models import Item

HOSTILE = [
    *('"', "%", "*", "'", "\\", ":*", "()", "{", "-", "+", "^", ".", "🐛", "🐛🐛", "\x00", "\x00session\x00"),
    *("AND", "OR", "NOT", "AND OR NOT NEAR(", "NEAR(session, 2)", "title:session", "{title}:session", "- session"),
    *('"session', 'session"', '"session"*"', "session*", "session:*", "!session", "session & !table", "a <-> b"),
    *(
        "x" * 5_000,
        "session " * 1_000,
        "a b c d e f g h i j k l m n o p",
        "ｓｅｓｓｉｏｎ",
        "हिन्दी",
        "ﬁx",
        "\ufffd",
        "D-0",
        "D-" + "9" * 30,
    ),
]


def test_all_that_is_written_in_an_item_is_found(find, report):
    report("Storage", why="Zebra", fix="Yak", paths=["src/walrus/otter.py"], tags=["vole"])
    for word in ("storage", "zebra", "yak", "walrus", "otter", "src/walrus/otter.py", "vole", "D-5", "d5", "5"):
        assert find(word) == [5], word


def test_words_may_be_begun_and_all_must_be_there(find):
    assert find("sess") == [1]
    assert find("index sess") == [1]
    assert find("session price") == []
    assert find("ession") == []


def test_capitals_and_accents_do_not_matter(find, report):
    report("Ärger im Café", tags=["größe"])
    for word in ("ärger", "ARGER", "cafe", "CAFÉ", "cafe\u0301", "große", "grosse"[:3]):
        assert find(word) == [5], word


def test_what_stands_between_spaces_is_found_as_one(find, report):
    report("Clean up", paths=["src/app.py"])
    report("Tidy", paths=["app/src.py"])
    assert find("src/app.py") == [5]
    assert find("src/app") == [5]
    assert sorted(find("src app")) == [5, 6]
    assert find("hard-coded") == [2]


def test_signs_join_no_words(find, report):
    report("One(two)three·four–five_six")
    for word in ("one", "two", "three", "four", "five", "six"):
        assert find(word) == [5], word


def test_an_edit_is_found_and_what_stood_there_before_is_not(find, item, people):
    item.edit(item.draft.model_copy(update={"title": "Badger", "tags": ["Größe"]}), by=people["lea"])
    db.session.commit()
    assert find("badger") == [1]
    assert find("grosse"[:3]) == [1]
    assert find("session") == []


def test_comments_are_found_as_they_stand(find, item, people):
    comment = Comment.write(item, "The badger did it", by=people["lea"])
    Comment.write(item, "And the otter", by=people["max"])
    db.session.commit()
    assert find("badger otter session") == [1]
    comment.edit("The walrus did it", by=people["lea"])
    db.session.commit()
    assert find("badger") == []
    assert find("walrus") == [1]
    comment.delete(by=people["lea"])
    db.session.commit()
    assert find("walrus") == []
    assert find("otter") == [1]


def test_a_comment_that_goes_to_another_item_is_found_there_only(find, item, people):
    comment = Comment.write(item, "Badger", by=people["lea"])
    db.session.commit()
    db.session.execute(text("UPDATE comment SET item_id = 2 WHERE id = :id"), {"id": comment.id})
    db.session.commit()
    assert find("badger") == [2]


def test_a_hundred_long_comments_can_be_written_and_the_latest_are_found(find, item, people):
    words = iter(range(10**6))
    for _ in range(60):
        Comment.write(item, " ".join(f"w{next(words):06}" for _ in range(1_000)), by=people["lea"])
    Comment.write(item, "Badger", by=people["lea"])
    db.session.commit()
    assert find("badger") == [1]


def test_an_item_that_is_deleted_is_found_no_more(in_app, find, report):
    item = report("Badger")
    db.session.execute(text("DELETE FROM event WHERE item_id = :id"), {"id": item.id})
    db.session.execute(text("DELETE FROM item WHERE id = :id"), {"id": item.id})
    db.session.commit()
    assert find("badger") == []
    assert db.session.execute(text("SELECT count(*) FROM item_words")).scalar_one() == 5  # four, and Zoe's


def test_a_move_changes_no_words(find, item, people):
    before = _words()
    item.rate(Category.CHEAP, by=people["lea"])
    item.pay(by=people["lea"])
    db.session.commit()
    assert _words() == before


def test_those_that_were_there_before_are_found_too(in_app, find, item, people, report):
    report("Otter", paths=["src/größe.py"], tags=["vole"])
    Comment.write(item, "Badger", by=people["lea"])
    db.session.commit()
    db.session.remove()
    downgrade(revision="0003")
    upgrade()
    assert find("badger") == [1]
    assert find("otter große vole") == [5]


def test_no_search_is_a_command(search):
    for query in HOSTILE:
        found = search(query)
        assert found.total == len(found.found) <= 4, query
    assert search(" ".join(["session"] * 1_000)).total == 1


def test_a_word_beside_signs_is_found_all_the_same(find):
    for query in ('"session', "session*", "session:*", "% session 🐛", "(session)", "\x00session"):
        assert find(query) == [1], query


def test_the_same_words_on_another_board_are_not_found(in_app, find, people):
    Item.report(db.session.get_one(Board, 2), ItemDraft(title="Badger session"), by=people["zoe"])
    db.session.commit()
    assert find("badger") == []
    assert find("session") == [1]
    assert find("D-2") == [2]


def _words():
    columns = "*" if db.engine.dialect.name == "sqlite" else "item_id, words::text"
    return db.session.execute(text(f"SELECT {columns} FROM item_words")).all()  # noqa: S608


def test_a_sqlite_that_cannot_search_is_refused_at_the_start(monkeypatch, tmp_path):
    def without_fts5(*args, **more):
        connection = connect(*args, **more)
        connection.set_authorizer(
            lambda action, *_what: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_CREATE_VTABLE else sqlite3.SQLITE_OK
        )
        return connection

    connect = sqlite3.connect
    create_app(database_url=f"sqlite:///{tmp_path}/triage.db", **SETTINGS)
    monkeypatch.setattr(sqlite3, "connect", without_fts5)
    with pytest.raises(SystemExit, match="FTS5"):
        create_app(database_url=f"sqlite:///{tmp_path}/triage.db", **SETTINGS)
