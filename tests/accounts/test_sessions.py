"""Signing out, and ending the sign-in of another device."""

from datetime import timedelta

from tests.web.snapshot import changed, rows
from triage.clock import at, now


def test_signing_out_ends_the_row_and_a_copy_of_the_cookie_is_worth_nothing(app, lea):
    copy = lea.get_cookie("triage").value
    assert lea.post("/sign-out").location == "/sign-in"
    assert rows(app)["user_session"][0]["ended_at"] is not None
    thief = app.test_client()
    thief.set_cookie("triage", copy)
    assert thief.get("/account").status_code == 303
    assert thief.get("/boards/1/live").status_code == 401
    assert lea.get("/account").status_code == 303


def test_signing_out_without_being_signed_in_changes_nothing(app, anyone):
    before = rows(app)
    anyone.get("/sign-in")
    assert anyone.post("/sign-out").status_code == 303
    assert rows(app) == before


def test_one_ends_the_sign_in_of_another_device_and_stays(app, as_):
    laptop, phone = as_("lea"), as_("lea")
    assert laptop.get("/account").text.count("Sign out there") == 1
    laptop.post("/account/sessions/2/end")
    assert phone.get("/boards/1").status_code == 303
    assert "Sign out there" not in laptop.get("/account").text


def test_nobody_ends_the_sign_in_of_somebody_else(app, as_):
    lea, zoe = as_("lea"), as_("zoe")
    before = rows(app)
    stolen, missing = zoe.post("/account/sessions/1/end"), zoe.post("/account/sessions/999/end")
    assert (stolen.status_code, missing.status_code) == (404, 404)
    assert zoe.post(f"/account/sessions/{10**30}/end").status_code == 404
    assert changed(before, rows(app)) == set()
    assert lea.get("/boards/1").status_code == 200


def test_an_expired_sign_in_is_not_listed(as_):
    as_("lea")
    with at(now() + timedelta(days=15)):
        assert as_("lea").get("/account").text.count("last seen") == 1


def test_the_name_of_a_device_is_shown_as_text(app, anyone):
    anyone.get("/sign-in")
    data = {"email": "lea@example.com", "password": "correct horse battery"}
    anyone.post("/sign-in", data=data, headers={"User-Agent": "<img src=x>\x1b[31m" + "x" * 500})
    page = anyone.get("/account").text
    assert "&lt;img src=x&gt;" in page
    assert "<img" not in page
    assert "\x1b" not in page
