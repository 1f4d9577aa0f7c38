"""What shows that a debt was paid down: links and commits, given by people or by what a repository's commits say."""

import subprocess

import pytest
from click.testing import CliRunner

from triage.cli import main
from triage.commitments.drafts import EvidenceDraft
from triage.commitments.evidence import Evidence
from triage.commitments.models import Commitment
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.events.undo import last_own, undo_own
from triage.items.models import Item
from triage.refusal import Refused

LINK = "https://git.example.com/harbor/pull/12"
COMMIT = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"


def shown(number=1):
    db.session.expire_all()
    return [(one.reference, one.note) for one in Evidence.of([db.session.get_one(Item, number)])]


@pytest.mark.parametrize("reference", [LINK, "http://ci/1", COMMIT, COMMIT[:7], COMMIT + COMMIT[:24]])
def test_a_link_or_a_commit_is_evidence(item, people, reference):
    given = Evidence.give(item, f" {reference} ", by=people["max"], note="Add the index")
    assert shown() == [(reference, "Add the index")]
    event = db.session.query(Event).filter_by(action="evidence.given").one()
    assert sentence(event) == f"Max showed what paid {item} down: {given.short}"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("", "Reference is empty"),
        ("it is done", "Paste a link to the change or the id of a commit"),
        ("0a1b2c", "Paste a link"),  # too short to be one commit's
        ("0" * 65, "Paste a link"),
        ("javascript:alert(1)", "Paste a link"),
        ("javascript://x/%0aalert(1)", "begins with https:// or http://"),
        ("ftp://example.com/1", "begins with https:// or http://"),
        ("https:///1", "begins with https:// or http://"),
        ("https://example.com/" + "x" * 500, "characters; 500 fit"),
    ],
)
def test_anything_else_is_refused(item, people, max_, reference, said):
    with pytest.raises(Refused, match=said):
        Evidence.give(item, reference, by=people["max"])
    db.session.rollback()
    answer = max_.post("/items/1/evidence", data={"reference": reference})
    assert answer.status_code == 422
    assert said in answer.text
    assert shown() == []


def test_the_same_twice_is_there_once(item, people):
    first = Evidence.give(item, LINK, by=people["max"])
    assert Evidence.give(item, LINK, by=people["lea"]) == first
    Evidence.give(item, COMMIT[:9].upper(), by=people["max"])
    Evidence.give(item, COMMIT, by=people["max"])  # the same commit, by its whole id
    assert [reference for reference, _note in shown()] == [LINK, COMMIT[:9]]
    assert db.session.query(Event).filter_by(action="evidence.given").count() == 2


def test_one_link_can_pay_two_items(item, people):
    for number in (1, 2):
        Evidence.give(db.session.get_one(Item, number), LINK, by=people["max"])
    assert shown(1) == shown(2) == [(LINK, "")]


def test_it_is_taken_back_like_any_press(item, people):
    Evidence.give(item, LINK, by=people["max"])
    db.session.commit()
    undo_own(last_own(1, 0, by=people["max"]), by=people["max"])
    assert shown() == []
    event = db.session.query(Event).filter_by(action="evidence.taken_back").one()
    assert sentence(event) == f"Max took back what was shown of {item}: {LINK}"
    Evidence.give(item, LINK, by=people["max"])
    assert shown() == [(LINK, "")]


@pytest.mark.parametrize("is_paid", [False, True])
def test_the_items_page_lists_it_with_safe_links_open_or_paid(max_, as_, is_paid):
    assert "What paid it down" not in as_("obi").get("/items/1").text
    if is_paid:
        max_.post("/items/1/payment", data={})
    for reference in (LINK, COMMIT):
        assert max_.post("/items/1/evidence", data={"reference": reference}).status_code == 303
    page = max_.get("/items/1").text
    assert f'<a href="{LINK}" rel="noopener noreferrer">' in page
    assert f'title="{COMMIT}">{COMMIT[:10]}</code>' in page
    assert "Add evidence" in page
    assert "Add evidence" not in as_("obi").get("/items/1").text
    assert LINK in as_("obi").get("/items/1").text


def test_what_a_merged_item_shows_counts_for_the_one_that_goes_on(max_):
    max_.post("/items/2/evidence", data={"reference": LINK})
    max_.post("/items/2/merge", data={"into": "D-1"})
    assert f">{LINK}</a>, as D-2" in max_.get("/items/1").text


def test_the_answer_comes_by_the_stream(max_):
    answer = max_.post("/items/1/evidence", data={"reference": LINK}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (204, "changed")


PROMISE = {"owner": "2", "sprint": "1", "done_when": "The index exists"}


def test_a_verdict_comes_with_it_and_one_undo_takes_both_back(max_, people):
    max_.post("/items/1/commitments", data=PROMISE)
    assert "Link to the change" in max_.get("/items/1").text
    assert "Link to the change" in max_.get("/commitments/1/verdict").text
    max_.post("/commitments/1/verdict", data={"verdict": "kept", "reference": LINK})
    assert shown() == [(LINK, "")]
    assert not db.session.get_one(Item, 1).is_open
    undo_own(last_own(1, 0, by=people["max"]), by=people["max"])
    assert shown() == []
    assert db.session.get_one(Item, 1).is_open
    assert db.session.get_one(Commitment, 1).is_open


def test_a_verdict_with_odd_evidence_is_not_given(in_app, max_):
    max_.post("/items/1/commitments", data=PROMISE)
    asked = {"HX-Request": "true", "HX-Target": "div#ask"}
    form = {"verdict": "kept", "reference": "javascript://x/1", "reason": "It was quick"}
    answer = max_.post("/commitments/1/verdict", data=form, headers=asked)
    assert answer.status_code == 422
    assert "begins with https:// or http://" in answer.text
    assert "It was quick" in answer.text
    assert db.session.get_one(Commitment, 1).is_open


def test_the_form_knows_the_limits_of_a_reference():
    assert EvidenceDraft.limits("reference") == {"maxlength": 500, "required": True}


# What commits say


@pytest.fixture
def call(database_url, monkeypatch):
    for name, value in {"DATABASE_URL": database_url, "SECRET_KEY": "s" * 40, "HTTPS": "false"}.items():
        monkeypatch.setenv(f"TRIAGE_{name}", value)

    def call(*arguments):
        db.session.rollback()
        return CliRunner().invoke(main, ["evidence", *map(str, arguments)])

    return call


class Repository:
    def __init__(self, path):
        self.path = path
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")

    def git(self, *arguments):
        identity = ["-c", "user.name=Max", "-c", "user.email=max@example.com", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", "-C", self.path, *identity, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, *paragraphs):
        self.git("commit", "--allow-empty", "--quiet", *(part for text in paragraphs for part in ("-m", text)))
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "clone")


def test_commits_that_say_so_pay_items_down_and_a_second_run_adds_nothing(in_app, call, repository):
    first = repository.commit("Add the index", "Pays-debt: D-1")
    repository.commit("Nothing of ours", "It mentions D-2 and Pays-debt in passing.")
    second = repository.commit("Prices and deploys", "Both at once.", "pays-DEBT: D-2, d3\nPays-debt: D-1")
    done = call("--board", 1, "--repository", repository.path)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        f"D-1 commit {first[:10]} Add the index",
        f"D-2 commit {second[:10]} Prices and deploys",
        f"D-3 commit {second[:10]} Prices and deploys",
        f"D-1 commit {second[:10]} Prices and deploys",
        "2 commits with Pays-debt: 4 new, 0 known already.",
    ]
    assert shown(1) == [(first, "Add the index"), (second, "Prices and deploys")]
    again = call("--board", 1, "--repository", repository.path)
    assert again.output.splitlines() == ["2 commits with Pays-debt: 0 new, 4 known already."]
    assert len(shown(1)) == 2
    assert sentence(db.session.query(Event).filter_by(action="evidence.given").first()) == (
        f"The command line showed what paid D-1 Session table has no index down: {first[:10]}"
    )


def test_only_what_came_since_is_read(in_app, call, repository):
    old = repository.commit("Old", "Pays-debt: D-1")
    repository.commit("New", "Pays-debt: D-2")
    done = call("--board", 1, "--repository", repository.path, "--since", old[:8])
    assert "1 commit with Pays-debt: 1 new, 0 known already." in done.output
    assert shown(1) == []
    assert [note for _reference, note in shown(2)] == ["New"]


def test_odd_and_unknown_numbers_are_said_and_left_out(in_app, call, repository):
    id = repository.commit("Much", "Pays-debt: D-99, the index, D-1")[:10]
    done = call("--board", 1, "--repository", repository.path)
    assert done.exit_code == 0
    assert f"{id}: There is no D-99 on this board." in done.output
    assert f"{id} names “the index”, which is no item's number: write Pays-debt: D-17." in done.output
    assert "1 commit with Pays-debt: 1 new, 0 known already." in done.output
    assert len(shown(1)) == 1


def test_a_long_or_odd_first_line_is_cut_and_cleaned(in_app, call, repository):
    repository.commit("Index\u200b " + "x" * 300, "Pays-debt: D-1")
    assert call("--board", 1, "--repository", repository.path).exit_code == 0
    assert shown(1)[0][1] == "Index " + "x" * 194


def test_what_was_merged_pays_the_item_that_goes_on(in_app, call, repository, max_):
    max_.post("/items/2/merge", data={"into": "D-1"})
    repository.commit("Prices", "Pays-debt: D-2")
    assert "D-1 commit" in call("--board", 1, "--repository", repository.path).output
    assert len(shown(1)) == 1


def test_a_repository_without_debt_is_no_error(in_app, call, repository):
    repository.commit("Nothing of ours")
    done = call("--board", 1, "--repository", repository.path)
    assert (done.exit_code, done.output) == (0, "0 commits with Pays-debt: 0 new, 0 known already.\n")


def test_what_cannot_be_read_is_said_with_exit_code_2(in_app, call, repository, tmp_path, monkeypatch):
    (tmp_path / "bare").mkdir()
    for path, said in (
        (tmp_path / "nowhere", "is no git repository"),
        (tmp_path / "bare", "is no git repository"),
        (repository.path, "has no commit yet"),
    ):
        done = call("--board", 1, "--repository", path)
        assert (done.exit_code, said in done.output) == (2, True), done.output
    repository.commit("Add the index", "Pays-debt: D-1")
    for since in ("nonsense", "--all", ""):
        done = call("--board", 1, "--repository", repository.path, f"--since={since}")
        assert (done.exit_code, f"There is no revision “{since}”" in done.output) == (2, True), done.output
    done = call("--board", 99, "--repository", repository.path)
    assert (done.exit_code, "There is no board 99" in done.output) == (2, True)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = call("--board", 1, "--repository", repository.path)
    assert (done.exit_code, "There is no git on this machine" in done.output) == (2, True)
    assert shown(1) == []
