"""What people and programs send that will not do: a clear sentence, the right status, nothing half written."""

import gc
import re
from html import unescape
from html.parser import HTMLParser
from io import BytesIO

import pytest

from tests.web.snapshot import rows
from triage.accounts.models import User
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment
from triage.database import db
from triage.items.models import Item

HUGE = str(10**30)
ATTACK = """"><img src=x onerror=pwn() pwn>'<b hx-get="/pwn" data-hx-get="/pwn" hx-on:load="pwn()" pwn>"""
MARKDOWN = f"""{ATTACK}

[link](javascript:pwn()) [link](data:text/html,pwn) <javascript:pwn()> ![picture](https://evil.example/pwn)

<div hx-get="/pwn" hx-trigger="load" pwn>html</div>

    <script pwn>pwn()</script>
"""
TEXT_FIELDS = [
    # the address, the field, its longest text, and what else the form needs
    ("/boards/1/items", "title", 200, {}),
    ("/items/1", "title", 200, {}),
    ("/items/1", "why", 8_000, {"title": "T"}),
    ("/items/1", "fix", 8_000, {"title": "T"}),
    ("/items/1", "paths", 300, {"title": "T"}),
    ("/items/1", "tags", 40, {"title": "T"}),
    ("/items/1/place", "why", 8_000, {"category": "expensive", "fix": "F"}),
    ("/items/1/place", "fix", 8_000, {"category": "expensive", "why": "W"}),
    ("/items/1/payment", "reason", 1_000, {}),
    ("/items/1/drop", "reason", 1_000, {}),
    ("/items/1/commitments", "done_when", 500, {"owner": "2", "sprint": "1"}),
    ("/commitments/1/verdict", "reason", 500, {"verdict": "missed"}),
    ("/teams/1/boards", "name", 80, {}),
    ("/boards/1/name", "name", 80, {}),
    ("/boards/1/searches", "name", 60, {"query": "q=session"}),
]


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def harmless(page: str) -> bool:
    """No tag or attribute of the page is one that ATTACK or MARKDOWN tried to bring in."""
    return not any(
        "pwn" in attributes
        or any(name.startswith(("on", "hx-on")) for name in attributes)
        or any("pwn" in (value or "") for name, value in attributes.items() if "hx-" in name or name == "src")
        or (attributes.get("href") or "").startswith(("javascript:", "data:text"))
        for _tag, attributes in Tags(page).found
    )


def promise(app):
    """Commitment 1: Max, to D-3."""
    with app.app_context():
        draft = CommitmentDraft(owner=2, sprint=1, done_when="Done")
        Commitment.make(db.session.get_one(Item, 3), draft, by=db.session.get_one(User, 1))
        db.session.commit()


def test_the_check_for_harm_sees_harm():
    assert not harmless(f'<a title="{ATTACK}">')
    assert not harmless('<b hx-get="/pwn">')
    assert not harmless('<a href="javascript:pwn()">')
    assert harmless('<b hx-get="/boards/1" href="/pwn">')


def test_html_in_every_text_field_is_text_on_every_page_that_shows_it(app, as_):
    with app.app_context():
        db.session.get_one(User, 2).name = ATTACK[:80]
        db.session.commit()
    lea, max_ = as_("lea"), as_("max")
    words = {"why": MARKDOWN, "fix": MARKDOWN, "title": ATTACK}
    lists = {
        "paths": f"src/{ATTACK}\n*.py",
        "tags": '<b pwn hx-get="/pwn">, "onclick=pwn',
        "links": "https://example.com/\"onmouseover=\"pwn()\nhttps://example.com/'onclick='pwn()",
    }
    lea.post("/teams/1/settings", data={**lea_settings(), "name": ATTACK[:80]})
    lea.post("/boards/1/name", data={"name": ATTACK[:80]})
    for answer in (
        max_.post("/items/1", data=words | lists),
        max_.post("/items/1/place", data={"category": "expensive"}),
        max_.post("/items/1/commitments", data={"owner": "2", "sprint": "1", "done_when": ATTACK}),
        max_.post("/commitments/1/verdict", data={"verdict": "missed", "reason": ATTACK}),
        max_.post("/items/2/drop", data={"reason": ATTACK}),
        max_.post("/items/3/payment", data={"reason": ATTACK}),
        max_.post("/boards/1/items", data={"title": ATTACK}),
    ):
        assert answer.status_code == 303
    log = {"file": (BytesIO(f"# L\n\n## {ATTACK}\n\n**Why**: {ATTACK}\n".encode()), f"{ATTACK}.md")}
    pages = [
        max_.get(path).text
        for path in (
            "/",
            "/account",
            "/teams/1",
            "/boards/1",
            "/boards/1?since=1",
            "/boards/1/history",
            "/boards/1/import",
            "/items/1",
            "/items/1/edit",
            "/items/1/commitments",
            "/items/2",
            "/items/3",
        )
    ]
    pages.append(lea.get("/teams/1/settings").text)
    pages.append(max_.post("/boards/1/import", data=log, content_type="multipart/form-data").text)
    pages.append(max_.post("/items/1", data=words | lists | {"size": ATTACK}).text)
    pages.append(max_.post("/boards/1/items", data={"title": ATTACK * 9}).text)
    pages.append(max_.post("/boards/1/items", data={"title": ATTACK}, headers={"HX-Request": "true"}).text)
    for page in pages:
        assert "pwn" in page
        assert harmless(page)


def lea_settings():
    return {
        "unit": "days",
        "sprint_days": "14",
        "budget_percent": "20",
        "capacity": "",
        "dots": "5",
        "dots_per_item": "3",
        "kept_prompt": "What kept us going?",
        "slowed_prompt": "What slowed us down?",
        "puzzled_prompt": "What puzzled us?",
        "time_zone": "UTC",
    }


def test_text_that_will_not_do_is_refused_in_a_sentence_in_every_field(app, lea):
    promise(app)
    before = rows(app)
    for path, field, longest, more in TEXT_FIELDS:
        for value, sentence in (
            ("x" * 10_000, f"10000 characters; {longest} fit"),
            ("a\x00b", "U+0000"),
            ("a\x1b[31mb", "U+001B"),
            ("a\u202eb", "U+202E"),
            ("a\u2066b", "U+2066"),
        ):
            answer = lea.post(path, data=more | {field: value})
            assert answer.status_code == 422, (path, field, value[:9])
            assert sentence in unescape(answer.text), (path, field, value[:9])
            assert value[1] not in answer.text or value.startswith("x"), (path, field)
    assert rows(app) == before


def test_a_required_field_that_is_empty_or_missing_is_refused(app, lea):
    promise(app)
    before = rows(app)
    for path, field in (
        ("/boards/1/items", "title"),
        ("/items/1", "title"),
        ("/items/1/drop", "reason"),
        ("/items/1/commitments", "done_when"),
        ("/teams/1/boards", "name"),
        ("/boards/1/name", "name"),
        ("/items/1/place", "category"),
        ("/items/1/step", "step"),
        ("/commitments/1/verdict", "verdict"),
    ):
        for form in ({}, {field: ""}, {field: " \t\r\n "}):
            assert lea.post(path, data={"owner": "2", "sprint": "1"} | form).status_code == 422, (path, form)
    assert rows(app) == before


def test_what_stands_beside_a_bad_field_is_not_lost(lea):
    form = {"title": "A title", "why": "Some why", "size": "-1", "paths": "a.py\nb.py", "tags": "x, y"}
    page = unescape(lea.post("/items/1", data=form).text)
    assert all(text in page for text in ("A title", "Some why", "a.py\nb.py", "x, y", 'value="-1"'))
    page = unescape(lea.post("/items/1", data=form | {"size": "1", "paths": "a.py\nb\u202e.py\nc.py"}).text)
    assert "U+202E" in page
    assert "a.py\nb.py\nc.py" in page


def test_unknown_values_are_refused_by_name(app, lea):
    promise(app)
    before = rows(app)
    edit, make = {"title": "T"}, {"owner": "2", "sprint": "1", "done_when": "D"}
    cases = [
        *(("/items/1/place", {"category": value}) for value in ("nope", "CHEAP", "0", "cheap\x00", HUGE)),
        *(("/items/1/place", {"category": "cheap", "after": value}) for value in ("x", "-1", "1.5", "NaN", HUGE)),
        *(("/items/1/step", {"step": value}) for value in ("sideways", "up\n", HUGE)),
        *(("/items/1", edit | {"spread": value}) for value in ("x", HUGE)),
        *(
            ("/items/1", edit | {"size": value})
            for value in ("-1", "-0.01", "1e400", "-inf", "inf", "nan", "NaN", "10001", "many", "9" * 5_000, "1 2")
        ),
        *(("/items/1", edit | {"links": value}) for value in ("javascript:alert(1)", "//x", "http://", "ftp://x", "x")),
        *(("/items/1", edit | {"links": value}) for value in ("http://[", "https://a b", "https://x/<script>")),
        ("/items/1", edit | {"paths": "\n".join(f"{n}.py" for n in range(41))}),
        ("/items/1", edit | {"tags": ",".join(f"t{n}" for n in range(41))}),
        ("/items/1", edit | {"paths": "a`b"}),
        *(("/items/1/commitments", make | {"owner": value}) for value in ("3", "4", "99", "-1", "x", "", HUGE)),
        *(("/items/1/commitments", make | {"sprint": value}) for value in ("0", "4", "-1", "x", "", HUGE)),
        *(("/items/1/commitments", make | {"size": value}) for value in ("-1", "nan", "x")),
        *(("/commitments/1/verdict", {"verdict": value, "reason": "r"}) for value in ("open", "KEPT", "x")),
        ("/commitments/1/verdict", {"verdict": "kept", "stays_open": "banana"}),
    ]
    for path, form in cases:
        answer = lea.post(path, data=form)
        assert answer.status_code == 422, (path, form)
        assert "Traceback" not in answer.text
    assert rows(app) == before


def test_a_size_with_a_comma_and_no_size_are_understood(app, lea):
    for typed, size in (("2,5", 2.5), (" 3 ", 3.0), ("0", 0.0), ("", None)):
        assert lea.post("/items/1", data={"title": "T", "size": typed}).status_code == 303
        assert rows(app)["item"][0]["size"] == size


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_bodies_that_are_too_large_are_413_with_a_sentence(app, lea):
    before = rows(app)
    mega = b"x" * 20_000_000
    parts = {f"part{n}": "x" for n in range(1_001)}
    requests = [
        ("/boards/1/items", {"data": {"title": mega.decode()}}),
        ("/boards/1/import", {"data": {"text": mega.decode()}}),
        ("/boards/1/import", {"data": {"file": (BytesIO(mega), "log.md")}, "content_type": "multipart/form-data"}),
        ("/boards/1/import/acceptance", {"data": {"text": mega.decode()}}),
        ("/boards/1/items", {"data": parts, "content_type": "multipart/form-data"}),
    ]
    for path, request in requests:
        answer = lea.post(path, **request)
        assert answer.status_code == 413, path
        assert "That is too much at once" in answer.text
    assert rows(app) == before
    gc.collect()  # Werkzeug leaves the file it was filling to the collector, which says so here and not elsewhere


def test_bytes_that_are_not_text_are_never_an_error_of_ours(app, lea):
    form = "application/x-www-form-urlencoded"
    token = f"csrf_token={lea.csrf}&".encode()
    for body in (b"title=%ff%fe", b"title=\xff\xfe", b"title=%ED%A0%80", b"title=%00", b"title[]=x", b"=&&=", b"title"):
        answer = lea.post("/boards/1/items", data=token + body, content_type=form)
        assert answer.status_code in {303, 400, 422}, body
    for body, kind in ((b"{", "application/json"), (b"--x", "multipart/form-data; boundary=x"), (b"\0", "text/plain")):
        assert lea.post("/boards/1/items", data=body, content_type=kind).status_code == 400
    assert lea.get("/boards/1?%ff=%00").status_code == 200
    assert lea.get("/join/team/%ff%00").status_code == 404
    assert lea.get("/%ff%fe").status_code == 404
    assert lea.get("/boards/1", headers={"HX-Request": "true", "HX-Target": "%ff#\xff'"}).status_code == 200


def test_a_debt_log_that_is_no_text_or_says_odd_things_is_refused_or_taken_whole(app, lea):
    before = rows(app)
    for content, status in (
        (b"\xff\xfe# Debt", 422),
        (b"\x80\x81", 422),
        (b"", 200),
        (b"no debts at all", 200),
        (b"# D\n\n## A\x00B\x1b\n\n**Why**: x\x00\xe2\x80\xaey\n**Where**: a\x00b.py\n**Tags**: a\x00b\n", 200),
        (f"# D\n\n## D-{HUGE} Huge number\n\n**Size**: {HUGE} days\n".encode(), 200),
        (b"# D\n\n## D-2147483647 The last number\n", 200),
        (b"# D\n\n## D-0 Nought\n\n## D-1 One\n\n## D-1 One again\n", 200),
        ("# D\n\n## A \u202ebidi\n".encode(), 200),
    ):
        file = {"file": (BytesIO(content), "lo\u202eg\x00.md")}
        answer = lea.post("/boards/1/import", data=file, content_type="multipart/form-data")
        assert answer.status_code == status, content
        assert rows(app) == before
    assert lea.post("/boards/1/import", data={"text": " "}).status_code == 422


def test_accepting_an_odd_log_leaves_a_board_that_works(app, lea):
    for log in (
        "# D\n\n## A\x00B\x1b\n\n**Why**: x\x00y\n\n**Where**: `a\x00b.py`\n\n**Tags**: a\x00b, \u202ec\n",
        f"# D\n\n## D-{HUGE} Huge number\n",
        "# D\n\n## D-2147483647 The last number\n",
        "# D\n\n## D-99999999999 Beyond the last number\n",
    ):
        answer = lea.post("/boards/1/import/acceptance", data={"text": log, "name": "lo\u202eg\x00.md"})
        assert answer.status_code in {303, 422}
        texts = str(rows(app)["item"]) + str(rows(app)["event"])
        assert "\\x00" not in texts
        assert "\\u202e" not in texts
        assert lea.post("/boards/1/items", data={"title": "The next"}).status_code == 303
        assert lea.get("/boards/1").status_code == lea.get("/boards/1/export.md").status_code == 200


def test_a_version_that_is_none_gives_the_whole_board_or_says_to_start_afresh(lea):
    version = int(re.search(r'data-version="(\d+)"', lea.get("/boards/1").text)[1])
    assert lea.get(f"/boards/1?since={version}").status_code == 304
    for since in ("", "x", "1.5", "NaN", "0x1"):
        assert "<h1>" in lea.get(f"/boards/1?since={since}").text
    for since in ("-1", str(version + 1), HUGE, "-" + HUGE):
        answer = lea.get(f"/boards/1?since={since}")
        assert (answer.status_code, answer.headers.get("HX-Retarget")) == (200, "#board"), since


def test_a_stream_begins_whatever_version_it_is_asked_from(lea):
    for since in ("x", "-1", "", "1.5", HUGE, "9" * 15, "\u0663"):
        for request in ({"query_string": {"since": since, "cards": "1"}}, {"headers": {"Last-Event-ID": since}}):
            answer = lea.get("/boards/1/live", buffered=False, **request)
            assert answer.status_code == 200, request
            assert next(answer.response) in {b"retry: 1000\n\n", "retry: 1000\n\n"}
            answer.close()
