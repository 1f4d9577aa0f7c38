"""Sprints as a team plans them: their days, the breaks between them, what it can do in them. /teams/1/sprints."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import pairwise
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from tests.web.snapshot import rows
from triage import clock
from triage.boards.models import Board
from triage.columns.records import last_sprints, record_of
from triage.commitments.bring_back import has_come, postpone
from triage.commitments.models import Commitment, Verdict, promise_for
from triage.commitments.sprint import Calendar, Plan, Span
from triage.commitments.sprints import Sprint, SprintDraft
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.items.drafts import BringBackDraft
from triage.items.interest import Interest, interest_by_item
from triage.meetings.models import Meeting
from triage.refusal import Refused
from triage.teams.models import Team
from triage.teams.roles import LEAD, MEMBER, OBSERVER

FIRST = date(2026, 1, 5)
DAY = timedelta(days=1)
ASKED = {"HX-Request": "true", "HX-Target": "div#ask"}


def on(month, day):
    return clock.at(datetime(2026, month, day, 9, tzinfo=UTC))


def change(team, number, first, last, *, by=None, **figures):
    """`change(team, 2, "02-02", "02-15")`: days of 2026."""
    plan(team, number, first_day=f"2026-{first}", last_day=f"2026-{last}", by=by, **figures)


def plan(team, number, *, by=None, **values):
    db.session.flush()  # what a test gave the team
    Sprint.change(team, number, SprintDraft.read(values), by=by)
    db.session.flush()


def days(team, *numbers):
    """The first and the last day of some sprints."""
    calendar = Sprint.calendar(team)
    return [(f"{span.first_day:%m-%d}", f"{span.last_day:%m-%d}") for span in map(calendar.sprint, numbers)]


def written(team):
    return [number for (number,) in db.session.query(Sprint.number).filter_by(team_id=team.id).order_by(Sprint.number)]


@pytest.fixture
def on_holiday(team):
    """Sprint 1 is over on 18 January; sprint 2 begins on 2 February."""
    change(team, 2, "02-02", "02-15")
    with on(1, 26):
        yield team


# The calendar


@st.composite
def calendars(draw):
    """What a team can have written down: sprints after others that are not, after breaks, of any length."""
    first, number, stored = FIRST, 1, []
    parts = st.tuples(st.integers(0, 3), st.integers(1, 20), st.sampled_from([0, 0, 1, 9, 70]), st.integers(1, 30))
    for unwritten, shared, rest, length in draw(st.lists(parts, max_size=4)):
        number += unwritten
        first += timedelta(days=unwritten * shared + (rest if number > 1 else 0))
        stored.append(Span(number, first, first + timedelta(days=length - 1)))
        first, number = stored[-1].last_day + DAY, number + 1
    return stored, draw(st.integers(1, 60))


@given(calendars())
def test_every_day_belongs_to_one_sprint_the_one_it_lies_in_or_the_first_after_it(drawn):
    stored, length = drawn
    calendar = Calendar.counted_on(stored, FIRST, length)
    last = calendar.sprint(len(stored) * 4 + 2)
    ends = [(number, calendar.sprint(number).last_day) for number in range(1, last.number + 1)]
    day = FIRST - 3 * DAY
    for number, end in ends:
        while day <= end:
            span = calendar.sprint_on(day)
            assert span.number == number
            assert day in span or day < span.first_day
            day += DAY


@given(calendars())
def test_sprints_come_one_after_the_other_and_count_from_the_day_after_the_one_before(drawn):
    stored, length = drawn
    calendar = Calendar.counted_on(stored, FIRST, length)
    spans = [calendar.sprint(number) for number in range(1, len(stored) * 4 + 3)]
    assert spans[0].since == spans[0].first_day
    for span, following in pairwise(spans):
        assert span.since <= span.first_day <= span.last_day < following.first_day
        assert following.since == span.last_day + DAY
        assert following.break_days == (following.first_day - span.last_day).days - 1


@given(calendars(), st.integers(1, 60))
def test_sprints_that_were_written_down_keep_number_and_days_whatever_the_length_is_changed_to(drawn, length):
    stored, before = drawn
    for calendar in (Calendar.counted_on(stored, FIRST, before), Calendar.counted_on(stored, FIRST, length)):
        for span in stored:
            kept = calendar.sprint(span.number)
            assert (kept.number, kept.first_day, kept.last_day) == (span.number, span.first_day, span.last_day)
            assert calendar.sprint_on(span.first_day) == calendar.sprint_on(span.last_day) == kept
            assert calendar.is_written(span.number)
        assert not calendar.is_written(max((span.number for span in stored), default=0) + 1)


@given(calendars(), st.integers(-3, 400))
def test_a_meeting_in_a_break_commits_to_the_coming_sprint_and_none_ever_goes_back(drawn, passed):
    stored, length = drawn
    calendar = Calendar.counted_on(stored, FIRST, length)
    day = FIRST + timedelta(days=passed)
    present, target = calendar.sprint_on(day), calendar.target_on(day)
    assert target.number - present.number in (0, 1)
    assert target == present or day in present
    assert calendar.target_on(day + DAY).number >= target.number


def test_a_break_of_nine_days_belongs_to_the_sprint_after_it():
    stored = [Span(1, FIRST, date(2026, 1, 18)), Span(2, date(2026, 1, 28), date(2026, 2, 10))]
    calendar = Calendar.counted_on(stored, FIRST, 7)
    second = Span(2, date(2026, 1, 28), date(2026, 2, 10), break_days=9)
    assert second.since == date(2026, 1, 19)
    assert calendar.sprint_on(date(2026, 1, 18)).number == 1
    for day in (date(2026, 1, 19), date(2026, 1, 27), date(2026, 1, 28), date(2026, 2, 10)):
        assert calendar.sprint_on(day) == second
    assert calendar.target_on(date(2026, 1, 20)) == second
    assert calendar.sprint_on(date(2026, 2, 11)) == Span(3, date(2026, 2, 11), date(2026, 2, 17))
    assert calendar.sprint_on(date(2025, 12, 24)).number == 1


# What the team can do in it


@pytest.mark.parametrize(
    ("own", "capacity", "percent", "budget"),
    [
        ({}, 40, 25, 10),
        ({"own_capacity": 20}, 20, 25, 5),
        ({"own_percent": 50}, 40, 50, 20),
        ({"own_capacity": 30, "own_percent": 0}, 30, 0, 0),
        ({"own_capacity": 0}, None, 25, None),
    ],
)
def test_a_sprint_has_its_own_figures_or_those_of_its_team(own, capacity, percent, budget):
    plan = Plan(Span(1, FIRST, FIRST), usual_capacity=40, usual_percent=25, **own)
    assert (plan.capacity, plan.budget_percent, plan.budget) == (capacity, percent, budget)


def test_the_budget_of_a_sprint_is_its_own_share_of_its_own_capacity(team):
    assert Sprint.budget(team, 2) == 4  # two people, ten days, 20 %
    change(team, 2, "01-19", "02-01", capacity="30,5")
    assert Sprint.budget(team, 2) == 6.1
    change(team, 2, "01-19", "02-01", budget_percent=" 50 ")
    assert Sprint.budget(team, 2) == 10
    change(team, 2, "01-19", "01-25")
    assert Sprint.budget(team, 2) == 2  # five working days
    assert Sprint.budget(team, 1) == Sprint.budget(team, 3) == 4
    team.unit = "points"
    assert Sprint.budget(team, 2) is None
    change(team, 2, "01-19", "01-25", capacity="30")
    assert [Sprint.budget(team, number) for number in (1, 2, 3)] == [None, 6, None]
    assert promise_for(team.boards[0], 2).budget == 6


def test_the_plans_of_many_sprints_are_asked_for_as_quickly_as_one(team):
    change(team, 3, "02-02", "02-15")
    statements = []

    def note(_connection, _cursor, statement, *_more):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    Sprint.plan(team, 1)
    of_one = len(statements)
    assert [plan.span.number for plan in Sprint.plans(team, range(1, 30))] == list(range(1, 30))
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) == 2 * of_one < 10


def test_a_sprint_that_is_over_keeps_its_figures_when_a_later_one_is_written_down(team, people):
    Sprint.numbered(team, 1)
    with on(1, 20):
        Sprint.numbered(team, 2)
        team.join(people["zoe"], MEMBER)  # no setting
        team.budget_percent = 50
        assert [Sprint.budget(team, number) for number in (1, 2)] == [4, 15]
        first, second = db.session.query(Sprint).order_by(Sprint.number)
        assert (first.capacity, first.budget_percent) == (20, 20)
        assert (second.capacity, second.budget_percent) == (None, None)


def test_new_settings_rewrite_no_sprint_that_is_over_and_none_that_runs_is_left_behind(team, people):
    for number in (1, 2):
        Sprint.numbered(team, number)
    with on(1, 19):  # the day after its last
        team.change(by=people["lea"], budget_percent=10, capacity=90.0, unit="points")
        db.session.flush()
    assert Sprint.plan(team, 1).capacity == 20
    assert [Sprint.budget(team, number) for number in (1, 2, 3)] == [4, 9, 9]


def test_what_a_lead_gave_a_sprint_stays_its_own_when_it_is_over(team, people):
    change(team, 1, "01-05", "01-18", budget_percent="40")
    with on(1, 19):
        team.change(by=people["lea"], budget_percent=10, capacity=90.0)
        team.change(by=people["lea"], capacity=50.0)
    assert Sprint.budget(team, 1) == 8


@pytest.mark.parametrize(
    "happens",
    [
        lambda team, people: team.join(people["zoe"], MEMBER),
        lambda team, people: team.membership_of(people["max"]).leave(),
        lambda team, people: team.membership_of(people["max"]).remove(by=people["lea"]),
        lambda team, people: team.membership_of(people["max"]).change_role(OBSERVER, by=people["lea"]),
        lambda team, people: team.membership_of(people["obi"]).change_role(MEMBER, by=people["lea"]),
    ],
    ids=["joins", "leaves", "is removed", "observes", "takes part"],
)
def test_who_comes_and_goes_rewrites_no_sprint_that_is_over(team, people, happens):
    for number in (1, 2):
        Sprint.numbered(team, number)
    with on(1, 19):  # the day after its last
        happens(team, people)
        db.session.flush()
        assert Sprint.budget(team, 1) == 4
        assert Sprint.budget(team, 2) == 2 * len(team.committers) != 4


def test_a_capacity_that_the_team_learnt_later_makes_no_budget_of_the_past(team, people):
    team.unit = "points"
    Sprint.numbered(team, 1)
    with on(1, 19):
        assert Sprint.budget(team, 1) is None
        team.change(by=people["lea"], capacity=90.0)
        assert Sprint.budget(team, 1) is None
        assert Sprint.budget(team, 2) == 18


# Changing one


def test_a_sprint_that_begins_later_leaves_a_break_and_writes_down_all_before_it(team, people):
    change(team, 3, "02-11", "02-20", by=people["lea"])
    assert written(team) == [1, 2, 3]
    team.change(by=people["lea"], sprint_days=7)
    assert days(team, 1, 2, 3, 4) == [("01-05", "01-18"), ("01-19", "02-01"), ("02-11", "02-20"), ("02-21", "02-27")]
    assert Sprint.plan(team, 3).span.break_days == 9


def test_what_was_changed_is_recorded_and_saving_what_stands_there_is_not(team, people):
    change(team, 2, "01-26", "02-08", by=people["lea"], capacity="12", budget_percent="25")
    change(team, 2, "01-26", "02-08", by=people["lea"], budget_percent="25")
    change(team, 2, "01-26", "02-08", by=people["lea"], budget_percent="25")
    change(team, 4, "02-23", "03-08", by=people["lea"])  # as it is
    said = [sentence(one) for one in db.session.query(Event).filter_by(action="sprint.changed").order_by(Event.id)]
    assert said == [
        "Lea changed sprint 2: first day from 19 Jan 2026 to 26 Jan 2026, last day from 1 Feb 2026 to 8 Feb 2026,"
        " capacity from the team's to 12, debt budget in percent from the team's to 25",
        "Lea changed sprint 2: capacity from 12 to the team's",
    ]
    assert written(team) == [1, 2]


def test_the_present_sprint_that_ends_later_moves_what_nobody_wrote_down(team):
    change(team, 1, "01-05", "01-25")
    assert written(team) == [1]
    assert days(team, 1, 2) == [("01-05", "01-25"), ("01-26", "02-08")]


def test_it_moves_and_shortens_none_that_somebody_committed_to_nor_one_before_such(team, commit):
    commit(1, sprint=3)
    with pytest.raises(Refused, match="Sprint 2 begins on 19 Jan 2026") as refusal:
        change(team, 1, "01-05", "01-25")
    assert refusal.value.field == "last_day"
    change(team, 3, "02-09", "02-22")
    change(team, 2, "01-26", "02-08")
    change(team, 1, "01-05", "01-25")
    assert days(team, 1, 2, 3) == [("01-05", "01-25"), ("01-26", "02-08"), ("02-09", "02-22")]


def test_a_sprint_that_ends_earlier_leaves_a_break_before_one_that_is_written_down(team):
    Sprint.numbered(team, 2)
    change(team, 1, "01-05", "01-09")
    assert Sprint.plan(team, 2).span == Span(2, date(2026, 1, 19), date(2026, 2, 1), break_days=9)


def test_nor_does_one_grow_that_lies_between_it_and_one_that_is_written_down(team):
    Sprint.numbered(team, 3)
    change(team, 1, "01-05", "01-16")
    assert days(team, 1, 2, 3) == [("01-05", "01-16"), ("01-19", "02-01"), ("02-02", "02-15")]


def test_a_break_can_be_taken_back_while_it_lasts(on_holiday):
    change(on_holiday, 2, "01-27", "02-09")
    assert Sprint.current(on_holiday) == Span(2, date(2026, 1, 27), date(2026, 2, 9), break_days=8)


@pytest.mark.parametrize(
    ("number", "first", "last", "field", "said"),
    [
        (3, "2026-02-10", "2026-02-09", "last_day", "It would end before it begins. Choose a later day."),
        (3, "2026-02-02", "2026-04-03", "last_day", "A sprint has 60 days at most; this one would have 61."),
        (3, "2026-02-01", "2026-02-10", "first_day", "Sprint 2 ends on 1 Feb 2026: begin after that."),
        (3, "0001-01-01", "0001-01-10", "first_day", "Sprint 2 ends on 1 Feb 2026: begin after that."),
        (4, "2026-02-15", "2026-02-20", "first_day", "Sprint 3 ends on 15 Feb 2026: begin after that."),
        (3, "2026-02-02", "2026-02-16", "last_day", "Sprint 4 begins on 16 Feb 2026: end before that, or let that"),
        (2, "2026-01-20", "2026-02-01", "first_day", "Sprint 2 began on 19 Jan 2026, and that stays."),
        (2, "2026-01-12", "2026-02-01", "first_day", "Sprint 2 began on 19 Jan 2026, and that stays."),
        (2, "2026-01-19", "2026-01-21", "last_day", "Sprint 2 would be over: its last day is today or later."),
        (1, "2026-01-05", "2026-01-17", "", "Sprint 1 is over, and the past is not rewritten."),
        (5, "2027-03-04", "2027-03-10", "first_day", "A break is a year long at most: begin earlier."),
        (5, "9999-12-20", "9999-12-31", "first_day", "A break is a year long at most: begin earlier."),
        (29, "2027-02-01", "2027-02-14", "", "Sprint 29 is too far ahead: plan those up to sprint 28."),
    ],
)
def test_days_that_it_cannot_have_are_refused(team, number, first, last, field, said):
    with on(1, 22):
        Sprint.numbered(team, 4)
        with pytest.raises(Refused) as refusal:
            plan(team, number, first_day=first, last_day=last)
    assert refusal.value.sentence.startswith(said)
    assert refusal.value.field == field
    assert written(team) == [4]


def test_the_limits_are_where_the_sentences_say(team):
    with on(1, 22):
        change(team, 2, "01-19", "01-22")  # over tonight
        change(team, 3, "02-02", "04-02")  # sixty days
        plan(team, 4, first_day="2027-04-04", last_day="2027-04-10")
        assert Sprint.plan(team, 4).span.break_days == 366
        first = Sprint.calendar(team).sprint(28).first_day.isoformat()
        plan(team, 28, first_day=first, last_day=first)
    assert Sprint.plan(team, 28).span.days == 1


def test_an_earlier_end_makes_no_break_of_more_than_a_year_either(team):
    change(team, 2, "03-01", "03-31")
    plan(team, 3, first_day="2027-03-31", last_day="2027-04-10")
    with pytest.raises(Refused, match="Sprint 3 begins on 31 Mar 2027, and a break is a year long at most") as refusal:
        change(team, 2, "03-01", "03-20")
    assert refusal.value.field == "last_day"


def test_the_day_is_the_teams_own(team):
    team.time_zone = "Pacific/Auckland"
    with clock.at(datetime(2026, 1, 18, 20, tzinfo=UTC)), pytest.raises(Refused, match="Sprint 1 is over"):
        change(team, 1, "01-05", "01-20")


def test_a_new_time_zone_leaves_what_is_written_down_alone(team, people):
    change(team, 2, "01-26", "02-08")
    before = days(team, 1, 2)
    team.change(by=people["lea"], time_zone="Pacific/Auckland")
    assert days(team, 1, 2) == before


def test_of_two_leads_at_once_one_is_told_that_the_other_took_these_days(app, as_):
    with app.app_context(), on(1, 5):
        team = db.session.get_one(Team, 1)
        team.first_sprint_on = FIRST
        change(team, 2, "01-26", "02-08")
        db.session.commit()
    gate = Barrier(2)

    def move(number, first, last):
        with app.app_context(), on(1, 6):
            team = db.session.get_one(Team, 1)
            Sprint.calendar(team)
            db.session.rollback()
            gate.wait()
            try:
                change(team, number, first, last)
                db.session.commit()
            except Refused as refusal:
                db.session.rollback()
                return refusal.field
            return "changed"

    with ThreadPoolExecutor(2) as threads:
        moves = [threads.submit(move, 1, "01-05", "01-23"), threads.submit(move, 2, "01-22", "02-04")]
        said = [one.result() for one in moves]
    assert said in (["changed", "first_day"], ["last_day", "changed"])
    with app.app_context():
        first, second = (Sprint.calendar(db.session.get_one(Team, 1)).sprint(number) for number in (1, 2))
        assert first.last_day < second.first_day


# In a break


def test_a_meeting_in_a_break_commits_to_the_coming_sprint_and_asks_about_the_one_before(on_holiday, commit, people):
    with on(1, 6):
        promised = commit(1, sprint=1)
    board = db.session.get_one(Board, 1)
    assert Sprint.current(on_holiday).number == 2
    assert [span.number for span in Sprint.coming(on_holiday)] == [2, 3, 4]
    meeting = Meeting.start(board, by=people["lea"])
    assert meeting.sprint_number == 2
    assert Commitment.due(board, before_sprint=meeting.sprint_number) == [promised]
    with pytest.raises(Refused, match="present sprint or one of the next two"):
        commit(2, sprint=1)
    assert commit(2, sprint=2).sprint.first_day == date(2026, 2, 2)


def test_the_promise_meter_in_a_break_is_that_of_the_coming_sprint(on_holiday, commit, people):
    with on(1, 6):
        commit(1, sprint=1, size=3).judge(Verdict.KEPT, by=people["max"])
    commit(2, sprint=2, size=1)
    promise = promise_for(db.session.get_one(Board, 1), Sprint.target(on_holiday).number)
    assert (promise.sizes, promise.budget, promise.kept) == ((1,), 4, (3,))


def test_what_comes_back_for_a_sprint_comes_in_the_break_before_it(on_holiday, people, item):
    with on(1, 6):
        postpone(item, BringBackDraft(sprint=2), by=people["max"])
        assert not has_come(item)
    assert has_come(item)
    with pytest.raises(Refused, match="Sprint 2 is the present one"):
        postpone(item, BringBackDraft(sprint=2), by=people["max"])


def test_time_lost_in_a_break_counts_with_the_sprint_after_it(on_holiday, people, item):
    for month, day, minutes in ((1, 18, 1), (1, 19, 10), (2, 1, 100), (2, 2, 1000)):
        with on(month, day):
            Interest.log(item, minutes, by=people["max"])
    db.session.flush()
    spans = last_sprints(on_holiday)
    assert spans[-1].number == 2
    assert interest_by_item(item.board, spans)[item.id] == [0, 0, 0, 0, 1, 1110]
    assert record_of(item).minutes[-2:] == (1, 1110)


# The page


@pytest.fixture
def page(team):
    """The text of an answer as somebody reads it."""
    db.session.commit()

    def read(answer):
        text = re.sub(r"<br>|</li>|</h2>|</p>", "\n", answer.text.partition("<main")[2])
        text = re.sub(r"<[^>]+>", "", text)
        return [line for line in (" ".join(unescape(line).split()) for line in text.split("\n")) if line]

    return read


def test_the_page_shows_what_was_what_is_and_what_comes(as_, page, team, commit, report, people):
    for verdict in ("kept", "missed", "kept", ""):
        one = commit(report(), sprint=1, size=1)
        if verdict:
            one.judge(Verdict(verdict), by=people["max"], why="It came to this")
    with on(1, 20):
        change(team, 2, "01-19", "02-01", budget_percent="50")
        change(team, 3, "02-11", "02-20", capacity="9,5")
    with on(1, 30):
        db.session.commit()
        shown = page(as_("obi").get("/teams/1/sprints"))
        assert shown[3:] == [
            "Now",
            "Sprint 2, 19 Jan 2026 to 1 Feb 2026",
            "10 working days. Capacity 20 days, debt budget 10 days (50 %).",
            "Next",
            "Sprint 3, 11 Feb 2026 to 20 Feb 2026",
            "Break of 9 days before it. 7 working days. Capacity 9.5 days, debt budget 1.9 days (20 %).",
            "Sprint 4, 21 Feb 2026 to 6 Mar 2026",
            "10 working days. Capacity 20 days, debt budget 4 days (20 %).",
            "Sprint 5, 7 Mar 2026 to 20 Mar 2026",
            "10 working days. Capacity 20 days, debt budget 4 days (20 %).",
            "Past",
            "Sprint 1, 5 Jan 2026 to 18 Jan 2026",
            "10 working days. Capacity 20 days, debt budget 4 days (20 %).",
            "2 of 3 kept, 1 without a verdict",
        ]
    with on(2, 5):
        shown = page(as_("lea").get("/teams/1/sprints"))
        assert shown[3:6] == ["Now", "A break, until sprint 3 begins.", "Sprint 3, 11 Feb 2026 to 20 Feb 2026"]
        past = shown[shown.index("Past") :]
        assert past[1:3] == ["Sprint 2, 19 Jan 2026 to 1 Feb 2026", "Nothing was committed."]


def listed(answer):
    """The numbers of the past sprints on a page, and where its links lead."""
    past = answer.text.partition('<h2 id="past">')[2]
    numbers = [int(number) for number in re.findall(r"<b>Sprint (\d+)</b>", past)]
    return numbers, {name: unescape(url) for url, name in re.findall(r'href="([^"]+)">(Earlier|Later)<', past)}


def test_the_past_is_shown_by_the_year_the_latest_first(as_, page, team, commit, people):
    commit(1, sprint=1, size=1).judge(Verdict.KEPT, by=people["max"])
    db.session.commit()
    with clock.at(datetime(2028, 1, 3, 9, tzinfo=UTC)):  # the first day of sprint 53
        obi = as_("obi")
        numbers, links = listed(obi.get("/teams/1/sprints"))
        assert numbers == list(range(52, 26, -1))
        assert links == {"Earlier": "/teams/1/sprints?until=26#past"}
        numbers, links = listed(earlier := obi.get(links["Earlier"]))
        assert numbers == list(range(26, 0, -1))
        assert links == {"Later": "/teams/1/sprints?until=52#past"}
        assert "1 of 1 kept" in earlier.text
        assert 'hx-get="/teams/1/sprints?until=26"' in earlier.text
        numbers, links = listed(obi.get("/teams/1/sprints?until=30"))
        assert numbers == list(range(30, 4, -1))
        assert links == {"Earlier": "/teams/1/sprints?until=4#past", "Later": "/teams/1/sprints?until=52#past"}
        assert listed(obi.get("/teams/1/sprints?until=4"))[0] == [4, 3, 2, 1]


@pytest.mark.parametrize("until", ["0", "-1", "x", "53", str(10**30)])
def test_an_odd_end_of_the_past_shows_all_of_it(as_, page, until):
    with on(1, 20):
        assert listed(as_("obi").get(f"/teams/1/sprints?until={until}")) == ([1], {})


def test_a_team_of_points_without_a_capacity_is_told_that_it_has_no_budget(as_, page, team):
    team.unit = "points"
    db.session.commit()
    shown = page(as_("max").get("/teams/1/sprints"))
    assert "10 working days. No capacity is known, so there is no debt budget." in shown
    assert "Past" not in shown


def test_the_team_page_leads_there(as_, page):
    assert 'href="/teams/1/sprints"' in as_("obi").get("/teams/1").text


FORM = {"first_day": "2026-01-26", "last_day": "2026-02-08", "capacity": "", "budget_percent": ""}


@pytest.mark.parametrize(("who", "status"), [("lea", 303), ("max", 403), ("obi", 403), ("zoe", 404)])
def test_a_lead_changes_a_sprint_and_nobody_else(as_, page, team, who, status):
    assert as_(who).post("/teams/1/sprints/2", data=FORM).status_code == status
    assert (days(team, 2) == [("01-26", "02-08")]) == (status == 303)


def test_who_leads_is_asked_and_others_read(as_, page, team):
    change(team, 2, "01-26", "02-08", capacity="12")
    db.session.commit()
    lea, obi = as_("lea"), as_("obi")
    asked = lea.get("/teams/1/sprints/2").text
    for name, value in (FORM | {"capacity": "12"}).items():
        assert re.search(rf'name="{name}"[^>]* value="{value}"', asked), name
    assert "Empty: as the team has it, 20 days." in asked
    assert "Change sprint 2" in lea.get("/teams/1/sprints").text
    assert "Change sprint" not in obi.get("/teams/1/sprints").text
    answer = obi.get("/teams/1/sprints/2")
    assert "26 Jan 2026 to 8 Feb 2026, after a break of 7 days" in page(answer)
    assert 'name="first_day"' not in answer.text
    with on(2, 9):
        lea = as_("lea")
        answer = lea.get("/teams/1/sprints/2")
        assert answer.status_code == 200
        assert 'name="first_day"' not in answer.text
        answer = lea.post("/teams/1/sprints/2", data=FORM)
        assert (answer.status_code, days(team, 2)) == (422, [("01-26", "02-08")])


def test_the_first_day_of_one_that_has_begun_is_not_asked_for_but_said(as_, page):
    lea = as_("lea")
    asked = lea.get("/teams/1/sprints/1").text
    assert "It began on 5 Jan 2026." in asked
    assert '<input type="hidden" name="first_day" value="2026-01-05">' in asked
    refused = lea.post("/teams/1/sprints/1", data=FORM)
    assert "Sprint 1 began on 5 Jan 2026, and that stays." in refused.text
    assert re.search(r'type="date"[^>]* name="first_day"[^>]* value="2026-01-26"', refused.text)


def test_figures_that_will_not_do_come_back_with_a_sentence_and_all_that_was_typed(as_, app, page):
    lea = as_("lea")
    before = rows(app)
    for field, value, said in (
        ("first_day", "", "Choose a day, or write it as 2027-03-31."),
        ("first_day", "soon", "Choose a day, or write it as 2027-03-31."),
        ("last_day", "2026-13-01", "Choose a day, or write it as 2027-03-31."),
        ("last_day", "2026-01-01", "It would end before it begins. Choose a later day."),
        ("first_day", "2026-01-18", "Sprint 1 ends on 18 Jan 2026: begin after that."),
        ("capacity", "0", "Capacity cannot be 0"),
        ("capacity", "-1", "Capacity cannot be -1"),
        ("capacity", "a lot", "Capacity: “a lot” is not understood."),
        ("capacity", "10001", "Capacity cannot be 10001"),
        ("capacity", "nan", "Capacity cannot be nan"),
        ("budget_percent", "-1", "Debt budget in percent cannot be -1"),
        ("budget_percent", "101", "Debt budget in percent cannot be 101"),
        ("budget_percent", "half", "Debt budget in percent: “half” is not understood."),
    ):
        form = FORM | ({"capacity": "7"} if field != "capacity" else {}) | {field: value}
        answer = lea.post("/teams/1/sprints/2", data=form)
        assert answer.status_code == 422, (field, value)
        assert said in unescape(answer.text), (field, value)
        assert f'id="{field}-error"' in answer.text, (field, value)
        assert field == "capacity" or 'value="7"' in answer.text
    assert lea.post("/teams/1/sprints/2", data={}).status_code == 422
    assert rows(app) == before


@pytest.mark.parametrize("number", ["0", "28", "1000", str(10**30), "-1", "x"])
def test_a_sprint_that_nobody_can_plan_is_not_found(as_, page, number):
    lea = as_("lea")
    assert lea.get("/teams/1/sprints/27").status_code == 200
    assert lea.get(f"/teams/1/sprints/{number}").status_code == 404
    assert lea.post(f"/teams/1/sprints/{number}", data=FORM).status_code == 404


def test_in_place_it_is_a_dialog_and_the_list_alone_is_asked_for_anew(as_, page):
    lea = as_("lea")
    asked = lea.get("/teams/1/sprints/2", headers=ASKED)
    assert asked.headers["HX-Retarget"] == "#ask"
    assert "<html" not in asked.text
    refused = lea.post("/teams/1/sprints/2", data=FORM | {"capacity": "0"}, headers=ASKED)
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, "#ask")
    answer = lea.post("/teams/1/sprints/2", data=FORM, headers=ASKED)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "changed")
    region = lea.get("/teams/1/sprints", headers={"HX-Request": "true", "HX-Target": "article#sprints"}).text
    assert region.lstrip().startswith("<article")
    assert "Break of 7 days before it." in region


def test_a_lead_of_another_team_finds_no_sprint_of_ours_and_a_new_lead_can_change_them(as_, page, people, team):
    assert as_("zoe").get("/teams/1/sprints/2").status_code == 404
    team.membership_of(people["max"]).change_role(LEAD, by=people["lea"])
    db.session.commit()
    assert as_("max").post("/teams/1/sprints/2", data=FORM).location == "/teams/1/sprints"
