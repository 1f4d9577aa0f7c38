"""The six phases of a triage, in their order. A pure rule."""

from triage.rooms.phases import RoomPhase


class Phase(RoomPhase):
    REVIEW = "review", "Reviewing", 5, "How did last sprint's commitments go?"
    INTAKE = "intake", "Intake", 4, "What new debts have been added?"
    VOTE = "vote", "Voting", 4, "What is becoming painful?"
    SORT = "sort", "Sorting", 9, "Cheap, expensive or catastrophic?"
    COMMIT = "commit", "Committing", 6, "What do we pay down next sprint?"
    CLOSE = "close", "Closing", 2, "What did we decide?"
