"""The six phases: what must be there before one is left, what is passed over, and who leads."""

from datetime import timedelta

import pytest

from tests.meetings.conftest import HTMX, START, actions, at_once, report, walk
from triage.boards.category import Category
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.database import db
from triage.items.models import Item
from triage.meetings import focus, guards, votes
from triage.meetings.agenda import Phase
from triage.meetings.agenda_item import AgendaItem, Standing
from triage.meetings.models import Meeting
from triage.meetings.room import TriageRoom
from triage.refusal import Refused, Stale
from triage.rooms.access import Seat


@pytest.fixture
def advance(people):
    """One press of the chair on the primary button."""

    def press(meeting):
        meeting.advance(seen=meeting.turn, by=meeting.chair)
        db.session.commit()

    return press


@pytest.fixture
def catastrophe(board, people) -> Item:
    """D-2 is catastrophic and has no exit."""
    item = db.session.get_one(Item, 2)
    item.rate(Category.CATASTROPHIC, by=people["max"])
    db.session.commit()
    return item


# What is missing


def test_a_review_is_not_left_without_a_verdict_on_each_due_commitment(due, meeting_in, advance, people):
    meeting = meeting_in(Phase.REVIEW)
    with pytest.raises(Refused, match="D-4 has no verdict yet"):
        advance(meeting)
    due.judge(Verdict.MISSED, by=people["max"], why="No time")
    advance(meeting)
    assert meeting.phase is Phase.INTAKE


def test_a_verdict_is_postponed_to_the_close_by_the_chair_only_and_said(due, meeting_in, advance, people):
    meeting = meeting_in(Phase.REVIEW)
    with pytest.raises(Refused, match="Lea has the chair"):
        meeting.postpone_verdict(due, by=people["max"])
    for _ in range(2):
        meeting.postpone_verdict(due, by=people["lea"])
    assert actions(meeting).count("postponed_verdict") == 1
    advance(meeting)
    assert meeting.phase is Phase.INTAKE
    due.judge(Verdict.KEPT, by=people["max"])
    with pytest.raises(Refused, match="D-4 has no verdict to postpone"):
        meeting.postpone_verdict(due, by=people["lea"])


def test_a_verdict_that_was_postponed_is_due_again_in_the_next_meeting(due, meeting_in, later):
    walk(first := meeting_in(Phase.REVIEW), Phase.CLOSE)
    first.close(seen=first.turn, by=first.chair)
    db.session.commit()
    with later(days=14):
        following = meeting_in(Phase.REVIEW)
        assert guards.due(following) == [due]
        assert guards.missing(following)


def test_an_intake_is_not_left_while_ballots_are_hidden(meeting, advance, people):
    with pytest.raises(Refused, match=r"The ballots are still hidden\. Reveal them first"):
        advance(meeting)
    votes.reveal_ballots(meeting, seen=meeting.turn, by=people["lea"])
    advance(meeting)
    assert meeting.phase is Phase.VOTE


def test_a_vote_is_not_left_while_dots_are_hidden(meeting_in, advance, people):
    meeting = meeting_in(Phase.VOTE)
    with pytest.raises(Refused, match=r"The dots are still hidden\. Reveal them first"):
        advance(meeting)
    votes.reveal_dots(meeting, seen=meeting.turn, by=people["lea"])
    advance(meeting)
    assert meeting.phase is Phase.SORT


@pytest.mark.parametrize("way_out", ["commit", "refuse", "waive", "postpone", "another category"])
def test_a_sort_is_not_left_while_a_catastrophe_has_no_exit(catastrophe, meeting_in, advance, people, way_out):
    meeting, lea = meeting_in(Phase.SORT), people["lea"]
    with pytest.raises(Refused, match="D-2 has no exit yet"):
        advance(meeting)
    match way_out:
        case "commit":
            draft = CommitmentDraft(owner=lea.id, sprint=2, done_when="It is done")
            Commitment.make(catastrophe, draft, by=lea)
        case "refuse":
            catastrophe.refuse(by=lea, why="Reverted")
        case "waive":
            guards.Waiver.grant(catastrophe, (START + timedelta(days=9)).date(), "Until then", by=lea)
        case "postpone":
            meeting.postpone_exit(catastrophe, by=lea)
        case _:
            catastrophe.rate(Category.CHEAP, by=lea)
    advance(meeting)
    assert meeting.phase is Phase.COMMIT


def test_an_exit_is_postponed_by_the_chair_only_and_only_where_one_is_needed(catastrophe, meeting_in, people):
    meeting = meeting_in(Phase.SORT)
    with pytest.raises(Refused, match="Lea has the chair"):
        meeting.postpone_exit(catastrophe, by=people["max"])
    with pytest.raises(Refused, match="D-1 needs no exit"):
        meeting.postpone_exit(db.session.get_one(Item, 1), by=people["lea"])


def test_a_commit_is_not_left_without_a_commitment_or_a_reason_why_not(meeting_in, advance, people):
    meeting = meeting_in(Phase.COMMIT)
    with pytest.raises(Refused, match="Nothing is committed yet"):
        advance(meeting)
    with pytest.raises(Refused, match="Say in one line why"):
        meeting.commit_to_nothing("  ", by=people["max"])
    meeting.commit_to_nothing("All hands on the release", by=people["max"])
    advance(meeting)
    assert meeting.phase is Phase.CLOSE


def test_one_commitment_is_enough_and_one_of_before_the_meeting_is_not(due, meeting_in, advance, people):
    meeting = meeting_in(Phase.COMMIT)
    with pytest.raises(Refused, match="Nothing is committed yet"):
        advance(meeting)
    draft = CommitmentDraft(owner=people["lea"].id, sprint=2, done_when="It is done")
    Commitment.make(db.session.get_one(Item, 1), draft, by=people["lea"])
    advance(meeting)
    assert meeting.phase is Phase.CLOSE


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "D-1 has"), (2, "D-1 and D-2 have"), (4, "D-1, D-2, D-3 and D-4 have"), (5, "D-1, D-2, D-3 and 2 more have")],
)
def test_what_is_missing_is_named_as_long_as_it_is_few(meeting_in, board, people, count, words):
    report(board, people, 1)
    for item in db.session.query(Item).filter(Item.board_id == 1, Item.number <= count).order_by(Item.id.desc()):
        item.rate(Category.CATASTROPHIC, by=people["max"])  # each on top of the one before
    db.session.commit()
    assert words in guards.missing(meeting_in(Phase.SORT))


# What is passed over


def test_on_a_board_without_debt_all_phases_are_passed_over_but_the_intake(meeting_in, advance, board, people, lea):
    for item in db.session.query(Item).filter_by(board_id=1):
        item.pay(by=people["max"])
    db.session.commit()
    meeting = meeting_in(Phase.INTAKE)
    advance(meeting)
    assert meeting.phase is Phase.CLOSE
    assert meeting.skipped == [
        "Vote was skipped: the board has no open item.",
        "Sort was skipped: nothing is left to sort.",
        "Commit was skipped: the board has no open item.",
    ]
    page = lea.get(f"/meetings/{meeting.id}").text
    assert all(sentence in page for sentence in meeting.skipped)
    assert lea.post(f"/meetings/{meeting.id}/closing", data={"turn": meeting.turn}).status_code == 303


def test_the_button_names_the_phase_that_really_comes_next(app, meeting_in, board, people):
    for item in db.session.query(Item).filter_by(board_id=1):
        item.pay(by=people["max"])
    db.session.commit()
    meeting = meeting_in(Phase.INTAKE)
    with app.test_request_context():
        assert TriageRoom(meeting, Seat.CHAIR).primary.label == "Next: Close"


def test_a_reason_for_passing_over_is_shown_in_the_phase_that_came_instead_only(meeting, advance, people):
    assert meeting.skipped == ["Review was skipped: no commitment was due."]
    votes.reveal_ballots(meeting, seen=meeting.turn, by=people["lea"])
    advance(meeting)
    assert meeting.skipped == []


# To and fro


def test_the_chair_goes_back_and_what_was_revealed_stays_revealed(meeting, come, people):
    max_ = come(meeting, "max")
    votes.cast_ballot(max_, db.session.get_one(Item, 1), Category.CATASTROPHIC)
    walk(meeting, Phase.SORT)
    turn, revealed = meeting.turn, meeting.ballots_revealed_at
    meeting.go_back(Phase.INTAKE, seen=turn, by=people["lea"])
    db.session.commit()
    assert (meeting.phase, meeting.turn, meeting.ballots_revealed_at) == (Phase.INTAKE, turn + 1, revealed)
    assert actions(meeting)[-1] == "went_back"
    walk(meeting, Phase.SORT)
    assert meeting.focus is not None


def test_where_nobody_had_said_anything_going_back_lets_them_say_it(meeting_in, come, people):
    meeting = meeting_in(Phase.SORT)
    meeting.go_back(Phase.VOTE, seen=meeting.turn, by=people["lea"])
    votes.add_dot(come(meeting, "max"), db.session.get_one(Item, 1))
    meeting.go_back(Phase.INTAKE, seen=meeting.turn, by=people["lea"])
    votes.cast_ballot(come(meeting, "max"), db.session.get_one(Item, 1), Category.CHEAP)
    db.session.commit()
    walk(meeting, Phase.SORT)
    one = next(one for one in AgendaItem.all_of(meeting) if one.item_id == 1)
    assert (one.split.words(), one.dots) == ("1 cheap", 1)


@pytest.mark.parametrize("phase", [Phase.VOTE, Phase.SORT, Phase.CLOSE])
def test_one_does_not_go_back_to_where_one_is_or_was_not_yet(meeting_in, people, phase):
    meeting = meeting_in(Phase.VOTE)
    with pytest.raises(Refused, match=f"{phase.label} is not before Vote"):
        meeting.go_back(phase, seen=meeting.turn, by=people["lea"])


def test_the_first_phase_has_none_before_it(due, meeting_in, lea):
    meeting = meeting_in(Phase.REVIEW)
    answer = lea.post("/meetings/1/phase", data={"back": meeting.turn})
    assert answer.status_code == 422
    assert "Review is not before Review" in answer.text


def test_what_was_sorted_stays_sorted_when_the_team_comes_again(meeting_in, people):
    meeting = meeting_in(Phase.SORT)
    first = meeting.focus
    first.rate(Category.CHEAP, by=people["lea"])
    focus.step(meeting, "next", first.id, by=people["lea"])
    meeting.go_back(Phase.VOTE, seen=meeting.turn, by=people["lea"])
    walk(meeting, Phase.SORT)
    standing = {one.item_id: one.standing for one in AgendaItem.all_of(meeting)}
    assert standing.pop(first.id) is Standing.SORTED
    assert set(standing.values()) == {Standing.WAITING}
    assert meeting.focus_id != first.id


# Compare and set


def test_a_press_counts_in_the_phase_it_was_made_in_and_nowhere_else(meeting_in, people):
    meeting = meeting_in(Phase.VOTE)
    for seen in (meeting.turn - 1, meeting.turn + 1, -1, 0):
        for press in (
            lambda seen: meeting.advance(seen=seen, by=people["lea"]),
            lambda seen: meeting.go_back(Phase.INTAKE, seen=seen, by=people["lea"]),
            lambda seen: meeting.close(seen=seen, by=people["lea"]),
            lambda seen: votes.reveal_dots(meeting, seen=seen, by=people["lea"]),
        ):
            with pytest.raises(Stale, match="the meeting is in Vote now"):
                press(seen)
    assert meeting.phase is Phase.VOTE


def test_a_doubled_press_moves_one_phase_and_the_loser_gets_the_fresh_room(meeting_in, lea):
    turn = meeting_in(Phase.COMMIT).turn
    lea.post("/meetings/1/nothing", data={"why": "No time"})
    first, second = (lea.post("/meetings/1/phase", data={"turn": turn}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "What did we decide?" in second.text
    assert '<main id="main"' in second.text, "a whole page"
    assert db.session.get_one(Meeting, 1).turn == turn + 1


def test_htmx_swaps_the_fresh_room_in_and_one_line_says_why(meeting_in, lea):
    turn = meeting_in(Phase.VOTE).turn
    answer = lea.post("/meetings/1/phase", data={"turn": turn - 1}, headers=HTMX)
    assert answer.status_code == 409
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#ritual", "outerMorph show:none")
    assert answer.text.lstrip().startswith('<div id="ritual"')
    assert "<main" not in answer.text
    assert "Somebody was faster: the meeting is in Vote now." in answer.text


def test_a_press_that_names_no_phase_counts_in_none(meeting, lea):
    for path in ("phase", "reveal"):
        assert lea.post(f"/meetings/1/{path}", data={}).status_code == 409, path
    assert lea.post("/meetings/1/phase", data={"turn": "x"}).status_code == 422


def test_of_two_chairs_at_once_one_moves_the_meeting(app, meeting_in, as_):
    turn = meeting_in(Phase.VOTE).turn
    votes.reveal_dots(db.session.get_one(Meeting, 1), seen=turn, by=db.session.get_one(Meeting, 1).chair)
    db.session.commit()
    screens = [as_("lea") for _ in range(2)]
    db.session.rollback()
    answers = at_once(*(lambda one=one: one.post("/meetings/1/phase", data={"turn": turn}) for one in screens))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    db.session.rollback()
    assert (db.session.get_one(Meeting, 1).phase, db.session.get_one(Meeting, 1).turn) == (Phase.SORT, turn + 1)


# The chair


def test_only_the_chair_leads_and_others_are_told_who_has_it(meeting_in, max_):
    meeting = meeting_in(Phase.SORT)
    for path, form in (
        ("phase", {"turn": meeting.turn}),
        ("phase", {"back": meeting.turn}),
        ("timer", {"minutes": "1"}),
        ("focus", {"step": "next"}),
        ("focus", {"item": "1"}),
        ("postponements", {"item": "1"}),
        ("link", {}),
        ("closing", {"turn": meeting.turn}),
        ("budget", {"dots": "9", "dots_per_item": "2"}),
    ):
        answer = max_.post(f"/meetings/1/{path}", data=form)
        assert answer.status_code == 422, path
        assert "Lea has the chair. Take the chair to do this yourself." in answer.text, path


def test_anybody_may_take_the_chair_and_it_is_recorded_once(meeting, lea, max_):
    for _ in range(2):
        assert max_.post("/meetings/1/chair").status_code == 303
    db.session.expire_all()
    assert meeting.chair.name == "Max"
    assert actions(meeting).count("chair_taken") == 1
    assert lea.post("/meetings/1/timer", data={"minutes": "1"}).status_code == 422
    assert max_.post("/meetings/1/timer", data={"minutes": "1"}).status_code == 303


def test_an_observer_reads_and_does_nothing_else(meeting_in, as_):
    meeting, obi = meeting_in(Phase.SORT), as_("obi")
    assert obi.get("/meetings/1").status_code == 200
    assert obi.get("/meetings/1/screen").status_code == 200
    for path, form in (
        ("phase", {"turn": meeting.turn}),
        ("reveal", {"turn": meeting.turn}),
        ("chair", {}),
        ("timer", {"minutes": "1"}),
        ("focus", {"step": "next"}),
        ("postponements", {"item": "1"}),
        ("budget", {"dots": "9", "dots_per_item": "2"}),
        ("closing", {"turn": meeting.turn}),
        ("reopening", {}),
        ("ballots", {"cheap": "1"}),
        ("dots", {"add": "1"}),
        ("ready", {"turn": meeting.turn, "ready": "1"}),
        ("pulse", {"worth": "5"}),
        ("undo", {"event": "1"}),
        ("nothing", {"why": "No"}),
        ("link", {}),
    ):
        assert obi.post(f"/meetings/1/{path}", data=form).status_code == 403, path


def test_a_chair_who_became_an_observer_has_it_no_more(meeting, people, lea, max_):
    team = meeting.board.team
    team.membership_of(people["max"]).change_role(team.membership_of(people["lea"]).role, by=people["lea"])
    team.membership_of(people["lea"]).change_role(team.membership_of(people["obi"]).role, by=people["max"])
    db.session.commit()
    assert lea.post("/meetings/1/timer", data={"minutes": "1"}).status_code == 403
    assert "formaction" not in lea.get("/meetings/1").text
    assert max_.post("/meetings/1/chair").status_code == 303


# The clock


def test_more_time_is_added_to_the_deadline_and_when_it_is_over_to_now(meeting, people, later):
    meeting.extend(2, by=people["lea"])
    assert meeting.deadline == START + timedelta(minutes=6)
    with later(minutes=10):
        meeting.extend(1, by=people["lea"])
        assert meeting.deadline == START + timedelta(minutes=11)
    assert actions(meeting)[-2:] == ["extended", "extended"]


@pytest.mark.parametrize("minutes", ["3", "-1", "0", "1.5", "", "x"])
def test_no_other_time_is_added(meeting, lea, minutes):
    before = meeting.deadline
    assert lea.post("/meetings/1/timer", data={"minutes": minutes}).status_code == 422
    db.session.expire_all()
    assert meeting.deadline == before


def test_time_alone_moves_nothing(meeting, lea, later):
    with later(hours=2):
        assert "What new debts have been added?" in lea.get("/meetings/1").text
        assert meeting.phase is Phase.INTAKE


def test_what_is_left_is_cut_anew_when_a_phase_took_too_long(meeting, people, advance, later):
    with later(minutes=10):
        votes.reveal_ballots(meeting, seen=meeting.turn, by=people["lea"])
        advance(meeting)
        # 20 minutes are left for what was planned to take 21: 4, 9, 6 and 2.
        assert meeting.deadline == START + timedelta(minutes=13, seconds=48)
        assert TriageRoom(meeting, Seat.CHAIR).timer.sentence == "1:00 over. Voting now has 3:48."


def test_who_leaves_a_phase_early_is_not_told_to_hurry(meeting_in):
    meeting = meeting_in(Phase.VOTE)
    assert meeting.deadline == START + timedelta(minutes=4)
    assert TriageRoom(meeting, Seat.CHAIR).timer.sentence == ""
