"""Demo: plays the story through the verbs, each act at a moment of its own."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from triage import clock
from triage.accounts.models import User
from triage.boards.models import Board
from triage.debtlog.reader import read
from triage.demo.stage import Person, Stage, press
from triage.demo.story import BOARD, DECIDER, PEOPLE, STORY, TEAM, TIME_ZONE
from triage.teams.models import Team

LOG = Path(__file__).with_name("TECH_DEBT.md")
SPRINT = timedelta(days=14)
FOUNDED_AT = time(8, 45)


class Demo:
    """The team, its board and its sprints, of which the last is the one that `today` is in."""

    def __init__(self, password: str, today: date | None = None) -> None:
        self.password = password
        # Whatever day it is, the first week of the present sprint is over: it can be told, and what the sprint promised
        # is due in a meeting today.
        told_from = (today or clock.today(TIME_ZONE)) - timedelta(days=7)
        self.first_day = told_from - timedelta(days=told_from.weekday()) - SPRINT * (len(STORY) - 1)

    def build(self) -> Board:
        """Everything through the verbs; whoever asked for it commits."""
        with press(datetime.combine(self.first_day, FOUNDED_AT, ZoneInfo(TIME_ZONE))):
            people = self._sign_up()
            board = self._found(people)
        log = {entry.number: entry for entry in read(LOG.read_text("utf-8")).entries if entry.number is not None}
        stage = Stage(board, people, log)
        for sprint, scenes in enumerate(STORY, start=1):
            for scene in scenes:
                scene.play(stage, sprint)
        return board

    def _sign_up(self) -> dict[Person, User]:
        return {person: User.sign_up(email=person.email, name=person.name, password=self.password) for person in PEOPLE}

    def _found(self, people: dict[Person, User]) -> Board:
        lead, *others = PEOPLE
        team = Team.found(TEAM, by=people[lead], time_zone=TIME_ZONE)
        for person in others:
            team.join(people[person], person.role)
        team.name_decider(people[DECIDER], by=people[lead])
        return Board.open(team, BOARD, by=people[lead])
