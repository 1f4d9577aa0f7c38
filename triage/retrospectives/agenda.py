"""The five phases of a retrospective, in their order, and the three prompts of its notes. A pure rule."""

from enum import StrEnum

from triage.rooms.phases import RoomPhase

# One or two changes are tried; three are forgotten.
MOST_CHANGES = 2


class Phase(RoomPhase):
    REVIEW = "review", "Reviewing", 5, "Did we do it, and did it help?"
    GATHER = "gather", "Gathering", 7, "How did the sprint go for you?"
    VOTE = "vote", "Voting", 8, "What matters most?"
    DECIDE = "decide", "Deciding", 8, "What do we do differently?"
    CLOSE = "close", "Closing", 2, "What did we decide?"


class Prompt(StrEnum):
    """What a note answers; a team may word the questions its own way (Team.prompts)."""

    KEPT = "kept"
    SLOWED = "slowed"
    PUZZLED = "puzzled"
