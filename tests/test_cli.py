"""The command line, as a person calls it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from triage.accounts.models import User
from triage.cli import main
from triage.database import db
from triage.items.models import Item

LOG = "# Debt\n\n## Storage\n\n### Orders are one JSON blob\n\n**Problem:** Slow reports.\n\n**Fix:** A table.\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "TECH_DEBT.md"
    path.write_text(LOG)
    return path


@pytest.fixture
def triage(database_url, monkeypatch):
    """Calls a command on the test's database."""
    for name, value in {"DATABASE_URL": database_url, "SECRET_KEY": "s" * 40, "HTTPS": "false"}.items():
        monkeypatch.setenv(f"TRIAGE_{name}", value)

    def call(*arguments: str, answer: str = ""):
        return CliRunner().invoke(main, list(arguments), input=answer)

    return call


def test_a_preview_needs_no_database_and_no_settings(log):
    script = Path(sys.executable).parent / "triage"
    done = subprocess.run(
        [script, "import", log, "--preview", "--json"],
        capture_output=True,
        text=True,
        env={},
        cwd=log.parent,
        check=True,
    )
    told = json.loads(done.stdout)
    (item,) = told["items"]
    assert item | {"why": "", "tags": [], "origin": ""} == {
        "title": "Orders are one JSON blob",
        "state": "open",
        "category": "inbox",
        "why": "",
        "fix": "A table.",
        "size": "",
        "spread": "",
        "paths": [],
        "tags": [],
        "links": [],
        "number": None,
        "origin": "",
        "closed": None,
        "reason": "",
        "lines": [5, 9],
    }
    assert "Slow reports." in item["why"]
    assert told["notes"] == []


def test_an_import_asks_before_it_writes(triage, log, in_app):
    refused = triage("import", str(log), "--board", "1", answer="n\n")
    assert refused.exit_code == 0
    assert "1 items understood: 1 new" in refused.output
    assert db.session.query(Item).filter_by(board_id=1).count() == 4
    db.session.rollback()
    done = triage("import", str(log), "--board", "1", "--yes")
    assert "Written: 1." in done.output
    assert db.session.query(Item).filter_by(board_id=1).count() == 5
    db.session.rollback()
    assert "Nothing to write." in triage("import", str(log), "--board", "1", "--yes").output


def test_what_is_exported_is_imported_without_a_change(triage, tmp_path):
    text = triage("export", "--board", "1").output
    assert text.startswith("# Technical debt: Harbor\n")
    path = tmp_path / "export.md"
    path.write_text(text)
    assert "0 new, 0 changed, 4 same" in triage("import", str(path), "--board", "1", "--yes").output
    assert triage("export", "--board", "1").output == text


@pytest.mark.parametrize("command", [["export"], ["import", "FILE", "--yes"]])
def test_an_unknown_board_is_said_with_exit_code_1(triage, log, command):
    command = [str(log) if word == "FILE" else word for word in command]
    done = triage(*command, "--board", "99")
    assert done.exit_code == 1
    assert "There is no board 99" in done.output


def test_a_file_that_is_not_text_is_said_with_exit_code_1(triage, log):
    log.write_bytes(b"caf\xe9")
    done = triage("import", str(log), "--preview")
    assert done.exit_code == 1
    assert "not UTF-8" in done.output


def test_a_person_is_added_and_can_lead_a_team(triage, in_app):
    arguments = ["user", "create", "--email", "Nia@Example.com", "--name", "Nia", "--password", "four plain words here"]
    done = triage(*arguments, "--team", "Nightwatch")
    assert "Nia can sign in as nia@example.com." in done.output
    assert User.by_email("nia@example.com").name == "Nia"
    db.session.rollback()
    again = triage(*arguments)
    assert again.exit_code == 1
    assert "already signed up" in again.output


def test_the_demo_team_goes_into_an_empty_database_only(triage):
    done = triage("demo")
    assert done.exit_code == 1
    assert "holds somebody's work already" in done.output


def test_a_start_without_a_secret_names_the_setting(log, database_url):
    script = Path(sys.executable).parent / "triage"
    done = subprocess.run(
        [script, "export", "--board", "1"], capture_output=True, text=True, env={}, cwd=log.parent, check=False
    )
    assert done.returncode != 0
    assert "TRIAGE_SECRET_KEY" in done.stderr
