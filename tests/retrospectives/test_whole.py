"""Eight people hold a retrospective in their browsers, from the beginning to the end; and then the next one."""

import random
import re
from collections import Counter

from tests.retrospectives.conftest import actions
from triage.accounts.models import User
from triage.clock import now
from triage.database import db
from triage.events.models import Event
from triage.retrospectives.agenda import Phase, Prompt
from triage.retrospectives.answers import Done, Helped, outcome
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.models import Retrospective
from triage.retrospectives.notes import Note, NoteDot, grouped
from triage.retrospectives.review import ChangeReview, ReviewBallot
from triage.rooms.attendance import Attendance
from triage.teams.roles import MEMBER

MORE = ("Ana", "Ben", "Cem", "Dan", "Eva")


class Room:
    """What the eight of them do in one, and what a plain count of it says."""

    def __init__(self, chair, people, dice):
        self.chair, self.people, self.dice = chair, people, dice
        self.path = chair.post("/teams/1/retrospectives").location
        self.id = int(self.path.rpartition("/")[2])
        for person in people.values():
            assert person.get(self.path).status_code == 200

    @property
    def retro(self) -> Retrospective:
        db.session.rollback()
        db.session.expire_all()
        return db.session.get_one(Retrospective, self.id)

    def do(self, person, noun, status=303, /, **form):
        answer = person.post(f"{self.path}/{noun}", data=form)
        assert answer.status_code == status, (noun, form, answer.text)
        assert person.get(self.path).status_code in (200, 303)
        return answer

    def drive(self, what):
        turn = self.retro.turn
        db.session.rollback()
        self.do(self.chair, what, turn=turn)

    def review(self, change_id):
        done = {name: self.dice.choice([*Done]) for name in self.people}
        helped = {name: self.dice.choice([*Helped]) for name in self.people}
        for name, person in self.people.items():
            self.do(person, "answers", **{f"done_{done[name]}": change_id})
            self.do(person, "answers", **{f"helped_{helped[name]}": change_id})
        return Counter(done.values()), Counter(helped.values())

    def gather(self, number):
        written = Counter()
        for name, person in self.people.items():
            for prompt in Prompt:
                for n in range(self.dice.randint(0, 2)):
                    self.do(person, "notes", prompt=prompt, text=f"{prompt} {name} {n} of {number}")
                    written[prompt] += 1
        page = self.chair.get(self.path).text
        assert f"{sum(written.values())} notes so far" in page
        return written

    def group(self, times):
        """What the groups are, by the texts of their notes."""
        ids = {note.text: note.id for note in Note.all_of(self.retro)}
        together = [{text} for text in ids]
        db.session.rollback()
        for _ in range(times):
            one, other = self.dice.sample(sorted(ids), 2)
            ones, others = (next(group for group in together if text in group) for text in (one, other))
            status = 422 if ones is others else 303
            person = self.people[self.dice.choice(sorted(self.people))]
            self.do(person, "groups", status, note=ids[one], same_as=ids[other])
            if ones is not others:
                together.remove(ones)
                others |= ones
        return ids, together

    def vote(self, ids, together):
        """The dots of each group, by the texts of its notes."""
        totals = Counter()
        for person in self.people.values():
            left, on = 5, Counter()
            for _ in range(7):
                text = self.dice.choice(sorted(ids))
                group = frozenset(next(each for each in together if text in each))
                may = left > 0 and on[group] < 3
                self.do(person, "dots", 303 if may else 422, add=ids[text])
                if may:
                    left, on[group], totals[group] = left - 1, on[group] + 1, totals[group] + 1
        return totals


def test_eight_people_hold_one_from_beginning_to_end_and_the_next_opens_with_its_changes(team, as_, later):
    for name in MORE:
        user = User(email=f"{name.lower()}@example.com", name=name, password_hash="-", created_at=now(), uses_keys=True)
        db.session.add(user)
        team.join(user, MEMBER)
    team.join(User.by_email("zoe@example.com"), MEMBER)
    db.session.commit()
    people = {name: as_(name) for name in ("lea", "max", "zoe", *(name.lower() for name in MORE))}
    assert len(people) == 8
    room = Room(people["lea"], people, random.Random(6))
    written = room.gather(1)
    room.drive("reveal")
    found = Counter(note.prompt for note in Note.all_of(room.retro))
    assert found == written
    room.drive("phase")
    ids, together = room.group(9)
    totals = room.vote(ids, together)
    room.drive("reveal")
    groups = {
        frozenset(note.text for note in (lead, *others)): lead.dots for lead, others in grouped(Note.all_of(room.retro))
    }
    assert groups == {frozenset(group): totals[frozenset(group)] for group in together}
    room.drive("phase")
    page = people["ana"].get(room.path).text
    assert Phase.DECIDE.question in page
    for what, owner in (("Review within a day", "Ana"), ("Pair on Mondays", "Max")):
        owner_id = User.by_email(f"{owner.lower()}@example.com").id
        db.session.rollback()
        room.do(people["max"], "changes", what=what, owner=owner_id, seen_by=f"{owner} says so")
    room.drive("phase")
    for worth, person in enumerate(people.values()):
        room.do(person, "pulse", worth=worth % 5 + 1)
    room.drive("closing")
    retro = room.retro
    assert actions(retro) == [
        *(
            "started",
            "skipped",
            "entered",
            "revealed_notes",
            "entered",
            "revealed_dots",
            "entered",
            "entered",
            "closed",
        ),
    ]
    said = {event.action: event.what for event in db.session.query(Event)}
    assert said["retrospective.revealed_notes"] == {"notes": sum(written.values())}
    assert said["retrospective.revealed_dots"] == {"dots": sum(totals.values())}
    assert db.session.query(NoteDot).count() == 0
    assert {note.attendance_id for note in Note.all_of(retro)} == {None}
    minutes = people["eva"].get(f"{room.path}/minutes.md").text
    mean = sum(worth % 5 + 1 for worth in range(8)) / 8
    assert f"{mean:.1f} of 5 (8 answered)" in minutes
    assert "**Review within a day**: Ana. We will see that it worked: Ana says so." in minutes
    for text in ids:
        assert minutes.count(text) == 1, text
    assert f": {max(totals.values())} dots" in minutes

    # The next one opens with its changes.
    with later(days=14):
        people = {name: as_(name) for name in people}
        following = Room(people["max"], people, random.Random(7))
        page = people["ben"].get(following.path).text
        assert Phase.REVIEW.question in page
        changes = [change.id for change in ProcessChange.running(following.retro.team)]
        assert len(re.findall(r'id="asked-\d+"', page)) == len(changes) == 2
        counted = {id: following.review(id) for id in changes}
        following.drive("reveal")
        for review in ChangeReview.all_of(following.retro):
            done, helped = counted[review.change_id]
            assert review.of_done == {answer: done[answer] for answer in Done}
            assert review.of_helped == {answer: helped[answer] for answer in Helped}
            assert (review.done, review.helped) == (outcome(review.of_done), outcome(review.of_helped))
        for id in changes:
            following.do(people["lea"], "outcomes", done_partly=id)
            following.do(people["lea"], "outcomes", helped_yes=id)
        following.drive("phase")
        following.drive("phase")
        following.do(people["max"], "changes", what="Stand up sitting down", owner=1, seen_by="It is short")
        following.drive("phase")
        following.drive("closing")
        page = people["lea"].get("/teams/1/retrospectives").text
        assert "3 changes decided. 0 of 2 reviewed were done, and 2 of 2 helped." in page
        assert db.session.query(ReviewBallot).count() == 0
        assert len({one.user_id for one in Attendance.all_of(following.retro)}) == 8
        assert [change.what for change in ProcessChange.running(following.retro.team)] == ["Stand up sitting down"]
