"""What shows that a debt was paid down: links and commits, given by people or by what a repository's commits say."""

import subprocess

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, event

from triage.cli import main
from triage.commitments.drafts import EvidenceDraft
from triage.commitments.evidence import Evidence
from triage.commitments.models import Commitment
from triage.database import db
from triage.events.models import Event
from triage.events.sentences import sentence
from triage.events.undo import last_own, last_undoable, undo, undo_own
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


def test_what_was_shown_of_a_merged_item_is_not_shown_again_of_the_one_that_goes_on(item, people):
    second, third = (db.session.get_one(Item, number) for number in (2, 3))
    there = Evidence.give(third, COMMIT, by=people["max"])
    third.merge(second, by=people["max"])
    second.merge(item, by=people["max"])
    assert Evidence.give(item, COMMIT[:9], by=people["max"]) == there
    assert shown() == []


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


def test_a_commit_that_is_told_of_since_keeps_nothing_from_being_undone(item, people):
    item.drop(by=people["lea"], why="Nobody minds")
    db.session.commit()
    Evidence.give(item, COMMIT, by=None)
    db.session.commit()
    undo_own(last_own(1, 0, by=people["lea"]), by=people["lea"])
    db.session.commit()
    assert db.session.get_one(Item, 1).is_open
    assert shown() == [(COMMIT, "")]


def test_nor_is_it_the_last_thing_that_anybody_did_in_a_meeting(item, people):
    item.drop(by=people["lea"], why="Nobody minds")
    db.session.commit()
    Evidence.give(item, COMMIT, by=None)
    db.session.commit()
    event = last_undoable(1, 0)
    assert event.action == "item.dropped"
    undo(event, by=people["max"])
    db.session.commit()
    assert db.session.get_one(Item, 1).is_open
    assert shown() == [(COMMIT, "")]


def test_a_verdict_is_undone_with_what_came_with_it_and_not_with_what_was_told_since(max_, people):
    max_.post("/items/1/commitments", data=PROMISE)
    max_.post("/commitments/1/verdict", data={"verdict": "missed", "reason": "The outage", "reference": LINK})
    Evidence.give(db.session.get_one(Item, 1), COMMIT, by=None)
    db.session.commit()
    event = last_undoable(1, 0)
    assert event.action == "commitment.missed"
    undo(event, by=people["lea"])
    db.session.commit()
    assert db.session.get_one(Commitment, 1).is_open
    assert shown() == [(COMMIT, "")]


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

    def sign(self):
        """The last commit once more, as if somebody had signed it."""
        head, _blank, message = self.git("cat-file", "commit", "HEAD").partition("\n\n")
        signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----"
        command = ["git", "-C", self.path, "hash-object", "-t", "commit", "-w", "--stdin"]
        signed = subprocess.run(
            command, input=f"{head}\n{signature}\n\n{message}\n", capture_output=True, text=True, check=True
        )
        self.git("reset", "--quiet", "--hard", signed.stdout.strip())
        return signed.stdout.strip()

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


def test_a_commit_of_an_item_that_was_merged_since_stays_one_commit(in_app, call, repository, max_):
    id = repository.commit("Prices", "Pays-debt: D-2, D-1")
    assert "2 new, 0 known already" in call("--board", 1, "--repository", repository.path).output
    max_.post("/items/2/merge", data={"into": "D-3"})
    again = call("--board", 1, "--repository", repository.path)
    assert again.output.splitlines() == ["1 commit with Pays-debt: 0 new, 2 known already."]
    assert (shown(2), shown(3)) == ([(id, "Prices")], [])


def test_many_commits_are_compared_with_what_was_read_once(in_app, call, repository):
    statements = []

    def count(_connection, _cursor, statement, *_more):
        statements.append(statement)

    for number in range(5):
        repository.commit(f"Part {number}", "Pays-debt: D-1, D-2")
    event.listen(Engine, "before_cursor_execute", count)
    try:
        assert "10 new" in call("--board", 1, "--repository", repository.path).output
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert sum("FROM evidence" in statement for statement in statements) == 1
    assert not any("WITH RECURSIVE merged" in statement for statement in statements)


@pytest.mark.parametrize("arguments", [(), ("--since", "HEAD~1")])
def test_what_somebody_set_for_their_own_eyes_changes_nothing(in_app, call, repository, tmp_path, arguments):
    gpg = tmp_path / "gpg"
    gpg.write_text("#!/bin/sh\necho 'gpg: Good signature from Max' >&2\n")
    gpg.chmod(0o755)
    for name, value in {
        "gpg.program": gpg,
        "log.showSignature": "true",
        "i18n.logOutputEncoding": "ISO-8859-1",
        "trailer.separators": "=",
        "color.ui": "always",
        "log.mailmap": "true",
        "log.decorate": "full",
        "format.pretty": "short",
    }.items():
        repository.git("config", name, str(value))
    repository.commit("Before")
    repository.commit("Größe und Preis", "Pays-debt: D-1")
    id = repository.sign()
    assert "Good signature" in repository.git("log", "-1", "--format=%H")
    done = call("--board", 1, "--repository", repository.path, *arguments)
    assert done.output.splitlines() == [
        f"D-1 commit {id[:10]} Größe und Preis",
        "1 commit with Pays-debt: 1 new, 0 known already.",
    ]


def test_what_is_no_commit_after_all_is_said_and_left_out(in_app, call, repository, tmp_path, monkeypatch):
    """A git of another make, say, or one behind a wrapper that speaks."""
    repository.commit("Add the index", "Pays-debt: D-1")
    git = tmp_path / "git"
    git.write_text(f"#!/bin/sh\nprintf '%s\\0' Welcome Nothing D-1 {COMMIT} 'Add the index' D-1\n")
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = call("--board", 1, "--repository", repository.path)
    assert done.exit_code == 0, done.output
    assert "Welcome: Paste a link to the change or the id of a commit" in done.output
    assert "2 commits with Pays-debt: 1 new, 0 known already." in done.output
    assert shown() == [(COMMIT, "Add the index")]


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
