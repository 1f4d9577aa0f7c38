"""Who may what in a retrospective: members act, guests as the team allows, observers read, strangers see nothing."""

import pytest

from tests.retrospectives.conftest import closed, decide, hold_retrospectives, notes_in, walk
from tests.web.snapshot import changed, rows
from tests.web.test_bad_input import ATTACK, harmless
from triage.database import db
from triage.meetings.agenda import Phase as TriagePhase
from triage.retrospectives import notes
from triage.retrospectives.agenda import Phase, Prompt
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.minutes import minutes_of
from triage.retrospectives.notes import Note
from triage.retrospectives.review import ChangeReview, ReviewBallot
from triage.rooms.attendance import Attendance
from triage.teams.models import Team

PATH = "/retrospectives/1"


def everything_private(retro) -> dict[str, list[dict[str, object]]]:
    """What one writes and votes with, by the last part of its address."""
    ids = [note.id for note in Note.all_of(retro)]
    return {
        "answers": [{"done_yes": 1}, {"helped_none": 1}],
        "notes": [{"prompt": "kept", "text": "Pairing"}],
        "wordings": [{"note": ids[0], "text": "Trios"}],
        "withdrawals": [{"note": ids[0]}],
        "dots": [{"add": ids[0]}, {"take": ids[0]}],
    }


@pytest.mark.parametrize("phase", [Phase.GATHER, Phase.VOTE, Phase.DECIDE])
def test_observers_read_the_room_and_change_nothing_and_strangers_find_none(app, retro_in, come, as_, phase):
    retro = retro_in(phase)
    if phase is Phase.GATHER:
        notes.write(come(retro, "max"), Prompt.KEPT, "Pairing")
        db.session.commit()
    forms_of = everything_private(retro)
    db.session.rollback()
    before = rows(app)
    obi, zoe = as_("obi"), as_("zoe")
    for path in (PATH, f"{PATH}/screen", f"{PATH}/minutes", f"{PATH}/minutes.md", "/teams/1/retrospectives"):
        assert obi.get(path).status_code == 200, path
        assert zoe.get(path).status_code == 404, path
    page = obi.get(PATH).text
    assert 'name="text"' not in page
    assert 'name="add"' not in page
    assert "Decide on a change" not in page
    for name, forms in forms_of.items():
        for form in forms:
            assert obi.post(f"{PATH}/{name}", data=form).status_code == 403, name
            assert zoe.post(f"{PATH}/{name}", data=form).status_code == 404, name
    assert changed(before, rows(app)) <= {"user_session"}


def test_no_look_at_anything_of_a_retrospective_writes(app, team, people, lea, max_):
    held = hold_retrospectives(people["lea"], people["max"])
    retro = closed(held["close"])
    change = ProcessChange.decided_in(retro)[0].id
    db.session.rollback()
    before = rows(app)
    for one in held.values():
        for path in ("", "/screen", "/minutes", "/minutes.md", "/budget", "/changes"):
            answer = max_.get(f"/retrospectives/{one.id}{path}")
            assert answer.status_code in (200, 303), (one.status, path)
        assert lea.get(f"/teams/{one.team_id}/retrospectives").status_code == 200
        assert lea.get(f"/teams/{one.team_id}").status_code == 200
    assert max_.get(f"/changes/{change}").status_code == 200
    assert rows(app) == before


def test_guests_write_and_vote_where_the_team_lets_them_and_watch_where_not(voting, team, guest):
    gil = guest(voting, "Gil")
    one, two, _three = Note.all_of(voting)
    answer = gil.post(f"{PATH}/dots", data={"add": one.id})
    assert answer.status_code == 422
    assert "Guests of this team watch." in answer.text
    assert 'name="add"' not in gil.get(PATH).text
    team.guests_vote = True
    db.session.commit()
    assert 'name="add"' in gil.get(PATH).text
    assert gil.post(f"{PATH}/dots", data={"add": one.id}).status_code == 303
    for path, form in (
        ("groups", {"note": one.id, "same_as": two.id}),
        ("changes", {"what": "x", "owner": "2", "seen_by": "y"}),
        ("outcomes", {"done_yes": "1"}),
        ("phase", {"turn": "2"}),
        ("reveal", {"turn": "2"}),
        ("budget", {"dots": "9", "dots_per_item": "9"}),
        ("chair", {}),
    ):
        assert gil.post(f"{PATH}/{path}", data=form).location.startswith("/sign-in"), path
    voting.go_back(Phase.GATHER, seen=voting.turn, by=voting.chair)
    db.session.commit()
    assert gil.post(f"{PATH}/notes", data={"prompt": "kept", "text": "A guest's", "signed": "1"}).status_code == 303
    mine = notes_in(voting)["A guest's"]
    assert mine.signed == "Gil"
    assert gil.post(f"{PATH}/wordings", data={"note": mine.id, "text": "Better"}).status_code == 303
    assert gil.post(f"{PATH}/withdrawals", data={"note": one.id}).status_code == 422, "it is Max's"
    assert gil.post(f"{PATH}/withdrawals", data={"note": mine.id}).status_code == 303
    db.session.rollback()
    assert "Better" not in notes_in(voting)


def test_a_guest_of_a_triage_is_none_in_the_retrospective_after_it(triage_in, gathering, guest, app):
    gil = guest(gathering, "Gil")
    closed(gathering)
    answer = gil.get(PATH)
    assert answer.status_code == 200
    assert "The retrospective is over" in answer.text
    assert gil.get(f"{PATH}/minutes").location.startswith("/sign-in")
    assert gil.post(f"{PATH}/notes", data={"prompt": "kept", "text": "Late"}).status_code == 422
    assert gil.get("/meetings/1").location.startswith("/sign-in")


def test_ids_of_another_teams_retrospective_note_or_change_do_not_mix(app, people, lea):
    """Lea leads all these teams: what she may see, she may still not carry from one room into another."""
    held = hold_retrospectives(people["lea"], people["max"])
    mine = Attendance.come(held["gather"], people["lea"])
    own = notes.write(mine, Prompt.KEPT, "Lea's own")
    db.session.commit()
    vote, decided = held["vote"], held["decide"]
    here, foreign = Note.all_of(vote)[0].id, own.id
    (change,) = ProcessChange.decided_in(decided)
    due = ChangeReview.all_of(held["judging"])[0].change_id
    db.session.rollback()
    before = rows(app)
    for where, path, form in (
        (vote, "groups", {"note": here, "same_as": foreign}),
        (vote, "groups", {"note": foreign, "same_as": here}),
        (vote, "groups", {"note": foreign}),
        (vote, "dots", {"add": foreign}),
        (vote, "dots", {"take": foreign}),
        (vote, "withdrawals", {"note": foreign}),
        (held["gather"], "wordings", {"note": here, "text": "x"}),
        (held["review"], "answers", {"done_yes": due}),
        (held["review"], "answers", {"helped_yes": change.id}),
        (held["judging"], "outcomes", {"done_yes": change.id}),
    ):
        answer = lea.post(f"/retrospectives/{where.id}/{path}", data=form)
        assert answer.status_code == 422, (path, form)
    for path in ("", "/phase", "/reveal", "/dots"):
        assert lea.post(f"/meetings/{vote.id}{path or '/chair'}", data={"turn": "2"}).status_code == 404, path
    assert rows(app) == before
    assert db.session.query(ReviewBallot).count() == 0


def test_a_triage_is_no_retrospective_and_the_other_way_round(triage_in, gathering, lea):
    triage = triage_in(TriagePhase.INTAKE)
    for path in ("", "/minutes", "/screen"):
        assert lea.get(f"/retrospectives/{triage.id}{path}").status_code == 404
        assert lea.get(f"/meetings/{gathering.id}{path}").status_code == 404


def test_whoever_was_removed_writes_nothing_more_and_is_still_named_where_they_own_a_change(
    retro_in, team, people, max_
):
    deciding = retro_in(Phase.DECIDE)
    decide(deciding)
    next(one for one in team.members if one.user is people["max"]).leave()
    db.session.commit()
    assert max_.post(f"{PATH}/chair").status_code == 404
    closed(deciding)
    assert "**Review within a day**: Max." in minutes_of(deciding).markdown()


def test_html_in_a_note_a_name_or_a_change_is_text_on_every_page_that_shows_it(retro_in, people, lea, max_):
    people["max"].name = ATTACK[:80]
    db.session.commit()
    for kind in ("kept_prompt", "slowed_prompt"):
        setattr(db.session.get_one(Team, 1), kind, ATTACK[:80])
    db.session.commit()
    retro = retro_in(Phase.GATHER)
    for form in ({"prompt": "kept", "text": ATTACK}, {"prompt": "slowed", "text": f"Lea {ATTACK}", "signed": "1"}):
        assert max_.post(f"{PATH}/notes", data=form).status_code == 303
    pages = [max_.get(PATH).text, max_.post(f"{PATH}/notes", data={"prompt": "kept", "text": ATTACK * 9}).text]
    for phase in (Phase.VOTE, Phase.DECIDE):
        walk(retro, phase)
        pages += [max_.get(PATH).text, lea.get(f"{PATH}/screen").text]
    form = {"what": ATTACK, "owner": "2", "seen_by": ATTACK}
    pages.append(max_.post(f"{PATH}/changes", data=form | {"debts": ATTACK}).text)
    assert max_.post(f"{PATH}/changes", data=form).status_code == 303
    pages += [max_.get(path).text for path in (PATH, "/changes/1")]
    db.session.expire_all()
    closed(retro)
    again = retro_in(Phase.REVIEW)
    paths = (f"{PATH}/minutes", "/teams/1", "/teams/1/retrospectives", f"/retrospectives/{again.id}")
    pages += [lea.get(path).text for path in paths]
    for page in pages:
        assert "pwn" in page
        assert harmless(page)
