"""A team with six sprints of history, made through the same verbs as everyone's."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    email: str
    name: str


PEOPLE = (Person("lead@example.com", "Lea Lindqvist"),)


class Demo:
    def __init__(self, password: str) -> None:
        self.password = password

    def build(self) -> None:
        from triage.accounts.models import User
        from triage.boards.models import Board
        from triage.teams.models import Team

        lea = User.sign_up(email=PEOPLE[0].email, name=PEOPLE[0].name, password=self.password)
        team = Team.found("Harbor", by=lea)
        Board.open(team, "Harbor", by=lea)
