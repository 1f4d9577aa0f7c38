"""Notes: written in silence, put together, and given dots."""

import pytest

from tests.meetings.conftest import HTMX
from tests.retrospectives.conftest import closed, notes_in, walk
from triage.accounts.models import User
from triage.database import db
from triage.refusal import Refused, Stale
from triage.retrospectives import notes
from triage.retrospectives.agenda import Phase, Prompt
from triage.retrospectives.drafts import NOTE
from triage.retrospectives.notes import MOST_NOTES, Note, NoteDot, grouped
from triage.rooms.attendance import Attendance
from triage.rooms.dots import change_budget, placed

PATH = "/retrospectives/1"


def write(person, text, prompt="kept", **more):
    return person.post(f"{PATH}/notes", data={"prompt": prompt, "text": text, **more})


# Writing


def test_a_note_is_written_worded_anew_and_taken_back_by_its_writer_alone(gathering, lea, max_):
    assert write(max_, "  Pairing\r\nin the morning ").status_code == 303
    (note,) = Note.all_of(gathering)
    assert (note.text, note.prompt, note.signed, note.dots) == ("Pairing\nin the morning", Prompt.KEPT, "", 0)
    id = note.id
    for path, form in (("wordings", {"text": "Mine now"}), ("withdrawals", {})):
        answer = lea.post(f"{PATH}/{path}", data={"note": id, **form})
        assert answer.status_code == 422
        assert "Only who wrote a note changes it or takes it back." in answer.text
    assert max_.post(f"{PATH}/wordings", data={"note": id, "text": "Trios"}).status_code == 303
    assert [one.text for one in db.session.query(Note)] == ["Trios"]
    assert max_.post(f"{PATH}/withdrawals", data={"note": id}).status_code == 303
    db.session.rollback()
    assert db.session.query(Note).count() == 0
    for path, form in (("wordings", {"text": "Late"}), ("withdrawals", {})):
        answer = max_.post(f"{PATH}/{path}", data={"note": id, **form})
        assert answer.status_code == 422
        assert "This note is not here any more." in answer.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Note is empty"),
        (" \r\n\t ", "Note is empty"),
        ("x" * 5_000, f"Note has 5000 characters; {NOTE} fit"),
        ("a\x00b", "U+0000"),
        ("a\u202eb", "U+202E"),
    ],
)
def test_a_note_that_will_not_do_is_refused_in_a_sentence_and_nothing_is_lost(gathering, max_, text, sentence):
    write(max_, "Pairing")
    (note,) = Note.all_of(gathering)
    for answer in (
        write(max_, text),
        max_.post(f"{PATH}/wordings", data={"note": note.id, "text": text}),
        max_.post(f"{PATH}/notes", data={"prompt": "kept", "text": text}, headers=HTMX),
    ):
        assert answer.status_code == 422
        assert sentence in answer.text
    db.session.rollback()
    assert [one.text for one in db.session.query(Note)] == ["Pairing"]
    assert write(max_, "x" * NOTE).status_code == 303


def test_a_prompt_that_there_is_not_is_refused(gathering, max_):
    for prompt in ("", "angry", "KEPT", "0"):
        assert write(max_, "Pairing", prompt).status_code == 422
    assert db.session.query(Note).count() == 0


def test_there_is_room_for_so_many_notes_and_no_more(gathering, come, max_):
    author = come(gathering, "max")
    rows = [
        {"team_id": 1, "retrospective_id": 1, "prompt": Prompt.KEPT, "text": f"{n}", "signed": "", "dots": 0, "id": n}
        for n in range(1, MOST_NOTES)
    ]
    db.session.execute(Note.__table__.insert(), rows)
    db.session.commit()
    assert author.ritual is gathering
    assert write(max_, "The last").status_code == 303
    answer = write(max_, "One too many")
    assert answer.status_code == 422
    assert f"{MOST_NOTES} notes are the most. Say the rest aloud." in answer.text
    assert notes.count(gathering) == MOST_NOTES


def test_one_may_sign_and_the_name_stays_with_the_note(gathering, people, max_):
    write(max_, "Pairing", signed="1")
    write(max_, "Standing up")
    signed = {note.text: note.signed for note in Note.all_of(gathering)}
    assert signed == {"Pairing": "Max", "Standing up": ""}
    closed(gathering)
    assert "**Pairing (Max)**" in max_.get(f"{PATH}/minutes.md").text
    assert "**Standing up**" in max_.get(f"{PATH}/minutes.md").text


def test_whoever_is_named_in_a_note_the_writer_is_asked_gently_and_never_stopped(gathering, people, team, lea, max_):
    db.session.get_one(User, 1).name = "Lea Lang"
    db.session.commit()
    for text, named in (
        ("LEA is late", ["Lea Lang"]),
        ("max and Lea argue", ["Lea Lang", "Max"]),
        ("Releases leap ahead, to the max.", ["Max"]),
        ("Releases leak", []),
        ("Zoe is not of the team", []),
    ):
        assert notes.names_in(text, team) == named, text
    answer = max_.post(f"{PATH}/notes", data={"prompt": "slowed", "text": "Lea is late"}, headers=HTMX)
    assert answer.status_code == 200
    assert "This names Lea Lang. Say it about the process?" in answer.text
    assert "Say it about the process?" in max_.get(PATH).text
    assert "Say it about the process?" not in lea.get(PATH).text
    assert [note.text for note in Note.all_of(gathering)] == ["Lea is late"]
    lea.post(f"{PATH}/reveal", data={"turn": "1"})
    assert "Lea is late" in lea.get(PATH).text
    assert "Say it about the process?" not in lea.get(PATH).text


def test_a_team_words_its_questions_and_what_has_begun_keeps_those_it_began_with(gathering, team, lea):
    team.slowed_prompt = "What held us up?"
    db.session.commit()
    assert gathering.question(Prompt.SLOWED) == "What slowed us down?"
    assert "What held us up?" not in lea.get(PATH).text
    closed(gathering)
    lea.post("/teams/1/retrospectives")
    following = db.session.get_one(type(gathering), 2)
    assert following.question(Prompt.SLOWED) == "What held us up?"
    walk(following, Phase.GATHER)
    assert "What held us up?" in lea.get("/retrospectives/2").text


def test_others_see_how_many_notes_there_are_and_what_they_say_after_the_reveal(gathering, lea, max_, as_):
    write(max_, "Pairing")
    write(max_, "Standing up", "puzzled")
    obi = as_("obi")
    for person in (lea, obi):
        page = person.get(PATH).text
        assert "2 notes so far" in page
        assert "Pairing" not in page
    assert "Pairing" in max_.get(PATH).text
    assert lea.post(f"{PATH}/phase", data={"turn": "1"}).status_code == 422
    lea.post(f"{PATH}/reveal", data={"turn": "1"})
    for person in (lea, obi):
        assert "Pairing" in person.get(PATH).text
    answer = lea.post(f"{PATH}/reveal", data={"turn": "1"})
    assert answer.status_code == 409
    assert "The notes are revealed already." in answer.text
    assert write(lea, "What was missing").status_code == 303
    assert "What was missing" in obi.get(PATH).text


@pytest.mark.parametrize("phase", [Phase.VOTE, Phase.DECIDE, Phase.CLOSE])
def test_notes_are_written_while_they_are_gathered_only(retro_in, max_, phase):
    retro_in(phase)
    note = db.session.query(Note.id).filter_by(text="Pairing").scalar()
    for path, form in (("notes", {"prompt": "kept", "text": "Late"}), ("wordings", {"note": note, "text": "Late"})):
        answer = max_.post(f"{PATH}/{path}", data=form)
        assert answer.status_code == 409
        assert phase.question in answer.text, "the fresh room"
    assert max_.post(f"{PATH}/withdrawals", data={"note": note}).status_code == (303 if phase is Phase.VOTE else 409)


# Putting together


def same(retro, one, other):
    found = notes_in(retro)
    notes.same_as(retro, found[one], found[other])
    db.session.commit()


def groups(retro) -> set[frozenset[str]]:
    return {frozenset(note.text for note in (lead, *others)) for lead, others in grouped(Note.all_of(retro))}


def test_notes_that_say_the_same_are_put_together_also_in_chains_and_never_in_circles(voting, max_):
    ids = {text: note.id for text, note in notes_in(voting).items()}
    one, two, three = ids
    form = {"note": ids[one], "same_as": ids[two]}
    assert max_.post(f"{PATH}/groups", data=form).status_code == 303
    for pair in ((one, two), (two, one), (one, one)):
        answer = max_.post(f"{PATH}/groups", data=dict(zip(form, (ids[name] for name in pair), strict=True)))
        assert answer.status_code == 422
        assert "These two are together already." in answer.text
    db.session.expire_all()
    assert groups(voting) == {frozenset({one, two}), frozenset({three})}
    same(voting, two, three)
    assert groups(voting) == {frozenset(ids)}
    assert {note.same_as_id for note in Note.all_of(voting)} == {None, ids[three]}, "one speaks for all"
    assert max_.post(f"{PATH}/groups", data={"note": ids[three], "same_as": ids[one]}).status_code == 422


def test_a_note_stands_alone_again_and_another_speaks_for_the_rest(voting, max_):
    one, two, three = notes_in(voting)
    same(voting, one, three)
    same(voting, two, three)
    found = notes_in(voting)
    notes.stand_alone(voting, found[three])
    assert groups(voting) == {frozenset({one, two}), frozenset({three})}
    db.session.commit()
    assert max_.post(f"{PATH}/groups", data={"note": found[one].id}).status_code == 303
    db.session.expire_all()
    assert groups(voting) == {frozenset({name}) for name in (one, two, three)}
    answer = max_.post(f"{PATH}/groups", data={"note": found[one].id})
    assert answer.status_code == 422
    assert "This note stands alone already." in answer.text


def test_notes_are_put_together_before_the_dots_are_revealed_and_not_after(voting, people, max_):
    found = notes_in(voting)
    one, two, three = found
    same(voting, one, two)
    voting.reveal(seen=voting.turn, by=people["lea"])
    db.session.commit()
    for form in ({"note": found[two].id, "same_as": found[three].id}, {"note": found[one].id}):
        answer = max_.post(f"{PATH}/groups", data=form)
        assert answer.status_code == 409
        assert "The dots are revealed already: the groups stay as they are." in answer.text
    answer = max_.post(f"{PATH}/withdrawals", data={"note": found[one].id})
    assert answer.status_code == 422
    assert "It stays." in answer.text
    assert groups(voting) == {frozenset({one, two}), frozenset({three})}


def test_notes_are_not_put_together_while_they_are_hidden(gathering, come, max_):
    author = come(gathering, "max")
    one, two = (notes.write(author, Prompt.KEPT, text) for text in ("One", "Two"))
    db.session.commit()
    assert max_.post(f"{PATH}/groups", data={"note": one.id, "same_as": two.id}).status_code == 409


@pytest.mark.parametrize("id", ["-1", "x", "", "1e0", "999999999999999999999", "2147483648"])
def test_a_note_that_there_is_not_is_refused(voting, max_, id):
    for path, form in (
        ("groups", {"note": id}),
        ("groups", {"note": Note.all_of(voting)[0].id, "same_as": id or "x"}),
        ("dots", {"add": id}),
        ("dots", {"take": id}),
        ("withdrawals", {"note": id}),
    ):
        assert max_.post(f"{PATH}/{path}", data=form).status_code == 422, path


# Dots


def test_dots_follow_a_note_into_its_group_and_out_of_it_they_stay_with_the_group(voting, come):
    lea, max_ = come(voting, "lea"), come(voting, "max")
    one, two, three = notes_in(voting)
    for attendance, name, times in ((lea, one, 2), (max_, one, 1), (max_, two, 3)):
        for _ in range(times):
            notes.add_dot(attendance, notes_in(voting)[name])
    db.session.commit()
    same(voting, one, two)
    found = notes_in(voting)
    lead = found[two].id
    assert (notes.dots_of(lea), notes.dots_of(max_)) == ({lead: 2}, {lead: 4})
    with pytest.raises(Refused, match="3 dots on one note is the most"):
        notes.add_dot(max_, found[one])
    db.session.rollback()
    notes.add_dot(lea, found[two])
    with pytest.raises(Refused, match="3 dots on one note is the most"):
        notes.add_dot(lea, found[one])
    db.session.rollback()
    notes.take_dot(max_, found[two])
    assert notes.dots_of(max_) == {lead: 3}
    notes.stand_alone(voting, found[two])
    db.session.commit()
    assert sum(notes.dots_of(max_).values()) == max_.dots_spent == 3
    assert notes.dots_of(max_) == {found[one].id: 3}, "the note that spoke for the group left it, and they stayed"
    with pytest.raises(Refused, match="None of your dots is on this note"):
        notes.take_dot(max_, found[three])


def test_a_note_that_is_taken_back_while_voted_on_gives_the_dots_back_or_hands_them_to_its_group(voting, come, max_):
    one, two, three = notes_in(voting)
    lea, mine = come(voting, "lea"), come(voting, "max")
    for name in (one, one, two, three):
        notes.add_dot(lea, notes_in(voting)[name])
    db.session.commit()
    assert max_.post(f"{PATH}/withdrawals", data={"note": notes_in(voting)[three].id}).status_code == 303
    db.session.expire_all()
    assert lea.dots_spent == 3
    same(voting, two, one)
    assert max_.post(f"{PATH}/withdrawals", data={"note": notes_in(voting)[one].id}).status_code == 303
    db.session.expire_all()
    assert notes.dots_of(lea) == {notes_in(voting)[two].id: 3}
    assert (lea.dots_spent, mine.dots_spent, placed(voting)) == (3, 0, 3)
    assert max_.post(f"{PATH}/withdrawals", data={"note": notes_in(voting)[two].id}).status_code == 303
    db.session.expire_all()
    assert (lea.dots_spent, db.session.query(NoteDot).count()) == (0, 0)
    assert notes_in(voting) == {}, "and nothing is left to vote on"


def test_a_budget_is_kept_and_cannot_be_cut_below_what_is_placed(voting, come, people, max_):
    one, two, _three = (note.id for note in Note.all_of(voting))
    for id, status in ((one, 303), (one, 303), (one, 303), (one, 422), (two, 303), (two, 303), (two, 422)):
        assert max_.post(f"{PATH}/dots", data={"add": id}).status_code == status
    answer = max_.post(f"{PATH}/dots", data={"add": two})
    assert "All your 5 dots are placed. Take one back first." in answer.text
    answer = max_.post(f"{PATH}/dots", data={"take": one}, headers=HTMX)
    assert answer.status_code == 200
    assert "2 of your dots" in answer.text
    db.session.rollback()
    for dots, per_item, sentence in (
        (3, 3, "1 person has placed more than 3"),
        (5, 1, "1 person has placed more than"),
    ):
        with pytest.raises(Refused, match=sentence):
            change_budget(voting, dots, per_item, by=people["lea"])
        db.session.rollback()
    assert come(voting, "max").dots_spent == 4


def test_the_reveal_shows_totals_of_groups_most_first_and_the_end_forgets_whose_they_were(voting, come, people, lea):
    one, two, three = notes_in(voting)
    for name, texts in (("lea", (one, one, three)), ("max", (two, two, two, three))):
        for text in texts:
            notes.add_dot(come(voting, name), notes_in(voting)[text])
    same(voting, one, three)
    voting.reveal(seen=voting.turn, by=people["lea"])
    assert {note.text: note.dots for note in Note.all_of(voting)} == {one: 0, two: 3, three: 4}
    assert [(lead.text, lead.dots) for lead, _others in grouped(Note.all_of(voting))] == [(three, 4), (two, 3)]
    with pytest.raises(Stale, match="revealed already"):
        notes.add_dot(come(voting, "max"), notes_in(voting)[one])
    with pytest.raises(Stale, match="revealed already"):
        notes.reveal_dots(voting, seen=voting.turn, by=people["lea"])
    voting.advance(seen=voting.turn, by=people["lea"])
    db.session.commit()
    page = lea.get(PATH).text
    assert page.index(three) < page.index(two), "the order to decide from"
    closed(voting)
    assert db.session.query(NoteDot).count() == 0
    assert {one.dots_spent for one in Attendance.all_of(voting)} == {0}
    assert {note.attendance_id for note in Note.all_of(voting)} == {None}
    assert {note.text: note.dots for note in Note.all_of(voting)} == {one: 0, two: 3, three: 4}
