"""How a request fails: as a page, as a flash for htmx, as a line for anything else."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from tests.conftest import SETTINGS
from tests.web.snapshot import rows
from triage import create_app
from triage.database import db


@contextmanager
def broken(app, error: Exception, where: str = "") -> Iterator[None]:
    """Every statement that holds `where` fails."""

    def fail(_connection, _cursor, statement, *_more):
        if where in statement:
            raise error

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)


def away() -> OperationalError:
    return OperationalError("select", None, Exception("the connection is lost"))


def ways(app, as_):
    """Each way to fail: status, a word of its sentence, and the request that fails so."""
    lea, obi = as_("lea"), as_("obi")
    big = {"data": {"title": "x" * 20_000_000}}
    return [
        (400, "it once more", lambda **h: lea.post("/teams", with_token=False, **h)),
        (403, "A lead of the team can change your role", lambda **h: obi.get("/teams/1/settings", **h)),
        (404, "belongs to a team you are not in", lambda **h: lea.get("/teams/99", **h)),
        (404, "belongs to a team you are not in", lambda **h: lea.get("/no/such/page", **h)),
        (405, "reload the page", lambda **h: lea.put("/", **h)),
        (413, "at most 2000 kB", lambda **h: lea.post("/boards/1/items", **big, **h)),
        (422, "Name is empty", lambda **h: lea.post("/boards/1/name", data={"name": ""}, **h)),
    ]


def test_a_page_says_what_to_do_and_shows_nobodys_insides(app, as_):
    for status, sentence, request in ways(app, as_):
        answer = request()
        assert (answer.status_code, answer.mimetype) == (status, "text/html")
        assert sentence in unescape(answer.text)
        assert "<h1>" in answer.text
        assert "Traceback" not in answer.text


def test_htmx_gets_one_line_for_the_flash(app, as_):
    for status, sentence, request in ways(app, as_):
        answer = request(headers={"HX-Request": "true", "HX-Target": "main#main"})
        assert answer.status_code == status
        assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#flash", "innerHTML show:none")
        assert sentence in unescape(answer.text)
        assert "<html" not in answer.text
        assert 'role="alert"' in answer.text


@pytest.mark.parametrize("accept", ["text/plain", "application/json", "text/event-stream"])
def test_anything_else_gets_the_sentence_alone(app, as_, accept):
    for status, sentence, request in ways(app, as_):
        answer = request(headers={"Accept": accept})
        assert (answer.status_code, answer.mimetype) == (status, "text/plain")
        assert sentence in answer.text
        assert "<" not in answer.text


def test_a_browsers_accept_header_gets_a_page_and_curls_too(anyone):
    for accept in ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "*/*"):
        assert anyone.get("/no/such/page", headers={"Accept": accept}).mimetype == "text/html"


def test_who_is_signed_out_hears_it_in_the_page_they_are_on(anyone):
    answer = anyone.get("/items/1/commitments", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "Sign in again" in answer.text
    assert answer.headers["HX-Retarget"] == "#flash"


def test_405_says_what_is_allowed_and_413_names_the_limit_that_is_set(database_url):
    app = create_app(database_url=database_url, **SETTINGS | {"upload_limit": 50_000})
    client = app.test_client()
    assert "GET" in client.put("/healthz").headers["Allow"]
    answer = client.post("/sign-in", data={"email": "x" * 60_000})
    assert answer.status_code == 413
    assert "at most 50 kB" in answer.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_who_waited_for_a_turn_in_vain_is_told_when_to_ask_again(app, lea, monkeypatch, headers):
    monkeypatch.setattr("triage.database.BUSY_SECONDS", 0.05)
    with app.app_context(), db.engine.begin():
        answer = lea.post("/boards/1/items", data={"title": "New"}, headers=headers)
    assert answer.status_code == 503
    assert "Many people are saving at once" in answer.text
    assert answer.headers["Retry-After"]


def test_what_a_plain_form_was_refused_for_is_still_there_to_copy(app, as_):
    max_ = as_("max")
    title = "Far too long <b>" + "x" * 300
    answer = max_.post("/boards/1/items", data={"title": title, "version": "1"})
    assert answer.status_code == 422
    assert title in unescape(answer.text)
    assert "<b>" not in answer.text
    assert "as version" not in answer.text
    assert max_.csrf not in answer.text.replace(f'value="{max_.csrf}"', "").replace(f'Token": "{max_.csrf}"', "")


def test_a_bug_is_500_without_its_details_and_nothing_is_half_saved(app, lea):
    before = rows(app)
    with broken(app, RuntimeError("secret detail"), "INSERT INTO event"):
        for headers, kind in (
            ({}, "text/html"),
            ({"HX-Request": "true"}, "text/html"),
            ({"Accept": "x/y"}, "text/plain"),
        ):
            answer = lea.post("/boards/1/items", data={"title": "New"}, headers=headers)
            assert (answer.status_code, answer.mimetype) == (500, kind)
            assert "Nothing was half saved" in answer.text
            assert "secret detail" not in answer.text
            assert ("HX-Retarget" in answer.headers) == ("HX-Request" in headers)
    assert rows(app) == before
    assert lea.post("/boards/1/items", data={"title": "New"}).status_code == 303


def test_without_its_database_every_page_is_503_with_a_sentence_and_healthz_lives(app, lea):
    with broken(app, away()):
        for path in ("/", "/boards/1", "/items/1", "/account", "/readyz"):
            answer = lea.get(path)
            assert answer.status_code == 503, path
            assert "Try again in a moment" in answer.text
            assert answer.headers["Retry-After"]
        assert lea.post("/boards/1/items", data={"title": "New"}).status_code == 503
        assert lea.get("/boards/1", headers={"HX-Request": "true"}).headers["HX-Retarget"] == "#flash"
        assert lea.get("/boards/1/live", headers={"Accept": "text/event-stream"}).status_code == 503
        assert lea.get("/no/such/page").status_code in {404, 503}
        assert lea.get("/healthz").status_code == 200
    assert lea.get("/boards/1").status_code == 200
    assert lea.get("/readyz").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_another_program_keeps_locked_is_503_and_pages_go_on(app, lea, database_url):
    def hurry(connection, _record):
        connection.execute("PRAGMA busy_timeout = 50")

    with app.app_context():
        event.listen(db.engine, "connect", hurry)
        db.engine.dispose()
    other = sqlite3.connect(make_url(database_url).database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = lea.post("/boards/1/items", data={"title": "New"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert lea.get("/boards/1").status_code == 200
    other.execute("ROLLBACK")
    other.close()
    assert lea.post("/boards/1/items", data={"title": "New"}).status_code == 303
