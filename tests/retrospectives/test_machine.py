"""Whatever three people press in a retrospective, in whatever order: it stays what a plain model of it is."""

import random
from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.meetings.conftest import THOROUGH
from tests.retrospectives.conftest import draft
from triage.database import db
from triage.refusal import Refused
from triage.retrospectives import notes
from triage.retrospectives.agenda import MOST_CHANGES, Phase, Prompt
from triage.retrospectives.changes import ProcessChange
from triage.retrospectives.notes import Note, NoteDot, grouped
from triage.rooms.attendance import Attendance
from triage.rooms.dots import placed
from triage.rooms.models import Status

PEOPLE = ("lea", "max", "Gil")
WHO, WHICH = st.sampled_from(PEOPLE), st.integers(0, 5)
ORDER = [*Phase]
DOTS, ON_ONE = 5, 3


def test_whatever_is_pressed_it_stays_what_a_plain_model_is(guests_vote, gathering, come, app, monkeypatch):
    retro, lea = gathering, gathering.chair
    ids = {name: come(retro, name).id for name in PEOPLE}
    is_sqlite = app.config["SETTINGS"].database_url.startswith("sqlite")

    class Pressing(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            # The numbers of notes tell nothing, but the same presses get the same ones.
            randbelow = random.Random(1).randrange
            monkeypatch.setattr("triage.retrospectives.models.secrets.randbelow", randbelow)
            self.phase, self.is_live, self.turn = Phase.GATHER, True, 1
            self.shown, self.counted = False, False  # the notes, the dots
            self.said, self.writer = {}, {}  # by note: what it says, and whose it is
            self.groups = []  # of notes, the one that speaks for the others first
            self.mine = {name: Counter() for name in PEOPLE}  # dots by the note that they were placed on
            self.totals, self.changes = {}, []

        def teardown(self):
            db.session.rollback()

        def press(self, is_allowed, do):
            """Done, when the model allows it, and otherwise refused, leaving nothing behind."""
            with db.session.begin_nested() as savepoint:
                if is_allowed:
                    do()
                else:
                    with pytest.raises(Refused):
                        do()
                    savepoint.rollback()
            return is_allowed

        def person(self, name):
            return db.session.get_one(Attendance, ids[name])

        def pick(self, which):
            """One of the notes; None when there is none."""
            return list(self.said)[which % len(self.said)] if self.said else None

        def group(self, note):
            return next(group for group in self.groups if note in group)

        def on(self, name, group):
            return sum(self.mine[name][note] for note in group)

        @property
        def is_voting(self):
            return self.is_live and self.phase is Phase.VOTE and not self.counted

        @initialize(start=st.sampled_from([Phase.GATHER, Phase.VOTE, Phase.VOTE, *ORDER[2:]]), has_dots=st.booleans())
        def begin(self, start, has_dots):
            """Chance alone seldom comes to the later phases."""
            if start is not Phase.GATHER:
                for name in PEOPLE:
                    self.write(name, Prompt.KEPT)
                    self.write(name, Prompt.SLOWED)
                self.reveal()
                self.advance()
                for which, name in enumerate(PEOPLE * has_dots):
                    self.add(name, which, 2)
                    self.add(name, 0, 1)
                self.same(0, 1)
                self.same(2, 1)
            if start in (Phase.DECIDE, Phase.CLOSE):
                self.reveal()
                self.advance()
            if start is Phase.CLOSE:
                self.decide(1)
                self.advance()

        # Notes

        @rule(name=WHO, prompt=st.sampled_from(Prompt))
        def write(self, name, prompt):
            text, made = f"{name} {len(self.said)}", []
            may = self.is_live and self.phase is Phase.GATHER
            if self.press(may, lambda: made.append(notes.write(self.person(name), prompt, text).id)):
                (id,) = made
                self.said[id], self.writer[id], self.totals[id] = text, name, 0
                self.groups.append([id])

        @rule(name=WHO, which=WHICH)
        def reword(self, name, which):
            if (id := self.pick(which)) is not None:
                may = self.is_live and self.phase is Phase.GATHER and self.writer[id] == name
                if self.press(may, lambda: notes.rewrite(self.person(name), Note.of(retro, id), "anew")):
                    self.said[id] = "anew"

        @rule(name=st.sampled_from([*PEOPLE, "writer", "writer", "writer"]), which=WHICH)
        def take_back(self, name, which):
            if (id := self.pick(which)) is not None:
                name = name if name in PEOPLE else self.writer[id] or "max"
                may = self.is_live and self.phase in (Phase.GATHER, Phase.VOTE) and not self.counted
                may = may and self.writer[id] == name
                if self.press(may, lambda: notes.take_back(self.person(name), Note.of(retro, id))):
                    if self.group(id)[0] != id:
                        self.hand_over(id, self.group(id)[0])
                    self.leave(id)
                    self.groups.remove([id])
                    for mine in self.mine.values():
                        mine.pop(id, None)
                    del self.said[id], self.writer[id], self.totals[id]

        def leave(self, id):
            """Out of its group. A note takes along what was placed on itself, unless it spoke for the others."""
            group = self.group(id)
            spoke = group[0] == id
            group.remove(id)
            if spoke and group:
                group.sort()
                self.hand_over(id, group[0])
            self.groups = [each for each in self.groups if each]
            self.groups.append([id])

        def hand_over(self, id, to):
            for mine in self.mine.values():
                mine[to] += mine.pop(id, 0)

        # Groups and dots

        @rule(one=WHICH, other=WHICH)
        def same(self, one, other):
            one, other = self.pick(one), self.pick(other)
            if one is not None:
                may = self.is_voting and self.group(one) is not self.group(other)
                if self.press(may, lambda: notes.same_as(retro, Note.of(retro, one), Note.of(retro, other))):
                    moved, target = self.group(one), self.group(other)
                    self.groups.remove(moved)
                    target += moved

        @rule(which=WHICH)
        def alone(self, which):
            if (id := self.pick(which)) is not None:
                may = self.is_voting and len(self.group(id)) > 1
                if self.press(may, lambda: notes.stand_alone(retro, Note.of(retro, id))):
                    self.leave(id)

        @rule(name=WHO, which=WHICH, times=st.integers(1, 4))
        def add(self, name, which, times):
            if (id := self.pick(which)) is not None:
                for _ in range(times):
                    has_left = sum(self.mine[name].values()) < DOTS
                    may = self.is_voting and has_left and self.on(name, self.group(id)) < ON_ONE
                    if self.press(may, lambda: notes.add_dot(self.person(name), Note.of(retro, id))):
                        self.mine[name][self.group(id)[0]] += 1

        @rule(name=WHO, which=WHICH)
        def take(self, name, which):
            if (id := self.pick(which)) is not None:
                group = self.group(id)
                may = self.is_voting and self.on(name, group) > 0
                if self.press(may, lambda: notes.take_dot(self.person(name), Note.of(retro, id))):
                    rows = db.session.query(NoteDot).filter_by(attendance_id=ids[name])
                    has = Counter({dot.note_id: dot.count for dot in rows})
                    (gone,) = (self.mine[name] - has).items()  # one, from whichever note of the group
                    assert gone[0] in group
                    assert gone[1] == 1
                    self.mine[name] = has

        # The chair

        @rule()
        def reveal(self):
            is_hidden = {Phase.GATHER: not self.shown, Phase.VOTE: not self.counted, Phase.REVIEW: not self.reviewed}
            may = self.is_live and is_hidden.get(self.phase, False)
            if self.press(may, lambda: retro.reveal(seen=self.turn, by=lea)):
                self.show()

        def show(self):
            if self.phase is Phase.GATHER:
                self.shown = True
            elif self.phase is Phase.REVIEW:
                self.reviewed = True
            else:
                self.counted = True
                for lead, *others in self.groups:
                    self.totals[lead] = sum(self.on(name, [lead, *others]) for name in PEOPLE)
                    self.totals |= dict.fromkeys(others, 0)

        reviewed = False

        @rule()
        def advance(self):
            lacks = {
                Phase.GATHER: self.said and not self.shown,
                Phase.VOTE: self.said and not self.counted,
                Phase.DECIDE: not self.changes,
                Phase.CLOSE: True,
            }
            may = self.is_live and not lacks.get(self.phase)
            if self.press(may, lambda: retro.advance(seen=self.turn, by=lea)):
                following = ORDER[ORDER.index(self.phase) + 1]
                self.phase = Phase.DECIDE if following is Phase.VOTE and not self.said else following
                self.turn += 1

        @rule(to=st.sampled_from(ORDER))
        def go_back(self, to):
            may = self.is_live and ORDER.index(to) < ORDER.index(self.phase)
            if self.press(may, lambda: retro.go_back(to, seen=self.turn, by=lea)):
                self.phase, self.turn, self.reviewed = to, self.turn + 1, False
                self.shown = self.shown and bool(self.said)
                self.counted = self.counted and any(self.totals.values())

        @rule()
        def press_late(self):
            self.press(False, lambda: retro.advance(seen=self.turn - 1, by=lea))
            self.press(False, lambda: retro.go_back(Phase.REVIEW, seen=self.turn - 1, by=lea))

        @rule(owner=st.sampled_from([1, 2, 3, 4]))
        def decide(self, owner):
            may = self.is_live and self.phase is Phase.DECIDE and len(self.changes) < MOST_CHANGES and owner < 3
            if self.press(may, lambda: self.changes.append(self.decided(owner))):
                assert len(self.changes) <= MOST_CHANGES

        def decided(self, owner):
            return ProcessChange.decide(retro, draft(owner=owner), by=lea).id

        @rule(which=WHICH)
        def withdraw(self, which):
            if self.changes:
                id = self.changes[which % len(self.changes)]
                may = self.is_live and self.phase is Phase.DECIDE
                if self.press(may, lambda: db.session.get_one(ProcessChange, id).withdraw(by=lea)):
                    self.changes.remove(id)

        @rule()
        def close_and_perhaps_reopen(self):
            may = self.is_live and self.phase is Phase.CLOSE and bool(self.changes)
            if self.press(may, lambda: retro.close(seen=self.turn, by=lea)):
                self.is_live = False
                self.writer = dict.fromkeys(self.said)
                self.mine = {name: Counter() for name in PEOPLE}

        @rule()
        def reopen(self):
            if self.press(not self.is_live, lambda: retro.reopen(by=lea)):
                self.is_live, self.phase, self.turn = True, Phase.CLOSE, self.turn + 1

        # What always holds

        def all(self):
            return Note.all_of(retro)

        @invariant()
        def it_is_where_the_model_is(self):
            assert (retro.phase, retro.turn, retro.status is Status.LIVE) == (self.phase, self.turn, self.is_live)
            assert (retro.notes_revealed_at is not None) == self.shown
            assert (retro.dots_revealed_at is not None) == self.counted
            assert [one.id for one in ProcessChange.decided_in(retro)] == self.changes
            assert len(self.changes) <= MOST_CHANGES

        @invariant()
        def no_note_is_lost_and_groups_are_flat(self):
            found = self.all()
            by_name = {id: name for name, id in ids.items()}
            assert {note.id: (note.text, by_name.get(note.attendance_id), note.dots) for note in found} == {
                id: (self.said[id], self.writer[id], self.totals[id]) for id in self.said
            }
            leads = {note.id for note in found if note.same_as_id is None}
            assert {note.same_as_id for note in found} - {None} <= leads
            in_groups = {frozenset(note.id for note in (lead, *others)) for lead, others in grouped(found)}
            assert in_groups == {frozenset(group) for group in self.groups}

        @invariant()
        def everybody_has_the_dots_of_the_model_and_no_more_than_the_budget(self):
            for name in PEOPLE:
                has = notes.dots_of(self.person(name))
                expected = {frozenset(group): self.on(name, group) for group in self.groups}
                of = {frozenset(self.group(id)): count for id, count in has.items()}
                assert of == {group: count for group, count in expected.items() if count}
                assert self.person(name).dots_spent == sum(has.values()) <= DOTS
            assert placed(retro) == sum(sum(mine.values()) for mine in self.mine.values())

    run_state_machine_as_test(Pressing, settings=settings(THOROUGH, max_examples=16 if is_sqlite else 4))
