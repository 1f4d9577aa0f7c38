"""Minutes: the document, compared with what was done, with the rows, and as Markdown."""

import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from sqlalchemy import event, select

from triage import clock
from triage.accounts.models import User
from triage.boards.category import Category
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.events.models import Event
from triage.events.undo import last_undoable, undo
from triage.items.drafts import ItemDraft
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.state import State
from triage.items.waiver import Waiver
from triage.meetings import focus, guards
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem
from triage.meetings.minutes import minutes_of
from triage.meetings.models import Meeting
from triage.meetings.votes import add_dot, cast_ballot, reveal_ballots, reveal_dots
from triage.rooms.attendance import Attendance
from triage.rooms.document import plain
from triage.teams.roles import MEMBER

CHEAP, EXPENSIVE, CATASTROPHIC = Category.CHEAP, Category.EXPENSIVE, Category.CATASTROPHIC
# The last Friday of sprint 1, ten o'clock in Berlin.
FRIDAY = datetime(2026, 1, 16, 9, tzinfo=UTC)


@pytest.fixture
def team(board):
    team = board.team
    team.first_sprint_on, team.time_zone, team.capacity = date(2026, 1, 5), "Europe/Berlin", 20.0
    db.session.commit()
    with clock.at(FRIDAY):
        yield team


@pytest.fixture
def play(team, board, people):
    return Play(board, people)


class Play:
    """A meeting as its people play it: each act is a transaction of its own, at a minute of the meeting."""

    def __init__(self, board, people):
        self.board, self.people = board, people
        self.meeting = None

    @contextmanager
    def at(self, minute, second=0):
        with clock.at(FRIDAY + timedelta(minutes=minute, seconds=second)):
            yield
            db.session.commit()

    def start(self, by="lea"):
        with self.at(0):
            self.meeting = Meeting.start(self.board, by=self.people[by])
        return self.meeting

    def advance(self, minute):
        with self.at(minute):
            self.meeting.advance(seen=self.meeting.turn, by=self.meeting.chair)

    def close(self, minute):
        with self.at(minute):
            self.meeting.close(seen=self.meeting.turn, by=self.meeting.chair)

    def skip_to_close(self, minute=1, why="We are at the fair."):
        """As fast as it goes, with what each phase insists on."""
        with self.at(minute):
            for phase in iter(lambda: self.meeting.phase, Phase.CLOSE):
                turn, chair = self.meeting.turn, self.meeting.chair
                if phase is Phase.INTAKE and not self.meeting.ballots_revealed_at:
                    reveal_ballots(self.meeting, seen=turn, by=chair)
                elif phase is Phase.VOTE and not self.meeting.dots_revealed_at:
                    reveal_dots(self.meeting, seen=turn, by=chair)
                elif phase is Phase.COMMIT:
                    self.meeting.commit_to_nothing(why, by=chair)
                for item in guards.exitless(self.meeting) if phase is Phase.SORT else ():
                    self.meeting.postpone_exit(item, by=chair)
                self.meeting.advance(seen=turn, by=chair)

    def ballot(self, minute, number, **ballots):
        with self.at(minute):
            for name, category in ballots.items():
                cast_ballot(self.come(name), item(number), category)

    def come(self, name):
        return Attendance.come(self.meeting, self.people[name])

    def commit(self, minute, number, *, owner="max", by="max", sprint=2, **more):
        draft = CommitmentDraft(
            **{"owner": self.people[owner].id, "sprint": sprint, "done_when": "It is done", "size": 1} | more
        )
        with self.at(minute):
            return Commitment.make(item(number), draft, by=self.people[by])

    def rate(self, minute, number, category, why=""):
        with self.at(minute):
            item(number).rate(category, by=self.people["max"], why=why)

    def undo(self, minute):
        with self.at(minute):
            undo(last_undoable(self.board.id, self.meeting.first_version), by=self.people["lea"])

    def report(self, minute, title, by="max"):
        with self.at(minute):
            return Item.report(self.board, ItemDraft(title=title), by=self.people[by])

    def member(self, name):
        user = User(email=f"{name.lower()}@example.com", name=name, password_hash="", created_at=FRIDAY)
        db.session.add(user)
        self.board.team.join(user, MEMBER)
        self.people[name.lower()] = user
        return user

    @property
    def minutes(self):
        return minutes_of(self.meeting)


def item(number):
    return db.session.scalar(select(Item).where(Item.board_id == 1, Item.number == number))


def codes(lines):
    return [line.subject.code for line in lines]


def said(lines):
    return [f"{line.subject.code} {line.said}" for line in lines]


def whole_meeting(play):
    """Thirty-one minutes with a bit of everything. D-1 to D-4 are in the inbox when it begins."""
    people = play.people
    play.board.team.guests_vote = True
    play.commit(-14_000, 3, sprint=1, by="max", size=2)
    play.commit(-14_000, 4, sprint=1, by="max", size=2)
    meeting = play.start()
    with play.at(1):
        play.come("lea")
        play.come("max")
        Attendance.come_as_guest(meeting, "Gus")
        Commitment.open_for(item(3)).judge(Verdict.KEPT, by=people["max"])
        item(3).pay(by=people["max"], why="Deploys by a script")
        late = Commitment.open_for(item(4))
        late.judge(Verdict.MISSED, by=people["lea"], why="A week of illness")
    play.advance(4)
    play.report(5, "Two clocks disagree")
    gus = Attendance.all_of(meeting)[2]
    play.ballot(6, 1, lea=CATASTROPHIC, max=CHEAP)
    play.ballot(6, 2, lea=CHEAP, max=CHEAP)
    play.ballot(6, 4, lea=EXPENSIVE, max=EXPENSIVE)
    with play.at(6):
        cast_ballot(gus, item(1), CATASTROPHIC)
        cast_ballot(gus, item(2), CHEAP)
    with play.at(7):
        reveal_ballots(meeting, seen=meeting.turn, by=people["lea"])
    play.advance(8)
    with play.at(9):
        for attendance, number in ((play.come("lea"), 1), (play.come("max"), 1), (gus, 1), (gus, 4)):
            add_dot(attendance, item(number))
        Interest.log(item(1), 40, by=people["max"], note="Waited for a page")
        Interest.log(item(1), 35, by=people["lea"])
    with play.at(11):
        reveal_dots(meeting, seen=meeting.turn, by=people["lea"])
    play.advance(12)
    with play.at(13):
        meeting.take_chair(by=people["max"])
    play.rate(14, 1, CATASTROPHIC, "It touches every query")
    with play.at(15):
        focus.step(meeting, "later", None, by=people["max"])
    with play.at(16):
        focus.go_to(meeting, item(4).id, by=people["max"])
        item(4).edit(item(4).draft.model_copy(update={"why": "Haste", "fix": "A filter"}), by=people["max"])
    play.rate(17, 4, CATASTROPHIC, "Nobody can debug")
    play.rate(18, 4, EXPENSIVE, "It can be fixed in a sprint")
    with play.at(19):
        Waiver.grant(item(1), date(2026, 3, 1), "The new tables come in February", by=people["lea"])
    play.advance(21)
    with play.at(22):
        draft = CommitmentDraft(owner=people["lea"].id, sprint=2, done_when="Each line has an id", size=5.0, over=True)
        Commitment.make(item(4), draft, by=people["max"])
    play.advance(28)
    with play.at(29):
        for name, worth in (("lea", 5), ("max", 4)):
            play.come(name).rate_worth(worth)
        gus.rate_worth(4)
    play.close(31)
    return meeting


WHOLE = """\
# Triage of Harbor, 16 Jan 2026

Closed at 10:31.

- **When:** 16 Jan 2026, 10:00 to 10:31, 31 minutes
- **Sprints:** closes sprint 1 (5 Jan 2026 to 18 Jan 2026), commits to sprint 2 (19 Jan 2026 to 1 Feb 2026)
- **There:** 3 people: Lea, Max (chair), Gus (guest)
- **Chair:** Lea; Max took it over at 10:13
- **Worth it:** 4.3 of 5 (3 answered)

## Verdicts: 1 of 2 kept

- **D-3** Deploys by hand: kept, Max, sprint 1
- **D-4** No request ids in the logs: missed, Max, sprint 1. A week of illness

## Committed for sprint 2

- **D-4** No request ids in the logs: Lea, 5 days, proposed, over-promised, 5 of 4 days. Done when: Each line has an id

5 of 4 days: 1 over the debt budget. In the last sprint you kept 2 days.

## Sorted

- **D-2** Prices are hard-coded: inbox → cheap. All ballots said so.
- **D-1** Session table has no index: inbox → catastrophic. It touches every query
- **D-4** No request ids in the logs: inbox → expensive. Nobody can debug; It can be fixed in a sprint

## New debts

- **D-5** Two clocks disagree: inbox, reported by Max

## Paid, refused, dropped, merged

- **D-3** Deploys by hand: paid. Deploys by a script

## Waivers

- **D-1** Session table has no index: until 1 Mar 2026, by Lea. The new tables come in February

## Next time

- **D-5** Two clocks disagree: not reached

## Ballots

- **D-1** Session table has no index: 1 cheap, 2 catastrophic
- **D-2** Prices are hard-coded: 3 cheap, unanimous
- **D-4** No request ids in the logs: 2 expensive, unanimous

## Dots: 4 placed

- **D-1** Session table has no index: 3 dots
- **D-4** No request ids in the logs: 1 dot

## Interest

- **D-1** Session table has no index: 1 h 15 min

## Minutes spent

- **Review**: 4 of 5 min
- **Intake**: 4 of 4 min
- **Vote**: 4 of 4 min
- **Sort**: 9 of 9 min
- **Commit**: 7 of 6 min
- **Close**: 3 of 2 min
"""


def test_a_whole_meeting_as_markdown(play):
    meeting = whole_meeting(play)
    assert minutes_of(meeting).markdown() == WHOLE


def test_a_whole_meeting_as_data(play):
    minutes = minutes_of(whole_meeting(play))
    assert (minutes.started.isoformat(), minutes.closed.isoformat()) == (
        "2026-01-16T10:00:00+01:00",
        "2026-01-16T10:31:00+01:00",
    )
    assert (minutes.closes.number, minutes.sprint.number, minutes.length) == (1, 2, 31)
    assert [(one.name, one.is_guest, one.is_chair) for one in minutes.people] == [
        ("Lea", False, False),
        ("Max", False, True),
        ("Gus", True, False),
    ]
    assert [(one.name, one.was, f"{one.since:%H:%M}") for one in minutes.chairs] == [
        ("Lea", "", "10:00"),
        ("Max", "Lea", "10:13"),
    ]
    assert [one.minutes for one in minutes.spells] == [4, 4, 4, 9, 7, 3]
    assert [(one.owner, one.verdict, one.why) for one in minutes.verdicts] == [
        ("Max", Verdict.KEPT, ""),
        ("Max", Verdict.MISSED, "A week of illness"),
    ]
    assert [(one.was, one.now, one.reasons) for one in minutes.moved][2] == (
        Category.INBOX,
        EXPENSIVE,
        ("Nobody can debug", "It can be fixed in a sprint"),
    )
    [made] = minutes.committed
    assert (made.owner, made.size, made.unit, made.is_proposed, made.over) == ("Lea", 5.0, "days", True, "5 of 4 days")
    [waiver] = minutes.waivers
    assert (waiver.until, waiver.by, waiver.is_over) == (date(2026, 3, 1), "Lea", False)
    assert [one.is_unanimous for one in minutes.ballots] == [False, True, True]
    assert (minutes.dots_placed, [one.dots for one in minutes.dots]) == (4, [3, 1])
    assert [one.minutes for one in minutes.interest] == [75]
    assert minutes.exitless == ()


def test_the_page_says_the_same_and_links_to_the_items(play, lea):
    meeting = whole_meeting(play)
    page = lea.get(f"/meetings/{meeting.id}/minutes")
    assert page.status_code == 200
    assert "<h1>Triage of Harbor, 16 Jan 2026</h1>" in page.text
    for section in minutes_of(meeting).sections:
        assert f'<h2 id="minutes-{section.name}">{section.title}</h2>' in page.text
    assert '<a href="/items/1"><span class="code">D-1</span> Session table has no index</a>' in page.text
    assert '<span class="badge" data-category="expensive">expensive</span>' in page.text
    assert f'href="/meetings/{meeting.id}/minutes.md"' in page.text
    file = lea.get(f"/meetings/{meeting.id}/minutes.md")
    assert (file.mimetype, file.text) == ("text/markdown", WHOLE)


# Agreement with the rows


def naive(meeting):
    """The same numbers, counted in rows one by one."""
    board, begin, end = meeting.board_id, meeting.started_at, meeting.closed_at or clock.now()

    def rows(model, at):
        found = db.session.scalars(select(model).where(model.board_id == board).order_by(model.id))
        return [row for row in found if getattr(row, at) and begin <= getattr(row, at) <= end]

    events = list(db.session.scalars(select(Event).where(Event.board_id == board).order_by(Event.id)))
    undone = {one.undoes_id for one in events} | {one.id for one in events if one.undoes_id}
    stories = {}
    for one in events:
        if one.action == "item.rated" and one.id not in undone and begin <= one.at <= end:
            stories.setdefault(one.item_id, []).extend([one.what["was"], one.what["now"]])
    interest = {}
    for entry in rows(Interest, "at"):
        interest[entry.item_id] = interest.get(entry.item_id, 0) + entry.minutes
    agenda = AgendaItem.all_of(meeting)
    return {
        "people": [one.name for one in Attendance.all_of(meeting)],
        "verdicts": sorted((one.id, one.verdict, one.verdict_why) for one in rows(Commitment, "verdict_at")),
        "committed": [(one.item_id, one.owner.name, one.done_when, one.size) for one in rows(Commitment, "made_at")],
        "reported": [one.id for one in rows(Item, "reported_at") if one.state is not State.DROPPED],
        "ended": sorted((one.id, one.state) for one in rows(Item, "closed_at") if one.closed_why != "Taken back"),
        "moved": sorted((id, s[0].lower(), s[-1].lower()) for id, s in stories.items() if s[0] != s[-1]),
        "waivers": [(one.item_id, one.until) for one in rows(Waiver, "granted_at") if one.ended_at is None],
        "interest": interest,
        "ballots": {one.item_id: one.split.ballots for one in agenda if one.split.ballots},
        "dots": {one.item_id: one.dots for one in agenda if one.dots},
        "exitless": [one.id for one in guards.exitless(meeting)],
    }


def counted(minutes):
    """What the minutes say, in the same form."""
    return {
        "people": [one.name for one in minutes.people],
        "verdicts": sorted((one.commitment_id, one.verdict, one.why) for one in minutes.verdicts),
        "committed": [(one.subject.id, one.owner, one.done_when, one.size) for one in minutes.committed],
        "reported": [one.subject.id for one in minutes.reported],
        "ended": sorted((one.subject.id, one.state) for one in minutes.ended),
        "moved": sorted((one.subject.id, one.was, one.now) for one in minutes.moved),
        "waivers": [(one.subject.id, one.until) for one in minutes.waivers],
        "interest": {one.subject.id: one.minutes for one in minutes.interest},
        "ballots": {one.subject.id: one.split.ballots for one in minutes.ballots},
        "dots": {one.subject.id: one.dots for one in minutes.dots},
        "exitless": [one.subject.id for one in minutes.exitless],
    }


def test_the_minutes_and_the_rows_agree(play):
    meeting = whole_meeting(play)
    with clock.at(meeting.closed_at):
        assert counted(minutes_of(meeting)) == naive(meeting)


def test_they_agree_after_each_act_of_a_meeting_in_which_much_is_undone(play):
    play.commit(-14_000, 3, sprint=1)
    meeting = play.start()
    play.come("lea")
    acts = [
        lambda minute: Commitment.open_for(item(3)).judge(Verdict.PARTLY, by=play.people["max"], why="Half of it"),
        lambda minute: play.undo(minute),
        lambda minute: Commitment.open_for(item(3)).judge(Verdict.DROPPED, by=play.people["max"], why="Not worth it"),
        lambda minute: item(1).rate(CHEAP, by=play.people["max"], why="Small"),
        lambda minute: item(1).rate(CATASTROPHIC, by=play.people["lea"], why="No"),
        lambda minute: Waiver.grant(item(1), date(2026, 5, 1), "Soon", by=play.people["lea"]),
        lambda minute: play.undo(minute),
        lambda minute: Waiver.grant(item(1), date(2026, 6, 1), "Later", by=play.people["lea"]),
        lambda minute: Waiver.grant(item(1), date(2026, 7, 1), "Later still", by=play.people["lea"]),
        lambda minute: play.undo(minute),
        lambda minute: Waiver.running(item(1)).take_back(by=play.people["max"]),
        lambda minute: play.commit(minute, 1, size=1),
        lambda minute: play.undo(minute),
        lambda minute: Interest.log(item(2), 10, by=play.people["max"]),
        lambda minute: Interest.log(item(2), 20, by=play.people["max"]),
        lambda minute: play.undo(minute),
        lambda minute: play.report(minute, "One"),
        lambda minute: play.undo(minute),
        lambda minute: play.report(minute, "Two"),
        lambda minute: item(4).drop(by=play.people["max"], why="Gone"),
        lambda minute: play.undo(minute),
        lambda minute: item(4).merge(item(2), by=play.people["max"]),
        lambda minute: item(6).refuse(by=play.people["max"], why="Undone in 4a1f"),
        lambda minute: play.undo(minute),
        lambda minute: item(1).rate(Category.INBOX, by=play.people["max"]),
        lambda minute: play.undo(minute),
        lambda minute: play.commit(minute, 2, owner="lea", by="max"),
        lambda minute: Commitment.open_for(item(2)).decline(by=play.people["lea"]),
        lambda minute: play.commit(minute, 2, owner="lea", by="max"),
    ]
    for minute, act in enumerate(acts, 1):
        with play.at(minute):
            act(minute)
        with play.at(minute):
            assert counted(minutes_of(meeting)) == naive(meeting), f"after act {minute}"
    minutes = play.minutes
    assert said(minutes.ended) == ["D-4 merged into D-2 Prices are hard-coded"]
    assert said(minutes.verdicts) == ["D-3 dropped, Max, sprint 1"]
    assert codes(minutes.exitless) == ["D-1"]
    assert codes(minutes.committed) == ["D-2"]
    for gone in ("Half of it", "Soon", "Later still", "One", "Gone", "Undone in 4a1f"):
        assert gone not in minutes.markdown()


# What was undone


def test_what_was_undone_is_not_in_the_minutes(play):
    meeting = play.start()
    for minute, act in enumerate(
        [
            lambda: play.rate(1, 1, CHEAP, "A slip of the hand"),
            lambda: play.commit(1, 2, done_when="A slip of the tongue"),
            lambda: play.report(1, "A slip of the pen"),
        ]
    ):
        act()
        assert "A slip" in play.minutes.markdown()
        play.undo(minute)
        assert "A slip" not in minutes_of(meeting).markdown()


def test_an_item_that_ends_where_it_began_was_not_moved(play):
    play.start()
    play.rate(1, 1, CHEAP, "Small")
    play.rate(2, 1, CATASTROPHIC, "Large")
    assert said(play.minutes.moved) == ["D-1 inbox → catastrophic"]
    play.rate(3, 1, Category.INBOX, "Nobody knows")
    assert play.minutes.moved == ()


# Who voted


def test_voters_are_named_where_it_says_who_was_there_and_nowhere_else(play, lea):
    voters = ["Quirin", "Xenia", "Yolanda"]
    for name in voters:
        play.member(name)
    meeting = play.start()
    play.advance(1) if meeting.phase is Phase.REVIEW else None
    play.ballot(2, 1, quirin=CHEAP, xenia=CATASTROPHIC, yolanda=CATASTROPHIC)
    play.ballot(2, 2, quirin=CHEAP, xenia=CHEAP, yolanda=CHEAP)
    for revealed in (False, True):
        if revealed:
            with play.at(3):
                reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)
        assert [one.said for one in play.minutes.ballots] == (
            ["1 cheap, 2 catastrophic", "3 cheap, unanimous"] if revealed else []
        )
    play.advance(4)
    with play.at(5):
        for name in voters:
            add_dot(play.come(name.lower()), item(1))
    assert play.minutes.dots == ()
    play.skip_to_close(6)
    with play.at(7):
        for name, worth in zip(voters, (1, 2, 5), strict=True):
            play.come(name.lower()).rate_worth(worth)
    play.close(8)
    minutes = play.minutes
    assert said(minutes.dots) == ["D-1 3 dots"]
    page = lea.get(f"/meetings/{meeting.id}/minutes").text
    for text in (minutes.markdown(), page):
        for name in voters:
            [line] = [line for line in text.splitlines() if name in line]
            assert "4 people: Lea (chair), Quirin, Xenia, Yolanda" in line
            assert text.count(name) == 1


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [([], ""), ([5], "1 answered"), ([1, 5], "2 answered"), ([4, 5, 4], "4.3 of 5 (3 answered)")],
)
def test_the_pulse_is_told_when_it_tells_nobody(play, answers, sentence):
    for number, _answer in enumerate(answers):
        play.member(f"Voter{number}")
    play.start()
    play.skip_to_close()
    with play.at(2):
        for number, answer in enumerate(answers):
            play.come(f"voter{number}").rate_worth(answer)
    # Until the close only how many: a mean that changes would tell the answer that changed it.
    assert dict(play.minutes.facts).get("Worth it", "") == (f"{len(answers)} answered" if answers else "")
    play.close(3)
    assert dict(play.minutes.facts).get("Worth it", "") == sentence


# Verdicts


def test_a_postponed_verdict_is_open_given_at_the_close_or_given_later(play):
    for number in (1, 2, 3):
        play.commit(-14_000, number, sprint=1)
    meeting = play.start()
    with play.at(1):
        for number in (1, 2, 3):
            meeting.postpone_verdict(Commitment.open_for(item(number)), by=meeting.chair)
    play.advance(2)
    play.skip_to_close(3)
    with play.at(4):
        Commitment.open_for(item(1)).judge(Verdict.KEPT, by=play.people["max"])
    play.close(5)
    assert said(play.minutes.verdicts) == ["D-1 kept, Max, sprint 1, postponed to the close"]
    assert said(play.minutes.postponed) == [
        "D-2 Max, postponed to the close, still open",
        "D-3 Max, postponed to the close, still open",
    ]
    with play.at(60):
        Commitment.open_for(item(2)).judge(Verdict.MISSED, by=play.people["max"], why="Forgot it")
        Commitment.open_for(item(3)).withdraw(by=play.people["max"])
    with play.at(61):
        Commitment.make(
            item(4),
            CommitmentDraft(owner=play.people["lea"].id, sprint=1, done_when="It is another", size=None),
            by=play.people["lea"],
        )
    assert said(play.minutes.postponed) == [
        "D-2 missed, Max, postponed to the close, given after the meeting",
        "D-3 postponed to the close, and taken back since",
    ]
    assert [one.why for one in play.minutes.postponed] == ["Forgot it", ""]
    assert (
        "- **D-2** Prices are hard-coded: missed, Max, postponed to the close, given after the meeting. Forgot it\n"
        in (play.minutes.markdown())
    )


# Commitments


def test_a_proposed_commitment_is_proposed_until_its_owner_says_yes_or_no(play):
    play.start()
    play.commit(1, 1, owner="lea", by="max", size=1)
    play.commit(2, 2, owner="lea", by="max", size=None, sprint=1)
    play.skip_to_close(3)
    play.close(4)
    assert said(play.minutes.committed) == [
        "D-1 Lea, 1 day, proposed",
        "D-2 Lea, sprint 1, proposed, added in the sprint",
    ]
    with play.at(60):
        Commitment.open_for(item(1)).accept(by=play.people["lea"])
        Commitment.open_for(item(2)).decline(by=play.people["lea"], why="No time")
    play.commit(61, 3)
    assert said(play.minutes.committed) == ["D-1 Lea, 1 day", "D-2 Lea, sprint 1, taken back since"]


def test_the_promise_is_that_of_the_close(play):
    play.start()
    play.commit(1, 1, size=1)
    play.skip_to_close(2)
    play.close(3)
    before = play.minutes.markdown()
    assert "\n1 of 4 days: 3 left of the debt budget.\n" in before
    play.commit(60, 2, size=2)
    assert play.minutes.markdown() == before


def test_committing_to_nothing_needs_its_reason(play):
    play.start()
    play.skip_to_close(why="We are all\nat the fair")
    play.close(2)
    assert (
        "\n\n## Committed for sprint 2\n\nNothing was committed: We are all at the fair.\n\n" in play.minutes.markdown()
    )


# How things stood at the end


def test_what_happens_afterwards_does_not_change_the_minutes(play):
    play.rate(-20, 3, CATASTROPHIC)
    meeting = play.start()
    play.rate(1, 1, CATASTROPHIC, "No way out")
    play.report(2, "Brand new")
    play.skip_to_close(3)
    with play.at(4):
        play.come("lea")
    play.close(5)
    before = play.minutes
    assert codes(before.exitless) == ["D-1", "D-3"]
    assert said(before.later) == ["D-2 not reached", "D-4 not reached", "D-5 not reached"]
    play.rate(60, 1, CHEAP)
    play.rate(61, 1, CATASTROPHIC)
    play.rate(62, 2, CATASTROPHIC)
    play.commit(63, 3, size=1)
    with play.at(64):
        item(4).drop(by=play.people["max"], why="Never mind")
        item(5).rate(CHEAP, by=play.people["max"])
        Interest.log(item(1), 500, by=play.people["max"])
        item(1).pay(by=play.people["max"])
    play.report(65, "Later")
    play.rate(66, 6, CATASTROPHIC)
    with play.at(67):
        item(3).edit(item(3).draft.model_copy(update={"title": item(3).title}), by=play.people["max"])
    assert minutes_of(meeting) == before


def test_what_is_put_off_comes_up_next_time_unless_it_is_settled_after_all(play):
    meeting = play.start()
    with play.at(1):
        reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)
    play.advance(2)
    with play.at(3):
        reveal_dots(meeting, seen=meeting.turn, by=meeting.chair)
    play.advance(4)
    for minute, number in ((5, 1), (6, 2), (7, 3)):
        with play.at(minute):
            focus.go_to(meeting, item(number).id, by=meeting.chair)
            focus.step(meeting, "later", None, by=meeting.chair)
    # What only waits may still be sorted, until the phase is over.
    assert said(play.minutes.later) == ["D-1 put off", "D-2 put off", "D-3 put off"]
    play.rate(8, 2, CHEAP)
    with play.at(9):
        item(3).drop(by=play.people["max"], why="Gone")
    play.skip_to_close(10)
    play.close(11)
    assert said(play.minutes.later) == ["D-1 put off", "D-4 not reached"]


def test_an_exit_that_was_there_at_the_end_counts_though_it_went_later(play):
    for number in (1, 2, 3):
        play.rate(-20, number, CATASTROPHIC)
    play.commit(-19, 1, sprint=2)
    with play.at(-18):
        waiver = Waiver.grant(item(2), date(2026, 1, 17), "One day more", by=play.people["lea"])
        Waiver.grant(item(3), date(2026, 5, 1), "Spring", by=play.people["lea"])
    play.start()
    play.skip_to_close()
    play.close(2)
    assert play.minutes.exitless == ()
    with play.at(60):
        Commitment.open_for(item(1)).withdraw(by=play.people["max"])
        Waiver.running(item(3)).take_back(by=play.people["max"])
    with clock.at(FRIDAY + timedelta(days=30)):
        assert Waiver.running(waiver.item) is None
        assert play.minutes.exitless == ()


def test_waivers_that_are_renewed_and_taken_back(play):
    for number in (1, 2):
        play.rate(-20, number, CATASTROPHIC)
        with play.at(-19):
            Waiver.grant(item(number), date(2026, 4, 1), "Spring", by=play.people["lea"])
    play.start()
    with play.at(1):
        Waiver.grant(item(1), date(2026, 7, 1), "Summer", by=play.people["lea"])
    with play.at(2):
        Waiver.running(item(2)).take_back(by=play.people["max"])
    assert said(play.minutes.waivers) == [
        "D-1 until 1 Jul 2026, by Lea",
        "D-2 the waiver until 1 Apr 2026 was taken back by Max",
    ]
    assert codes(play.minutes.exitless) == ["D-2"]


def test_what_was_closed_and_what_was_reopened(play):
    with play.at(-20):
        for number in (1, 2):
            item(number).pay(by=play.people["max"])
    play.start()
    with play.at(1):
        item(1).reopen(by=play.people["max"], why="It came back")
    with play.at(2):
        item(2).reopen(by=play.people["max"])
    with play.at(3):
        item(2).pay(by=play.people["max"])
    with play.at(4):
        item(3).refuse(by=play.people["max"], why="Undone in 4a1f")
    minutes = play.minutes
    assert [(one.subject.code, one.said, one.why) for one in minutes.ended] == [("D-3", "refused", "Undone in 4a1f")]
    assert [(one.subject.code, one.said, one.why) for one in minutes.reopened_items] == [
        ("D-1", "reopened", "It came back")
    ]


# Other meetings


def test_the_first_meeting_ever_with_nothing_on_the_board(play):
    with play.at(-60):
        for number in (1, 2, 3, 4):
            item(number).drop(by=play.people["max"], why="Before we began")
        play.board.team.first_sprint_on = date(2026, 1, 12)
    play.start()
    play.skip_to_close(1)
    play.close(2)
    assert (
        play.minutes.markdown()
        == """\
# Triage of Harbor, 16 Jan 2026

Closed at 10:02.

- **When:** 16 Jan 2026, 10:00 to 10:02, 2 minutes
- **Sprints:** commits to sprint 1 (12 Jan 2026 to 25 Jan 2026)
- **There:** 1 person: Lea (chair)
- **Chair:** Lea

## Committed for sprint 1

Nothing was committed: the board has no open item.

## Minutes spent

- **Review**: skipped: no commitment was due
- **Intake**: 1 of 4 min
- **Vote**: skipped: the board has no open item
- **Sort**: skipped: nothing is left to sort
- **Commit**: skipped: the board has no open item
- **Close**: 1 of 2 min
"""
    )


def test_a_meeting_alone(play):
    meeting = play.start()
    play.ballot(1, 1, lea=CHEAP)
    with play.at(2):
        reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)
    play.skip_to_close(3)
    play.close(4)
    minutes = play.minutes
    assert [str(one) for one in minutes.people] == ["Lea (chair)"]
    assert said(minutes.ballots) == ["D-1 1 cheap"]
    assert said(minutes.moved) == ["D-1 inbox → cheap"]


def test_a_planned_meeting_has_not_begun(play, lea):
    with play.at(0):
        play.meeting = Meeting.plan(play.board, FRIDAY + timedelta(days=1), by=play.people["lea"])
    assert play.minutes.markdown() == "# Triage of Harbor, 17 Jan 2026\n\nThis meeting has not begun.\n"
    assert lea.get(f"/meetings/{play.meeting.id}/minutes").status_code == 200


def test_a_live_meeting_shows_the_minutes_so_far_and_then_as_they_will_be_published(play):
    meeting = play.start()
    play.rate(1, 1, CHEAP)
    with clock.at(FRIDAY + timedelta(minutes=3)):
        minutes = minutes_of(meeting)
        assert minutes.is_live
        assert minutes.state == "Live: the minutes so far."
        assert dict(minutes.facts)["When"] == "16 Jan 2026, 10:00, 3 minutes so far"
        assert [one.said for one in minutes.spells] == ["skipped: no commitment was due", "3 of 4 min"]
        assert minutes.later == ()
        assert [section.name for section in minutes.sections] == ["moved", "spells"]
    play.skip_to_close(4)
    with clock.at(FRIDAY + timedelta(minutes=5)):
        live = minutes_of(meeting)
    assert live.state == "Live: this is how the minutes will be published."
    play.close(5)
    assert minutes_of(meeting).sections == live.sections


def test_an_undecided_chair_passes_it_to_and_fro(play):
    meeting = play.start()
    for minute, name in ((1, "max"), (2, "lea")):
        with play.at(minute):
            meeting.take_chair(by=play.people[name])
    assert dict(play.minutes.facts)["Chair"] == "Lea; Max took it over at 10:01; Lea took it over at 10:02"


def test_a_meeting_that_ended_by_itself(play):
    meeting = play.start()
    play.rate(1, 1, CHEAP)
    with play.at(12):
        meeting.take_chair(by=play.people["max"])
    play.rate(100, 2, CHEAP, "Within the three hours")
    play.rate(12 + 181, 3, CHEAP, "Not in the meeting any more")
    with play.at(500):
        unwritten = minutes_of(meeting)
    play.rate(1000, 4, CHEAP, "The next day")
    with play.at(2000):
        Meeting.start(play.board, by=play.people["lea"])
    written = minutes_of(meeting)
    assert meeting.ended_itself
    assert written.ended_itself
    assert written.state == "Ended by itself after three idle hours."
    assert dict(written.facts)["When"] == "16 Jan 2026, 10:00 to 10:12, 12 minutes"
    assert f"{written.closed:%H:%M}" == "13:12"
    assert codes(written.moved) == ["D-1", "D-2"]
    assert [one.said for one in written.spells] == [
        "skipped: no commitment was due",
        "12 of 4 min",
        "not reached",
        "not reached",
        "not reached",
        "not reached",
    ]
    assert written.markdown() == unwritten.markdown()
    assert "## Committed for sprint 2\n\nNothing was committed.\n" in written.markdown()


def test_a_reopened_meeting_leaves_out_what_happened_while_it_was_closed(play):
    meeting = play.start()
    play.rate(1, 1, CHEAP, "In the meeting")
    play.skip_to_close(10)
    play.close(12)
    play.rate(60, 2, CHEAP, "While it was closed")
    with play.at(20 * 60):
        meeting.reopen(by=meeting.chair)
    assert play.minutes.state == "Reopened at 06:00 on 17 Jan 2026, live: this is how the minutes will be published."
    play.rate(20 * 60 + 1, 3, CHEAP, "After it was reopened")
    play.close(20 * 60 + 5)
    minutes = play.minutes
    assert minutes.state == "Reopened at 06:00 on 17 Jan 2026, closed at 06:05 on 17 Jan 2026."
    assert codes(minutes.moved) == ["D-1", "D-3"]
    assert minutes.length == 12 + 5
    assert [one.minutes for one in minutes.spells][-1] == 2 + 5
    assert "While it was closed" not in minutes.markdown()


def test_a_meeting_that_ended_by_itself_and_was_reopened(play):
    meeting = play.start()
    play.rate(1, 1, CHEAP, "In the meeting")
    with play.at(12):
        meeting.take_chair(by=play.people["max"])
    play.rate(600, 2, CHEAP, "When nobody was there")
    with play.at(660):
        assert minutes_of(meeting).is_reopenable
        meeting.reopen(by=play.people["max"])
    play.rate(661, 3, CHEAP, "After it was reopened")
    play.close(665)
    assert codes(play.minutes.moved) == ["D-1", "D-3"]
    assert play.minutes.length == 12 + 5


def test_going_back_adds_up_the_minutes_of_a_phase(play):
    meeting = play.start()
    play.skip_to_close(10)
    with play.at(11):
        meeting.go_back(Phase.INTAKE, seen=meeting.turn, by=meeting.chair)
    with play.at(15):
        assert play.minutes.spells[1].spent == timedelta(minutes=14)


def test_the_next_meeting_tells_only_its_own(play):
    play.start()
    play.rate(1, 1, CHEAP, "In the first")
    play.skip_to_close(2)
    play.close(3)
    first = play.minutes
    with play.at(60 * 24 * 14):
        second = Meeting.start(play.board, by=play.people["max"])
        assert "In the first" not in minutes_of(second).markdown()
        assert minutes_of(second).closes.number == 2
    assert minutes_of(db.session.get(Meeting, first.ritual_id)) == first


def test_reopening_is_offered_to_the_chair_for_a_day(play, lea, max_):
    meeting = play.start()
    play.skip_to_close()
    play.close(2)
    with clock.at(FRIDAY + timedelta(hours=23)):
        assert "Reopen the meeting" in lea.get(f"/meetings/{meeting.id}/minutes").text
        assert "Reopen the meeting" not in max_.get(f"/meetings/{meeting.id}/minutes").text
    with clock.at(FRIDAY + timedelta(hours=25)):
        assert "Reopen the meeting" not in lea.get(f"/meetings/{meeting.id}/minutes").text


# What people write

HOSTILE = (
    "# 1. *b* _i_ `c` [l](javascript:alert(1)) ![p](x) <script>alert(1)</script> &lt; | ~~s~~ \\ a_b\n\n## H\n- x\n> q"
)


def tokens(text):
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for token in markdown.parse(text):
        yield token
        yield from token.children or ()


def shape(text):
    return [token.type for token in tokens(text) if token.type not in {"text", "text_special"}]


def test_nothing_that_people_write_breaks_the_document(play, lea):
    tame = minutes_of(whole_meeting(play))
    before = shape(tame.markdown())
    for user in play.people.values():
        user.name = f"{HOSTILE[:60]}"
    play.board.name = HOSTILE[:80]
    for one in db.session.scalars(select(Item)):
        one.title = HOSTILE
    for one in Attendance.all_of(play.meeting):
        one.guest_name = one.guest_name and "<img src=x onerror=alert(1)>"
    for one in db.session.scalars(select(Event)):
        one.why = one.why and HOSTILE
        one.what = one.what | {key: HOSTILE for key in ("done_when", "owner") if key in one.what}
    db.session.commit()
    wild = play.minutes
    assert shape(wild.markdown()) == before
    texts = "".join(token.content for token in tokens(wild.markdown()) if token.type in {"text", "text_special"})
    assert f"D-1 {' '.join(HOSTILE.split())}" in texts
    page = lea.get(f"/meetings/{play.meeting.id}/minutes").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "javascript:alert(1)&#39;" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])) | st.text("#*_`[]()<>!|~\\&;+-=.1a \n\t"))
def test_plain_text_stays_plain_text(text):
    shown = " ".join(text.split())
    for before in ("- **D-1** ", ""):
        found = list(tokens(f"{before}{plain(text)}\n"))
        kinds = {token.type for token in found if token.type not in {"text", "text_special", "inline"}}
        said = "".join(token.content for token in found if token.type in {"text", "text_special"})
        if before:
            assert kinds <= {
                *("bullet_list_open", "list_item_open", "paragraph_open", "strong_open"),
                *("bullet_list_close", "list_item_close", "paragraph_close", "strong_close"),
            }
            assert said == f"D-1 {shown}".strip()
        else:
            assert kinds <= {"paragraph_open", "paragraph_close"}
            assert said == shown


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Prices are hard-coded (3 of 4), see order_total.py", "Prices are hard-coded (3 of 4), see order_total.py"),
        ("# not a heading", r"\# not a heading"),
        ("1. not a list", r"1\. not a list"),
        ("1.5 days", "1.5 days"),
        ("Tom & Anna", "Tom & Anna"),
        ("&amp;", r"\&amp;"),
        ("two\nlines", "two lines"),
    ],
)
def test_plain_text_is_escaped_no_more_than_it_needs(text, written):
    assert plain(text) == written


# Speed


@contextmanager
def queries():
    found = []

    def note(_connection, _cursor, statement, *_more):
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield found
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_long_meeting_is_read_in_as_many_queries_as_a_short_one(play):
    def count():
        db.session.commit()
        db.session.expunge_all()
        meeting = db.session.get(Meeting, play.meeting.id)
        with queries() as asked:
            minutes_of(meeting).markdown()
        play.meeting, play.board = meeting, meeting.board
        play.people = {user.name.lower(): user for user in db.session.query(User)}
        return len(asked)

    whole_meeting(play)
    short = count()
    with play.at(100):
        play.meeting.reopen(by=play.meeting.chair)
    for number in range(6, 26):
        play.report(101, f"Debt {number}")
        play.rate(102, number, CATASTROPHIC)
        if number % 2:
            play.commit(103, number, over=True)
        else:
            with play.at(103):
                Waiver.grant(item(number), date(2026, 4, 1), "Spring", by=play.people["lea"])
        with play.at(104):
            Interest.log(item(number), 5, by=play.people["max"])
    play.close(110)
    assert count() == short
    assert len(re.findall(r"^- ", play.minutes.markdown(), re.MULTILINE)) > 80
