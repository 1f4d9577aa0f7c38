"""The demo team: five people, one board, six sprints, made through the same verbs as everyone's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.conftest import SETTINGS
from triage import clock, create_app
from triage.accounts.models import User
from triage.accounts.passwords import is_right
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.models import Commitment, Verdict
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.debtlog.exchange import Fate, export, plan
from triage.debtlog.reader import read
from triage.demo import PEOPLE, Demo
from triage.demo.playing import LOG
from triage.demo.story import THE_FOUR
from triage.events.models import Event
from triage.events.sentences import SENTENCES, sentence
from triage.items.interest import Interest, interest_by_item
from triage.items.models import Item
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings import focus, guards
from triage.meetings.agenda import Phase
from triage.meetings.document import TriageMinutes as Minutes
from triage.meetings.minutes import minutes_of
from triage.meetings.models import Meeting
from triage.meetings.votes import Ballot, Dot
from triage.rooms.attendance import Attendance
from triage.teams.roles import LEAD, MEMBER, OBSERVER

PASSWORD = "bread before breakfast"
TODAY = date(2026, 11, 19)
IN_SIX_SPRINTS = [6, 5, 4, 3, 2, 1]


@pytest.fixture(scope="module")
def barm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """For tests that only look."""
    with _empty(tmp_path_factory.mktemp("barm") / "demo.db"):
        board = Demo(PASSWORD, TODAY).build()
        db.session.commit()
        yield board


@pytest.fixture(scope="module")
def as_told(barm: Board) -> list[str]:
    return [export(barm), *(minutes_of(meeting).markdown() for meeting in meetings(barm))]


@pytest.fixture
def a_barm_of_its_own(in_app: Flask) -> Board:
    return Demo(PASSWORD, TODAY).build()


@pytest.fixture
def past(barm: Board) -> list[Meeting]:
    return meetings(barm)


@pytest.fixture
def minutes(past: list[Meeting]) -> list[Minutes]:
    return [minutes_of(meeting) for meeting in past]


def items(board: Board) -> list[Item]:
    return db.session.query(Item).filter_by(board_id=board.id).order_by(Item.number).all()


def events(board: Board) -> list[Event]:
    return db.session.query(Event).filter_by(team_id=board.team_id).order_by(Event.id).all()


def meetings(board: Board) -> list[Meeting]:
    return db.session.query(Meeting).filter_by(board_id=board.id).order_by(Meeting.id).all()


def promised(board: Board) -> dict[Sprint, list[Commitment]]:
    """The latest sprint first."""
    found: dict[Sprint, list[Commitment]] = {}
    asked = db.session.query(Commitment).join(Sprint).filter(Commitment.board_id == board.id)
    for one in asked.order_by(Sprint.number.desc(), Commitment.id):
        found.setdefault(one.sprint, []).append(one)
    return found


def kept_of(commitments: list[Commitment]) -> float:
    return sum(one.verdict is Verdict.KEPT for one in commitments) / len(commitments)


def noon(board: Board, day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(board.team.time_zone))


def test_five_people_share_the_password_and_one_of_them_decides(barm):
    team = barm.team
    assert [member.role for member in team.members] == [LEAD, MEMBER, MEMBER, MEMBER, OBSERVER]
    assert {member.user.email for member in team.members} == {person.email for person in PEOPLE}
    assert all(is_right(member.user.password_hash, PASSWORD) for member in team.members)
    assert PEOPLE[0].email == "lead@example.com"
    assert all(person.email.endswith("@example.com") for person in PEOPLE)
    assert team.decider in team.committers
    assert team.decider.email != PEOPLE[0].email


def test_the_observer_only_ever_joined(barm):
    observer = barm.team.members[-1].user
    assert [event.action for event in events(barm) if event.by == observer] == ["membership.joined"]


def test_whoever_asked_for_it_commits(a_barm_of_its_own):
    db.session.rollback()
    assert User.by_email(PEOPLE[0].email) is None


def test_the_board_has_something_in_every_column_and_much_behind_it(barm):
    found = items(barm)
    count = {category: sum(item.category is category and item.is_open for item in found) for category in Category}
    assert 45 <= len(found) <= 60
    assert 3 <= count[Category.CATASTROPHIC] <= 5
    assert 3 <= count[Category.INBOX] <= 6
    assert len(found) / 4 < count[Category.CHEAP] < len(found) / 2
    assert len(found) / 4 < count[Category.EXPENSIVE] < len(found) / 2
    assert {item.state for item in found} == {State.OPEN, State.PAID, State.DROPPED}
    assert all(item.closed_why for item in found if not item.is_open)


def test_every_item_outside_the_inbox_explains_what_its_category_asks_for(barm):
    assert [item.code for item in items(barm) if item.category.misses(item)] == []
    catastrophic = [item for item in items(barm) if item.category is Category.CATASTROPHIC]
    assert all(item.why and item.fix and item.size for item in catastrophic)


def test_links_lead_nowhere_but_to_example_com(barm):
    links = [link for item in items(barm) for link in item.links]
    assert len(links) >= 3
    assert all(link.startswith("https://example.com/") for link in links)


def test_both_databases_are_told_the_same(as_told, a_barm_of_its_own):
    written = [minutes_of(meeting).markdown() for meeting in meetings(a_barm_of_its_own)]
    assert [export(a_barm_of_its_own), *written] == as_told


def test_the_board_stands_as_its_log_has_it(barm):
    assert _entries(export(barm)) == _entries(LOG.read_text("utf-8"))


def test_bringing_in_its_own_export_changes_nothing(barm):
    what = plan(barm, read(export(barm)))
    assert [step.changes for step in what.of(Fate.CHANGED)] == []
    assert len(what.of(Fate.SAME)) == len(what.steps) == len(items(barm))
    assert list(what.notes) == []


def test_the_same_day_gives_the_same_board(tmp_path):
    tellings = []
    for name in ("once", "again"):
        with _empty(tmp_path / f"{name}.db"):
            board = Demo(PASSWORD, TODAY).build()
            told = [(event.at, sentence(event), event.why) for event in events(board)]
            written = [minutes_of(meeting).markdown() for meeting in meetings(board)]
            tellings.append((export(board).encode(), told, written))
    assert tellings[0] == tellings[1]
    assert len(tellings[0][1]) > 200


on_every_weekday = pytest.mark.parametrize(
    "today",
    [
        pytest.param(date(2026, 11, 16) + timedelta(days=ahead), id=f"{date(2026, 11, 16 + ahead):%A}")
        for ahead in range(7)
    ],
)


@on_every_weekday
def test_whatever_day_it_is_the_past_is_over_and_a_triage_has_something_to_review(tmp_path, today):
    with _empty(tmp_path / "demo.db"):
        board = Demo(PASSWORD, today).build()
        zone = ZoneInfo(board.team.time_zone)
        midnight = datetime.combine(today, time(), zone)
        assert max(event.at for event in events(board)) < midnight
        present = Sprint.calendar(board.team).sprint_on(today)
        assert present.number == IN_SIX_SPRINTS[0]
        assert 8 <= (today - present.first_day).days + 1 <= 14
        verdicts = [event.at.astimezone(zone) for event in events(board) if event.action == "commitment.kept"]
        assert {f"{at:%A %H}" for at in verdicts} == {"Friday 15"}
        with clock.at(noon(board, today)):
            assert Sprint.target(board.team).number == present.number + 1
            promised = Commitment.due(board, Sprint.target(board.team).number)
            meeting = Meeting.start(board, by=board.team.decider)
            assert meeting.phase is Phase.REVIEW
            assert guards.due(meeting) == promised
            assert {commitment.sprint.number for commitment in promised} == {present.number}
            assert [commitment.owner.name for commitment in promised if commitment.is_proposed] == ["Jonas Eld"]
            assert len(promised) == 3


def test_a_triage_today_has_new_debts_and_a_waiver_that_ended(barm):
    try:
        with clock.at(noon(barm, TODAY)):
            meeting = Meeting.start(barm, by=barm.team.decider)
            up = guards.candidates(meeting)
            assert sum(item.category is Category.INBOX for item in up) == 5
            assert [item.code for item in up if item.category is Category.CATASTROPHIC] == ["D-36"]
            assert 45 <= focus.pace(meeting) <= 120
    finally:
        db.session.rollback()


def test_today_is_the_teams_own_day():
    with clock.at(datetime(2026, 7, 5, 23, 30, tzinfo=UTC)):  # a Monday already in Lisbon
        assert Demo(PASSWORD).first_day == Demo(PASSWORD, date(2026, 7, 6)).first_day


def test_every_recorded_action_is_told_in_a_sentence(barm):
    told = events(barm)
    assert {event.action for event in told} <= SENTENCES.keys()
    assert all(sentence(event) for event in told)


def test_what_happened_is_told_in_the_order_in_which_it_happened(barm):
    moments = [event.at for event in events(barm)]
    assert moments == sorted(moments)
    assert len(set(moments)) > len(moments) / 2


def test_six_sprints_of_promises_the_present_ones_open_the_others_judged(barm):
    sprints = promised(barm)
    assert [sprint.number for sprint in sprints] == IN_SIX_SPRINTS
    (sprint, present), *past = sprints.items()
    assert sprint.first_day <= TODAY <= sprint.last_day
    assert 2 <= len(present) <= 3
    assert all(one.is_open for one in present)
    assert all(len(made) >= 2 for _sprint, made in past)
    assert all(one.verdict_why and not one.is_open for _sprint, made in past for one in made)


def test_who_was_at_the_table_took_it_and_one_has_not_answered_yet(barm):
    present, *past = promised(barm).values()
    assert [one.owner.name for one in present if one.is_proposed] == ["Jonas Eld"]
    assert not any(one.is_proposed for made in past for one in made)


def test_sprints_that_promised_too_much_say_so(barm):
    over = [event for event in events(barm) if event.what.get("over")]
    assert {event.what["sprint"] for event in over} >= {4}
    assert "10 of 8 days" in {event.what["over"] for event in over}


def test_promises_are_kept_two_times_in_three_and_better_with_time(barm):
    past = list(promised(barm).values())[1:]
    assert 0.6 <= kept_of([one for made in past for one in made]) <= 0.75
    shares = [kept_of(made) for made in reversed(past)]
    assert shares == sorted(shares)
    assert shares[0] < 0.5
    found = {one.verdict for made in past for one in made}
    assert found == {Verdict.KEPT, Verdict.PARTLY, Verdict.MISSED, Verdict.DROPPED}


def test_what_was_missed_is_carried_over(barm):
    items = {sprint.number: [one.item for one in made] for sprint, made in promised(barm).items()}
    missed = [(s.number, c.item) for s, made in promised(barm).items() for c in made if c.verdict is Verdict.MISSED]
    assert missed
    assert all(item in items[number + 1] for number, item in missed)


def test_every_sprint_brings_new_debt_and_pays_old(barm):
    calendar = Sprint.calendar(barm.team)
    for number in IN_SIX_SPRINTS:
        span = calendar.sprint(number)
        during = {event.action for event in events(barm) if event.at.date() in span}
        assert "item.reported" in during
        assert "item.paid" in during or number == IN_SIX_SPRINTS[0]


def test_every_past_sprint_ended_with_a_triage_whose_minutes_can_be_read(past, minutes):
    assert [meeting.sprint_number for meeting in past] == [2, 3, 4, 5, 6]
    for meeting, written in zip(past, minutes, strict=True):
        assert meeting.is_closed
        assert not meeting.ended_itself
        assert f"{written.started:%A %H}" == "Friday 15"
        assert written.verdicts
        assert written.committed
        assert written.moved
        assert written.dots
        assert written.pulse.mean
        assert {one.sprint for one in written.verdicts} == {meeting.sprint_number - 1}
        assert {one.sprint for one in written.committed} == {meeting.sprint_number}
        assert written.markdown().count("\n- ") > 30


def test_no_phase_was_passed_over_and_only_one_triage_overran(minutes):
    assert all(spell.minutes and not spell.skipped for written in minutes for spell in written.spells)
    assert all(25 <= written.length <= 33 for written in minutes)
    assert sum(written.length > 30 for written in minutes) == 1


def test_what_was_decided_in_a_triage_is_in_its_minutes_and_in_no_other(barm, minutes):
    verdicts = [one.commitment_id for written in minutes for one in written.verdicts]
    made = [one.commitment_id for written in minutes for one in written.committed]
    _present, *past = all_made = list(promised(barm).values())
    assert len(verdicts) == len(set(verdicts)) == sum(len(those) for those in past)
    assert len(made) == len(set(made)) == sum(len(those) for those in all_made[:-1])


def test_ballots_were_unanimous_and_split_and_whose_they_were_is_forgotten(minutes):
    for written in minutes:
        assert {one.is_unanimous for one in written.ballots} == {True, False}
        reasons = {one.subject.code: one.reasons for one in written.moved}
        settled = [one.subject.code for one in written.ballots if one.is_unanimous and one.subject.code in reasons]
        assert {reasons[code] for code in settled} == {("All ballots said so.",)}
    assert db.session.query(Ballot).count() == db.session.query(Dot).count() == 0


def test_catastrophic_items_left_every_triage_with_an_exit(barm, minutes):
    assert [written.exitless for written in minutes] == [()] * len(minutes)
    assert "meeting.postponed_exit" in {event.action for event in events(barm)}


def test_those_who_were_there_are_in_the_minutes(barm, past, minutes):
    there = [{person.name for person in written.people if not person.is_guest} for written in minutes]
    team = {member.user.name for member in barm.team.members}
    assert there == [team - {"Ruth Abara"}] * 4 + [team - {"Ruth Abara", "Jonas Eld"}]
    assert all(sum(person.is_chair for person in written.people) == 1 for written in minutes)
    assert len({written.chairs[0].name for written in minutes}) == len(THE_FOUR)
    assert any(person.is_guest for written in minutes for person in written.people)
    assert all(one.dots_spent == 0 and one.token_hash is None for m in past for one in Attendance.all_of(m))


def test_interest_rises_on_what_becomes_painful(barm):
    entries = db.session.query(Interest).filter_by(board_id=barm.id).all()
    assert 12 <= len(entries) <= 24
    assert all(entry.note and 5 <= entry.minutes <= 120 for entry in entries)
    calendar = Sprint.calendar(barm.team)
    found = interest_by_item(barm, [calendar.sprint(number) for number in reversed(IN_SIX_SPRINTS)])
    tests, plan = (found[item.id] for item in items(barm) if item.number in {13, 36})
    assert plan[2:] == sorted(set(plan[2:]))
    assert tests[3:] == sorted(set(tests[3:]))
    assert all(any(minutes[place] for minutes in found.values()) for place in range(6))


def test_one_waiver_runs_and_others_ended(barm):
    waivers = db.session.query(Waiver).filter_by(board_id=barm.id).all()
    assert [waiver.item.code for waiver in waivers if waiver.until >= TODAY] == ["D-42"]
    assert len(waivers) >= 3
    assert all(waiver.by == barm.team.decider and waiver.reason for waiver in waivers)


def test_one_item_went_all_the_way_from_cheap_to_catastrophic(barm):
    ways: dict[int, list[str]] = {}
    for event in events(barm):
        if event.action == "item.rated":
            ways.setdefault(event.subject_id, []).append(event.what["now"])
            assert event.why or len(ways[event.subject_id]) == 1, "who moves it again says why"
    assert ["Cheap", "Expensive", "Catastrophic"] in ways.values()


def test_something_that_was_paid_had_to_be_reopened(barm):
    assert [event.why for event in events(barm) if event.action == "item.reopened" and event.why]


@contextmanager
def _empty(path: Path) -> Iterator[None]:
    """Inside an application whose database holds nothing."""
    app = create_app(database_url=f"sqlite:///{path}", **SETTINGS)
    with app.app_context():
        db.create_all()
        yield
        db.session.remove()
        db.engine.dispose()
    app.extensions["bus"].close()


def _entries(log: str) -> list[dict[str, object]]:
    """All that a log says, but on which days and lines: those come with the story."""
    return [
        {name: value for name, value in vars(entry).items() if name not in {"lines", "closed"}}
        for entry in read(log).entries
    ]
