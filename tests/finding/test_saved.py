"""Searches that somebody keeps for themselves."""

import pytest

from triage.boards.models import Board
from triage.database import db
from triage.finding.drafts import SavedSearchDraft
from triage.finding.saved import MOST, SavedSearch
from triage.refusal import Refused


@pytest.fixture
def save(board, people):
    def write(name, query="q=session", who="max"):
        saved = SavedSearch.save(board, SavedSearchDraft(name=name, query=query), by=people[who])
        db.session.commit()
        return saved

    return write


def names(board, user):
    return [saved.name for saved in SavedSearch.of(board, user)]


def test_each_person_has_their_own_on_each_board(board, people, save):
    save("Sessions")
    save("Mine", who="lea")
    assert names(board, people["max"]) == ["Sessions"]
    assert names(board, people["lea"]) == ["Mine"]
    assert names(db.session.get_one(Board, 2), people["max"]) == []


def test_the_same_name_stands_for_the_new_search(board, people, save):
    save("Sessions")
    save("Sessions", "q=table")
    (saved,) = SavedSearch.of(board, people["max"])
    assert saved.query == "q=table"


def test_only_what_can_be_asked_for_is_kept(save):
    assert save("Odd", "q=a&category=foo&next=//evil.example&weeks=3#x").query == "q=a"
    assert save("Long", "q=" + "x" * 1_900).query == "q=" + "x" * 200


def test_there_are_twenty_at_most(save):
    for n in range(MOST):
        save(f"Search {n}")
    with pytest.raises(Refused, match="Delete one"):
        save("One more")
    save("Search 3", "q=other")


@pytest.mark.parametrize(("name", "query"), [("", "q=a"), (" ", "q=a"), ("x" * 61, "q=a"), ("a", "q=" + "x" * 2_000)])
def test_a_name_has_one_to_sixty_characters(name, query):
    with pytest.raises(Refused):
        SavedSearchDraft.read({"name": name, "query": query})


def test_saving_leads_back_to_the_search_and_changes_nothing_on_the_board(max_, board):
    version = board.version
    answer = max_.post("/boards/1/searches", data={"name": "Rising auth", "query": "tag=auth&rising=1&show=50"})
    assert (answer.status_code, answer.location) == (303, "/boards/1/items?tag=auth&rising=1")
    page = max_.get("/boards/1/items").text
    assert '<a href="/boards/1/items?tag=auth&amp;rising=1">Rising auth</a>' in page
    db.session.expire_all()
    assert board.version == version


def test_an_observer_saves_too(as_):
    assert as_("obi").post("/boards/1/searches", data={"name": "Mine", "query": "q=a"}).status_code == 303


def test_a_refusal_says_what_to_do(max_):
    answer = max_.post("/boards/1/searches", data={"name": "", "query": "q=a"})
    assert answer.status_code == 422
    assert "Name is empty" in answer.text


def test_only_ones_own_is_deleted(max_, lea, save, board, people):
    id = save("Sessions").id
    assert lea.post(f"/searches/{id}/deletion").status_code == 404
    assert names(board, people["max"]) == ["Sessions"]
    assert max_.post(f"/searches/{id}/deletion").location == "/boards/1/items?q=session"
    db.session.expire_all()
    assert names(board, people["max"]) == []
    assert max_.post(f"/searches/{id}/deletion").status_code == 404
