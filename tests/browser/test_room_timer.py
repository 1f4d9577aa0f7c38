"""The time that a room shows, whatever the clock of a laptop says."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import go_on, in_phase, is_live, until
from triage import clock
from triage.database import db
from triage.meetings.agenda import Phase
from triage.meetings.models import Meeting

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MORE_THAN_FOUR = re.compile(r"^(4:[0-5][1-9]|4:[1-5]0|5:00)")
MORE_THAN_SIX = re.compile(r"^(6:[0-5][1-9]|6:[1-5]0|7:00)")
# Counts the tones that a page plays.
HEARD = """window.tones = 0;
  AudioContext.prototype.createOscillator = new Proxy(AudioContext.prototype.createOscillator, {
    apply(...call) { window.tones++; return Reflect.apply(...call); },
  });"""
# A laptop whose clock goes wrong by so many minutes.
WRONG = """(() => {{
  const right = Date.now.bind(Date), ahead = {minutes} * 60000;
  Date.now = () => right() + ahead;
  window.Date = class extends Date {{ constructor(...args) {{ super(...(args.length ? args : [Date.now()])); }} }};
}})()"""


def seconds(page: Page) -> int:
    minutes, seconds = page.locator("triage-timer").inner_text().removesuffix(" over").split(":")
    return int(minutes) * 60 + int(seconds)


def change(app, **times: timedelta) -> None:
    """`deadline=timedelta(seconds=3)`: three seconds from now."""
    with app.app_context():
        meeting = db.session.get_one(Meeting, 1)
        for name, delta in times.items():
            setattr(meeting, name, clock.now() + delta)
        db.session.commit()


@pytest.mark.parametrize("minutes", [5, -5])
def test_a_clock_that_is_five_minutes_off_shows_the_same_time(window, room, minutes):
    path = room(Phase.INTAKE)
    right, wrong = window("lea", path), window("max", path, first=WRONG.format(minutes=minutes))
    is_live(wrong)
    assert abs(wrong.evaluate("Date.now()") - right.evaluate("Date.now()") - minutes * 60_000) < 10_000
    until(lambda: abs(seconds(right) - seconds(wrong)) <= 1, "the same time on both")
    assert 200 < seconds(wrong) <= 240
    go_on(right, "Reveal")
    go_on(right, "Next: Vote")
    in_phase(wrong, "vote")
    until(lambda: abs(seconds(right) - seconds(wrong)) <= 1, "the same time on both")


def test_a_minute_more_is_a_minute_more_on_every_screen(window, room):
    path = room(Phase.INTAKE)
    lea, max_, wall = window("lea", path), window("max", path), window("obi", f"{path}/screen")
    for page in (lea, max_, wall):
        is_live(page)
        assert seconds(page) <= 240
    lea.get_by_role("button", name="+1").click()
    for page in (lea, max_, wall):
        expect(page.locator("triage-timer")).to_have_text(MORE_THAN_FOUR)
        assert seconds(page) > 240
        assert page.get_by_role("timer").count() == 1
    lea.get_by_role("button", name="+2").click()
    for page in (lea, max_, wall):
        expect(page.locator("triage-timer")).to_have_text(MORE_THAN_SIX)


def test_at_zero_it_says_over_and_moves_nothing(window, room, app):
    path = room(Phase.INTAKE)
    change(app, deadline=timedelta(seconds=4))
    lea, max_ = window("lea", path), window("max", path)
    for page in (lea, max_):
        expect(page.locator("triage-timer")).to_contain_text("over")
        expect(page.locator("triage-timer .over")).to_be_visible()
        in_phase(page, "intake")
    assert lea.locator("triage-timer .over").evaluate("one => getComputedStyle(one).color") != lea.locator(
        "body"
    ).evaluate("one => getComputedStyle(one).color")
    lea.get_by_role("button", name="+1").click()
    expect(max_.locator("triage-timer")).not_to_contain_text("over")
    assert seconds(max_) in range(50, 61)


def test_an_overrun_is_said_and_shared_out(window, room, app):
    path = room(Phase.INTAKE)
    change(app, started_at=timedelta(minutes=-14), deadline=timedelta(minutes=-2, seconds=-10))
    lea, max_ = window("lea", path), window("max", path)
    expect(max_.locator("triage-timer")).to_contain_text("over")
    go_on(lea, "Reveal")
    go_on(lea, "Next: Vote")
    for page in (lea, max_):
        expect(page.locator(".recut")).to_contain_text("over. Voting now has 3:")
        expect(page.locator("triage-timer")).not_to_contain_text("over")
        assert seconds(page) < 240


def test_zero_is_heard_once_by_whoever_asked_for_it(window, room, app):
    path = room(Phase.INTAKE)
    change(app, deadline=timedelta(seconds=5))
    lea, max_ = window("lea", path, first=HEARD), window("max", path, first=HEARD)
    lea.get_by_label("Sound").check()
    for page in (lea, max_):
        expect(page.locator("triage-timer")).to_contain_text("0:01 over")
    assert [page.evaluate("window.tones") for page in (lea, max_)] == [1, 0]


def test_the_sound_is_remembered_on_this_machine(window, room):
    lea = window("lea", room(Phase.INTAKE))
    lea.get_by_label("Sound").check()
    lea.reload()
    expect(lea.get_by_label("Sound")).to_be_checked()
