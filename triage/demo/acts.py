"""What people do in the story: each act is one verb that everybody has."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Protocol

from triage.accounts.models import User
from triage.boards.category import Category
from triage.boards.models import Board
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.debtlog.entry import Entry
from triage.debtlog.size import in_unit
from triage.items.drafts import ItemDraft
from triage.items.models import Item
from triage.items.spread import Spread
from triage.teams.roles import Role


@dataclass(frozen=True)
class Person:
    email: str
    name: str
    role: Role


@dataclass
class Stage:
    """Where the story is played: the board, the people, and the log that says how each item stands in the end."""

    board: Board
    people: dict[Person, User]
    log: dict[int, Entry]
    items: dict[int, Item] = field(default_factory=dict)

    def words(self, number: int) -> ItemDraft:
        """All that the log has written about an item."""
        entry = self.log[number]
        size, _rest = in_unit(entry.size, self.board.team.unit)
        return ItemDraft(
            title=entry.title,
            why=entry.why,
            fix=entry.fix,
            size=size,
            spread=Spread(entry.spread),
            paths=list(entry.paths),
            tags=list(entry.tags),
            links=list(entry.links),
        )

    def commitment(self, number: int) -> Commitment:
        found = Commitment.open_for(self.items[number])
        if found is None:
            raise LookupError(f"In the story nobody is committed to D-{number} here.")
        return found


class Act(Protocol):
    """Something that a person does on the stage."""

    def play(self, stage: Stage, by: User) -> None: ...


@dataclass(frozen=True)
class Scene:
    """What one person does from a time of day on. Days are those of the sprint: 1 is its first Monday."""

    day: int
    at: time
    by: Person
    acts: Sequence[Act]


@dataclass(frozen=True)
class Report:
    """Say it in one line."""

    number: int

    def play(self, stage: Stage, by: User) -> None:
        stage.items[self.number] = Item.report(stage.board, ItemDraft(title=stage.log[self.number].title), by=by)


@dataclass(frozen=True)
class Write:
    """Write down all that the log has about it."""

    number: int

    def play(self, stage: Stage, by: User) -> None:
        stage.items[self.number].edit(stage.words(self.number), by=by)


@dataclass(frozen=True)
class Note:
    """Write down what is known so far: the log's words come later."""

    number: int
    why: str
    fix: str = ""
    size: float | None = None

    def play(self, stage: Stage, by: User) -> None:
        item = stage.items[self.number]
        item.edit(item.draft.model_copy(update={"why": self.why, "fix": self.fix, "size": self.size}), by=by)


@dataclass(frozen=True)
class Move:
    """Sort it into a category, for now."""

    number: int
    category: Category
    because: str = ""

    def play(self, stage: Stage, by: User) -> None:
        stage.items[self.number].rate(self.category, by=by, why=self.because)


@dataclass(frozen=True)
class Sort:
    """Sort it where the log has it, once and for all; whoever reported it says the words."""

    number: int
    because: str = ""

    def play(self, stage: Stage, by: User) -> None:
        Write(self.number).play(stage, stage.items[self.number].reporter or by)
        category = Category(stage.log[self.number].category or Category.INBOX)
        Move(self.number, category, self.because).play(stage, by)


@dataclass(frozen=True)
class Step:
    """Change its place in its column."""

    number: int
    direction: str

    def play(self, stage: Stage, by: User) -> None:
        stage.items[self.number].step(self.direction, by=by)


@dataclass(frozen=True)
class Pay:
    """It is fixed; how, says the log."""

    number: int

    def play(self, stage: Stage, by: User) -> None:
        stage.items[self.number].pay(by=by, why=stage.log[self.number].reason)


@dataclass(frozen=True)
class Drop:
    """It does not matter any more; why, says the log."""

    number: int

    def play(self, stage: Stage, by: User) -> None:
        stage.items[self.number].drop(by=by, why=stage.log[self.number].reason)


@dataclass(frozen=True)
class Reopen:
    """It was not fixed after all."""

    number: int
    because: str

    def play(self, stage: Stage, by: User) -> None:
        stage.items[self.number].reopen(by=by, why=self.because)


@dataclass(frozen=True)
class Commit:
    """Promise to pay it down. Its owner, at the same table, says yes, or has not answered yet."""

    number: int
    owner: Person
    sprint: int
    size: float
    done_when: str
    is_answered: bool = True

    def play(self, stage: Stage, by: User) -> None:
        owner = stage.people[self.owner]
        draft = CommitmentDraft(owner=owner.id, sprint=self.sprint, done_when=self.done_when, size=self.size, over=True)
        commitment = Commitment.make(stage.items[self.number], draft, by=by)
        if self.is_answered:
            commitment.accept(by=owner)


@dataclass(frozen=True)
class Keep:
    """The promise was kept, and with it the item is paid; how, says the log, unless it was paid only for a while."""

    number: int
    because: str = ""

    def play(self, stage: Stage, by: User) -> None:
        because = self.because or stage.log[self.number].reason
        stage.commitment(self.number).judge(Verdict.KEPT, by=by, why=because)
        stage.items[self.number].pay(by=by, why=because)


@dataclass(frozen=True)
class Judge:
    """The promise was not kept, or not quite."""

    number: int
    verdict: Verdict
    because: str

    def play(self, stage: Stage, by: User) -> None:
        stage.commitment(self.number).judge(self.verdict, by=by, why=self.because)
