"""The page that finds items: as a page, as its region, and for whom."""

import re
from urllib.parse import quote

from tests.columns.test_cards import statements
from tests.finding.test_words import HOSTILE
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.items.models import Item

REGION = {"HX-Request": "true", "HX-Target": "section#results"}


def titles(page):
    return re.findall(r'<a href="/items/\d+"><span class="code">(D-\d+)</span>', page)


def test_the_page_lists_the_open_items_in_words(lea):
    page = lea.get("/boards/1/items").text
    assert "4 open items" in page
    assert titles(page) == ["D-4", "D-3", "D-2", "D-1"]


def test_a_plain_form_and_the_region_while_typing_show_the_same(lea):
    whole = lea.get("/boards/1/items?q=session&category=inbox").text
    region = lea.get("/boards/1/items?q=session&category=inbox", headers=REGION).text
    assert titles(whole) == titles(region) == ["D-1"]
    assert "<html" in whole
    assert "<html" not in region
    assert region.strip().startswith('<section id="results"')
    assert 'data-address="/boards/1/items?q=session&amp;category=inbox"' in region


def test_what_was_asked_for_stands_in_the_form_again(lea):
    page = lea.get("/boards/1/items?q=a%22b&state=paid&tag=auth&weeks=3&rising=1&path=src").text
    assert 'value="a&#34;b"' in page
    assert re.search(r'<option value="paid" selected', page)
    assert re.search(r'name="tag" value="auth"', page)
    assert re.search(r'name="rising" value="1" checked', page)
    assert '<details class="filters" open>' in page
    assert '<details class="filters">' in lea.get("/boards/1/items?q=a").text


def test_nothing_found_says_so_and_what_was_searched(lea):
    page = lea.get("/boards/1/items?q=badger").text
    assert "No open item with “badger”" in page
    assert "Searched were number, title, why, fix, tags, paths and comments." in page
    assert 'href="/boards/1/items?q=badger&amp;state=any"' in page
    assert "write a letter or a digit" in lea.get("/boards/1/items?q=%25").text


def test_whatever_is_searched_for_is_answered_and_escaped(lea):
    for query in HOSTILE:
        answer = lea.get(f"/boards/1/items?q={quote(query)}")
        assert answer.status_code == 200, query
    page = lea.get("/boards/1/items?q=" + quote("<img src=x onerror=pwn()> session")).text
    assert "<img" not in page
    for name in ("category", "state", "tag", "owner", "weeks", "path", "rising", "exitless", "sort", "show"):
        for value in ("%00", "9" * 40, "-1", "'\"<b>", "%ff", "[]", "%F0%9F%90%9B", "x" * 3_000):
            answer = lea.get(f"/boards/1/items?q=session&{name}={value}")
            assert answer.status_code == 200, (name, value)
            assert "'\"<b>" not in answer.text


def test_a_filter_that_is_none_is_left_out_and_said(lea):
    page = lea.get("/boards/1/items?category=foo").text
    assert "Category can be" in page
    assert "It was left out." in page
    assert len(titles(page)) == 4


def test_more_are_shown_on_the_same_page(lea, board, report):
    for n in range(60):
        report(f"Badger {n}")
    page = lea.get("/boards/1/items?q=badger").text
    assert len(titles(page)) == 50
    assert "50 of 60 are shown" in page
    more = re.search(r'id="more" class="button" href="([^"]+)"', page)[1].replace("&amp;", "&")
    page = lea.get(more).text
    assert len(titles(page)) == 60
    assert "Show more" not in page


def test_another_teams_items_never_appear(as_, lea):
    assert as_("zoe").get("/boards/1/items?q=session").status_code == 404
    assert titles(lea.get("/boards/1/items?state=any&q=secret").text) == []
    page = as_("zoe").get("/boards/2/items?q=zoe+secret").text
    assert titles(page) == ["D-1"]
    assert "Session" not in page


def test_every_page_of_the_board_leads_here(lea):
    for path in ("/boards/1", "/boards/1/history", "/items/1"):
        page = lea.get(path).text
        assert re.search(r'<form class="seek" method="get" role="search" action="/boards/1/items">', page), path
        assert '<a href="/boards/1/items">Items</a>' in page
    assert 'class="seek"' not in lea.get("/boards/1/items").text


def test_the_page_is_read_in_as_many_statements_however_much_it_lists(lea, board, people, report):
    few = statements(lambda: lea.get("/boards/1/items?q=session"))
    for n in range(10):
        item = report(f"Session {n}", tags=[f"tag{n}"])
        Commitment.make(item, CommitmentDraft(owner=2, sprint=1, done_when="Done"), by=people["max"])
    db.session.get_one(Item, 2).merge(db.session.get_one(Item, 1), by=people["lea"])
    db.session.commit()
    assert statements(lambda: lea.get("/boards/1/items?q=session")) == few
