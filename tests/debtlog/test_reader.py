"""The debt logs that teams have: one small log for each form, and the real ones where they are at hand."""

import csv
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.boards.category import Category
from triage.debtlog.entry import Entry, Log, tidy, tidy_line
from triage.debtlog.grammar import parse, write
from triage.debtlog.reader import ESSAY, read
from triage.items.state import State

SAMPLES = Path(__file__).parents[2].parent / "shared" / "debtlogs"


def open_titles(log: Log) -> list[str]:
    return [entry.title for entry in log.entries if entry.state is State.OPEN]


def done_titles(log: Log) -> list[str]:
    return [entry.title for entry in log.entries if entry.state is not State.OPEN]


def only(text: str) -> Entry:
    [entry] = read(text).entries
    return entry


# Forms


def test_our_own_format_is_read_by_our_own_grammar():
    text = write("Harbor", [Entry(number=4, title="Slow", category=Category.CHEAP, why="Because.")])
    assert read(text) == parse(text)


def test_headings_with_labelled_paragraphs():
    log = read(
        "# Top debt\n\nIntro.\n\n## 1. Monolithic `Events` (8,761 lines)\n\n**File:** `app/events.rb`\n\n"
        "**Problem:** It holds\nall events:\n- one\n- two\n\n"
        "And it grows.\n\n| Gem | Source |\n|---|---|\n| a | b |\n\n"
        "**Impact:**\n- conflicts\n\n**Recommended approach:** Split it.\n\n---\n\n## 2. Old jobs\n\n"
        "**Directory:** `app/jobs/`\n\n**Problem:** Slow.\n"
    )
    first, second = log.entries
    assert first.title == "Monolithic `Events` (8,761 lines)"
    assert first.why == (
        "It holds\nall events:\n- one\n- two\n\nAnd it grows.\n\n| Gem | Source |\n|---|---|\n| a | b |\n\n"
        "Impact:\n- conflicts"
    )
    assert (first.fix, first.paths, first.lines) == ("Split it.", ("app/events.rb",), (5, 23))
    assert (second.title, second.paths) == ("Old jobs", ("app/jobs/",))


def test_headings_with_label_bullets():
    entry = only(
        "# Debt\n## Items\n### 1. `println!` in library code\n- **Component**: engine, lib\n- **Severity**: low\n"
        "- **Description**: It pollutes.\n- **Count**: 55\n- **Owner**: unassigned\n"
    )
    assert entry.title == "`println!` in library code"
    assert entry.tags == ("severity-low", "engine", "lib")
    assert entry.why == "It pollutes.\n\nCount: 55\n\nOwner: unassigned"


def test_headings_with_plain_label_lines():
    log = read("### Slow build\nStatus: open\nImpact: High\nFix: cache\n\n### Flaky\nStatus: fixed\nFix: isolate\n")
    assert (open_titles(log), done_titles(log)) == (["Slow build"], ["Flaky"])
    assert (log.entries[0].fix, log.entries[0].tags) == ("cache", ("severity-high",))


def test_headings_with_prose_under_areas():
    log = read(
        "# Debt\n\nA list.\n\n## Build\n### Old cron\nRuns at night.\n"
        "\n### Old queue\nNever.\n\n## Front end\n### IE\nBad.\n"
    )
    assert open_titles(log) == ["Old cron", "Old queue", "IE"]
    assert [entry.tags for entry in log.entries] == [("build",), ("build",), ("front-end",)]
    assert log.entries[0].why == "Runs at night."


def test_sub_headings_as_fields():
    log = read(
        "# Dette technique\n## Vieux cache\n### État actuel\n- lent\n### Objectifs\n- rapide\n### Impact\n- joie\n"
        "## CSS\n### État actuel\n- laid\n### Objectifs\n- beau\n"
    )
    assert open_titles(log) == ["Vieux cache", "CSS"]
    assert (log.entries[0].why, log.entries[0].fix) == ("- lent\n\nImpact:\n- joie", "- rapide")


def test_sub_headings_that_come_back_are_fields_even_when_their_language_is_not_known():
    log = read("# Log\n## Foo\n### Abc\nx\n### Def\ny\n## Bar\n### Abc\nz\n### Def\nw\n")
    assert open_titles(log) == ["Foo", "Bar"]
    assert log.entries[0].why == "Abc: x\n\nDef: y"


def test_a_table():
    log = read(
        "# Debt\n| # | Location | Description | Priority | Effort |\n|---|---|---|---|---|\n"
        "| 1 | `src/a.ts:3` | Remove `a|b` (obsolete) | Low | S |\n| 2 | `src/b.ts` | Fix images | High | L |\n\n"
        "| 3 | `src/c.ts` | Late row | High | L |\n"
    )
    assert open_titles(log) == ["Remove `a|b` (obsolete)", "Fix images", "Late row"]
    first = log.entries[0]
    assert (first.paths, first.tags, first.size, first.lines) == (("src/a.ts:3",), ("severity-low",), "S", (4, 4))


def test_tables_under_severities_and_areas_with_a_bold_lead():
    log = read(
        "# Обзор\n## HIGH — скоро\n### Backend\n| # | Проблема | Где |\n|---|---|---|\n"
        "| 4 | **Дубли** — скопирован | `a.go:20`, `b.go` |\n## LOW\n"
        "| # | Проблема |\n|---|---|\n| 5 | Нет `x` — плохо |\n"
    )
    first, second = log.entries
    assert (first.title, first.why, first.paths) == ("Дубли", "скопирован", ("a.go:20", "b.go"))
    assert first.tags == ("severity-high", "backend")
    assert (second.title, second.tags) == ("Нет `x` — плохо", ("severity-low",))


def test_a_table_of_fields_for_each_heading():
    entry = only(
        "# Debt\n## 1. Old parser\n| Field | Value |\n|---|---|\n| **Severity** | High |\n| Effort | 2 d |\n\nSlow.\n"
    )
    assert (entry.tags, entry.size, entry.why) == (("severity-high",), "2 d", "Slow.")


def test_plain_lists_under_areas():
    log = read(
        "# Debt\n\n## Backend\n\n- **Slow login**: the query\n  scans all\n- Old cron\n\n## Web\n\n* Old React (High)\n"
    )
    assert open_titles(log) == ["Slow login", "Old cron", "Old React"]
    assert (log.entries[0].why, log.entries[2].tags) == ("the query scans all", ("severity-high", "web"))


def test_numbered_lists_and_empty_sections():
    log = read("# Technical Debt\nAnything to do.\n\n## Tasks:\n1. Add 404\n2. Split files\n\n## Issues\n")
    assert open_titles(log) == ["Add 404", "Split files"]


def test_nested_lists_without_any_heading():
    log = read("* Design\n  * Names\n  * Signers\n* Tests\n  * Mutation and security\n* CI\n")
    assert open_titles(log) == ["Names", "Signers", "Mutation and security", "CI"]
    assert log.entries[0].tags == ("design",)


def test_lists_whose_bullets_have_labels():
    log = read(
        "# Debt\n1. **Sessions**\n   - Impact: users leave\n"
        "   - Fix: a store\n   - Effort: M\n2. **Reports**\n   - Fix: stream\n"
    )
    assert open_titles(log) == ["Sessions", "Reports"]
    assert (log.entries[0].why, log.entries[0].fix, log.entries[0].size) == ("Impact: users leave", "a store", "M")


def test_bold_lines_as_headings_of_lists():
    log = read("**Backend**\n- Fix locks\n\n**Frontend**\n- Old theme\n")
    assert [entry.tags for entry in log.entries] == [("backend",), ("frontend",)]


def test_checklists_with_steps_inside():
    log = read("# Debt\n## API\n- [x] Drop v1\n- [ ] Document v2:\n  - [ ] endpoints\n  - [x] errors\n")
    assert (open_titles(log), done_titles(log)) == (["Document v2:"], ["Drop v1"])
    assert log.entries[1].why == "- [ ] endpoints\n- [x] errors"


def test_headings_with_a_box_and_an_archive_of_bullets():
    log = read(
        "# 技术债\n## P1 · 一致性\n### [ ] D3. 主题漂移\n- **现象**：颜色\n- **建议修法**：变量\n"
        "### [x] D4. 旧锁\n- **现象**：锁\n"
        "## 已修复（归档）\n- [x] **D5. 旧代码**\n  - 删了\n- [x] **D4. 旧锁**\n  - 再说\n"
    )
    assert (open_titles(log), done_titles(log)) == (["主题漂移"], ["旧锁", "旧代码"])
    first = log.entries[0]
    assert (first.origin, first.tags, first.why, first.fix) == ("D3", ("severity-p1",), "颜色", "变量")


def test_fenced_blocks():
    log = read(
        "# Register\n### Template\n```text\n[```debt]\nid: TD-1\n"
        "```\n## Open\n```debt\nid: TD-pip\ntitle: No pip\ntrack: 2\n"
        "status: open\nexit_criteria: `run`\nresolved_at: null\nunblock: Wait.\n```\n\nIt is hard.\n\n> A remark.\n\n"
        "```debt\nid: TD-x\ntitle: Old\nstatus: resolved\nresolved_at: 2026-06-17\n```\n"
    )
    first, second = log.entries
    assert (first.title, first.origin, first.state, first.tags) == ("No pip", "TD-pip", State.OPEN, ("track-2",))
    assert (first.why, first.fix) == ("It is hard.", "Wait.\n\nExit criteria: `run`")
    assert (second.state, second.closed) == (State.PAID, date(2026, 6, 17))


# Marks


@pytest.mark.parametrize(
    ("title", "state", "left"),
    [
        ("~~DEBT-001 — Old secret~~ ✅ RESOLVED", State.PAID, "Old secret"),
        ("~~DEBT-003 — Old secret~~ ✅ CLOSED (false positive)", State.DROPPED, "Old secret"),
        ("✅ Old secret (Completed December 2, 2025)", State.PAID, "Old secret"),
        ("Old secret - resolved 2026-01-05", State.PAID, "Old secret"),
        ("[DONE] Old secret", State.PAID, "Old secret"),
        ("RESOLVED: Old secret", State.PAID, "Old secret"),
        ("Old secret FIXED", State.PAID, "Old secret"),
        ("Old secret [WONTFIX]", State.DROPPED, "Old secret"),
        ("[x] Old secret", State.PAID, "Old secret"),
        ("Layout - fixed width", State.OPEN, "Layout - fixed width"),
        ("Remove ~~old~~ secret", State.OPEN, "Remove old secret"),
        ("Completed orders are slow", State.OPEN, "Completed orders are slow"),
    ],
)
def test_done_marks_in_titles(title, state, left):
    entry = only(f"# Debt\n### {title}\n**Problem:** x\n")
    assert (entry.state, entry.title) == (state, left)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("🟢 Resolved via AWS", State.PAID),
        ("✅", State.PAID),
        ("PAGADA (2026-01-04)", State.PAID),
        ("已修复", State.PAID),
        ("Closed (false positive)", State.DROPPED),
        ("Won't fix", State.DROPPED),
        ("Deferred until billing is resolved", State.OPEN),
        ("Partially resolved", State.OPEN),
        ("Unresolved", State.OPEN),
        ("Accepted", State.OPEN),
        ("🟡 Documented, fixed later", State.OPEN),
    ],
)
def test_a_status_is_judged_by_how_it_begins(status, state):
    assert only(f"# Debt\n### TD-1: A\n**Status**: {status}\n**Problem**: x\n").state is state


def test_an_item_in_a_resolved_section_is_paid_unless_its_status_says_otherwise():
    log = read(
        "# Debt\n## Resolved\n### TD-1: A\n**Problem:** x\n### TD-2: B\n**Problem:** x\n**Status:** in progress\n"
    )
    assert [entry.state for entry in log.entries] == [State.PAID, State.OPEN]


def test_a_dated_resolution_is_how_it_ended_and_a_plain_one_is_the_plan():
    log = read(
        "# Debt\n### TD-1 Old\n**Issue**: x\n**Resolution (2025-10-11):** moved\n"
        "### TD-2 New\n**Issue**: x\n**Resolution:** Move it\n"
    )
    first, second = log.entries
    assert (first.state, first.closed, first.reason, first.fix) == (State.PAID, date(2025, 10, 11), "moved", "")
    assert (second.state, second.reason, second.fix) == (State.OPEN, "", "Move it")


@pytest.mark.parametrize(
    ("title", "severity"),
    [("[High] Slow", "high"), ("P1: Slow", "p1"), ("Slow (P4 - Defer)", "p4"), ("🔴 Critical: Slow", "critical")],
)
def test_severities_in_titles(title, severity):
    entry = only(f"# Debt\n### {title}\n**Problem:** x\n")
    assert (entry.title, entry.tags) == ("Slow", (f"severity-{severity}",))


@pytest.mark.parametrize(
    "title", ["Low-level API leaks", "High availability is missing", "UTF-8: names", "3 parsers", "Critical path"]
)
def test_words_of_a_title_are_left_alone(title):
    entry = only(f"# Debt\n### {title}\n**Problem:** x\n")
    assert (entry.title, entry.tags) == (title, ())


def test_an_impact_that_is_only_a_level_counts_as_the_severity():
    entry = only("# Debt\n### Slow\n**Impact**: LOW - nobody sees it\n")
    assert (entry.tags, entry.why) == (("severity-low",), "Impact: LOW - nobody sees it")


@pytest.mark.parametrize(
    ("labels", "why", "fix", "size", "severity"),
    [
        (
            "**Descripción:** x\n**Solución propuesta:** y\n**Esfuerzo:** 3 días\n**Prioridad:** Alta",
            "x",
            "y",
            "3 días",
            "high",
        ),
        ("- **現象**：x\n- **対応策**：y\n- **工数**：3日\n- **優先度**：高", "x", "y", "3日", "high"),
        ("- **문제**: x\n- **해결 방안**: y\n- **공수**: 3일\n- **우선순위**: 낮음", "x", "y", "3일", "low"),
        (
            "**Проблема**: x\n**Решение**: y\n**Трудозатраты**: 3 дня\n**Приоритет**: средний",
            "x",
            "y",
            "3 дня",
            "medium",
        ),
        ("**Beschreibung.** x\n**Maßnahme.** y\n**Aufwand.** 3 Tage\n**Priorität.** hoch", "x", "y", "3 Tage", "high"),
    ],
)
def test_labels_in_several_languages(labels, why, fix, size, severity):
    entry = only(f"# Log\n### TD-1: A\n{labels}\n")
    assert (entry.why, entry.fix, entry.size, entry.tags) == (why, fix, size, (f"severity-{severity}",))


def test_paths_are_only_what_looks_like_a_path_and_the_rest_is_kept():
    entry = only("# Debt\n### Slow\n**Files**: All (`src/*/a.py`), `lib/`, `a.py:10-20`, request/response\n")
    assert entry.paths == ("src/*/a.py", "lib/", "a.py:10-20")
    assert entry.why.startswith("Files: All (`src")


def test_links_are_found_anywhere_in_an_item():
    entry = only(
        "# Debt\n### [A](https://example.com/1)\n**Issue**: see <https://example.com/2>, [#3](https://example.com/3).\n"
    )
    assert entry.links == ("https://example.com/2", "https://example.com/3", "https://example.com/1")


def test_a_long_bullet_gives_its_first_sentence_as_title():
    entry = only(f"- We never wrote tests for billing. {'It hurts every month. ' * 12}\n")
    assert entry.title == "We never wrote tests for billing."
    assert entry.why.startswith("It hurts")


def test_nothing_is_lost_of_labels_that_have_no_place():
    entry = only("# Debt\n### TD-1: A\n**Problem:** x\n**Owner:** Ann\n**Mood:** bad\n**Trigger:** 50 users\n")
    assert entry.why == "x\n\nOwner: Ann\n\nMood: bad\n\nTrigger: 50 users"


def test_a_label_at_the_start_of_a_line_in_a_code_block_is_code():
    entry = only("# Debt\n### TD-1: A\n**Problem:** x\n\n```\n**Fix:** no\n# no heading\n```\n")
    assert (entry.title, entry.fix) == ("A", "")
    assert "**Fix:** no\n# no heading" in entry.why


# The same item told twice


def test_an_index_table_and_sections_are_merged_by_id():
    log = read(
        "# Debt\r\n| ID | Title | Priority | Notes |\r\n|---|---|---|---|\r\n| TD-001 | Split | High | Hard |\r\n\r\n"
        "## TD-001 – Split the surface\r\n- Problem: one export\r\n"
        "- Plan: two\r\n\r\n## TD-XYZ – Title\r\n- Problem:\r\n- Plan:\r\n"
    )
    [entry] = log.entries
    assert (entry.title, entry.origin, entry.tags) == ("Split", "TD-001", ("severity-high",))
    assert (entry.why, entry.fix, entry.lines) == ("Hard\n\nProblem: one export", "two", (6, 8))


def test_a_summary_adds_what_only_it_tells():
    log = read(
        "# Debt\n### DEBT-1 — A\n**File:** `a.py`\nIt is bad.\n"
        "### DEBT-2 — B\n**File:** `b.py`\nIt is worse.\n## Summary\n"
        "| ID | Severity | Effort |\n|---|---|---|\n| DEBT-1 | High | 4 hr |\n| ~~DEBT-2~~ | ✅ | |\n"
    )
    first, second = log.entries
    assert (first.size, first.tags, first.why) == ("4 hr", ("severity-high",), "It is bad.")
    assert second.state is State.PAID


def test_a_priority_list_names_the_items_in_slightly_other_words():
    log = read(
        "# Dette technique\n## Migration vers Symfony\n### État actuel\n"
        "- x\n## Nettoyage du CSS\n### État actuel\n- y\n"
        "## Priorisation\n1. **Migration Symfony** : Priorité haute\n2. **Nettoyage CSS** : Priorité faible\n"
    )
    assert [(entry.title, entry.tags) for entry in log.entries] == [
        ("Migration vers Symfony", ("severity-high",)),
        ("Nettoyage du CSS", ("severity-low",)),
    ]


def test_active_and_resolved_may_both_tell_an_item_which_is_then_paid():
    entry = only(
        "# Debt\n## Active\n### DEBT-21: Old\n- **Problem:** slow\n"
        "## Resolved\n### DEBT-21: Old\n- **Resolved:** 2026-03-03\n"
    )
    assert (entry.state, entry.closed, entry.why) == (State.PAID, date(2026, 3, 3), "slow")


def test_a_link_to_a_heading_merges_a_row_with_it():
    log = read(
        "# Debt\n| # | Item | Effort |\n|---|---|---|\n"
        "| 1 | [Parser](#old-parser) | 2d |\n\n## Old parser\nIt is old.\n"
    )
    assert [(entry.title, entry.size, entry.why) for entry in log.entries] == [("Parser", "2d", "It is old.")]


def test_an_id_given_twice_to_different_items_merges_nothing():
    log = read(
        "# Debt\n### D20. Avatar shape\n**Problem:** x\n"
        "### D20. Listener leak\n**Problem:** y\n### D21. Z\n**Problem:** z\n"
    )
    assert [entry.origin for entry in log.entries] == ["avatar shape", "listener leak", "D21"]


# What is not an item


@pytest.mark.parametrize(
    "aside",
    [
        "## Legend\n- **Priority**: High, Low\n",
        "## How to use this\n- Add debt\n",
        "## Priority definitions\n| Priority | Description |\n|---|---|\n| High | now |\n| Low | later |\n",
        "## Summary statistics\n### By effort\n- **S**: 2 items\n",
        "## Related documentation\n- [Plan](plan.md)\n",
        "## Recommended action plan\n### Phase 1 (items 1-3)\nFix them.\n",
        "## Resolved\n_(none)_\n\n```\n### DEBT-XXX: Description\n**Resolved:** 2026-02-XX\n```\n",
        "## Рекомендуемый план действий\n### Фаза 1\nПочинить.\n",
        "## Template\n### TD-XYZ: Title\n**Problem:** ...\n**Fix:** ...\n",
        "## Suivi\n- Revue trimestrielle\n",
        "---\n\nMaintained by the core team.\n",
        "<!--\n### TD-9: Hidden\n**Problem:** x\n-->\n",
    ],
)
def test_what_explains_the_log_is_no_item(aside):
    log = read(f"# Debt\n\n## TD-1: A\n**Problem:** x\n\n## TD-2: B\n**Problem:** y\n\n{aside}")
    assert [entry.title for entry in log.entries] == ["A", "B"]


def test_what_was_read_as_explanation_is_named_once_in_a_note():
    log = read("# Debt\n## TD-1: Old\n**Problem:** x\n## Action plan\n### Phase 1\nFix it.\n")
    assert log.notes == ("Lines 4-7: 'Action plan' was read as explanation, not as items.",)


def test_front_matter_is_not_read():
    assert open_titles(read("---\ntitle: Debt\n---\n- Old cron\n- Old queue\n")) == ["Old cron", "Old queue"]


def test_a_table_without_a_name_for_its_rows_is_left_out_with_a_note():
    log = read(
        "# Debt\n| Issue | Effort |\n|---|---|\n| Old cron | S |\n"
        "\n## Legacy\n| Area | Observation | Recommendation |\n"
        "|---|---|---|\n| React | old | new |\n"
    )
    assert open_titles(log) == ["Old cron"]
    assert log.notes == ("Lines 7-9: the table under 'Legacy' has no column that names an item, so it was left out.",)


@pytest.mark.parametrize(
    "text",
    [
        "# How we limit debt\n\nRails is great.\n\n1. Long models are bad\n"
        "2. Null objects are good\n\n# Presenters\n\nLong text.\n",
        "# Technical debt\n\nA metaphor.\n\n# Presenters\n\n" + "Classes tend to grow over the years. " * 40,
        "# Tech debt policy\n\n## Principles\n- Be honest\n\n## What we fix\n- All\n\n## Escalation\n- Ask Max\n",
        "# Technical debt\n\nIt is a metaphor.\n\n## Causes\nHaste.\n"
        "- haste\n\n## Impact\nSlow.\n\n## Best practices\n- Tests\n",
    ],
)
def test_an_essay_gives_no_items_and_a_note(text):
    log = read(text)
    assert log.entries == ()
    assert len(log.notes) > 0


def test_an_essay_is_called_one():
    assert read("# Technical debt\n\nA metaphor.\n\n# Presenters\n\n" + "Classes tend to grow. " * 60).notes == (ESSAY,)


@pytest.mark.parametrize("text", ["", "\n", "# Debt\n", "Hello.\n", "---\n"])
def test_a_file_without_items_says_so(text):
    assert read(text) == Log(notes=("No items found.",))


# Any text


@given(st.lists(st.sampled_from((
    "# a", "## High", "### TD-1: b", "#### c", "- d", "  - [ ] e", "1. f", "**Problem:** g",
    "- **Fix**: h", "| ID | Title |", "|---|---|", "| TD-1 | b |", "```", "```debt", "id: TD-1", "---", "===", "",
    "text", "> q", "<!--", "-->", "~~x~~", "**B**", "✅",
)), max_size=30))  # fmt: skip
def test_any_mix_of_blocks_gives_tidy_entries_with_lines_in_order(lines):
    log = read("\n".join(lines))
    for entry in log.entries:
        assert entry.title == tidy_line(entry.title) != ""
        assert all(text == tidy(text) for text in (entry.why, entry.fix, entry.reason))
        assert 0 < entry.lines[0] <= entry.lines[1] <= max(1, len(lines))
    assert len({entry.origin for entry in log.entries}) == len(log.entries)


@given(st.text())
def test_any_text_can_be_read(text):
    read(text)
    read(f"# Debt\n### {text}\n**Problem:** {text}\n- {text}\n| {text} | Title |\n|---|---|\n| {text} | {text} |\n")


@given(st.lists(st.sampled_from(("- a b", "- [x] c", "  - d: e", "## F", "**Fix:** g")), max_size=12))
def test_what_was_read_can_be_written_and_read_again(lines):
    entries = read("\n".join(lines)).entries
    log = parse(write("Harbor", entries))
    assert log is not None
    assert sorted(entry.title for entry in log.entries) == sorted(entry.title for entry in entries)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10**6,
        "- " + "*" * 10**6,
        "### " + "(" * 10**6,
        "- a" + " " * 10**6 + "b",
        "|" * 10**6 + "\n|-|\n",
        "- " + "[a](" * 250_000,
        "# x\n**File:** " + "a-" * 500_000,
        "- a\n" * 20_000,
        "## TD-1: a\n**Problem:** b\n" * 5_000,
        "<!--\n" * 100_000,
        "---\na\n" * 50_000,
        "".join(" " * depth + "- x\n" for depth in range(10_000)),
        ">" * 10_000 + " x",
    ],
    ids=lambda text: text[:20].replace("\n", " "),
)
def test_hostile_sizes_are_read_in_a_few_seconds(text):
    started = time.perf_counter()
    read(text)
    assert time.perf_counter() - started < 15


# The real ones

EXPECTED = (SAMPLES / "EXPECTED.tsv").read_text(encoding="utf-8").split("\n") if SAMPLES.exists() else []
ROWS = list(csv.DictReader(EXPECTED, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("expected", ROWS, ids=lambda row: row["file"])
def test_a_real_log_gives_what_a_careful_reader_counts(expected):
    log = read((SAMPLES / expected["file"]).read_text(encoding="utf-8"))
    assert len(open_titles(log)) == int(expected["items_open"])
    assert len(done_titles(log)) == int(expected["items_done"])
    titles = [entry.title for entry in log.entries] or [""]
    assert (titles[0], titles[-1]) == (expected["first_title"], expected["last_title"])
