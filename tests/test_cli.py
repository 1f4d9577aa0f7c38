"""The command line, as a person calls it."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import PASSWORD
from tests.debtlog.another import write_as_another
from tests.serving import free_port
from triage import cli
from triage.accounts.models import User
from triage.cli import main
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.items.interest import Interest
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


def test_while_an_import_waits_for_its_answer_others_can_write(triage, log, in_app, database_url, monkeypatch):
    def think(_question: str) -> bool:
        write_as_another(database_url)
        return True

    monkeypatch.setattr("triage.cli.click.confirm", think)
    done = triage("import", str(log), "--board", "1")
    assert "Written: 1." in done.output, done.output
    assert db.session.query(Item).filter_by(board_id=1).count() == 5


def test_what_somebody_else_wrote_while_an_import_waited_is_not_written_again(triage, log, in_app, monkeypatch):
    def let_another_import(_question: str) -> bool:
        monkeypatch.undo()
        assert "Written: 1." in here("import", str(log), "--board", "1", "--yes").output
        return True

    settings = {name: value for name, value in os.environ.items() if name.startswith("TRIAGE_")}

    def here(*arguments: str):
        return CliRunner(env=settings).invoke(main, list(arguments))

    monkeypatch.setattr("triage.cli.click.confirm", let_another_import)
    assert "Written: 0." in here("import", str(log), "--board", "1").output
    assert db.session.query(Item).filter_by(board_id=1).count() == 5


def test_an_export_keeps_nobody_from_writing(triage, database_url, monkeypatch):
    def slowly(board):
        write_as_another(database_url)
        return f"# {board.name}\n"

    monkeypatch.setattr("triage.cli.export", slowly)
    assert triage("export", "--board", "1").output == "# Harbor\n"


def test_a_database_that_does_not_answer_is_said_with_exit_code_1(triage, tmp_path, monkeypatch):
    (tmp_path / "empty.db").touch()
    for url in (f"sqlite:///{tmp_path}/empty.db", "postgresql://nobody@127.0.0.1:1/nothing"):
        monkeypatch.setenv("TRIAGE_DATABASE_URL", url)
        done = triage("export", "--board", "1")
        assert done.exit_code == 1
        assert "Error: The database did not do it, and nothing was written: " in done.output
        assert "Traceback" not in done.output


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


@pytest.fixture
def serve(triage, tmp_path, monkeypatch):
    """Calls `triage serve` up to where the server would take over; answers what was said and that command."""
    for name, value in {"DEMO_FOLDER": str(tmp_path / "demo"), "TRUSTED_HOSTS": "localhost"}.items():
        monkeypatch.setenv(f"TRIAGE_{name}", value)
    started = []
    monkeypatch.setattr(cli.os, "execv", lambda _program, command: started.append(command))

    def call(*arguments: str) -> tuple[str, list[str]]:
        done = triage("serve", *arguments)
        assert done.exit_code == 0, done.output
        return done.output, started.pop()

    return call


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "127.0.0.1:5001"), ("::1", "[::1]:5001"), ("[::1]", "[::1]:5001")]
)
def test_the_address_that_is_said_is_the_one_that_is_bound(serve, host, address):
    said, command = serve("--host", host, "--port", "5001")
    assert f"Triage is at http://{address}\n" in said
    assert command[command.index("-b") + 1] == address


def test_a_demo_on_a_database_of_other_people_promises_no_sign_in(serve, tmp_path):
    said, _command = serve("--demo")
    assert "Demo sign-in:" not in said
    assert "No demo sign-in: this database holds other people" in said
    assert (tmp_path / "demo" / "demo-password").read_text() not in said


def test_the_demo_sign_in_is_said_while_it_is_right(serve, in_app, tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "_kept", lambda path, length: PASSWORD)
    lea = User.by_email("lea@example.com")
    lea.email = cli.PEOPLE[0].email
    db.session.commit()
    said, _command = serve("--demo")
    assert f"Demo sign-in: {lea.email} / {PASSWORD}\n" in said
    monkeypatch.setattr(cli, "_kept", lambda path, length: "an earlier password")
    said, _command = serve("--demo")
    assert "Demo sign-in:" not in said


def test_what_a_demo_keeps_was_never_anybody_elses_to_read(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "chmod", lambda *_: pytest.fail("it was readable before"))
    before = os.umask(0)
    try:
        kept = cli._kept(tmp_path / "secret", 32)
    finally:
        os.umask(before)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert cli._kept(tmp_path / "secret", 32) == kept


def test_it_serves_from_any_folder(triage, tmp_path):
    port = free_port()
    script = Path(sys.executable).parent / "triage"
    process = subprocess.Popen(
        [script, "serve", "--port", str(port)],
        cwd=tmp_path,
        env=os.environ | {"TRIAGE_THREADS": "20"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert _is_ready(f"http://127.0.0.1:{port}/readyz", process)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _is_ready(address: str, process: "subprocess.Popen[str]", seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=1).status == 200  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.05)
    return False


def test_interest_is_logged_from_the_command_line(triage, in_app):
    done = triage("interest", "D-1", "1h30", "migration again", "--board", "1", "--link", "https://example.com/1")
    assert done.output == "Logged 1 h 30 min of interest on D-1 Session table has no index.\n", done.output
    entry = db.session.query(Interest).one()
    assert (entry.minutes, entry.note, entry.link, entry.by) == (90, "migration again", "https://example.com/1", None)
    event = db.session.query(Event).filter_by(action="interest.logged").one()
    assert sentence(event) == "The command line lost 90 min to D-1 Session table has no index"


@pytest.mark.parametrize("code", ["D-1", "d1", "1"])
def test_an_item_is_named_as_people_name_it(triage, in_app, code):
    assert triage("interest", code, "45", "--board", "1").exit_code == 0
    assert db.session.query(Interest).one().item_id == 1


def test_interest_on_a_merged_item_is_that_of_the_one_that_goes_on(triage, in_app):
    db.session.get_one(Item, 1).merge(db.session.get_one(Item, 2), by=None)
    db.session.commit()
    done = triage("interest", "D-1", "45m", "--board", "1")
    assert "Logged 45 min of interest on D-2 Prices are hard-coded." in done.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["D-9", "45m", "--board", "1"], "There is no D-9 on this board."),
        (["D-x", "45m", "--board", "1"], "Name the item by its number, like D-17."),
        (["D-1", "45m", "--board", "9"], "There is no board 9."),
        (
            ["D-1", "half an hour", "--board", "1"],
            "Write the time as 45m, 1h30, 1.5h or 1:30; a plain number is minutes.",
        ),
        (["D-1", "-5", "--board", "1"], "Write the time as 45m"),
        (["D-1", "0", "--board", "1"], "from 1 minute to 100 hours"),
        (["D-1", "10000", "--board", "1"], "from 1 minute to 100 hours"),
        (["D-1", "45m", "x" * 201, "--board", "1"], "Note has 201 characters; 200 fit."),
        (["D-1", "45m", "--board", "1", "--link", "javascript:x"], "A link begins with https://"),
    ],
)
def test_interest_that_will_not_do_is_refused_in_a_sentence(triage, in_app, arguments, said):
    done = triage("interest", *arguments)
    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output
    assert db.session.query(Interest).count() == 0
