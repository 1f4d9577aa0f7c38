"""The wall, phones, second devices, people who come late, and a chair who is gone."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import PHONE, add_dot, choose, column, dots, go_on, in_phase, is_live, move, until
from triage import clock
from triage.accounts.models import User, UserSession
from triage.database import db
from triage.meetings.agenda import Phase
from triage.rooms.attendance import Attendance

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def shape(page: Page) -> str:
    """All that a screen shows but for who has the chair, the time and how many have voted, as it stands there."""
    return page.evaluate("[...document.querySelectorAll('#stage, #mine, #did, h1')].map(part => part.outerHTML).join()")


def test_the_wall_shows_none_of_the_chairs_own_marks(window, room):
    path = room(Phase.INTAKE)
    lea, wall = window("lea", path), window("lea", f"{path}/screen")
    is_live(lea)
    is_live(wall)
    before = shape(wall)
    choose(lea, 1, "cheap")
    choose(lea, 2, "catastrophic")
    expect(wall.locator("#head")).to_contain_text("1 of 1 have chosen")
    assert shape(wall) == before
    go_on(lea, "Reveal")
    expect(wall.locator("#candidate-1")).to_contain_text("cheap.")
    go_on(lea, "Next: Vote")
    in_phase(wall, "vote")
    before = shape(wall)
    add_dot(lea, 1)
    add_dot(lea, 1)
    expect(wall.locator("#head")).to_contain_text("2 of 5 dots are placed")
    assert shape(wall) == before
    wall.reload()
    is_live(wall)
    expect(wall.locator("[aria-pressed], .ballot, .give, #dots-left")).to_have_count(0)


def test_the_wall_has_nothing_to_press(window, room, app):
    for phase in Phase:
        path = room(phase)
        wall = window("lea", f"{path}/screen")
        is_live(wall)
        expect(wall.locator("#ritual button:not([popovertarget]):visible")).to_have_count(0)
        wall.close()


def test_the_wall_follows_from_phase_to_phase(window, room):
    path = room(Phase.VOTE)
    lea, wall = window("lea", path), window("obi", f"{path}/screen")
    is_live(wall)
    go_on(lea, "Reveal")
    expect(wall.locator("#stage .total").first).to_be_visible()
    go_on(lea, "Next: Sort")
    expect(wall.locator("#focus-name")).to_contain_text("D-1")
    move(lea, 1, "Cheap")
    expect(wall.locator("#focus .badge")).to_have_text("Cheap")


def test_a_phone_joins_by_the_link_and_is_a_voting_remote(window, room, join, guests_vote):
    path = room(Phase.INTAKE)
    lea, phone = window("lea", path), join(path, "Gus")
    is_live(phone)
    expect(lea.locator("#head")).to_contain_text("2 here")
    phone.locator('#candidate-1 [data-category="expensive"]').tap()
    expect(phone.locator("#candidate-1 [aria-pressed=true]")).to_have_text("Expensive")
    expect(lea.locator("#head")).to_contain_text("1 of 2 have chosen")
    phone.get_by_role("button", name="Ready").tap()
    expect(lea.locator("#head")).to_contain_text("1 ready")
    go_on(lea, "Reveal")
    expect(phone.locator("#candidate-1 .result")).to_be_visible()
    go_on(lea, "Next: Vote")
    phone.locator('#votable-2 button[name="add"]').tap()
    expect(dots(phone, 2)).to_have_count(1)
    go_on(lea, "Reveal")
    expect(phone.locator("#votable-2 .total b")).to_have_text("1")
    go_on(lea, "Next: Sort")
    in_phase(phone, "sort")
    expect(phone.locator("#ritual button:not([popovertarget]):visible")).to_have_text(["Ready"])


def test_a_guests_phone_ends_with_thanks(window, room, join, guests_vote):
    path = room(Phase.CLOSE)
    lea, phone = window("lea", path), join(path, "Gus")
    is_live(phone)
    phone.locator("#mine").get_by_role("button", name="3", exact=True).tap()
    expect(phone.locator("#mine [aria-pressed=true]")).to_have_text("3")
    go_on(lea, "Close the meeting")
    expect(phone.get_by_role("heading", name="The triage is over")).to_be_visible()


def test_where_guests_do_not_vote_a_phone_watches(window, room, join):
    path = room(Phase.INTAKE)
    lea, phone = window("lea", path), join(path, "Gus")
    is_live(phone)
    expect(phone.get_by_text("You are watching")).to_be_visible()
    expect(phone.locator(".ballot")).to_have_count(0)
    go_on(lea, "Reveal")
    expect(phone.locator("#candidate-1 .result")).to_be_visible()


def test_a_thumb_finds_every_button_of_a_phone(room, join, guests_vote):
    for phase in Phase:
        path = room(phase)
        phone = join(path, f"Gus {phase}")
        is_live(phone)
        sizes = phone.locator("button:visible").evaluate_all(
            "all => all.map(one => [one.textContent.trim(), one.offsetWidth, one.offsetHeight])"
        )
        assert [size for size in sizes if min(size[1:]) < 24] == [], phase


def test_laptop_and_phone_of_one_person_agree(window, room):
    path = room(Phase.INTAKE)
    laptop = window("max", path)
    phone = window("max", path, **PHONE)
    lea = window("lea", path)
    for page in (laptop, phone, lea):
        is_live(page)
    expect(lea.locator("#head")).to_contain_text("2 here")
    phone.locator('#candidate-1 [data-category="cheap"]').tap()
    expect(laptop.locator("#candidate-1 [aria-pressed=true]")).to_have_text("Cheap")
    go_on(lea, "Reveal")
    go_on(lea, "Next: Vote")
    in_phase(phone, "vote")
    phone.locator('#votable-3 button[name="add"]').tap()
    expect(dots(laptop, 3)).to_have_count(1)
    expect(laptop.locator("#dots-left")).to_contain_text("4 of 5 dots left")
    add_dot(laptop, 3)
    expect(dots(phone, 3)).to_have_count(2)


def test_who_comes_late_is_told_what_happened(window, room, app):
    path = room(Phase.SORT)
    lea = window("lea", path)
    is_live(lea)
    move(lea, 1, "Cheap")
    move(lea, 2, "Cheap")
    expect(column(lea, "Cheap").locator(".code")).to_have_count(2)
    max_ = window("max", path)
    expect(max_.get_by_text("While you were away: 2 sorted.")).to_be_visible()
    expect(lea.get_by_text("While you were away")).to_have_count(0)


def test_who_comes_back_is_told_only_what_happened_since(window, room, app):
    path = room(Phase.SORT)
    lea, max_ = window("lea", path), window("max", path, may_complain=True)
    is_live(max_)
    move(lea, 1, "Cheap")
    expect(column(max_, "Cheap").locator(".code")).to_have_count(1)
    sign_out_elsewhere(app, "Max")
    expect(max_.get_by_text("Signed out: reload to sign in")).to_be_visible()
    be_gone(app, "Max")
    move(lea, 2, "Cheap")
    expect(column(lea, "Cheap").locator(".code")).to_have_count(2)
    again = window("max", path)
    expect(again.get_by_text("While you were away: 1 sorted.")).to_be_visible()


def test_a_chair_who_is_gone_leaves_it_to_whoever_takes_it(window, room, app):
    path = room(Phase.INTAKE)
    lea, max_ = window("lea", path), window("max", path)
    is_live(max_)
    expect(max_.locator("#head")).to_contain_text("Lea has the chair")
    lea.close()

    def is_said() -> bool:
        # Until the server notices that the window is closed, it gives signs of life for her.
        be_gone(app, "Lea")
        return max_.get_by_text("Lea is gone.").is_visible()

    until(is_said, "that Lea is gone")
    max_.get_by_role("button", name="Take the chair").click()
    expect(max_.locator("#head button.primary")).to_have_text("Reveal")
    expect(max_.get_by_text("Lea is gone.")).to_have_count(0)


def sign_out_elsewhere(app, name: str) -> None:
    with app.app_context():
        for session in db.session.query(UserSession).filter_by(user_id=User.by_email(f"{name}@example.com").id):
            session.end()
        db.session.commit()


def be_gone(app, name: str) -> None:
    """The last sign of life was two minutes ago."""
    with app.app_context():
        attendance = next(one for one in db.session.query(Attendance) if one.name == name)
        attendance.seen_at = clock.now() - timedelta(minutes=2)
        db.session.commit()
