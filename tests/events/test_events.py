"""Events: written by verbs with their transaction, told as sentences."""

from markupsafe import Markup

from tests.web.snapshot import rows
from triage.boards.category import Category
from triage.boards.models import Board
from triage.clock import at, now
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import SENTENCES, sentence, sentence_html
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.teams.models import Team


def last(board):
    return db.session.query(Event).filter_by(board_id=board.id).order_by(Event.id.desc()).first()


def test_an_event_says_who_what_why_and_when(item, people):
    moment = now()
    with at(moment):
        item.rate(Category.CHEAP, by=people["max"], why="one line")
    db.session.commit()
    event = last(item.board)
    assert (event.action, event.by, event.why, event.at) == ("item.rated", people["max"], "one line", moment)
    assert (event.team_id, event.item_id, event.subject_id, event.subject) == (1, 1, 1, str(item))
    assert sentence(event) == "Max moved D-1 Session table has no index from Inbox to Cheap"


def test_what_happened_keeps_the_name_that_the_thing_had_then(item, people):
    item.rate(Category.CHEAP, by=people["max"])
    item.edit(item.draft.model_copy(update={"title": "Renamed"}), by=people["max"])
    db.session.commit()
    told = [sentence(event) for event in db.session.query(Event).filter_by(item_id=item.id).order_by(Event.id)]
    assert told[-2:] == [
        "Max moved D-1 Session table has no index from Inbox to Cheap",
        "Max edited D-1 Renamed: title",
    ]


def test_nobody_is_the_command_line(board):
    Item.report(board, ItemDraft(title="From a file"), by=None)
    db.session.commit()
    assert sentence(last(board)) == "The command line reported D-5 From a file"


def test_a_sentence_in_html_sets_words_apart_and_escapes_them(item, people):
    people["max"].name = "<b>Max</b> {subject}"
    item.edit(item.draft.model_copy(update={"title": "<img src=x> {0} %s"}), by=people["max"])
    db.session.commit()
    told = sentence_html(last(item.board))
    assert isinstance(told, Markup)
    assert told == ("<b>&lt;b&gt;Max&lt;/b&gt; {subject}</b> edited <b>D-1 &lt;img src=x&gt; {0} %s</b>: <b>title</b>")


def test_every_sentence_of_the_world_can_be_told(in_app):
    events = list(db.session.query(Event))
    assert {event.action for event in events} <= set(SENTENCES)
    for event in events:
        assert "{" not in sentence(event)


def test_the_events_of_one_transaction_share_one_version_and_versions_have_no_gaps(board, people):
    start = board.version
    Item.report(board, ItemDraft(title="One"), by=people["max"])
    Item.report(board, ItemDraft(title="Two"), by=people["max"])
    db.session.commit()
    Item.report(board, ItemDraft(title="Three"), by=people["max"])
    db.session.commit()
    versions = [e.version for e in db.session.query(Event).filter_by(board_id=1).order_by(Event.id)][-3:]
    assert versions == [start + 1, start + 1, start + 2]
    assert db.session.get_one(Board, 1).version == start + 2


def test_what_is_rolled_back_leaves_no_event_and_no_version(app, board, people):
    version = board.version
    Item.report(board, ItemDraft(title="One"), by=people["max"])
    db.session.flush()
    db.session.rollback()
    assert "One" not in str(rows(app)["event"])
    Item.report(db.session.get_one(Board, 1), ItemDraft(title="Two"), by=people["max"])
    db.session.commit()
    assert db.session.get_one(Board, 1).version == version + 1


def test_an_event_of_a_team_concerns_no_board(people):
    team = db.session.get_one(Team, 1)
    team.change(by=people["lea"], name="Port")
    db.session.commit()
    event = db.session.query(Event).order_by(Event.id.desc()).first()
    assert (event.action, event.board_id, event.item_id, event.version) == ("team.changed", None, None, None)
    assert sentence(event) == "Lea changed the team's name"


def test_an_items_page_tells_its_life_to_everyone_in_the_team(as_):
    as_("max").post("/items/1/drop", data={"reason": "Gone with the <old> logs"})
    for who in ("lea", "obi"):
        page = as_(who).get("/items/1").text
        assert "<b>Max</b> dropped it" in page
        assert "<b>Max</b> reported" in page
        assert "Gone with the &lt;old&gt; logs" in page
