"""The figures of the demo team, against numbers counted by hand in its story."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from tests.conftest import SETTINGS
from triage import clock, create_app
from triage.boards.models import Board
from triage.commitments.models import Commitment
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.demo import Demo
from triage.history.facts import Facts
from triage.history.figures import figures_of, tables_of
from triage.history.story import Figure, History
from triage.history.table import Named, Table
from triage.history.threats import threats

TODAY = date(2026, 11, 19)


@pytest.fixture(scope="module")
def barm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    app = create_app(database_url=f"sqlite:///{tmp_path_factory.mktemp('barm') / 'demo.db'}", **SETTINGS)
    noon = datetime.combine(TODAY, time(12), ZoneInfo("Europe/Lisbon"))
    with app.test_request_context(), clock.at(noon):
        db.create_all()
        board = Demo("bread before breakfast", TODAY).build()
        db.session.commit()
        yield board
    app.extensions["bus"].close()


def history(board: Board, first: int = 1, last: int = 6) -> History:
    return History(Facts(board.team, [board], first, last))


def figures(board: Board, first: int = 1, last: int = 6) -> dict[str, Figure]:
    return figures_of(history(board, first, last))


def column(table: Table, name: str) -> list[object]:
    place = table.columns.index(name)
    return [row[place] for row in table.rows]


def table(board: Board, key: str, first: int = 1, last: int = 6) -> Table:
    return tables_of(figures(board, first, last).values())[key]


def codes(table: Table) -> list[str]:
    return [f"D-{value.number}" for row in table.rows for value in row if isinstance(value, Named)]


def test_nine_of_fourteen_promises_were_kept(barm):
    kept = figures(barm)["kept"]
    assert kept.headline == "9 of 14 commitments kept"
    assert kept.sentence == "9 of 14 commitments kept in sprints 1 to 6."
    assert column(kept.tables[0], "Sprint") == [6] * 3 + [5] * 3 + [4] * 3 + [3] * 3 + [2] * 2 + [1] * 3
    assert column(kept.tables[0], "Verdict").count("kept") == 9


def test_the_last_three_sprints_are_compared_with_the_three_before(barm):
    of_three = figures(barm, 4, 6)
    assert of_three["kept"].sentence == "5 of 6 commitments kept in sprints 4 to 6."
    assert of_three["kept"].before == "In the 3 sprints before: 4 of 8."
    assert of_three["flow"].before == "In the 3 sprints before: 41 taken on, 8 paid down."
    assert of_three["open"].before == "In the 3 sprints before: 32 at their end."


def test_without_a_record_of_as_many_sprints_before_nothing_is_compared(barm):
    assert not any(figure.before for figure in figures(barm, 3, 6).values())
    assert figures(barm, 4, 6)["kept"].before


def test_what_was_taken_on_and_paid_down_is_what_the_story_tells(barm):
    flow = table(barm, "flow")
    taken = [sum(row[1:5]) for row in reversed(flow.rows)]
    paid = [sum(row[5:9]) for row in reversed(flow.rows)]
    assert taken == [28, 7, 6, 7, 5, 5]  # D-13 came back in the fourth
    assert paid == [1, 3, 4, 4, 3, 0]
    assert column(flow, "Dropped or refused") == [0, 1, 1, 1, 0, 0]
    assert figures(barm)["flow"].sentence == (
        "58 taken on, 15 paid down, 3 dropped or refused in sprints 1 to 6: 40 more than before."
    )
    items = table(barm, "flow-items", 2, 2)
    assert codes(items) == ["D-13", "D-20", "D-28", *(f"D-{number}" for number in range(29, 36))]


def test_forty_are_open_and_four_of_them_catastrophic(barm):
    assert figures(barm)["open"].sentence == "40 open: 4 catastrophic, 16 expensive, 15 cheap, 5 inbox."
    assert column(table(barm, "open"), "All") == [40, 35, 34, 32, 31, 27]
    assert column(table(barm, "open"), "Catastrophic") == [4, 4, 3, 2, 2, 2]


def test_what_is_open_is_named_the_worst_first_and_then_the_oldest(barm):
    named = table(barm, "open-items")
    assert column(named, "Category") == ["catastrophic"] * 4 + ["expensive"] * 16 + ["cheap"] * 15 + ["inbox"] * 5
    assert codes(named)[:4] == ["D-9", "D-22", "D-36", "D-42"]
    then = table(barm, "open-items", 1, 2)
    assert column(then, "Category") == ["catastrophic"] * 2 + ["expensive"] * 15 + ["cheap"] * 13 + ["inbox"]
    assert codes(then)[:2] == ["D-8", "D-22"]  # D-8 is paid by now


def test_three_items_became_worse_and_one_of_them_twice(barm):
    assert figures(barm)["worsened"].sentence == "3 items became worse in sprints 1 to 6: D-9, D-36 and D-2."
    rows = [(row[0], row[1].number, *row[2:]) for row in table(barm, "worsened").rows]
    assert rows == [
        (5, 9, "expensive", "catastrophic"),
        (5, 36, "expensive", "catastrophic"),
        (3, 9, "cheap", "expensive"),
        (2, 2, "cheap", "expensive"),
    ]


def test_interest_is_added_up_for_each_sprint_and_each_item_and_never_for_all(barm):
    assert column(table(barm, "interest-sprints"), "Minutes") == [170, 195, 150, 60, 110, 40]
    by_item = dict(zip(codes(table(barm, "interest")), column(table(barm, "interest"), "Minutes"), strict=True))
    assert by_item["D-36"] == 10 + 25 + 45 + 70
    assert by_item["D-13"] == 25 + 20 + 35 + 60
    everything = sum([170, 195, 150, 60, 110, 40])
    said = " ".join(sentence for one in figures(barm).values() for sentence in (one.sentence, one.before, *one.notes))
    assert str(everything) not in said
    assert "12 h" not in said


def test_the_waiver_that_runs_is_named_with_its_last_day(barm):
    assert codes(table(barm, "waivers")) == ["D-42"]
    assert figures(barm)["waivers"].sentence.startswith("1 waiver runs; that of D-42")
    assert figures(barm)["waivers"].sentence.endswith("is over in 29 days, on 18 Dec 2026.")


def test_what_waits_in_the_inbox_and_how_long_others_waited(barm):
    assert codes(table(barm, "inbox")) == ["D-53", "D-54", "D-55", "D-56", "D-57"]
    assert column(table(barm, "inbox-sprints"), "Sorted") == [0, 5, 6, 7, 6, 28]
    left = column(table(barm, "inbox-items"), "Sprint")
    assert [left.count(number) for number in (6, 5, 4, 3, 2, 1)] == [0, 5, 6, 7, 6, 28]
    assert codes(table(barm, "inbox-items", 5, 5)) == [f"D-{number}" for number in (48, 49, 50, 51, 52)]


def test_what_waits_now_is_not_told_of_sprints_that_are_over(barm):
    assert [one.key for one in figures(barm, 1, 3)["inbox"].tables] == ["inbox-items", "inbox-sprints"]


def test_the_forecast_leaves_out_the_sprint_in_which_all_that_was_known_was_written_down(barm):
    found = figures(barm)["forecast"]
    assert "in the last 4 sprints" in found.sentence
    assert found.sentence.startswith("Never at this pace")
    assert history(barm).facts.growths() == [4, 1, 2, 1]


def test_the_forecast_is_the_same_whatever_sprints_are_shown(barm):
    assert {figures(barm, first)["forecast"].sentence for first in range(1, 7)} == {figures(barm)["forecast"].sentence}


def test_three_whole_sprints_are_not_enough_for_a_forecast(barm):
    with clock.at(datetime.combine(date(2026, 11, 5), time(12), ZoneInfo("Europe/Lisbon"))):
        assert figures(barm, 1, 5)["forecast"].sentence == (
            "Not enough record: the forecast needs four whole sprints, and there are three."
        )


def test_what_will_hurt_next_is_named_once_the_worst_first(barm):
    found = threats(history(barm))
    assert (found[0].item.number, found[0].why) == (36, "is catastrophic and has no exit")
    assert [threat.item.number for threat in found] == [36, 13, 9]
    assert all(threat.why for threat in found)


def test_what_will_hurt_next_is_a_figure_to_take_along(barm):
    assert figures(barm)["threats"].sentence == "3 items will hurt next: D-36, D-13 and D-9."
    assert codes(table(barm, "threats")) == ["D-36", "D-13", "D-9"]
    assert "threats" not in figures(barm, 1, 5)


def test_an_item_with_its_exit_is_no_threat_until_the_exit_is_gone(barm):
    assert 22 not in [threat.item.number for threat in threats(history(barm))]
    commitment = db.session.query(Commitment).join(Commitment.item).filter_by(number=22).one()
    nested = db.session.begin_nested()
    db.session.delete(commitment)
    assert (22, "is catastrophic and has no exit") in [(one.item.number, one.why) for one in threats(history(barm))]
    nested.rollback()
    db.session.expire_all()


def test_a_waiver_that_runs_out_before_the_end_of_the_next_sprint_is_a_threat(barm):
    span = Sprint.calendar(barm.team).sprint(7)
    with clock.at(datetime.combine(span.last_day - timedelta(days=1), time(12), ZoneInfo("UTC"))):
        found = threats(history(barm, 1, 7))
    assert "is waived only until 18 Dec 2026" in [threat.why for threat in found]


def test_old_sprints_are_told_as_they_were_at_their_end_and_nothing_of_today(barm):
    old = figures(barm, 1, 2)
    assert old["open"].sentence == "31 open at the end of sprint 2: 2 catastrophic, 15 expensive, 13 cheap, 1 inbox."
    assert old["interest"].sentence == "About 1 h 15 min of interest a sprint in sprints 1 to 2."
    assert not {"ages", "waivers", "forecast"} & old.keys()
    assert "now" not in old["inbox"].sentence
    assert old["kept"].sentence == "2 of 5 commitments kept in sprints 1 to 2."


@pytest.mark.parametrize(("first", "last"), [(1, 6), (6, 6), (1, 1), (2, 4)])
def test_every_picture_says_its_sentence_to_who_sees_no_pictures(barm, first, last):
    for figure in figures(barm, first, last).values():
        if figure.picture and figure.key != "forecast":
            assert f'<desc id="{figure.key}-desc">{figure.sentence}</desc>' in figure.picture.replace("&#39;", "'")


def test_all_of_it_takes_a_number_of_statements_that_does_not_grow(barm):
    statements(barm, 1)  # the first of all reads the team too
    few, many = statements(barm, 6), statements(barm, 1)
    assert few <= many <= few + 2 < 25  # the names of what is closed by now are asked for together


def statements(board: Board, first: int) -> int:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    figures(board, first, 6)
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)
