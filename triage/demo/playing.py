"""Demo: plays the story through the verbs, each act at a moment of its own."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from triage import clock
from triage.accounts.models import User
from triage.boards.models import Board
from triage.debtlog.reader import read
from triage.demo.acts import Person, Stage
from triage.demo.story import BOARD, DECIDER, PEOPLE, STORY, TEAM, TIME_ZONE
from triage.teams.models import Team

LOG = Path(__file__).with_name("TECH_DEBT.md")
SPRINT = timedelta(days=14)
FOUNDED_AT = time(8, 45)
PACE = timedelta(seconds=40)


class Demo:
    """The team, its board and its sprints, of which the last is the one that `today` is in."""

    def __init__(self, password: str, today: date | None = None) -> None:
        self.password = password
        # Whatever day it is, the working days of the present sprint's first week are over: they can be told.
        told_from = (today or clock.today(TIME_ZONE)) - timedelta(days=5)
        self.first_day = told_from - timedelta(days=told_from.weekday()) - SPRINT * (len(STORY) - 1)

    def build(self) -> Board:
        """Everything through the verbs; whoever asked for it commits."""
        people = self._sign_up()
        board = self._found(people)
        log = {entry.number: entry for entry in read(LOG.read_text("utf-8")).entries if entry.number is not None}
        stage = Stage(board, people, log)
        for number, scenes in enumerate(STORY):
            for scene in scenes:
                day = self.first_day + SPRINT * number + timedelta(days=scene.day - 1)
                for moment, act in zip(_moments(day, scene.at), scene.acts, strict=False):
                    with clock.at(moment):
                        act.play(stage, by=people[scene.by])
        return board

    def _sign_up(self) -> dict[Person, User]:
        with clock.at(next(_moments(self.first_day, FOUNDED_AT))):
            return {
                person: User.sign_up(email=person.email, name=person.name, password=self.password) for person in PEOPLE
            }

    def _found(self, people: dict[Person, User]) -> Board:
        lead, *others = PEOPLE
        with clock.at(next(_moments(self.first_day, FOUNDED_AT))):
            team = Team.found(TEAM, by=people[lead], time_zone=TIME_ZONE)
            for person in others:
                team.join(people[person], person.role)
            team.name_decider(people[DECIDER], by=people[lead])
            return Board.open(team, BOARD, by=people[lead])


def _moments(day: date, at: time) -> Iterator[datetime]:
    """One after the other, at the pace of people who talk while they click."""
    moment = datetime.combine(day, at, ZoneInfo(TIME_ZONE))
    while True:
        yield moment
        moment += PACE
