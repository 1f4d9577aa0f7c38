"""What people do in the story: each act is one verb that everybody has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from triage.accounts.models import User
from triage.boards.category import Category
from triage.commitments.drafts import CommitmentDraft
from triage.commitments.models import Commitment, Verdict
from triage.demo.stage import Act, Person, Stage, press
from triage.items.drafts import ItemDraft
from triage.items.interest import Interest
from triage.items.models import Item
from triage.items.waiver import Waiver
from triage.meetings import focus

PACE = timedelta(seconds=40)


@dataclass(frozen=True)
class Scene:
    """What one person does from a time of day on. Days are those of the sprint: 1 is its first Monday."""

    day: int
    at: time
    by: Person
    acts: Sequence[Act]

    def play(self, stage: Stage, sprint: int) -> None:
        """At the pace of people who talk while they click."""
        began = stage.moment(sprint, self.day, self.at)
        for place, act in enumerate(self.acts):
            with press(began + PACE * place):
                act.play(stage, by=stage.people[self.by])


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


@dataclass(frozen=True)
class Lose:
    """It cost time, just now."""

    number: int
    minutes: int
    note: str

    def play(self, stage: Stage, by: User) -> None:
        Interest.log(stage.items[self.number], self.minutes, by=by, note=self.note)


@dataclass(frozen=True)
class Waive:
    """The decision-maker lets it stand until a day of a sprint."""

    number: int
    sprint: int
    day: int
    because: str

    def play(self, stage: Stage, by: User) -> None:
        until = stage.day(self.sprint, self.day)
        Waiver.grant(stage.items[self.number], until, self.because, by=stage.board.team.decider)


# What only happens in a meeting


@dataclass(frozen=True)
class Postpone:
    """Its exit is found in the commit phase."""

    number: int

    def play(self, stage: Stage, by: User) -> None:
        stage.meeting.postpone_exit(stage.items[self.number], by=by)


@dataclass(frozen=True)
class PutOff:
    """Next time."""

    number: int

    def play(self, stage: Stage, by: User) -> None:
        focus.step(stage.meeting, "later", stage.items[self.number].id, by=by)


@dataclass(frozen=True)
class Extend:
    """The phase gets more minutes."""

    minutes: int

    def play(self, stage: Stage, by: User) -> None:
        stage.meeting.extend(self.minutes, by=by)


@dataclass(frozen=True)
class TakeChair:
    """Somebody else goes on driving."""

    who: Person

    def play(self, stage: Stage, by: User) -> None:
        stage.meeting.take_chair(by=stage.people[self.who])
