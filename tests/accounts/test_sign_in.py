"""Signing in: POST /sign-in, and where it leads."""

import re
from datetime import timedelta

import pytest

from tests.conftest import PASSWORD, SETTINGS
from tests.web.snapshot import rows
from triage import create_app
from triage.clock import at, now
from triage.database import db

LEA = {"email": "lea@example.com", "password": PASSWORD}
ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "evil.example",
    "//[",
    "/" + "x" * 10_000,
]


def sign_in(client, **fields):
    client.get("/sign-in")
    return client.post("/sign-in", data=LEA | fields)


def test_mail_and_password_open_the_door_and_lead_on(anyone):
    assert anyone.get("/boards/1?since=1").location == "/sign-in?next=/boards/1?since%3D1"
    answer = sign_in(anyone, email=" Lea@Example.com ", next="/boards/1?since=1")
    assert (answer.status_code, answer.location) == (303, "/boards/1?since=1")
    assert anyone.get("/boards/1").status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(app, anyone):
    before = rows(app)
    answers = [
        sign_in(anyone, password="wrong"),
        sign_in(anyone, email="eva@example.com"),
        sign_in(anyone, email="no address at all"),
        sign_in(anyone, password=""),
    ]
    bodies = {re.sub(r'value="[^"]*"|nonce="[^"]*"', "", answer.text) for answer in answers}
    assert {answer.status_code for answer in answers} == {422}
    assert len(bodies) == 1
    assert "do not go together" in bodies.pop()
    assert "eva@example.com" in answers[1].text
    assert rows(app) == before


def test_odd_input_is_a_wrong_password_or_a_sentence_and_never_an_error(anyone):
    for fields in (
        {"password": "x" * 10_000},
        {"email": "x" * 10_000},
        {"email": "lea\x00@example.com"},
        {"email": "<script>alert(1)</script>"},
        {"password": "\x00"},
        {"email": ["lea@example.com", "zoe@example.com"], "password": "x"},
    ):
        answer = sign_in(anyone, **fields)
        assert answer.status_code == 422, fields
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize("door", ["sign-in", "sign-up"])
def test_the_way_on_never_leads_to_another_site(app, lea, door):
    for url in ELSEWHERE:
        assert lea.get("/sign-in", query_string={"next": url}).location == "/", url
        fresh = app.test_client()
        page = fresh.get(f"/{door}", query_string={"next": url})
        assert page.status_code == 200
        assert 'name="next" value="/"' in page.text, url
    for url in ELSEWHERE[:6]:
        assert sign_in(app.test_client(), next=url).location == "/", url


def test_a_planted_session_is_worth_nothing_after_signing_in(app, anyone):
    planted = app.test_client()
    planted.get("/sign-in")
    cookie = planted.get_cookie("triage").value
    anyone.set_cookie("triage", cookie)
    old_token = planted.csrf
    sign_in(anyone)
    assert anyone.get_cookie("triage").value != cookie
    assert planted.get("/account").status_code == 303
    anyone.get("/account")
    assert anyone.csrf != old_token


def test_the_cookie_holds_a_token_that_the_database_knows_only_by_its_hash(app, anyone):
    sign_in(anyone)
    with anyone.session_transaction() as session:
        token = session["_user_id"]
        assert session.get("user_id") is None
    assert token not in str(rows(app))
    flags = sign_in(app.test_client()).headers["Set-Cookie"]
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags


def test_over_https_the_cookie_is_bound_to_this_host(database_url):
    app = create_app(database_url=database_url, **SETTINGS | {"https": True})
    answer = app.test_client().get("/sign-in", base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-triage=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"]


def test_signing_in_as_somebody_else_ends_the_sign_in_before(app, lea):
    answer = sign_in(lea, email="max@example.com")
    assert answer.status_code == 303
    sessions = rows(app)["user_session"]
    assert [session["ended_at"] is None for session in sessions] == [False, True]


def test_a_sign_in_ends_after_the_days_without_a_visit(lea):
    with at(now() + timedelta(days=15)):
        assert lea.get("/account").location == "/sign-in?next=/account"


def test_whoever_only_reads_stays_signed_in(app, as_):
    obi = as_("obi")
    for days in (13, 26, 39):
        with at(now() + timedelta(days=days)):
            assert obi.get("/boards/1").status_code == 200
    with at(now() + timedelta(days=39 + 15)):
        assert obi.get("/boards/1").status_code == 303


def test_a_visit_is_noted_at_most_once_an_hour(app, lea):
    before = rows(app)
    with at(now() + timedelta(minutes=59)):
        lea.get("/")
    assert rows(app) == before
    with at(now() + timedelta(minutes=61)):
        lea.get("/")
        assert rows(app)["user_session"][0]["seen_at"] > before["user_session"][0]["seen_at"]


def test_after_ten_failures_the_door_is_shut_for_a_while_and_successes_do_not_count(database_url):
    app = create_app(database_url=database_url, **SETTINGS | {"throttle": True})
    client = app.test_client()

    def attempt(password):
        page = client.get("/sign-in")
        found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        token = found[1] if found else ""
        return client.post("/sign-in", data={**LEA, "password": password, "csrf_token": token})

    for _ in range(3):
        assert attempt(PASSWORD).status_code == 303
        client = app.test_client()
    assert [attempt("wrong").status_code for _ in range(10)] == [422] * 10
    shut = attempt(PASSWORD)
    assert shut.status_code == 429
    assert "Wait a minute" in shut.text
    with app.app_context():
        db.engine.dispose()
