"""What each kind of ritual says of itself: its phases, where it is at home, what it hides and what it lacks."""

from typing import Any, ClassVar

from sqlalchemy import ColumnElement

from triage.accounts.models import User
from triage.refusal import Refused
from triage.rooms.phases import RoomPhase
from triage.teams.models import Team


class Kind:
    """A kind sets the words, and overrides what is different with it."""

    phases: ClassVar[type[RoomPhase]]
    noun: ClassVar[str]
    called: ClassVar[str]
    # The same for those who are invited: what it is for, what the team is doing, what members can do beside voting.
    purpose: ClassVar[str]
    doing: ClassVar[str]
    members_also: ClassVar[str]
    # What those who were away are told of: the word for each action.
    meanwhile: ClassVar[dict[str, str]]

    @property
    def home(self) -> Any:
        """What it is held for: a board or a team."""
        raise NotImplementedError

    @property
    def team(self) -> Team:
        raise NotImplementedError

    @staticmethod
    def team_of(home: Any) -> Team:
        """Whose home it is."""
        raise NotImplementedError

    @classmethod
    def at_home(cls, home: Any) -> ColumnElement[bool]:
        """Which rituals are held for it."""
        raise NotImplementedError

    @property
    def events(self) -> tuple[ColumnElement[bool], ...]:
        """Which events are its home's."""
        raise NotImplementedError

    @property
    def missing(self) -> str:
        """What the present phase still lacks before it can be left, as a sentence; empty when nothing."""
        return ""

    def emptiness(self, phase: RoomPhase) -> str:
        """Why a phase has nothing to do, as the end of a sentence; empty when it has."""
        return ""

    @property
    def is_secret(self) -> bool:
        """Does the present phase hide something until it is revealed?"""
        return False

    def reveal(self, *, seen: int, by: User) -> None:
        """Show what the present phase hides."""
        raise Refused("There is nothing to reveal in this phase.")

    def most_dots(self) -> list[int]:
        """What each person has on one thing, at the most."""
        return []

    def _began(self) -> None:
        """What it settles when it begins."""

    def _came(self) -> None:
        """What it does on entering a phase."""

    def _went_back(self) -> None:
        """What it hides again, on the way back."""

    def _forget(self) -> None:
        """Delete what would tell who voted for what."""
