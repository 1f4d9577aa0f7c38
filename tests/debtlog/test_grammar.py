"""Our own TECH_DEBT.md: what is written comes back, and what people edit is never lost."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.boards.category import Category
from triage.debtlog.entry import Entry, Log, tidy, tidy_line
from triage.debtlog.grammar import parse, write
from triage.items.spread import Spread
from triage.items.state import State

HOSTILE = (
    "```", "~~~ py", "# not a heading", "## Resolved", "### D-9: not an item", "- **Fix:** not a field", "- Fix: x",
    "**Why:** x", "a | b", "| a | b |", "`code`", "``", "💥", "שלום עולם",
    "<!--", "-->", "<!-- triage:1 x -->", "  indented",
    "\ttab", "", "", "> quoted", "1. one", "1) one", "---", "===", "\\", "\\# x", "D-3: x", "D-3",
    "[x](y)", "<b>", "&amp;", "*",
    "word\u00a0", "\u200b",
    "a\u2028b", "c\u0085d", "e\x0bf", "g\x0ch", "\x1c", "\r", "\x00", "\u202e", "\ud800", "- ", "* a", "+ b",
)  # fmt: skip

texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=12), max_size=6).map("\n".join).map(tidy)
single = (st.sampled_from(HOSTILE) | st.text(max_size=20)).map(tidy_line)
titles = st.tuples(single, single).map(" ".join).map(tidy_line).filter(bool)
paths = single.map(lambda s: tidy_line(s.replace("`", ""))).filter(bool)
tags = single.map(lambda s: tidy_line(s.replace(",", ""))).filter(bool)
links = st.sampled_from(["https://example.com/1", "http://x.org/a,b?c=(d)#e", "https://пример.рф/`"])


def some(values):
    return st.lists(values, max_size=3).map(tuple)


told = [state for state in State if state is not State.MERGED]  # that, only the board knows
entries_strategy = st.lists(
    st.builds(
        Entry, title=titles, state=st.sampled_from(told), category=st.sampled_from(Category),
        why=texts, fix=texts, size=single, spread=st.sampled_from(Spread), paths=some(paths), tags=some(tags),
        links=some(links), number=st.none() | st.integers(1, 10**8), closed=st.none() | st.dates(), reason=texts,
    ),
    max_size=5,
    unique_by=lambda e: object() if e.number is None else e.number,
)  # fmt: skip


def bare(entries):
    """Entries without what only reading gives, in no particular order."""
    return sorted(repr(replace(e, origin="", lines=(0, 0))) for e in entries)


def read(text: str) -> Log:
    log = parse(text)
    assert log is not None
    return log


def ours(body: str) -> str:
    return write("Harbor", ()) + "\n" + body


@given(single, entries_strategy)
def test_what_is_written_comes_back(board_name, entries):
    log = read(write(board_name, entries))
    assert bare(log.entries) == bare(entries)
    assert log.notes == ()


@given(single, entries_strategy)
def test_writing_what_was_read_gives_the_same_text(board_name, entries):
    text = write(board_name, entries)
    assert write(board_name, read(text).entries) == text


@given(entries_strategy)
def test_a_file_has_no_spaces_at_line_ends_and_one_newline_at_its_end(entries):
    text = write("Harbor", entries)
    assert not [line for line in text.split("\n") if line != line.rstrip()]
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@given(st.text())
def test_tidy_text_stays_as_it_is(text):
    assert tidy(tidy(text)) == tidy(text)
    assert tidy_line(tidy_line(text)) == tidy_line(text)
    assert "\n" not in tidy_line(text)


@given(st.text(), st.text())
def test_any_text_is_read_without_an_error(before, after):
    parse(before)
    parse(ours(before + "\n### D-1: x\n" + after))


def test_the_file_is_pleasant_to_read():
    session = Entry(
        number=17, title="Session table has no index", category=Category.CATASTROPHIC, size="3 days",
        spread=Spread.BUILT_ON, paths=("app/a.py:10", "app/b/"), tags=("database", "auth"),
        links=("https://example.com/1",), why="First line.\nsecond line\n\nsecond paragraph", fix="- one\n- two",
    )  # fmt: skip
    paid = Entry(
        number=3, title="Old", state=State.PAID, category=Category.CHEAP, closed=date(2026, 3, 1), reason="Done."
    )
    refused = Entry(number=2, title="Older", state=State.REFUSED)
    assert write("Harbor", [paid, Entry(title="New", category=Category.CHEAP), refused, session]) == (
        """\
# Technical debt: Harbor

<!-- triage:1 Kept with Triage: edit it here or on the board. -->

## Catastrophic

### D-17: Session table has no index

- **Size:** 3 days
- **Spread:** spreads when we build on it
- **Paths:** `app/a.py:10`, `app/b/`
- **Tags:** database, auth
- **Links:** <https://example.com/1>
- **Why:** First line.
  second line

  second paragraph
- **Fix:**
  - one
  - two

## Cheap

### New

## Resolved

### D-2: Older

- **State:** refused

### D-3: Old

- **State:** paid
- **Closed:** 2026-03-01
- **Category:** cheap
- **Reason:** Done.
"""
    )


def test_an_item_knows_its_lines_and_its_origin():
    log = read(write("Harbor", [Entry(number=4, title="A", why="x\ny"), Entry(title="Two  words!")]))
    assert [(e.lines, e.origin) for e in log.entries] == [((7, 10), "D-4"), ((12, 12), "two words")]


@pytest.mark.parametrize(
    "text", ["", "# Technical debt: Harbor\n", "## Cheap\n\n<!-- triage:1 -->\n", "a <!-- triage:1 -->"]
)
def test_a_file_without_the_mark_is_not_ours(text):
    assert parse(text) is None


def test_a_file_of_a_later_format_is_not_guessed_at():
    assert read("<!-- triage:2 -->\n## Cheap\n### D-1: x\n").entries == ()
    assert "format 2" in read("<!-- triage:2 -->\n").notes[0]


def test_line_ends_of_windows_and_a_byte_order_mark_do_no_harm():
    text = write("Harbor", [Entry(number=1, title="A", why="x\ny", category=Category.CHEAP)])
    assert read("\ufeff" + text.replace("\n", "\r\n")) == read(text)


def test_hand_edits_of_the_layout_are_understood():
    [entry] = read(
        ours(
            "## cheap\n### D-5 - Slow page\n\n\n* **Fix**: Cache\nthe list.\n\n- Why: It\n    grew.\n"
            "- **Paths:** app/a.py, `b`\n- **Links:** https://example.com/1, <https://example.com/2>\n"
        )
    ).entries
    assert (entry.number, entry.title, entry.category) == (5, "Slow page", Category.CHEAP)
    assert (entry.fix, entry.why) == ("Cache\nthe list.", "It\n  grew.")
    assert entry.paths == ("app/a.py", "b")
    assert entry.links == ("https://example.com/1", "https://example.com/2")


def test_an_item_without_a_number_is_a_new_one():
    [entry] = read(ours("## Cheap\n### Just typed in\n")).entries
    assert (entry.number, entry.title) == (None, "Just typed in")


def test_text_that_belongs_to_no_field_is_kept_in_why_with_a_note():
    log = read(ours("## Cheap\n### D-1: A\nLoose.\n\n- **Why:** Because.\n- **Mood:** bad\n\n#### More\n\ntext\n"))
    assert log.entries[0].why == "Because.\n\nMood: bad\n\nLoose.\n\n#### More\n\ntext"
    assert len(log.notes) == 2


@pytest.mark.parametrize("line", ["Closed: yesterday", "State: asleep", "Spread: fast", "Links: see Max"])
def test_a_value_that_is_not_understood_is_kept_in_why_with_a_note(line):
    log = read(ours(f"## Cheap\n### D-1: A\n- {line}\n"))
    assert log.entries[0].why == line
    assert len(log.notes) == 1


def test_an_unknown_section_goes_to_the_inbox_with_a_note():
    log = read(ours("## Urgent\n### D-1: A\n"))
    assert log.entries[0].category is Category.INBOX
    assert "Urgent" in log.notes[0]


def test_a_number_is_given_only_once():
    log = read(ours("## Cheap\n### D-1: A\n### D-1: B\n"))
    assert [e.number for e in log.entries] == [1, None]
    assert "D-1 stands twice" in log.notes[0]


def test_an_item_moved_to_resolved_counts_as_paid():
    [entry] = read(ours("## Resolved\n### D-1: A\n")).entries
    assert entry.state is State.PAID


def test_an_item_marked_as_paid_where_it_stands_keeps_its_category():
    [entry] = read(ours("## Expensive\n### D-1: A\n- **State:** paid\n")).entries
    assert (entry.state, entry.category) == (State.PAID, Category.EXPENSIVE)


def test_text_before_the_first_item_is_named_in_a_note():
    assert read(ours("Hello.\n\n## Cheap\n")).notes == ("Lines 5-5: the text outside any item was left out.",)
