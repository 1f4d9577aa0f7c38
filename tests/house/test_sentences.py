"""Every action that a verb records can be told as a sentence, and every sentence is of an action that is recorded."""

import ast
from pathlib import Path
from string import Formatter

from triage.commitments.models import Verdict
from triage.database import Base
from triage.events.sentences import SENTENCES
from triage.items.state import State

TRIAGE = Path(__file__).parents[2] / "triage"

# Where the action is not a word in the call but comes with a value: what that value can be.
COMPUTED = {
    ("commitment", "action"): {"made", "proposed"},
    ("commitment", "how"): {"declined", "withdrawn"},
    ("commitment", "verdict.action"): {verdict.action for verdict in Verdict if verdict is not Verdict.OPEN},
    ("item", "state.value"): {State.PAID, State.REFUSED, State.DROPPED},
    ("membership", "action"): {"left", "removed"},
}
# An import's items are recorded by the module that brings them in; a guest is an attendance, a piece an item.
TABLES = {"triage/debtlog/exchange.py": "item", "triage/retrospectives/changes.py": "process_change"}
NAMES = {"guest": "attendance", "piece": "item", "change": "process_change"}
# What every ritual records, each kind records under its own name.
KINDS = ("meeting", "retrospective")


def recorded():
    """(table, action, names of the words) of each `.record(…)` in the code."""
    for path in sorted(TRIAGE.rglob("*.py")):
        place = path.relative_to(TRIAGE.parent).as_posix()
        tree = ast.parse(path.read_text())
        scopes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        for node in ast.walk(tree):
            is_record = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record"
            )
            if is_record and node.args:
                owner = next((scope for scope in scopes if node in ast.walk(scope)), None)
                table = _subject(node, owner, place)
                words = {keyword.arg for keyword in node.keywords}
                for action in _actions(table, node.args[0]):
                    for kind in KINDS if table == "ritual" else (table,):
                        yield f"{kind}.{action}", words


def _subject(call, owner, place):
    """The table of what records: `self` is the class around it, `team.record` a team."""
    name = call.func.value.id if isinstance(call.func.value, ast.Name) else "self"
    return NAMES.get(name, name) if name not in {"self", "cls"} else TABLES.get(place) or owner.name.lower()


def _actions(table, argument):
    if isinstance(argument, ast.Constant):
        return {argument.value}
    return COMPUTED[table, ast.unparse(argument)]


def test_every_recorded_action_has_a_sentence_and_every_sentence_an_action():
    assert {action for action, _words in recorded()} == set(SENTENCES)


def test_a_sentence_uses_only_words_that_its_verb_gives():
    for action, given in recorded():
        used = {name for _text, name, _spec, _conversion in Formatter().parse(SENTENCES[action]) if name}
        assert used <= given | {"actor", "subject"}, action


def test_actions_begin_with_the_name_of_a_table():
    assert {action.partition(".")[0] for action in SENTENCES} <= {*Base.metadata.tables, *KINDS}
