"""The stream of a board, read from a real server."""

import http.client
import re
from queue import Empty
from urllib.parse import urlsplit

import pytest

from tests.live.listening import Listener, listening
from tests.serving import serving, session_cookie
from triage.accounts.models import UserSession
from triage.boards.category import Category
from triage.boards.models import Board
from triage.database import db
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.teams.models import Team


def rate(app, item_id: int, category: Category) -> int:
    with app.app_context():
        item = db.session.get_one(Item, item_id)
        item.rate(category, by=None)
        db.session.commit()
        return item.version


def post_rate(server, app, item_id: int, category: str) -> None:
    """A move through the server, as a browser would send it."""
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=10)
    cookie = f"triage={session_cookie(app, 'lea')}"
    connection.request("GET", "/boards/1", headers={"Cookie": cookie})
    answer = connection.getresponse()
    token = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())[1]
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    connection.request("POST", f"/items/{item_id}/place", f"category={category}&csrf_token={token}", headers)
    assert connection.getresponse().status == 204
    connection.close()


def test_a_change_arrives_as_the_card_with_the_boards_version(server, app):
    with listening(server, app) as max_:
        post_rate(server, app, 1, "cheap")
        event, id, data = max_.next()
        assert (event, id) == ("", "2")
        assert 'id="item-1"' in data
        assert 'data-category="cheap"' in data
        assert "csrf" not in data


def test_what_was_missed_arrives_on_connecting_again(server, app):
    rate(app, 1, Category.CHEAP)
    rate(app, 2, Category.CHEAP)
    with listening(server, app, **{"Last-Event-ID": "2"}) as max_:
        _event, id, data = max_.next()
        assert id == "3"
        assert 'id="item-2"' in data
        assert 'id="item-1"' not in data


def test_a_page_that_shows_no_cards_hears_only_that_something_changed(server, app):
    with listening(server, app, path="/boards/1/live") as max_:
        post_rate(server, app, 1, "cheap")
        assert max_.next() == ("board", "2", "2")


def test_a_closed_item_leaves_every_screen(server, app):
    with app.app_context():
        db.session.get_one(Item, 1).pay(by=None)
        db.session.commit()
    with listening(server, app, path="/boards/1/live?cards=1&since=1") as max_:
        assert "data-gone" in max_.next()[2]


def test_nothing_of_another_board_is_heard(server, app):
    with listening(server, app, who="zoe", path="/boards/2/live?cards=1") as zoe:
        post_rate(server, app, 1, "cheap")
        with pytest.raises(Empty):
            zoe.next(seconds=1.2)


def test_a_stream_is_closed_to_strangers_and_to_nobody(server, app):
    with listening(server, app, who="zoe") as zoe:
        assert zoe.response.status == 404
    nobody = Listener(server, "", "/boards/1/live")
    assert nobody.response.status == 401
    nobody.close()


@pytest.mark.parametrize("how", ["removed", "signed out"])
def test_a_stream_falls_silent_for_who_may_not_listen_any_more(server, app, how):
    with listening(server, app) as max_:
        with app.app_context():
            if how == "removed":
                harbor = db.session.get_one(Team, 1)
                next(one for one in harbor.members if one.user.name == "Max").remove(by=harbor.decider)
            else:
                db.session.query(UserSession).filter_by(device="test window").one().end()
            db.session.commit()
        assert max_.next() is None, "the stream ends"


def test_a_person_holds_so_many_streams_and_no_more(server, app):
    # Two processes count for themselves, so what is sure is an upper bound over both.
    processes = 1 if app.config["SETTINGS"].is_sqlite else 2
    statuses = []
    listeners = []
    for _ in range(3 * processes + 1):
        listeners.append(Listener(server, session_cookie(app, "max"), "/boards/1/live"))
        statuses.append(listeners[-1].response.status)
    assert 503 in statuses
    assert all(status in {200, 503} for status in statuses)
    for listener in listeners:
        listener.close()


def test_a_stream_says_bye_when_its_time_is_up(database_url, app):
    with serving(database_url, heartbeat_seconds=0.2, stream_minutes=0.01) as server, listening(server, app) as max_:
        assert max_.next()[0] == "bye"


def test_a_restart_ends_open_streams_at_once(database_url, app):
    with serving(database_url) as server:
        listener = Listener(server, session_cookie(app, "max"), "/boards/1/live")
    assert listener.next()[0] == "bye"
    listener.close()


def test_a_page_that_is_ahead_of_the_board_is_told_to_begin_anew(server, app):
    """A backup was restored while it was open."""
    with listening(server, app, **{"Last-Event-ID": "500"}) as max_:
        assert max_.next() == ("board", "1", "1")
        post_rate(server, app, 1, "cheap")
        assert max_.next()[1] == "2"


def test_a_board_bulk_imported_into_is_asked_for_as_a_whole(server, app):
    with app.app_context():
        board = db.session.get_one(Board, 1)
        for number in range(301):
            Item.report(board, ItemDraft(title=f"Debt {number}"), by=None)
        db.session.commit()
    with listening(server, app, path="/boards/1/live?cards=1&since=1") as max_:
        assert max_.next()[0] == "board"
