"""Deciding: one or two process changes, each with an owner and a sign; what they are about; how all that is told."""

import re
from datetime import timedelta

import pytest

from tests.meetings.conftest import START
from tests.retrospectives.conftest import closed, decide
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.meetings.agenda import Phase as TriagePhase
from triage.refusal import Refused
from triage.retrospectives import notes
from triage.retrospectives.agenda import Phase, Prompt
from triage.retrospectives.answers import Done, Helped
from triage.retrospectives.changes import ChangeLink, ProcessChange
from triage.retrospectives.review import cast_answer, settle

PATH = "/retrospectives/1"
GOOD = {"what": "Review within a day", "owner": "2", "seen_by": "No review waits"}
TOMORROW = f"{START.date() + timedelta(days=1)}"


@pytest.fixture
def deciding(retro_in):
    return retro_in(Phase.DECIDE)


@pytest.fixture
def depot(team, people) -> Board:
    """A second board, with a D-1 of its own."""
    depot = Board.open(team, "Depot", by=people["lea"])
    Item.report(depot, ItemDraft(title="Slow tests"), by=people["lea"])
    db.session.commit()
    return depot


def promise(people, item_id=1) -> Commitment:
    made = CommitmentDraft(owner=people["max"].id, sprint=3, done_when="It is done", over=True)
    commitment = Commitment.make(db.session.get_one(Item, item_id), made, by=people["max"])
    db.session.commit()
    return commitment


def test_it_cannot_close_with_none_nor_decide_on_a_third_and_says_so_in_a_sentence(deciding, lea, max_):
    none = lea.post(f"{PATH}/phase", data={"turn": str(deciding.turn)})
    assert none.status_code == 422
    assert "No process change is decided yet. Write down one or two: what, who, and how you will see it." in none.text
    for _ in range(2):
        assert max_.post(f"{PATH}/changes", data=GOOD).status_code == 303
    third = max_.post(f"{PATH}/changes", data=GOOD | {"what": "A third thing"})
    assert third.status_code == 422
    assert "Two process changes are decided, and a third is one too many: change one, or take it back." in third.text
    assert "A third thing" in third.text, "what was typed is not lost"
    assert lea.post(f"{PATH}/phase", data={"turn": str(deciding.turn)}).status_code == 303


def test_one_that_ended_by_itself_and_is_reopened_cannot_close_with_none_either(gathering, people, later):
    with later(hours=4):
        gathering.reopen(by=people["lea"])
        assert gathering.phase is Phase.CLOSE
        with pytest.raises(Refused, match="No process change is decided yet"):
            gathering.close(seen=gathering.turn, by=people["lea"])
        gathering.go_back(Phase.DECIDE, seen=gathering.turn, by=people["lea"])
        decide(gathering)
        gathering.advance(seen=gathering.turn, by=people["lea"])
        gathering.close(seen=gathering.turn, by=people["lea"])


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("owner", "3", "The owner is a lead or a member of the team. Choose one of them."),  # observes
        ("owner", "4", "The owner is a lead or a member of the team. Choose one of them."),  # a stranger
        ("owner", "999", "The owner is a lead or a member of the team. Choose one of them."),
        ("owner", "", "Owner"),
        ("owner", "-1", "Owner"),
        ("what", "", "What you change is empty"),
        ("what", "x" * 301, "What you change has 301 characters; 300 fit"),
        ("seen_by", " ", "How you will see it worked is empty"),
        ("seen_by", "x" * 301, "300 fit"),
        ("seen_by", "a\u202eb", "U+202E"),
        ("tried_until", f"{START.date()}", "An experiment runs until a day that is still to come."),
        ("tried_until", "2020-01-01", "An experiment runs until a day that is still to come."),
        ("tried_until", "soon", "Choose a day, or write it as 2027-03-31."),
        ("debts", "x" * 201, "200 fit"),
        ("debts", "D-99", "There is no D-99 on the team's boards. Write its code as its card has it."),
        ("debts", "Nowhere D-1", "There is no D-1 on Nowhere."),
        ("debts", "the session table", "Write the codes of the debts, such as D-17, or leave it empty."),
        ("debts", "Other D-1", "There is no D-1 on Other."),  # it is on Zoe's
        ("debts", "D-9999999999", "Write the codes of the debts"),
    ],
)
def test_a_change_that_will_not_do_is_refused_beside_its_field(deciding, max_, field, value, sentence):
    change = decide(deciding)
    db.session.commit()
    for path in (f"{PATH}/changes", f"/changes/{change.id}"):
        answer = max_.post(path, data=GOOD | {"what": "Another thing"} | {field: value})
        assert answer.status_code == 422
        assert sentence in answer.text.replace("&#39;", "'")
        assert f'id="{field}-error"' in answer.text
        assert field == "what" or "Another thing" in answer.text
    db.session.rollback()
    assert [one.what for one in db.session.query(ProcessChange)] == ["Review within a day"]
    assert db.session.query(ChangeLink).count() == 0


def test_who_has_left_the_team_owns_nothing_new(deciding, team, people):
    next(one for one in team.members if one.user is people["max"]).leave()
    db.session.commit()
    with pytest.raises(Refused, match="The owner is a lead or a member"):
        decide(deciding)


def test_debts_are_named_by_their_codes_and_by_their_board_where_two_have_the_code(deciding, depot, max_):
    for typed, codes in (
        ("D-1", None),
        ("Depot D-1", ["Depot D-1"]),
        ("depot d-1, HARBOR D-1", ["Depot D-1", "Harbor D-1"]),
        ("D-2; D-3,D-2", ["Harbor D-2", "Harbor D-3"]),
        ("", []),
    ):
        answer = max_.post(f"{PATH}/changes", data=GOOD | {"debts": typed})
        if codes is None:
            assert answer.status_code == 422
            assert "D-1 is on Harbor and Depot. Write the board before it: Harbor D-1." in answer.text
            continue
        assert answer.status_code == 303, typed
        change = db.session.query(ProcessChange).one()
        assert [f"{item.board.name} {item.code}" for item in change.items] == codes
        page = max_.get(f"/changes/{change.id}").text
        again = re.search(r'name="debts"[^>]*? value="([^"]*)"', page)
        assert (
            max_.post(f"/changes/{change.id}", data=GOOD | {"debts": again[1] if again else ""}).status_code == 303
        ), "as it was asked"
        db.session.expire_all()
        assert [f"{item.board.name} {item.code}" for item in change.items] == codes
        assert max_.post(f"/changes/{change.id}/withdrawal").status_code == 303
        db.session.rollback()


def test_what_stands_behind_the_codes_is_not_passed_over_in_silence(deciding, max_):
    answer = max_.post(f"{PATH}/changes", data=GOOD | {"debts": "D-1, the prices"})
    assert answer.status_code == 422
    assert "Write the codes of the debts, such as D-17" in answer.text


def test_commitments_are_linked_and_those_of_another_team_are_not(deciding, people, max_, as_):
    mine = promise(people)
    zoes = CommitmentDraft(owner=people["zoe"].id, sprint=1, done_when="It is done", over=True)
    theirs = Commitment.make(db.session.get_one(Item, 5), zoes, by=people["zoe"])
    db.session.commit()
    assert "D-1" in max_.get(f"{PATH}/changes").text
    assert "secret" not in max_.get(f"{PATH}/changes").text
    form = GOOD | {"commitments": [str(mine.id), str(theirs.id), "999999"]}
    assert max_.post(f"{PATH}/changes", data=form).status_code == 303
    change = db.session.query(ProcessChange).one()
    assert change.commitments == [mine]
    assert max_.get(f"/changes/{change.id}").text.count("checked") == 1
    for bad in ("x", "-1", "9" * 5_000):
        assert max_.post(f"/changes/{change.id}", data=GOOD | {"commitments": bad}).status_code == 422


def test_a_commitment_that_is_withdrawn_disappears_from_the_change_without_a_word(deciding, people, lea, max_):
    commitment = promise(people)
    max_.post(f"{PATH}/changes", data=GOOD | {"debts": "D-2", "commitments": str(commitment.id)})
    assert max_.post(f"/commitments/{commitment.id}/withdrawal").status_code == 303
    db.session.rollback()
    db.session.expire_all()
    change = db.session.query(ProcessChange).one()
    assert (change.commitments, [item.code for item in change.items]) == ([], ["D-2"])
    closed(deciding)
    for path in (PATH + "/minutes.md", "/teams/1", "/teams/1/retrospectives", "/boards/1"):
        assert lea.get(path).status_code == 200
    assert "It is about D-2" in lea.get(PATH + "/minutes.md").text


def test_a_change_is_worded_better_and_taken_back_while_it_is_decided(deciding, lea, max_):
    max_.post(f"{PATH}/changes", data=GOOD | {"tried_until": TOMORROW, "debts": "D-1"})
    assert "built-in" not in lea.get(f"{PATH}/changes").text
    page = lea.get("/changes/1").text
    assert f'value="{TOMORROW}"' in page
    assert 'value="D-1"' in page
    assert lea.post("/changes/1", data=GOOD | {"what": "Review twice a day", "owner": "1"}).status_code == 303
    change = db.session.get_one(ProcessChange, 1)
    assert (change.what, change.owner.name, change.tried_until, change.items) == ("Review twice a day", "Lea", None, [])
    db.session.rollback()
    assert max_.post("/changes/1/withdrawal").status_code == 303
    assert max_.post("/changes/1/withdrawal").status_code == 404
    assert max_.post("/changes/1", data=GOOD).status_code == 404
    db.session.rollback()
    assert db.session.query(ChangeLink).count() == db.session.query(ProcessChange).count() == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_whoever_waited_for_the_lock_sees_that_the_retrospective_was_closed_meanwhile(deciding, in_app):
    change = decide(deciding)
    db.session.commit()
    assert change.retrospective.phase is Phase.DECIDE
    with db.engine.begin() as another:
        another.exec_driver_sql("update ritual set phase = 'close', status = 'closed'")
    change.hold()
    with pytest.raises(Refused, match="This retrospective is closed"):
        change.withdraw(by=deciding.chair)


# How it is told


def test_the_minutes_say_what_was_decided_and_what_was_said_and_by_nobody(
    reviewing, guests_vote, come, people, later, depot, lea
):
    retro, by = reviewing, people["lea"]
    commitment = promise(people, 2)
    attendances = [come(retro, name) for name in ("lea", "max", "Gil")]
    for attendance, done in zip(attendances, (Done.YES, Done.YES, Done.PARTLY), strict=True):
        cast_answer(attendance, 1, done, is_done=True)
        cast_answer(attendance, 1, Helped.EARLY if done is Done.PARTLY else Helped.YES, is_done=False)
    retro.reveal(seen=retro.turn, by=by)
    settle(retro, 1, Helped.EARLY, by=by)
    with later(minutes=6):
        retro.advance(seen=retro.turn, by=by)
        lea_, max_, gil = attendances
        one = notes.write(lea_, Prompt.SLOWED, "Reviews *wait*")
        two = notes.write(gil, Prompt.SLOWED, "Nobody reviews", is_signed=True)
        notes.write(max_, Prompt.KEPT, "Pairing")
        retro.reveal(seen=retro.turn, by=by)
    with later(minutes=13):
        retro.advance(seen=retro.turn, by=by)
        notes.same_as(retro, two, one)
        for who in (lea_, lea_, max_):
            notes.add_dot(who, one)
        retro.reveal(seen=retro.turn, by=by)
    with later(minutes=20):
        retro.advance(seen=retro.turn, by=by)
        retro.take_chair(by=people["max"])
        decide(retro, debts="Harbor D-1", commitments=[commitment.id], tried_until=START.date() + timedelta(days=9))
        decide(retro, what="Pair on Mondays", owner=1, seen_by="Two names on each change.")
    with later(minutes=28):
        retro.advance(seen=retro.turn, by=people["max"])
        for attendance, worth in zip(attendances, (5, 4, 4), strict=True):
            attendance.rate_worth(worth)
    with later(minutes=30):
        retro.close(seen=retro.turn, by=people["max"])
        db.session.commit()
    found = lea.get("/retrospectives/2/minutes.md")
    assert (found.status_code, found.mimetype) == (200, "text/markdown")
    assert found.text == MINUTES
    page = lea.get("/retrospectives/2/minutes").text
    for words in ("Review within a day", "Nobody reviews (Gil)", "What slowed us down?", "3 dots", "4.3 of 5"):
        assert words in page
    assert "Nothing was gathered." not in page


MINUTES = """\
# Retrospective of Harbor, 19 Jan 2026

Closed at 09:30.

- **When:** 19 Jan 2026, 09:00 to 09:30, 30 minutes
- **There:** 3 people: Lea, Max (chair), Gil (guest)
- **Chair:** Lea; Max took it over at 09:20
- **Worth it:** 4.3 of 5 (3 answered)

## What we change

- **Review within a day**: Max, an experiment until 28 Jan 2026. We will see that it worked: \
No review waits. It is about D-1 Session table has no index, the commitment to D-2 Prices are hard-coded \
in sprint 3.
- **Pair on Mondays**: Lea. We will see that it worked: Two names on each change.

## What became of the last changes

- **Review within a day**: Max, done: yes, helped: too early. Done: 2 yes, 1 partly; helped: 2 yes, 1 too early

## What kept us going?

- **Pairing**

## What slowed us down?

- **Reviews \\*wait\\***: 3 dots. The same: Nobody reviews (Gil)

## Minutes spent

- **Review**: 6 of 5 min
- **Gather**: 7 of 7 min
- **Vote**: 7 of 8 min
- **Decide**: 8 of 8 min
- **Close**: 2 of 2 min
"""


def test_the_changes_stand_on_the_teams_page_and_remind_the_next_triage(deciding, triage_in, lea, as_):
    decide(deciding, debts="D-1")
    db.session.commit()
    pages = lambda: (lea.get("/teams/1").text, lea.get("/teams/1/retrospectives").text)  # noqa: E731
    assert all("What we do differently" not in page or "No change is being tried" in page for page in pages())
    closed(deciding)
    for page in (*pages(), as_("obi").get("/teams/1").text):
        assert "What we do differently" in page
        assert "Review within a day" in page
        assert "No review waits" in page
    triage_in(TriagePhase.INTAKE)
    page = lea.get("/meetings/2").text
    assert "What we do differently" in page, "the review was skipped, so the intake reminds of them"
    assert "Review within a day" in page


def test_the_review_of_the_next_triage_reminds_of_them(deciding, board, people, lea, later):
    decide(deciding)
    closed(deciding)
    with later(days=-10):
        made = CommitmentDraft(owner=2, sprint=1, done_when="It is done", over=True)
        Commitment.make(db.session.get_one(Item, 4), made, by=people["max"])
        db.session.commit()
    lea.post("/boards/1/meetings")
    page = lea.get("/meetings/2").text
    assert "How did last sprint" in page
    assert "Review within a day" in page
