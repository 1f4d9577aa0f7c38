"""Signing up: POST /sign-up."""

from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier

from tests.web.snapshot import changed, rows
from triage.accounts.models import User
from triage.accounts.passwords import is_right
from triage.database import db
from triage.refusal import Refused

ANA = {"email": "ana@example.com", "name": "Ana Ruiz", "password": "nine green bottles"}


def sign_up(client, **fields):
    client.get("/sign-up")
    return client.post("/sign-up", data=ANA | fields)


def test_who_signs_up_is_signed_in_and_goes_on_to_where_the_link_led(app, anyone):
    answer = sign_up(anyone, email="Ana@Example.COM", next="/join/team/abc")
    assert (answer.status_code, answer.location) == (303, "/join/team/abc")
    assert "Ana Ruiz" in anyone.get("/account").text
    ana = rows(app)["user"][-1]
    assert ana["email"] == "ana@example.com"
    assert ANA["password"] not in ana["password_hash"]
    assert is_right(ana["password_hash"], ANA["password"])


def test_what_will_not_do_is_refused_in_a_sentence_and_nothing_is_written(app, anyone):
    before = rows(app)
    for fields, sentence in (
        ({"email": "lea@example.com"}, "Somebody already signed up with this address"),
        ({"email": " LEA@example.com "}, "Somebody already signed up with this address"),
        ({"email": ""}, "not a mail address"),
        ({"email": "ana"}, "not a mail address"),
        ({"email": "ana@localhost"}, "not a mail address"),
        ({"email": "ana@ex ample.com"}, "not a mail address"),
        ({"email": "ana@example.com, zoe@example.com"}, "not a mail address"),
        ({"email": "ana@example.com\nBcc: zoe@example.com"}, "not a mail address"),
        ({"email": "<ana@example.com>"}, "not a mail address"),
        ({"email": "a" * 10_000 + "@example.com"}, "Email has 10012 characters; 254 fit"),
        ({"name": ""}, "Name is empty"),
        ({"name": " \t "}, "Name is empty"),
        ({"name": "\u200b"}, "U+200B"),
        ({"name": "x" * 10_000}, "Name has 10000 characters; 80 fit"),
        ({"password": ""}, "Password is too short: use at least 8"),
        ({"password": "7 chars"}, "Password is too short: use at least 8"),
        ({"password": "x1y2" * 2_500}, "Password has 10000 characters; 200 fit"),
    ):
        answer = sign_up(anyone, **fields)
        assert answer.status_code == 422, fields
        assert sentence in unescape(answer.text), fields
    assert rows(app) == before


def test_a_password_that_anyone_would_try_is_refused(anyone):
    for password in ("password", "Passwort1", "1234567890", "aaaaaaaaaa", "abababababab"):
        answer = sign_up(anyone, password=password)
        assert answer.status_code == 422
        assert "first that anyone would try" in answer.text
        assert f'value="{password}"' not in answer.text


def test_a_password_that_is_the_mail_address_or_the_name_is_refused(anyone):
    who = {"email": "ana.ruiz.b@example.com", "name": "Ana Ruiz Blanco"}
    for password in ("ana.ruiz.b", "Ana.Ruiz.B@example.com", "ana ruiz blanco", "AnaRuizBlanco"):
        assert "first that anyone would try" in sign_up(anyone, **who, password=password).text, password


def test_a_long_odd_password_is_good(app, anyone):
    password = "\x00 ' OR 1=1 -- \u202e ünïcode 🐘" * 6
    assert sign_up(anyone, password=password).status_code == 303
    assert is_right(rows(app)["user"][-1]["password_hash"], password)


def test_unseen_characters_are_refused_by_name_and_the_field_comes_back_without_them(app, anyone):
    before = rows(app)
    for bad, name in (("\x00", "U+0000"), ("\x1b", "U+001B"), ("\x85", "U+0085"), ("\u202e", "U+202E")):
        answer = sign_up(anyone, name=f"Ana{bad} Ruiz")
        assert answer.status_code == 422
        assert name in answer.text
        assert 'value="Ana Ruiz"' in answer.text
        assert f'value="{ANA["email"]}"' in answer.text
        assert bad not in answer.text
    assert rows(app) == before


def test_html_in_every_field_comes_back_as_text(anyone):
    attack = "<img src=x onerror=alert(1)>\"'><b hx-get=/sign-out hx-trigger=load>"
    answer = sign_up(anyone, email=attack, name=attack, password=attack, next="/" + attack)
    assert answer.status_code == 422
    assert answer.text.count("&lt;img src=x") >= 2
    assert "<img" not in answer.text
    assert "<b hx" not in answer.text
    sign_up(anyone, name=attack[:80])
    assert "<img" not in anyone.get("/account").text


def test_of_two_who_sign_up_at_once_with_one_address_one_wins(app):
    gate = Barrier(2)

    def attempt(name):
        with app.app_context():
            gate.wait()
            try:
                User.sign_up(email="ana@example.com", name=name, password=ANA["password"])
                db.session.commit()
            except Refused as refusal:
                return refusal.sentence
            return "in"

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(attempt, ("Ana", "Anna")))
    assert outcomes == ["Somebody already signed up with this address. Sign in instead.", "in"]


def test_signing_up_writes_the_person_and_the_sign_in_and_no_more(app, anyone):
    before = rows(app)
    sign_up(anyone, role="3", id="1", is_admin="true")
    assert changed(before, rows(app)) == {"user", "user_session"}
