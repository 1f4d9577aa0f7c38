"""What one person says in private is on nobody else's screen before the reveal, and whose it was nowhere, ever."""

import re
from itertools import count as numbers

import pytest
from sqlalchemy import text

from tests.meetings.conftest import HTMX
from tests.meetings.test_secrets import NOISE, REGIONS
from tests.retrospectives.conftest import closed, decide, hold_retrospectives
from triage.database import Base, db
from triage.retrospectives import notes
from triage.retrospectives.agenda import Phase, Prompt
from triage.retrospectives.answers import Done, Helped
from triage.retrospectives.notes import Note, NoteDot
from triage.retrospectives.review import ReviewBallot, cast_answer
from triage.rooms.attendance import Attendance

PROGRESS = r"\d+ of \d+ (have answered|dots are placed)|\d+ notes? so far"
SECRET = "The architecture board is a bottleneck"


@pytest.fixture
def watched(guests_vote, as_, guest, opened):
    """`watched(retro)`: whatever everybody but Max can see, by who and where.

    Max is there; a guest, an observer and the chair are too, and so is the wall, which the chair opened.
    """
    people = {name: as_(name) for name in ("lea", "obi")}
    since = {}

    def look(retro):
        path = f"/retrospectives/{retro.id}"
        if not since:
            people["Gil"] = guest(retro, "Gil")
            for name in ("max", "lea", "Gil"):
                opened(retro, name).hears()
            since["version"] = retro.turned
        seen = {}
        for name, person in people.items():
            others = (f"{path}/screen", f"{path}/minutes", f"{path}/minutes.md", "/teams/1", "/teams/1/retrospectives")
            for page in (path, *others) if name != "Gil" else (path,):
                seen[name, page] = person.get(page).text
            for region in REGIONS:
                seen[name, f"#{region}"] = person.get(path, headers=HTMX | {"HX-Target": f"div#{region}"}).text
        for name in ("lea", "obi", "Gil", "wall"):
            is_wall = name == "wall"
            screen = opened(retro, "lea" if is_wall else name, since=since["version"], is_wall=is_wall)
            seen[name, "stream"] = str(screen.hears())
        return {where: re.sub(NOISE, "", page) for where, page in seen.items()}

    return look


@pytest.mark.parametrize(
    ("phase", "steps", "progress"),
    [
        (
            Phase.GATHER,
            [
                ("notes", {"prompt": "slowed", "text": SECRET}),
                ("wordings", {"note": "mine", "text": SECRET[::-1]}),
                ("withdrawals", {"note": "mine"}),
            ],
            ["1 note so far", "2 notes so far", "2 notes so far", "1 note so far"],
        ),
        (
            Phase.VOTE,
            [("dots", {"add": "one"}), ("dots", {"add": "one"}), ("dots", {"take": "one"})],
            [f"{count} of 15 dots are placed" for count in (0, 1, 2, 1)],
        ),
        (
            Phase.REVIEW,
            [("answers", {"done_yes": "1"}), ("answers", {"helped_no": "1"}), ("answers", {"done_no": "1"})],
            [f"{count} of 3 have answered" for count in (0, 1, 1, 1)],
        ),
    ],
)
def test_what_one_person_says_changes_nothing_for_anybody_else_but_the_progress(
    retro_in, watched, come, max_, phase, steps, progress
):
    if phase is Phase.REVIEW:
        closed(retro_in(Phase.GATHER))
    retro = retro_in(phase)
    path = f"/retrospectives/{retro.id}"
    if phase is Phase.GATHER:
        notes.write(come(retro, "lea"), Prompt.KEPT, "Pairing")
        db.session.commit()
    watched(retro)
    before = watched(retro)
    events = db.session.execute(text("select count(*) from event")).scalar_one()
    mine = [max_.get(path).text]
    for (what, form), words in zip(steps, progress[1:], strict=True):
        own = db.session.query(Note).filter(Note.text.in_([SECRET, SECRET[::-1]])).first()
        ids = {"one": (Note.all_of(retro) or [None])[0], "mine": own}
        form = {name: getattr(ids.get(value), "id", value) for name, value in form.items()}
        assert max_.post(f"{path}/{what}", data=form).status_code == 303
        after = watched(retro)
        assert {found[0] for page in after.values() if (found := re.search(PROGRESS, page))} == {words}
        for where, seen in after.items():
            assert re.sub(PROGRESS, "", seen) == re.sub(PROGRESS, "", before[where]), where
            assert SECRET not in seen
        mine.append(max_.get(path).text)
        assert re.sub(NOISE, "", mine[-1]) != re.sub(NOISE, "", mine[-2]), "Max sees it, so there was something to see"
    assert db.session.execute(text("select count(*) from event")).scalar_one() == events, "events say who"


def test_after_the_reveal_everybody_reads_the_notes_and_nobody_whose_they_are(gathering, watched, come, max_, lea):
    watched(gathering)
    max_.post("/retrospectives/1/notes", data={"prompt": "slowed", "text": SECRET})
    lea.post("/retrospectives/1/notes", data={"prompt": "slowed", "text": "Reviews wait"})
    lea.post("/retrospectives/1/reveal", data={"turn": "1"})
    for page in (watched(gathering)["obi", "/retrospectives/1"], watched(gathering)["Gil", "/retrospectives/1"]):
        stage = page[page.index('id="stage"') :]
        assert SECRET in stage
        assert not re.search(r"\b(Max|Lea|Obi|Gil)\b", stage[: stage.index('id="mine"')])
    closed(gathering)
    everything = watched(gathering)["obi", "/retrospectives/1/minutes.md"]
    assert SECRET in everything
    notes_part = everything[everything.index("## What slowed us down?") :]
    assert not re.search(r"\b(Max|Lea|Obi|Gil)\b", notes_part)


def test_no_line_of_a_log_says_what_was_said(voting, max_, caplog):
    (note, *_others) = Note.all_of(voting)
    id = note.id
    voting.go_back(Phase.GATHER, seen=voting.turn, by=voting.chair)
    db.session.commit()
    for name in ("triage", "werkzeug", "flask", "waitress", "gunicorn"):
        caplog.set_level("DEBUG", logger=name)
    for path, form in (
        ("notes", {"prompt": "kept", "text": SECRET}),
        ("notes", {"prompt": "kept", "text": SECRET * 50}),
        ("wordings", {"note": id, "text": SECRET}),
        ("dots", {"add": id}),
        ("answers", {"done_yes": 1}),
        ("withdrawals", {"note": id}),
    ):
        max_.post(f"/retrospectives/1/{path}", data=form)
    assert SECRET not in caplog.text
    assert str(id) not in caplog.text


def said_by(retro, people, who_is_who):
    """All rows of the database after one in which one wrote and voted this and the other that, in one transaction."""
    one, other = (Attendance.of(retro, people[name]) for name in who_is_who)
    for attendance, done, helped in ((one, Done.YES, Helped.NO), (other, Done.NO, None), (other, Done.YES, None)):
        cast_answer(attendance, 1, done, is_done=True)
        cast_answer(attendance, 1, helped, is_done=False)
    retro.reveal(seen=retro.turn, by=retro.chair)
    retro.advance(seen=retro.turn, by=retro.chair)
    written = [
        notes.write(attendance, prompt, said)
        for attendance, prompt, said in (
            (one, Prompt.KEPT, "Pairing"),
            (other, Prompt.SLOWED, SECRET),
            (one, Prompt.SLOWED, "Reviews wait"),
            (other, Prompt.PUZZLED, "Who decides?"),
        )
    ]
    retro.reveal(seen=retro.turn, by=retro.chair)
    retro.advance(seen=retro.turn, by=retro.chair)
    notes.same_as(retro, written[1], written[2])
    for attendance, note in ((one, 0), (one, 0), (other, 1), (other, 2), (one, 3), (other, 3)):
        notes.add_dot(attendance, written[note])
    retro.reveal(seen=retro.turn, by=retro.chair)
    retro.advance(seen=retro.turn, by=retro.chair)
    decide(retro)
    retro.advance(seen=retro.turn, by=retro.chair)
    retro.close(seen=retro.turn, by=retro.chair)
    db.session.flush()
    found = [(note.text, note.dots) for note in Note.all_of(retro)]
    rows = {
        table.name: [tuple(row) for row in db.session.execute(table.select().order_by(table.c.id))]
        for table in Base.metadata.sorted_tables
    }
    assert rows["note_dot"] == rows["review_ballot"] == []
    db.session.rollback()
    return found, rows


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # it gives the same ids again after a rollback
def test_with_the_whole_database_in_hand_nobody_finds_out_who_said_what(reviewing, people, come, monkeypatch):
    for name in ("lea", "max"):
        come(reviewing, name)
    found = []
    for who in (("lea", "max"), ("max", "lea")):
        ids = numbers(1)
        monkeypatch.setattr("triage.retrospectives.models.secrets.randbelow", lambda _limit, ids=ids: next(ids))
        found.append(said_by(reviewing, people, who))
    (said, rows), (other_said, other_rows) = found
    assert (SECRET, 0) in said
    assert ("Reviews wait", 2) in said
    assert said == other_said
    for table, each in rows.items():
        assert each == other_rows[table], table


def test_the_number_of_a_note_tells_no_order_and_no_row_of_it_has_a_time(gathering, come):
    author = come(gathering, "max")
    written = [notes.write(author, Prompt.KEPT, f"{n}").id for n in range(30)]
    db.session.commit()
    assert written != sorted(written)
    assert len(set(written)) == 30
    for model in (Note, NoteDot, ReviewBallot):
        kinds = {type(column.type).__name__ for column in model.__table__.c}
        assert "UtcDateTime" not in kinds, model.__name__


def test_no_address_that_a_form_sends_to_holds_a_note_or_an_answer(people, max_):
    """A log has addresses, times and who it was. Grouping is done in the open, by members, and names a note."""
    held = hold_retrospectives(people["lea"], people["max"])
    found = set()
    for name in ("review", "judging", "gather", "vote", "decide"):
        page = max_.get(f"/retrospectives/{held[name].id}").text
        found |= set(re.findall(r'(?:form)?action="([^"]+)"', page))
    said = {re.sub(r"\d+", "N", address) for address in found}
    words = ("answers", "outcomes", "notes", "wordings", "withdrawals", "dots", "changes")
    assert {f"/retrospectives/N/{word}" for word in words} <= said
    assert [address for address in said if "?" in address] == ["/retrospectives/N/groups?note=N"]
