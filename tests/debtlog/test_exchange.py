"""Board ↔ TECH_DEBT.md: preview, accept, export, and the same bytes again."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.debtlog.another import write_as_another
from triage.boards.category import Category
from triage.boards.models import Board
from triage.database import db
from triage.debtlog.entry import Entry, Log
from triage.debtlog.exchange import Fate, export, plan
from triage.debtlog.reader import read
from triage.events.models import Event
from triage.items.drafts import MANY, ItemDraft
from triage.items.models import Item
from triage.items.spread import Spread
from triage.items.state import State
from triage.refusal import Refused
from triage.teams.models import Team
from triage.web.drafts import clean

WILD = """# Debt

| # | Description | Where | Priority | Effort |
|---|---|---|---|---|
| 1 | Orders are one JSON blob | `app/orders.py:10` | High | 3 days |
| 2 | Backups were never restored | `ops/` | Low | S |
"""

LOGS = Path(__file__).parents[2].parent / "shared" / "debtlogs"
needs_logs = pytest.mark.skipif(not LOGS.is_dir(), reason="the collection of real debt logs is not here")


def bring_in(board: Board, text: str) -> int:
    done = plan(board, read(text)).accept(by=None, source="TECH_DEBT.md")
    db.session.commit()
    return done


def another_board(name: str = "Harbor") -> Board:
    board = Board.open(db.session.get_one(Team, 1), name, by=db.session.get_one(Team, 1).decider)
    db.session.commit()
    return board


def as_stored(board: Board) -> list[tuple[object, ...]]:
    names = ("number", "category", "state", "closed_why", *ItemDraft.model_fields)
    items = db.session.query(Item).filter_by(board_id=board.id).order_by(Item.category, Item.state, Item.position)
    return [tuple(str(getattr(item, name)) for name in names) for item in items if item.is_open] + sorted(
        tuple(str(getattr(item, name)) for name in names) for item in items if not item.is_open
    )


@pytest.fixture
def full_board(board, people):
    """Something of everything on it."""
    one, two, three, four = (db.session.get_one(Item, number) for number in (1, 2, 3, 4))
    one.edit(
        ItemDraft(
            title="Session table: no `index` | <b>slow</b>",
            why="First line.\n\n- **Fix:** not this\n# nor a heading\n    indented",
            fix="```sql\n# comment\ncreate index\n```",
            size=2.5,
            spread=Spread.BUILT_ON,
            paths=["app/a b.py:10", "app/**"],
            tags=["database", "slow queries"],
            links=["https://example.com/1?a=b,c"],
        ),
        by=people["lea"],
    )
    one.rate(Category.EXPENSIVE, by=people["lea"])
    two.rate(Category.CATASTROPHIC, by=people["lea"])
    three.pay(by=people["lea"], why="Since 4f2a.\nReally.")
    four.drop(by=people["lea"], why="Nobody reads them")
    for title in ("Third", "Second", "First"):
        Item.report(board, ItemDraft(title=title), by=None).rate(Category.CHEAP, by=None)
    db.session.commit()
    return board


def test_importing_our_export_changes_nothing_and_exporting_again_gives_the_same_bytes(full_board):
    text = export(full_board)
    version, events = full_board.version, db.session.query(Event).count()
    what = plan(full_board, read(text))
    assert [step.fate for step in what.steps] == [Fate.SAME] * 7
    assert what.notes == []
    assert what.accept(by=None, source="TECH_DEBT.md") == 0
    db.session.commit()
    assert (full_board.version, db.session.query(Event).count()) == (version, events)
    assert export(full_board) == text


def test_open_items_stand_under_their_category_and_closed_ones_under_resolved(full_board):
    sections = [line for line in export(full_board).split("\n") if line.startswith("##")]
    assert sections == [
        "## Catastrophic",
        "### D-2: Prices are hard-coded",
        "## Expensive",
        "### D-1: Session table: no `index` | <b>slow</b>",
        "## Cheap",
        "### D-7: First",
        "### D-6: Second",
        "### D-5: Third",
        "## Resolved",
        "### D-3: Deploys by hand",
        "### D-4: No request ids in the logs",
    ]


def test_our_export_brought_into_an_empty_board_gives_the_same_board_and_the_same_bytes(full_board):
    text = export(full_board)
    copy = another_board()
    assert bring_in(copy, text) == 7
    assert as_stored(copy) == as_stored(full_board)
    assert export(copy) == text
    assert Item.report(copy, ItemDraft(title="The next"), by=None).number == 8, "numbers go on behind the highest"


def test_a_change_made_in_the_file_is_taken_through_the_same_verbs(full_board):
    text = export(full_board).replace("- **Size:** 2.5 days", "- **Size:** 4 days")
    text = text.replace("## Cheap\n\n### D-7: First", "### D-7: First\n\n- **Why:** hurry\n- **Fix:** time\n\n## Cheap")
    assert bring_in(full_board, text) == 2
    items = {item.number: item for item in db.session.query(Item).filter_by(board_id=1)}
    assert items[1].size == 4
    assert (items[7].category, items[7].why) == (Category.EXPENSIVE, "hurry")
    actions = [event.action for event in db.session.query(Event).filter_by(item_id=items[7].id).order_by(Event.id)]
    assert actions[-2:] == ["item.edited", "item.rated"]


def test_the_file_lets_nothing_into_expensive_that_the_board_would_not(full_board):
    text = export(full_board).replace("## Expensive\n", "## Expensive\n\n### Written by hand\n\n- **Why:** hurry\n")
    text = text.replace("## Cheap\n\n### D-7: First", "### D-7: First\n\n## Cheap")
    what = plan(full_board, read(text))
    assert [note for note in what.notes if "stays in the inbox: expensive debt says why" in note]
    assert [note for note in what.notes if "“First” stays in the cheap: expensive debt says why" in note]
    what.accept(by=None, source="TECH_DEBT.md")
    db.session.commit()
    by_hand = db.session.query(Item).filter_by(title="Written by hand").one()
    assert (by_hand.category, by_hand.why) == (Category.INBOX, "hurry")
    assert db.session.query(Item).filter_by(board_id=1, number=7).one().category is Category.CHEAP


def test_an_explained_item_that_loses_its_words_in_the_file_goes_back_to_the_inbox(full_board):
    text = export(full_board)
    start = text.index("- **Why:** First line.")
    bring_in(full_board, text[:start] + text[text.index("## Cheap") :])
    item = db.session.query(Item).filter_by(board_id=1, number=1).one()
    assert (item.category, item.why, item.fix) == (Category.INBOX, "", "")


def test_an_item_that_the_file_says_is_paid_is_paid_on_the_board(full_board):
    text = export(full_board)
    text = text.replace("### D-5: Third", "### D-5: Third\n\n- **State:** paid\n- **Reason:** done by hand")
    bring_in(full_board, text)
    paid = db.session.query(Item).filter_by(board_id=1, number=5).one()
    assert (paid.state, paid.closed_why) == (State.PAID, "done by hand")


def test_what_the_file_says_of_a_closed_item_is_taken_once(full_board):
    text = (
        export(full_board)
        .replace("Nobody reads them", "Nobody ever read them")
        .replace("Category:** inbox", "Category:** cheap")
    )
    text = re.sub(r"Closed:\*\* [0-9-]+", "Closed:** 2026-01-31", text)
    assert bring_in(full_board, text) == 2
    dropped = db.session.query(Item).filter_by(board_id=1, number=4).one()
    assert (dropped.state, dropped.category, dropped.closed_why) == (
        State.DROPPED,
        Category.CHEAP,
        "Nobody ever read them",
    )
    assert dropped.closed_at.date() == date(2026, 1, 31)
    assert export(full_board) == text
    assert bring_in(full_board, text) == 0


def test_a_wild_log_goes_to_the_inbox_in_its_order_and_a_second_time_changes_nothing(board):
    assert bring_in(board, WILD) == 2
    items = db.session.query(Item).filter_by(board_id=1).order_by(Item.position).limit(2).all()
    assert [item.title for item in items] == ["Orders are one JSON blob", "Backups were never restored"]
    assert (items[0].category, items[0].size, items[0].paths) == (Category.INBOX, 3.0, ["app/orders.py:10"])
    assert "severity-high" in items[0].tags
    assert "effort s" in items[1].tags, "a size that is none in the team's unit is kept in words"
    assert bring_in(board, WILD) == 0


def test_what_was_renamed_on_the_board_is_known_again(board, people):
    bring_in(board, WILD)
    item = db.session.query(Item).filter_by(title="Orders are one JSON blob").one()
    item.edit(item.draft.model_copy(update={"title": "Split the orders table"}), by=people["lea"])
    db.session.commit()
    assert bring_in(board, WILD) == 0


def test_more_items_than_one_import_may_bring_are_refused(board):
    with pytest.raises(Refused, match="2001 items; 2000 fit"):
        plan(board, read("\n".join(f"- item number {number} is here" for number in range(2_001))))


@needs_logs
@pytest.mark.parametrize(("number", "count"), [("01", 5), ("03", 16), ("04", 20)])
def test_real_logs_are_brought_in_whole(board, number, count):
    text = next(LOGS.glob(f"{number}-*")).read_text(encoding="utf-8")
    assert bring_in(board, text) == count
    assert db.session.query(Item).filter_by(board_id=1, state=State.OPEN).count() == 4 + count
    assert bring_in(board, text) == 0
    again = export(board)
    assert not [step for step in plan(board, read(again)).steps if step.fate is not Fate.SAME]


OURS = """# Technical debt: Harbor

<!-- triage:1 Kept with Triage: edit it here or on the board. -->

## Cheap

### D-50: Written by hand

- **Size:** {size}
- **Paths:** {paths}
- **Tags:** {tags}
- **Links:** {links}
- **Why:** hurry
"""
FITS = {"size": "3 days", "paths": "`app/a.py`", "tags": "slow", "links": "<https://example.com/1>"}


@pytest.mark.parametrize(
    ("field", "text", "taken", "left"),
    [
        ("links", "<javascript:alert(1)>", [], "Links: javascript:alert(1)"),
        ("links", "<https://a.example>, <ftp://b.example>", ["https://a.example"], "Links: ftp://b.example"),
        ("links", "<https://e.com/" + "x" * 500 + ">", [], "Links: https://e.com/" + "x" * 500),
        ("paths", "`" + "x" * 301 + "`", [], "Paths: " + "x" * 301),
        ("paths", ", ".join(f"`p{n}`" for n in range(MANY + 2)), [f"p{n}" for n in range(MANY)], "Paths: p40, p41"),
        ("tags", "slow, " + "x" * 41, ["slow"], "Tags: " + "x" * 41),
        ("size", "99999999999", None, "Size: 99999999999"),
        ("size", "10001 days", None, "Size: 10001 days"),
        ("size", "9" * 400, None, "Size: " + "9" * 400),
    ],
)
def test_what_the_form_would_refuse_is_not_taken_from_a_file_but_kept_in_its_why(board, field, text, taken, left):
    log = OURS.format(**FITS | {field: text})
    what = plan(board, read(log))
    assert [note for note in what.notes if f"does not take “{left[:60]}” as such; see why" in note]
    what.accept(by=None, source="TECH_DEBT.md")
    db.session.commit()
    item = db.session.query(Item).filter_by(number=50).one()
    assert getattr(item, field) == taken
    assert item.why == f"hurry\n\n{left}"
    ItemDraft.read({name: getattr(item, name) for name in ItemDraft.model_fields})
    for again in (log, export(board)):
        assert [step.changes for step in plan(board, read(again)).steps if step.fate is not Fate.SAME] == []


def test_what_the_form_would_take_is_taken_from_a_file_without_a_note(board):
    what = plan(board, read(OURS.format(**FITS)))
    (step,) = what.steps
    assert what.notes == []
    assert (step.draft.size, step.draft.paths, step.draft.tags, step.draft.why) == (3, ["app/a.py"], ["slow"], "hurry")
    assert step.draft.links == ["https://example.com/1"]


def test_a_path_with_a_backtick_in_somebodys_log_is_kept_in_why(board):
    (step,) = plan(board, Log((Entry(title="Shell scripts", paths=("bin/`date`", "bin/x")),))).steps
    assert (step.draft.paths, step.draft.why) == (["bin/x"], "Paths: bin/`date`")


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=words, why=words, fix=words, closed=words)
def test_whatever_people_type_survives_the_file(board, title, why, fix, closed):
    try:
        draft = ItemDraft.read({"title": title, "why": why, "fix": fix})
    except Refused:
        return
    try:
        item = Item.report(board, draft, by=None)
        if clean(closed):
            item.drop(by=None, why=clean(closed))
        db.session.flush()
        text = export(board)
        assert [step.changes for step in plan(board, read(text)).steps if step.fate is not Fate.SAME] == []
    finally:
        db.session.rollback()


def post_file(person, data: bytes):
    part = 'Content-Disposition: form-data; name="{}"'
    body = b"".join(
        (
            f"--edge\r\n{part.format('csrf_token')}\r\n\r\n{person.csrf}\r\n".encode(),
            f'--edge\r\n{part.format("file")}; filename="TECH_DEBT.md"\r\n\r\n'.encode(),
            data,
            b"\r\n--edge--\r\n",
        )
    )
    return person.post("/boards/1/import", data=body, content_type="multipart/form-data; boundary=edge")


def test_the_preview_says_what_was_understood_and_writes_nothing(max_, in_app):
    before = db.session.query(Item).count(), db.session.get_one(Board, 1).version
    page = post_file(max_, WILD.encode())
    assert page.status_code == 200
    assert "2 items understood: 2 new" in page.text
    assert "line 5: inbox" in page.text
    assert (db.session.query(Item).count(), db.session.get_one(Board, 1).version) == before


def test_accepting_writes_the_items_once(max_, in_app):
    post_file(max_, WILD.encode())
    for _time in range(2):
        answer = max_.post("/boards/1/import/acceptance", data={"text": WILD, "name": "TECH_DEBT.md"})
        assert answer.status_code == 303
    assert db.session.query(Item).filter_by(board_id=1).count() == 6
    assert db.session.query(Event).filter_by(action="item.imported").count() == 2


@pytest.mark.parametrize(("path", "status"), [("import", 200), ("import/acceptance", 303)])
def test_while_a_log_is_read_others_can_write(max_, database_url, monkeypatch, path, status):
    done = []

    def read_slowly(text: str) -> Log:
        write_as_another(database_url)
        done.append(text)
        return read(text)

    monkeypatch.setattr("triage.debtlog.views.read", read_slowly)
    answer = max_.post(f"/boards/1/{path}", data={"text": WILD, "name": "TECH_DEBT.md"})
    assert (answer.status_code, len(done)) == (status, 1)


@pytest.mark.parametrize(("who", "status"), [("obi", 403), ("zoe", 404)])
def test_nobody_reads_a_log_for_a_person_who_may_not_import(as_, monkeypatch, who, status):
    monkeypatch.setattr("triage.debtlog.views.read", lambda _text: pytest.fail("it was read"))
    assert as_(who).post("/boards/1/import/acceptance", data={"text": WILD}).status_code == status


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        (b"# Debt\n\n- caf\xe9 prices are hard-coded\n", 422, "is not UTF-8 text (byte 13 does not fit)"),
        (b"x" * 20_000_000, 413, "Send a smaller file"),
        (b"", 200, "There is nothing to import"),
        (b"An essay about debt in general, with no list and no table.", 200, "There is nothing to import"),
    ],
)
def test_a_file_that_will_not_do_gets_a_sentence(max_, in_app, data, status, sentence):
    answer = post_file(max_, data)
    assert answer.status_code == status
    assert sentence in answer.text
    assert db.session.query(Item).filter_by(board_id=1).count() == 4


def test_no_file_and_no_text_is_said(max_):
    answer = max_.post("/boards/1/import", data={"text": "  "})
    assert answer.status_code == 422
    assert "Choose a file, or paste its text" in answer.text


def test_pasted_text_comes_back_when_it_is_refused(max_):
    text = "\n".join(f"- item number {number} is here" for number in range(2_001))
    answer = max_.post("/boards/1/import", data={"text": text})
    assert answer.status_code == 422
    assert "item number 2000 is here" in answer.text


@pytest.mark.parametrize(("who", "status"), [("lea", 200), ("obi", 200), ("zoe", 404)])
def test_who_may_export(as_, who, status):
    answer = as_(who).get("/boards/1/export.md")
    assert answer.status_code == status
    if status == 200:
        assert answer.mimetype == "text/markdown"
        assert answer.text.startswith("# Technical debt: Harbor\n")
