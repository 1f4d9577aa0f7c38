"""Somebody in the room of a retrospective over HTTP. Each look at it shows this person's own, and nobody else's."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from tests.browser.simulation.person import Answer, Person
from tests.browser.simulation.sheet import Button, Sheet

PROMPTS = ("kept", "slowed", "puzzled")


class Looker(Person):
    """`answers` by change and question, `texts` of the notes, `dots` by the note that spoke for the group then."""

    def __init__(self, *about: object) -> None:
        super().__init__(*about)  # type: ignore[arg-type]
        self.answers: dict[tuple[int, str], str] = {}
        self.texts: list[str] = []
        self.merged: list[tuple[int, int]] = []

    @property
    def room(self) -> str:
        return f"/retrospectives/{self.meeting}"

    # Review

    def answer(self, sheet: Sheet, change: int, key: int) -> Answer:
        """What a key of the review presses, again to take it back."""
        button = next(
            one for one in sheet.buttons_in(f"asked-{change}") if one.attributes.get("data-press") == str(key)
        )
        about, _, word = button.attributes["name"].partition("_")
        answer = self.push(sheet, button)
        assert answer.is_done, answer
        if word == "none":
            del self.answers[change, about]
        else:
            self.answers[change, about] = word
        return answer

    # Gather

    def write(self, text: str, *, is_signed: bool = False) -> None:
        sheet = self.look()
        prompt = self.random.choice(PROMPTS)
        form = next(one for one in sheet.forms if one.fields.get("prompt") == prompt)
        signed = {"signed": "1"} if is_signed else {}
        assert self.post(form.action, form.fields | {"text": text} | signed).is_done
        self.texts.append(text)
        self.look()

    def reword(self, was: str, now: str) -> None:
        form = self._own(was)
        assert self.post(form.action, form.fields | {"text": now}).is_done
        self.texts[self.texts.index(was)] = now
        self.look()

    def take_back(self, text: str) -> None:
        form = self._own(text)
        assert self.post(f"{self.room}/withdrawals", form.fields).is_done
        self.texts.remove(text)
        self.look()

    def _own(self, text: str):
        return next(one for one in self.look().forms if one.fields.get("text") == text and "note" in one.fields)

    # Vote

    def say_the_same(self, sheet: Sheet) -> None:
        """Two of chance. Somebody else may have put them together already."""
        button = self.random.choice([one for one in sheet.buttons if one.value.get("same_as")])
        note, other = int(re.search(r"note=(\d+)", button.action)[1]), int(button.value["same_as"])
        answer = self.push(sheet, button)
        assert answer.status in {204, 422}, answer
        if answer.is_done:
            self.merged.append((note, other))

    def give(self, sheet: Sheet, step: int) -> None:
        """A dot on one of chance, or one of them back; what is one too many is refused."""
        noted = [one for one in sheet.buttons if ("add" if step > 0 else "take") in one.value]
        button: Button = self.random.choice(noted)
        note = int(next(iter(button.value.values())))
        answer = self.push(sheet, button)
        assert answer.status in {200, 422}, answer
        if answer.is_done:
            self.dots[note] += step

    # What it shows of whom

    def must_be_mine(self, sheet: Sheet) -> None:
        pressed = {
            (int(row.removeprefix("asked-")), name.partition("_")[0])
            for button in sheet.buttons
            for row in button.within
            if row.startswith("asked-") and button.is_pressed and (name := button.attributes.get("name", ""))
            if "/answers" in button.action
        }
        if any("/answers" in button.action for button in sheet.buttons):
            assert pressed == set(self.answers), f"{self.name} is shown {pressed} and said {self.answers}"
        if sheet.named["stage"]["data-phase"] == "gather" and "These are the notes of all" not in sheet.words:
            assert Counter(texts(sheet.html)) == Counter(self.texts)
        if "dots-left" in sheet.named:
            lit = sum(1 for within in sheet.lit if any(id.startswith("give-") for id in within))
            assert lit == self.dots.total(), f"{self.name} is shown {lit} and has placed {self.dots}"


def texts(page: str) -> list[str]:
    """The notes that a page or a message shows."""
    return [html.unescape(text) for text in re.findall(r'<p class="words-of"[^>]*>(.*?)</p>', page, re.DOTALL)]


def groups(pairs: Iterator[tuple[int, int]], notes: set[int]) -> set[frozenset[int]]:
    """What is together when each of these pairs is."""
    found = {note: {note} for note in notes}
    for one, other in pairs:
        both = found[one] | found[other]
        for note in both:
            found[note] = both
    return set(map(frozenset, found.values()))


def all_pairs(people: list[Looker]) -> Iterator[tuple[int, int]]:
    return chain.from_iterable(person.merged for person in people)
