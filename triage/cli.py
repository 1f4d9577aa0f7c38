"""The command line: triage serve | demo | import | export | interest | evidence | user create | db."""

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask_migrate import upgrade
from sqlalchemy.exc import OperationalError

from triage import create_app
from triage.accounts.drafts import SignUpDraft
from triage.accounts.models import User
from triage.accounts.passwords import is_right
from triage.boards.models import Board
from triage.commitments.drafts import NOTE
from triage.commitments.evidence import Evidence
from triage.commitments.trailers import KEY, Paying, paying
from triage.config import ROOT
from triage.database import db, reading
from triage.debtlog.entry import Log
from triage.debtlog.exchange import Fate, Plan, export, plan
from triage.debtlog.reader import read
from triage.demo import PEOPLE, Demo
from triage.items.drafts import CodeDraft, InterestDraft
from triage.items.duration import minutes
from triage.items.interest import Interest
from triage.items.models import Item
from triage.refusal import Refused
from triage.teams.models import Team
from triage.teams.roles import LEAD
from triage.web.filters import plural


@click.group()
def main() -> None:
    """Sort a team's technical debt, and remember what was decided."""


@contextmanager
def _application() -> Iterator[None]:
    """The application, for a command: a refusal is its sentence and exit code 1."""
    with create_app().app_context():
        try:
            yield
        except Refused as refusal:
            raise click.ClickException(refusal.sentence) from None
        except OperationalError as error:
            raise click.ClickException(
                f"The database did not do it, and nothing was written: {str(error.orig).strip()}."
                " Try again in a moment; when that does not help, look at TRIAGE_DATABASE_URL."
            ) from None
        finally:
            db.session.remove()
            db.engine.dispose()


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True)
@click.option("--demo", is_flag=True, help="with the demo team, on a database of its own beside the code")
def serve(host: str, port: int, demo: bool) -> None:
    """Migrate the database and serve."""
    host = host.strip("[]")
    password = _prepare_demo(host) if demo else ""
    with _application():
        upgrade()
        if demo:
            _fill(password)
            way_in = _way_in(password)
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    click.echo(f"Triage is at http://{address}")
    if demo:
        click.echo(way_in)
    sys.stdout.flush()
    config = str(ROOT / "triage" / "gunicorn.py")
    command = [sys.executable, "-m", "gunicorn", "-c", config, "-b", address, "triage:create_app()"]
    os.execv(sys.executable, command)  # noqa: S606


@main.command()
def demo() -> None:
    """Fill an empty database with the demo team."""
    password = secrets.token_urlsafe(9)
    with _application():
        upgrade()
        if not _fill(password):
            raise click.ClickException(
                "This database holds somebody's work already; the demo team goes into an empty one."
            )
        click.echo(_way_in(password))


def _prepare_demo(host: str) -> str:
    """Settings for a demo on this machine; what is random is kept beside its database."""
    folder = Path(os.environ.get("TRIAGE_DEMO_FOLDER", ROOT / "instance"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("TRIAGE_DATABASE_URL", f"sqlite:///{folder / 'demo.db'}")
    os.environ.setdefault("TRIAGE_SECRET_KEY", _kept(folder / "demo-secret", 32))
    os.environ.setdefault("TRIAGE_HTTPS", "false")
    # Open to all names where it listens to all of them; and an IPv6 address cannot be named in Werkzeug's list.
    os.environ.setdefault(
        "TRIAGE_TRUSTED_HOSTS", "*" if ":" in host or not host.strip(".0") else f"localhost,127.0.0.1,{host}"
    )
    return _kept(folder / "demo-password", 9)


def _kept(path: Path, length: int) -> str:
    """A random word that stays the same, in a file that was never anybody else's to read."""
    with suppress(FileExistsError), open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(secrets.token_urlsafe(length))
    return path.read_text().strip()


def _fill(password: str) -> bool:
    if db.session.query(User.id).first():
        return False
    db.session.rollback()
    click.echo("Filling the empty database with the demo team …")
    Demo(password).build()
    db.session.commit()
    return True


def _way_in(password: str) -> str:
    """The demo lead's sign-in, if this database has one: an exported TRIAGE_DATABASE_URL may name any."""
    with reading():
        lead = User.by_email(PEOPLE[0].email)
        password_hash = lead and lead.password_hash
    if password_hash and is_right(password_hash, password):
        return f"Demo sign-in: {PEOPLE[0].email} / {password}"
    return "No demo sign-in: this database holds other people, or the demo lead chose another password."


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--board", "board_id", type=int, help="the number in the board's address")
@click.option("--yes", is_flag=True, help="write without asking")
@click.option("--preview", is_flag=True, help="only say what is understood; needs no database")
@click.option("--json", "as_json", is_flag=True, help="with --preview: as JSON")
def import_(file: Path, board_id: int | None, yes: bool, preview: bool, as_json: bool) -> None:
    """Bring a debt log into a board."""
    try:
        log = read(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"{file.name} is not UTF-8 text (byte {error.start} does not fit). Save it as UTF-8."
        ) from None
    if preview:
        _preview(log, as_json)
        return
    if board_id is None:
        raise click.UsageError("Say which board: --board 7 (the number in its address), or --preview to only look.")
    with _application():
        with reading():
            what = plan(_board(board_id), log)
            _tell(what)
        if not (what.of(Fate.NEW) or what.of(Fate.CHANGED)):
            click.echo("Nothing to write.")
        elif yes or click.confirm("Write this to the board?"):
            board = _board(board_id)
            board.hold()
            done = plan(board, log).accept(by=None, source=file.name)
            db.session.commit()
            click.echo(f"Written: {done}.")


@main.command("export")
@click.option("--board", "board_id", type=int, required=True, help="the number in the board's address")
def export_(board_id: int) -> None:
    """Print a board as TECH_DEBT.md."""
    with _application():
        with reading():
            text = export(_board(board_id))
        click.echo(text, nl=False)


# So that -5 is an odd time, and not an odd option.
@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("item", metavar="D-17")
@click.argument("time", metavar="45m")
@click.argument("note", default="")
@click.option("--board", "board_id", type=int, required=True, help="the number in the board's address")
@click.option("--link", default="", help="where it can be seen")
def interest(item: str, time: str, note: str, board_id: int, link: str) -> None:
    """This cost me time: an item, how long, and what happened in one line."""
    with _application():
        draft = InterestDraft.read({"minutes": time, "note": note, "link": link})
        board = _board(board_id)
        board.hold()
        lost = Item.numbered(board, CodeDraft.read({"item": item}).item).line[-1]
        Interest.log(lost, draft.minutes, by=None, note=draft.note, link=draft.link)
        db.session.commit()
        click.echo(f"Logged {minutes(draft.minutes)} of interest on {lost}.")


@main.command()
@click.option("--board", "board_id", type=int, required=True, help="the number in the board's address")
@click.option("--repository", type=click.Path(path_type=Path), default=".", help="a clone of it; here, if not said")
@click.option("--since", metavar="REV", help="only commits after this one")
def evidence(board_id: int, repository: Path, since: str | None) -> None:
    """Show what paid debts down: commits whose message ends with “Pays-debt: D-17”."""
    with _application():
        try:
            commits = paying(repository, since)
            board = _board(board_id)
        except Refused as refusal:
            raise click.UsageError(refusal.sentence) from None
        board.hold()
        shown = Evidence.on(board)
        given = [_give(board, commit, number, shown) for commit in commits for number in commit.numbers]
        db.session.commit()
        for commit in commits:
            for name in commit.odd:
                click.echo(f"{commit.id[:10]} names “{name}”, which is no item's number: write {KEY}: D-17.", err=True)
        new, known = given.count(True), given.count(False)
        click.echo(f"{plural(len(commits), 'commit')} with {KEY}: {new} new, {known} known already.")


def _give(board: Board, commit: Paying, number: int, shown: dict[int, list[Evidence]]) -> bool | None:
    """Is it news that a commit paid an item down? None where that is refused, as where there is no such item."""
    try:
        item = Item.numbered(board, number).line[-1]
        known = shown[item.id]
        evidence = Evidence.give(item, commit.id, by=None, note=commit.subject[:NOTE], known=known)
    except Refused as refusal:
        click.echo(f"{commit.id[:10]}: {refusal.sentence}", err=True)
        return None
    if evidence in known:
        return False
    known.append(evidence)
    click.echo(f"{item.code} {evidence.words}")
    return True


@main.group()
def user() -> None:
    """People."""


@user.command()
@click.option("--email", prompt="Mail address")
@click.option("--name", prompt="Name")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.option("--team", help="found a team with this name, which the new person leads")
def create(email: str, name: str, password: str, team: str | None) -> None:
    """Add a person."""
    with _application():
        draft = SignUpDraft.read({"email": email, "name": name, "password": password})
        person = User.sign_up(**draft.model_dump())
        if team:
            founded = Team.found(team, by=person)
            click.echo(f"{founded.name} is led by {person.name}: {LEAD} {LEAD.may}.")
        db.session.commit()
        click.echo(f"{person.name} can sign in as {person.email}.")


@main.group("db")
def database() -> None:
    """The database."""


@database.command("upgrade")
def upgrade_() -> None:
    """Bring the database to the present schema."""
    with _application():
        upgrade()


def _board(board_id: int) -> Board:
    board = db.session.get(Board, board_id)
    if board is None:
        raise Refused(f"There is no board {board_id}. Its number stands in its address: /boards/7.")
    return board


def _preview(log: Log, as_json: bool) -> None:
    if as_json:
        click.echo(
            json.dumps(
                {"items": [_shown(asdict(entry)) for entry in log.entries], "notes": log.notes},
                indent=2,
                ensure_ascii=False,
            )
        )
        return
    for entry in log.entries:
        first, last = entry.lines
        click.echo(f"{first}-{last}  {entry.state}  {entry.title}")
    for note in log.notes:
        click.echo(f"Note: {note}")
    click.echo(f"{len(log.entries)} items understood. Nothing was written.")


def _shown(entry: dict[str, Any]) -> dict[str, Any]:
    return entry | {"closed": entry["closed"] and entry["closed"].isoformat(), "category": entry["category"] or "inbox"}


def _tell(what: Plan) -> None:
    for step in what.steps:
        if step.fate is not Fate.SAME:
            click.echo(f"{step.fate:8} {step.item.code + ' ' if step.item else ''}{step.draft.title}")
    for note in what.notes:
        click.echo(f"Note: {note}")
    counts = ", ".join(f"{len(what.of(fate))} {fate}" for fate in Fate)
    click.echo(f"{len(what.steps)} items understood: {counts}.")
