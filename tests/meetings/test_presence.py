"""Who is in the room, and what each screen hears of it."""

from tests.meetings.conftest import closed, report, walk
from triage.boards.category import Category
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.events.undo import last_undoable, undo
from triage.items.models import Item
from triage.live.room import Rooms
from triage.meetings import votes
from triage.meetings.agenda import Phase
from triage.meetings.room import TriageRoom
from triage.rooms.access import Seat
from triage.rooms.attendance import Attendance
from triage.rooms.presence import Presence


def item(id: int) -> Item:
    return db.session.get_one(Item, id)


def here(meeting) -> dict[str, bool]:
    """Name → is this person present?"""
    db.session.expire_all()
    return {person.name: person.is_present for person in TriageRoom(meeting, Seat.READER).people}


# Coming and going


def test_who_arrives_is_seen_on_every_other_screen(meeting, opened):
    lea = opened(meeting, "lea")
    lea.hears()
    opened(meeting, "max")
    head = lea.sees()
    assert "Max" in head
    assert "2 here" in head


def test_a_person_with_two_screens_is_one_person_and_there_until_the_last_is_closed(meeting, opened, later):
    laptop, phone = opened(meeting, "max"), opened(meeting, "max")
    assert here(meeting) == {"Max": True}
    phone.close()
    with later(seconds=50):
        laptop.hears()
    with later(seconds=100):
        assert here(meeting) == {"Max": True}
    laptop.close()
    with later(seconds=111):
        assert here(meeting) == {"Max": False}


def test_one_is_gone_after_a_minute_without_a_sign_and_others_see_it(meeting, opened, later):
    lea, max_ = opened(meeting, "lea"), opened(meeting, "max")
    lea.hears()
    max_.close()
    with later(seconds=59):
        assert "data-gone" not in lea.sees()
        assert here(meeting) == {"Lea": True, "Max": True}
    with later(seconds=60):
        assert "data-gone" in lea.sees()
        assert here(meeting) == {"Lea": True, "Max": False}


def test_when_the_chair_is_gone_others_are_told_and_nothing_moves_by_itself(meeting, opened, later):
    lea, max_ = opened(meeting, "lea"), opened(meeting, "max")
    max_.hears()
    lea.close()
    with later(seconds=45):
        assert "is gone" not in max_.sees()
    with later(seconds=46):
        head = max_.sees()
        assert "Lea is gone." in head
        assert "Take the chair" in head
    with later(hours=1):
        max_.hears()
        db.session.expire_all()
        assert (meeting.chair.name, meeting.phase, meeting.is_live) == ("Lea", Phase.INTAKE, True)


def test_a_chair_who_never_opened_the_room_is_gone_too(meeting, opened, later):
    with later(seconds=46):
        max_ = opened(meeting, "max")
        assert "Lea is gone." in max_.sees()


def test_the_screen_on_the_wall_is_nobody_and_keeps_nobody_there(meeting, opened, later):
    lea = opened(meeting, "lea")
    wall = opened(meeting, "lea", is_wall=True)
    lea.close()
    with later(seconds=100):
        wall.hears()
        assert here(meeting) == {"Lea": False}
    opened(meeting, "max", is_wall=True)
    opened(meeting, "obi")
    assert set(here(meeting)) == {"Lea"}


def test_a_reload_rings_nobody(meeting, opened):
    opened(meeting, "max").close()
    lea = opened(meeting, "lea")
    lea.hears()
    version = meeting.board.version
    opened(meeting, "max")
    db.session.expire_all()
    assert meeting.board.version == version
    assert lea.hears() == []


def test_nobody_comes_to_a_meeting_that_is_over(meeting, opened, later):
    with later(hours=3, seconds=1):
        opened(meeting, "max").hears()
    closed(meeting)
    opened(meeting, "max").hears()
    assert db.session.query(Attendance).count() == 0


# While you were away


def test_a_late_comer_is_told_what_was_done_before(meeting, opened, board, people):
    report(board, people, 2)
    item(1).rate(Category.CHEAP, by=people["lea"])
    item(1).rate(Category.CATASTROPHIC, by=people["lea"])
    db.session.commit()
    assert "While you were away: 2 reported, 1 sorted." in opened(meeting, "max").sees()


def test_who_returns_is_told_what_was_done_since_and_nothing_of_before(meeting, opened, board, people, later):
    max_ = opened(meeting, "max")
    report(board, people, 1)
    max_.hears()
    max_.close()
    report(board, people, 2)
    with later(seconds=61):
        again = opened(meeting, "max")
        assert "While you were away: 2 reported." in again.sees()
        assert "While you were away" not in again.sees(), "once"


def test_who_left_after_a_moment_is_told_nothing_of_what_was_before_the_meeting(meeting, opened, later):
    opened(meeting, "max").close()  # before it gave a sign of life
    with later(seconds=61):
        assert "While you were away" not in opened(meeting, "max").sees()


def test_who_only_reloads_is_told_nothing(guests_vote, meeting, opened, board, people, come):
    come(meeting, "Gil")
    for name in ("max", "Gil"):
        opened(meeting, name).close()
        report(board, people, 1)
        assert "While you were away" not in opened(meeting, name).sees(), name


def test_who_starts_the_meeting_was_not_away(meeting, opened):
    assert "While you were away" not in opened(meeting, "lea").sees()


def test_what_was_undone_again_did_not_happen_while_one_was_away(meeting, opened, people):
    item(1).rate(Category.CHEAP, by=people["lea"])
    db.session.commit()
    undo(last_undoable(1, meeting.first_version), by=people["max"])
    db.session.commit()
    assert "While you were away" not in opened(meeting, "max").sees()


# What a screen hears


def test_every_screen_asks_for_the_whole_room_when_a_phase_begins_or_something_is_revealed(
    guests_vote, meeting, opened, come
):
    come(meeting, "Gil")
    screens = {name: opened(meeting, name) for name in ("lea", "max", "obi", "Gil")}
    wall = opened(meeting, "lea", is_wall=True)
    for name, screen in screens.items():
        assert "turn" not in screen.events(), name
    wall.hears()
    votes.reveal_ballots(meeting, seen=meeting.turn, by=meeting.chair)
    db.session.commit()
    for screen in screens.values():
        assert screen.events() == ["turn"]
    for phase in (Phase.VOTE, Phase.SORT, Phase.COMMIT, Phase.CLOSE):
        walk(meeting, phase)
        for screen in screens.values():
            assert screen.events() == ["turn"], phase
        assert phase.question in (heard := wall.hears())[0][1], phase
        assert [event for event, _data in heard] == [""], phase


def test_a_screen_that_missed_the_turn_is_told_of_it_when_it_connects_again(meeting_in, opened):
    meeting = meeting_in(Phase.INTAKE)
    since = meeting.board.version
    walk(meeting, Phase.VOTE)
    assert "turn" in opened(meeting, "max", since=since).events()
    assert "turn" not in opened(meeting, "max").events()


def test_a_vote_is_asked_for_by_ones_own_other_screens_and_told_to_others_as_progress_only(meeting_in, opened, max_):
    meeting = meeting_in(Phase.VOTE)
    laptop, phone, lea, wall = (
        opened(meeting, "max"),
        opened(meeting, "max"),
        opened(meeting, "lea"),
        opened(meeting, "lea", is_wall=True),
    )
    for screen in (laptop, phone, lea, wall):
        screen.hears()
    max_.post("/meetings/1/dots", data={"add": "1"})
    for screen in (laptop, phone):
        assert screen.events() == ["room"]
    messages = lea.hears()
    assert [event for event, _data in messages] == [""]
    assert "1 of 10 dots are placed" in messages[0][1]
    assert "D-1" not in messages[0][1]
    messages = wall.hears()
    assert [event for event, _data in messages] == [""]
    assert "1 of 10 dots are placed" in messages[0][1]
    assert "of your dots" not in messages[0][1]


def test_a_changed_ballot_is_told_to_nobody_else(meeting, opened, max_):
    opened(meeting, "max")
    lea, wall = opened(meeting, "lea"), opened(meeting, "lea", is_wall=True)
    max_.post("/meetings/1/ballots", data={"cheap": "1"})
    lea.hears(), wall.hears()
    max_.post("/meetings/1/ballots", data={"catastrophic": "1"})
    assert lea.hears() == []
    assert wall.hears() == []


def test_the_chairs_own_dots_are_not_on_the_wall_that_the_chair_opened(meeting_in, opened, lea):
    meeting = meeting_in(Phase.VOTE)
    plain = lea.get("/meetings/1/screen").text
    opened(meeting, "lea")
    wall = opened(meeting, "lea", is_wall=True, since=meeting.turned)
    for _ in range(3):
        lea.post("/meetings/1/dots", data={"add": "1"})
    for text in (lea.get("/meetings/1/screen").text, wall.sees()):
        assert "dots left" not in text
        assert "of your dots" not in text
        assert "formaction" not in text
    assert "formaction" not in plain
    assert "3 of your dots" in lea.get("/meetings/1").text


def test_cards_come_in_the_sort_and_not_on_the_wall(meeting_in, opened, people):
    meeting = meeting_in(Phase.SORT)
    lea, wall = opened(meeting, "lea"), opened(meeting, "lea", is_wall=True)
    lea.hears(), wall.hears()
    item(1).rate(Category.CHEAP, by=people["max"])
    db.session.commit()
    assert 'hx-target="#board"' in (seen := lea.sees())
    assert 'data-category="cheap"' in seen
    assert 'hx-target="#board"' not in wall.sees()


def test_what_is_new_on_a_secret_stage_is_asked_for_by_each(meeting, opened, board, people):
    lea, wall = opened(meeting, "lea"), opened(meeting, "lea", is_wall=True)
    lea.hears(), wall.hears()
    report(board, people, 1)
    assert lea.events() == ["room"]
    assert "Debt 0" in wall.sees()


def test_who_is_asked_to_take_a_commitment_sees_it_at_once_and_nobody_else_does(meeting_in, opened, people, max_):
    meeting = meeting_in(Phase.COMMIT)
    max_screen, lea, wall = opened(meeting, "max"), opened(meeting, "lea"), opened(meeting, "max", is_wall=True)
    for screen in (max_screen, lea, wall):
        screen.hears()
    draft = CommitmentDraft(owner=people["max"].id, sprint=2, done_when="It is done")
    commitment = Commitment.make(item(1), draft, by=people["lea"])
    db.session.commit()
    assert max_screen.events() == ["room"]
    assert "You are asked to take D-1" in max_.get("/meetings/1").text
    assert lea.events() == wall.events() == []
    commitment.accept(by=people["max"])
    db.session.commit()
    assert max_screen.events() == ["room"]


def test_a_meeting_survives_a_restart_everybody_comes_back_where_they_were(app, meeting_in, opened, max_, later):
    """A new process knows nothing but the database."""
    meeting = meeting_in(Phase.VOTE)
    for name in ("lea", "max"):
        opened(meeting, name).hears()
    max_.post("/meetings/1/dots", data={"add": "1"})
    before = max_.get("/meetings/1").text
    app.extensions["rooms"], app.extensions["presence"] = Rooms(), Presence()
    with later(seconds=30):
        again = opened(meeting, "max")
        assert "While you were away" not in again.sees()
        assert here(meeting) == {"Lea": True, "Max": True}
    assert "1 of your dots" in before
    assert "1 of your dots" in max_.get("/meetings/1").text


def test_in_a_room_where_something_happens_all_the_time_nobody_is_gone(meeting_in, opened, come, later):
    """Each look has something to tell, and is a sign of life all the same."""
    meeting = meeting_in(Phase.VOTE)
    screens = {name: opened(meeting, name) for name in ("lea", "max")}
    attendance = come(meeting, "max")
    for minute, press in enumerate((votes.add_dot, votes.take_dot) * 2):
        with later(seconds=30 * minute):
            press(attendance, item(1))
            db.session.commit()
            for name, screen in screens.items():
                assert screen.hears(), name
            db.session.expire_all()
    with later(seconds=100):
        assert here(meeting) == {"Lea": True, "Max": True}
