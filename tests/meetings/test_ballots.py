"""Ballots: each says in private what an item is, and what all agree on is sorted without a word."""

from collections import Counter

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.meetings.conftest import HTMX, THOROUGH, actions, closed, report, walk
from triage.boards.category import Category
from triage.boards.models import Board
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.meetings import guards, votes
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.room import TriageRoom
from triage.meetings.votes import Ballot
from triage.refusal import Refused, Stale
from triage.rooms.access import Seat
from triage.rooms.attendance import Attendance

CHOICES = [Category.CHEAP, Category.EXPENSIVE, Category.CATASTROPHIC]
MOST_PEOPLE = 4


def item(id: int) -> Item:
    return db.session.get_one(Item, id)


def agenda(meeting) -> dict[int, AgendaItem]:
    return {one.item_id: one for one in AgendaItem.all_of(meeting)}


def reveal(meeting) -> None:
    votes.reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)
    db.session.commit()


# Against a plain model


def test_whatever_is_chosen_the_reveal_settles_what_a_plain_count_settles(guests_vote, meeting):
    item(2).explain(why="A hurry", fix="An index", by=meeting.chair)  # it may become expensive at once
    db.session.commit()

    class Choosing(RuleBasedStateMachine):
        @initialize()
        def two_are_there(self):
            self.ballots, self.people, self.asked, self.explained = {}, [], {1, 2, 3, 4}, {2}
            self.merged = {}
            self.somebody_comes()
            self.somebody_comes()

        @rule()
        def somebody_comes(self):
            if len(self.people) < MOST_PEOPLE:
                guest, _token = Attendance.come_as_guest(meeting, f"Guest {len(self.people)}")
                self.people.append(guest.id)

        def choose(self, person, id, category):
            attendance = db.session.get_one(Attendance, person)
            if id in self.asked:
                votes.cast_ballot(attendance, item(id), category)
                self.ballots.pop((person, id), None)
                if category:
                    self.ballots[person, id] = category
            else:
                with pytest.raises(Refused, match="is not up for a ballot any more"):
                    votes.cast_ballot(attendance, item(id), category)

        @rule(data=st.data(), category=st.sampled_from([*CHOICES, None]))
        def cast_or_change_or_take_back(self, data, category):
            ids = sorted({1, 2, 3, 4} | self.asked)
            self.choose(data.draw(st.sampled_from(self.people)), data.draw(st.sampled_from(ids)), category)

        @rule(data=st.data(), category=st.sampled_from(CHOICES))
        def all_say_the_same(self, data, category):
            id = data.draw(st.sampled_from(sorted({1, 2, 3, 4} | self.asked)))
            for person in self.people:
                self.choose(person, id, category)

        @rule(data=st.data())
        def somebody_leaves(self, data):
            """What was said before counts all the same."""
            db.session.get_one(Attendance, data.draw(st.sampled_from(self.people))).token_hash = None

        @rule()
        def somebody_reports_an_item(self):
            if len(self.asked) < 6:
                self.asked.add(Item.report(meeting.board, ItemDraft(title="More"), by=meeting.chair).id)

        @rule(data=st.data(), how=st.sampled_from(["sort", "drop", "merge"]))
        def an_item_goes(self, data, how):
            if len(self.asked) > 2:
                id, into = data.draw(st.lists(st.sampled_from(sorted(self.asked)), min_size=2, max_size=2, unique=True))
                self.asked.discard(id)
                match how:
                    case "sort":
                        item(id).rate(Category.CHEAP, by=meeting.chair)
                    case "drop":
                        item(id).drop(by=meeting.chair, why="Gone")
                    case "merge":
                        item(id).merge(item(into), by=meeting.chair)
                        self.merged[id] = into

        def counting_for(self, id):
            """Who says what of an item: themselves, else by the last ballot on one that was merged into it."""
            said = {}
            for own in (False, True):
                for (who, of), category in self.ballots.items():
                    target = of
                    while target in self.merged:
                        target = self.merged[target]
                    if target == id and (of == id) is own:
                        said[who] = category
            return said

        @invariant()
        def everybody_sees_their_own_and_nothing_is_sorted_yet(self):
            for person in self.people:
                mine = {id: category for (who, id), category in self.ballots.items() if who == person}
                assert votes.ballots_of(db.session.get_one(Attendance, person)) == mine
            assert votes.voters(meeting) == len({who for who, _id in self.ballots})
            assert AgendaItem.all_of(meeting) == []

        def teardown(self):
            try:
                votes.reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)
                self.the_reveal_says_so()
            finally:
                db.session.rollback()

        def the_reveal_says_so(self):
            found = agenda(meeting)
            assert set(found) == self.asked
            everyone = len({who for id in found for who in self.counting_for(id)})
            for id, one in found.items():
                cast = Counter(self.counting_for(id).values())
                assert one.split.ballots == dict(cast)
                agreed = next(iter(cast)) if len(cast) == 1 and cast.total() * 2 >= everyone else None
                assert one.agreed == agreed
                is_sorted = agreed and (agreed is not Category.EXPENSIVE or id in self.explained)
                assert item(id).category == (agreed if is_sorted else Category.INBOX)
                settles = is_sorted and agreed is not Category.CATASTROPHIC
                assert one.standing == (Standing.SETTLED if settles else Standing.WAITING)

    run_state_machine_as_test(Choosing, settings=THOROUGH)


# The rules


def test_ballots_are_revealed_by_the_chair_once(meeting, people, come):
    votes.cast_ballot(come(meeting, "max"), item(1), Category.CHEAP)
    with pytest.raises(Refused, match="Lea has the chair"):
        votes.reveal_ballots(meeting, seen=meeting.turn, by=people["max"])
    reveal(meeting)
    with pytest.raises(Stale, match="revealed already"):
        reveal(meeting)
    assert actions(meeting).count("revealed_ballots") == 1


def test_after_the_reveal_no_ballot_is_cast_changed_or_taken_back(meeting, come, max_):
    votes.cast_ballot(come(meeting, "max"), item(1), Category.CHEAP)
    reveal(meeting)
    for category in ("cheap", "catastrophic", "none"):
        answer = max_.post("/meetings/1/ballots", data={category: "1"}, headers=HTMX)
        assert answer.status_code == 409
        assert "The ballots are revealed already" in answer.text
    assert agenda(meeting)[1].split.words() == "1 cheap"


def test_one_hasty_ballot_among_many_settles_nothing(meeting, guests_vote, come):
    for name in ("Gil", "Kim", "Ida"):
        votes.cast_ballot(come(meeting, name), item(1), Category.CHEAP)
    votes.cast_ballot(come(meeting, "max"), item(2), Category.CHEAP)
    reveal(meeting)
    assert (item(1).category, item(2).category) == (Category.CHEAP, Category.INBOX)


def test_expensive_debt_that_nobody_explained_is_agreed_and_waits_for_its_words(meeting, come, lea):
    votes.cast_ballot(come(meeting, "max"), item(1), Category.EXPENSIVE)
    reveal(meeting)
    assert (item(1).category, agenda(meeting)[1].agreed) == (Category.INBOX, Category.EXPENSIVE)
    assert "write down why and the fix" in lea.get("/meetings/1").text
    walk(meeting, Phase.SORT)
    assert 1 in agenda(meeting)


def test_a_catastrophe_all_agree_on_is_sorted_and_talked_about_because_it_needs_an_exit(meeting, come):
    votes.cast_ballot(come(meeting, "max"), item(1), Category.CATASTROPHIC)
    reveal(meeting)
    assert item(1).category is Category.CATASTROPHIC
    walk(meeting, Phase.SORT)
    assert agenda(meeting)[1].standing is Standing.WAITING
    assert "D-1 has no exit yet" in guards.missing(meeting)


def test_splits_are_talked_about_first_the_widest_before_all(meeting, guests_vote, come):
    lea, max_ = come(meeting, "lea"), come(meeting, "max")
    for who, id, category in (
        (lea, 2, Category.CHEAP),
        (max_, 2, Category.EXPENSIVE),
        (lea, 3, Category.CHEAP),
        (max_, 3, Category.CATASTROPHIC),
        (lea, 4, Category.CHEAP),
        (max_, 4, Category.CHEAP),
    ):
        votes.cast_ballot(who, item(id), category)
    reveal(meeting)
    walk(meeting, Phase.SORT)
    assert [one.item_id for one in AgendaItem.all_of(meeting) if one.standing is Standing.WAITING] == [3, 2, 1]
    assert meeting.focus_id == 3


def test_an_item_that_comes_after_the_reveal_is_on_the_agenda(meeting, board, people):
    reveal(meeting)
    (new,) = report(db.session.get_one(Board, 1), people, 1)
    walk(meeting, Phase.SORT)
    assert new.id in agenda(meeting)


def test_a_ballot_says_one_of_three_things_about_an_item_that_is_asked_about(meeting, max_, people):
    item(4).rate(Category.CHEAP, by=people["lea"])
    db.session.commit()
    for id, category, sentence in (
        (1, "inbox", "Choose cheap, expensive or catastrophic."),
        (1, "huge", "Choose cheap, expensive or catastrophic."),
        ("", "cheap", "Choose cheap, expensive or catastrophic."),
        ("one", "cheap", "Cheap"),
        (4, "cheap", "D-4 is not up for a ballot any more."),
        (5, "cheap", "not on the meeting&#39;s board"),
        (999_999, "cheap", "not on the meeting&#39;s board"),
        (10**30, "cheap", "Cheap"),
    ):
        answer = max_.post("/meetings/1/ballots", data={category: id})
        assert answer.status_code == 422, (id, category)
        assert sentence in answer.text
    assert db.session.query(Ballot).count() == 0


def test_a_ballot_is_always_ones_own_whoever_the_form_names(meeting, come, max_):
    lea = come(meeting, "lea")
    form = {"cheap": "1", "attendance_id": lea.id, "user_id": 1, "by": 1}
    assert max_.post("/meetings/1/ballots", data=form).status_code == 303
    assert votes.ballots_of(lea) == {}
    assert db.session.query(Ballot).count() == 1


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in {Phase.INTAKE, Phase.REVIEW}])
def test_ballots_are_cast_in_the_intake_only(meeting_in, max_, phase):
    meeting_in(phase)
    assert max_.post("/meetings/1/ballots", data={"cheap": "1"}).status_code == 409
    assert db.session.query(Ballot).count() == 0


def test_an_observer_a_stranger_and_a_guest_who_only_watches_cast_none(meeting, as_, guest):
    gil = guest(meeting, "Gil")
    for person, status in ((as_("obi"), 403), (as_("zoe"), 404), (gil, 422)):
        assert person.post("/meetings/1/ballots", data={"cheap": "1"}).status_code == status
    assert db.session.query(Ballot).count() == 0


def test_the_end_of_the_meeting_deletes_who_said_what(meeting, come):
    votes.cast_ballot(come(meeting, "max"), item(1), Category.CHEAP)
    db.session.commit()
    closed(meeting)
    assert db.session.query(Ballot).count() == 0
    assert agenda(meeting)[1].split.words() == "1 cheap"


def test_htmx_gets_its_own_row_back_at_once(meeting, max_):
    answer = max_.post("/meetings/1/ballots", data={"cheap": "1"}, headers=HTMX)
    assert answer.status_code == 200
    assert 'hx-target="#candidate-1"' in answer.text
    assert answer.text.count('aria-pressed="true"') == 1


def test_one_person_with_two_screens_has_one_ballot(meeting, as_):
    laptop, phone = as_("max"), as_("max")
    laptop.post("/meetings/1/ballots", data={"cheap": "1"})
    phone.post("/meetings/1/ballots", data={"expensive": "1"})
    assert [ballot.category for ballot in db.session.query(Ballot)] == [Category.EXPENSIVE]
    assert TriageRoom(meeting, Seat.MEMBER).progress == "1 of 1 have chosen"
