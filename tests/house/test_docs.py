"""What the documents promise."""

import re

from triage.config import ROOT
from triage.debtlog.grammar import parse, write
from triage.debtlog.reader import read


def test_our_own_debt_log_is_read_without_a_remark_and_written_back_to_the_byte():
    text = (ROOT / "TECH_DEBT.md").read_text(encoding="utf-8")
    log = parse(text)
    assert log
    assert log.notes == ()
    assert len(log.entries) == len(re.findall(r"^### ", text, re.MULTILINE)) > 5
    assert write("Triage", log.entries) == text
    assert read(text) == log


def test_our_own_debt_is_explained_as_we_ask_of_others():
    log = read((ROOT / "TECH_DEBT.md").read_text(encoding="utf-8"))
    assert [entry.title for entry in log.entries if entry.category and entry.category.misses(entry)] == []


def test_the_paths_that_our_debt_names_exist():
    log = read((ROOT / "TECH_DEBT.md").read_text(encoding="utf-8"))
    assert [path for entry in log.entries for path in entry.paths if not (ROOT / path).exists()] == []


def test_every_file_that_a_document_links_to_exists():
    missing = []
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            if not (document.parent / link).exists():
                missing.append((document.name, link))
    assert missing == []


def test_decisions_are_numbered_without_gaps_and_say_context_decision_and_consequences():
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), path.name
