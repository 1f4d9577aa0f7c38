"""The record of a team's changes: how many were done and helped, as a sentence, a picture and a table."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.meetings.conftest import START
from tests.retrospectives.conftest import closed, walk
from triage.database import db
from triage.retrospectives.agenda import Phase
from triage.retrospectives.answers import Done, Helped
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.models import Retrospective
from triage.retrospectives.picture import picture
from triage.retrospectives.record import Fate, Record, record_of
from triage.retrospectives.review import ChangeReview
from triage.rooms.models import Status

ANSWERS = st.tuples(st.sampled_from([None, *Done]), st.sampled_from([None, *Helped]))


def fate(done, helped) -> Fate:
    return Fate("Pair", "Max", "Fewer reviews", date(2026, 1, 19), done, helped)


@pytest.mark.parametrize(
    ("fates", "sentence"),
    [
        ([], "No retrospective has decided anything yet."),
        ([(None, None)], "1 change decided, none reviewed yet: the next retrospective asks."),
        ([(None, Helped.EARLY)], "1 change decided, none reviewed yet: the next retrospective asks."),
        (
            [(Done.YES, Helped.EARLY), (None, None)],
            "2 changes decided. 1 of 1 reviewed was done; whether they helped is not known yet.",
        ),
        (
            [(Done.YES, Helped.YES), (Done.PARTLY, Helped.NO), (Done.YES, Helped.EARLY), (Done.NO, Helped.YES)],
            "4 changes decided. 2 of 4 reviewed were done, and 2 of 3 helped.",
        ),
    ],
)
def test_the_sentence_is_what_one_counts_by_hand(fates, sentence):
    assert Record([fate(*each) for each in fates]).sentence == sentence


@given(st.lists(ANSWERS, max_size=9))
def test_the_picture_shows_each_change_once(fates):
    record = Record([fate(*each) for each in fates])
    drawn = str(picture(record))
    assert ("<svg" in drawn) == bool(fates)
    judged = [helped for _done, helped in fates if helped in (Helped.YES, Helped.NO)]
    assert (record.helped, len(record.judged)) == (judged.count(Helped.YES), len(judged))


def test_a_team_that_looks_back_sees_its_record_as_a_sentence_a_picture_and_a_table(reviewing, lea, as_):
    page = lea.get("/teams/1/retrospectives").text
    assert "1 change decided, none reviewed yet: the next retrospective asks." in page
    closed(reviewing, notes=False)
    for person in (lea, as_("obi")):
        page = person.get("/teams/1/retrospectives").text
        assert "2 changes decided. 1 of 1 reviewed was done, and 1 of 1 helped." in page
        assert '<svg class="chart' in page or "<svg" in page
        table = page[page.index('id="changes-table"') : page.index("</table>")]
        assert table.count("<tr>") == 3
        assert "done: yes, helped: yes" in table
        assert "not reviewed yet" in table


def test_the_changes_of_one_that_goes_on_are_not_decided_yet(retro_in, team):
    retro = walk(retro_in(Phase.GATHER), Phase.CLOSE)
    assert ProcessChange.decided_in(retro)
    assert record_of(team).fates == []
    assert ProcessChange.running(team) == []


HELD = st.lists(  # for each that was held: is it over, how many changes it decided, what it found of earlier ones
    st.tuples(st.booleans(), st.integers(1, 2), st.dictionaries(st.integers(0, 9), ANSWERS, max_size=4)), max_size=6
)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_figures_and_running_changes_are_those_of_a_slow_recount(team, people):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(HELD)
    def recounted(held):
        changes, found = [], []
        for number, (is_over, decided, reviews) in enumerate(held):
            retro = Retrospective._new(team)
            # One at most goes on.
            retro.status = Status.CLOSED if is_over or number < len(held) - 1 else Status.LIVE
            db.session.add(retro)
            db.session.flush()
            for place, (done, helped) in reviews.items():
                if place < len(changes):
                    counts = {f"done_{each}": 0 for each in Done} | {f"helped_{each}": 0 for each in Helped}
                    one = ChangeReview(
                        team_id=1, retrospective_id=retro.id, change_id=changes[place][0], done=done, helped=helped,
                        is_asked=True, **counts,
                    )  # fmt: skip
                    db.session.add(one)
                    db.session.flush()
                    found.append((place, done, helped, retro.status))
            for _ in range(decided):
                change = ProcessChange(
                    team_id=1, retrospective=retro, what="Pair", owner=people["max"], seen_by="x", decided_at=START
                )
                db.session.add(change)
                db.session.flush()
                changes.append((change.id, retro.status))
        try:
            last, judged = {}, set()
            for place, done, helped, status in found:
                if status is Status.CLOSED:
                    last[place] = (done, helped)
                    if helped in (Helped.YES, Helped.NO):
                        judged.add(place)
            over = [place for place, (_id, status) in enumerate(changes) if status is Status.CLOSED]
            record = record_of(team)
            assert [(one.done, one.helped) for one in record.fates] == [last.get(place, (None, None)) for place in over]
            done = [last[place][0] for place in over if place in last and last[place][0]]
            assert (record.done, len(record.reviewed)) == (done.count(Done.YES), len(done))
            running = [change.id for change in ProcessChange.running(team)]
            assert running == [changes[place][0] for place in over if place not in judged]
        finally:
            db.session.rollback()

    recounted()
