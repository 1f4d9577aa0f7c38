"""Mine: all that one person is asked to do and has promised, on all boards of their teams."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import contains_eager

from triage.accounts.models import User
from triage.clock import today
from triage.commitments.models import Commitment, Verdict, carried_words, kept_of
from triage.commitments.sprints import Sprint
from triage.database import db
from triage.items.models import Item
from triage.teams.models import Membership, Team
from triage.teams.roles import MEMBER
from triage.web.filters import day, plural

SPRINTS = 6


@dataclass(frozen=True)
class Promised:
    """One of them, as its owner sees it today; `proposer` is who awaits a yes or no, or never had one."""

    commitment: Commitment
    carried: str
    proposer: str
    today: date

    @property
    def is_over(self) -> bool:
        """Is its sprint?"""
        return self.commitment.sprint.last_day < self.today

    @property
    def is_asked(self) -> bool:
        """Is a yes or no awaited?"""
        return self.commitment.is_proposed and not self.is_over

    @property
    def has_begun(self) -> bool:
        return self.commitment.sprint.first_day <= self.today

    @property
    def acts(self) -> bool:
        """An observer reads only, what they once promised too."""
        role = self.commitment.owner_role
        return role is not None and role >= MEMBER

    @property
    def when(self) -> str:
        """Its sprint, and how long that still lasts."""
        sprint = self.commitment.sprint
        number = f"Sprint {sprint.number}"
        if self.is_over:
            return f"{number}, ended {day(sprint.last_day)}"
        if not self.has_begun:
            return f"{number}, begins {day(sprint.first_day)}"
        left = (sprint.last_day - self.today).days
        return f"{number}, {plural(left, 'day')} left" if left else f"{number}, ends today"


class Mine:
    """Reads it in as many queries for many as for few."""

    def __init__(self, person: User) -> None:
        found = list(db.session.scalars(_of(person)))
        vain = Commitment.carried(one.item_id for one in found if one.is_open)
        proposers = _names({one.made_by_id for one in found if one.is_proposed})
        self.all = [
            Promised(
                commitment=one,
                carried=carried_words(vain.get(one.item_id, 0)) if one.is_open else "",
                proposer=proposers.get(one.made_by_id, "") if one.is_proposed else "",
                today=today(one.board.team.time_zone),
            )
            for one in found
        ]

    @cached_property
    def asked(self) -> Sequence[Promised]:
        return [one for one in self._open if one.is_asked]

    @cached_property
    def due(self) -> Sequence[Promised]:
        return [one for one in self._open if one.is_over]

    @cached_property
    def present(self) -> Sequence[Promised]:
        return [one for one in self._open if one.has_begun and not one.is_over and not one.is_asked]

    @cached_property
    def coming(self) -> Sequence[Promised]:
        return [one for one in self._open if not one.has_begun and not one.is_asked]

    @cached_property
    def judged(self) -> Sequence[Promised]:
        """What became of the others in the last six sprints, the latest first."""
        return [one for one in reversed(self.all) if not one.commitment.is_open]

    @property
    def sentence(self) -> str:
        kept, judged = kept_of(Counter(one.commitment.verdict for one in self.judged))
        return f"You kept {kept} of {judged} in the last six sprints."

    @property
    def _open(self) -> Sequence[Promised]:
        return [one for one in self.all if one.commitment.is_open]


def _of(person: User) -> Select[Commitment]:
    """What is open, and what was said of those of the last six sprints, in the order of the sprints."""
    is_in = (Membership.user_id == person.id, Membership.left_at.is_(None))
    teams = db.session.scalars(select(Team).join(Membership, Membership.team_id == Team.id).where(*is_in)).all()
    calendars = Sprint.calendars(teams)
    present = {team.id: calendars[team.id].sprint_on(today(team.time_zone)).number for team in teams}
    recent = [and_(Sprint.team_id == id, Sprint.number > number - SPRINTS) for id, number in present.items()]
    return (
        select(Commitment)
        .join(Commitment.sprint)
        .join(Commitment.item)
        .options(contains_eager(Commitment.sprint), contains_eager(Commitment.item).lazyload(Item.board))
        .where(Commitment.owner_id == person.id, Commitment.team_id.in_(list(present)))
        .where(or_(Commitment.verdict == Verdict.OPEN, *recent))
        .order_by(Sprint.last_day, Commitment.id)
    )


def _names(ids: Iterable[int | None]) -> dict[int | None, str]:
    return dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
