"""The six phases of a meeting, in their order: the question and the minutes of each. A pure rule."""

from datetime import timedelta
from enum import StrEnum

PLANNED = timedelta(minutes=30)


class Phase(StrEnum):
    REVIEW = "review"
    INTAKE = "intake"
    VOTE = "vote"
    SORT = "sort"
    COMMIT = "commit"
    CLOSE = "close"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def gerund(self) -> str:
        """What the team is doing in it, as a sentence begins: "Sorting"."""
        return GERUNDS[self]

    @property
    def question(self) -> str:
        return QUESTIONS[self]

    @property
    def minutes(self) -> int:
        return MINUTES[self]

    @property
    def next(self) -> "Phase | None":
        after = self.later
        return after[0] if after else None

    @property
    def later(self) -> "tuple[Phase, ...]":
        """The phases after this one."""
        phases = tuple(Phase)
        return phases[phases.index(self) + 1 :]

    @property
    def earlier(self) -> "tuple[Phase, ...]":
        """The phases before this one, the nearest last."""
        phases = tuple(Phase)
        return phases[: phases.index(self)]


GERUNDS = {
    Phase.REVIEW: "Reviewing",
    Phase.INTAKE: "Intake",
    Phase.VOTE: "Voting",
    Phase.SORT: "Sorting",
    Phase.COMMIT: "Committing",
    Phase.CLOSE: "Closing",
}

QUESTIONS = {
    Phase.REVIEW: "How did last sprint's commitments go?",
    Phase.INTAKE: "What new debts have been added?",
    Phase.VOTE: "What is becoming painful?",
    Phase.SORT: "Cheap, expensive or catastrophic?",
    Phase.COMMIT: "What do we pay down next sprint?",
    Phase.CLOSE: "What did we decide?",
}

MINUTES = {
    Phase.REVIEW: 5,
    Phase.INTAKE: 4,
    Phase.VOTE: 4,
    Phase.SORT: 9,
    Phase.COMMIT: 6,
    Phase.CLOSE: 2,
}
