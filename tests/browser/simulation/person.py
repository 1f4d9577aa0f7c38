"""Somebody in the room over HTTP: a session of their own, and every act a press of a button that their page shows.

Each look at the room is compared with what this person has cast: what is another's would not match.
"""

import http.client
import re
from collections import Counter
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, urlencode

from tests.browser.simulation.sheet import Button, Form, Sheet
from tests.browser.simulation.stream import Stream, until


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def is_done(self) -> bool:
        return self.status in (200, 204, 303)


class Away(Exception):
    """The server did not answer: nobody knows whether what was sent is saved."""


class Person:
    """`ballots` and `dots` are what the server has confirmed, by item; `random` is this person's own.

    `doubt` are the dots as they are if the one arrived whose answer never came.
    """

    def __init__(self, name: str, port: int, cookie: str, random: Random, meeting: int = 0) -> None:
        self.name, self.port, self.cookie, self.random, self.meeting = name, port, cookie, random, meeting
        self.ballots: dict[int, str] = {}
        self.dots: Counter[int] = Counter()
        self.doubt: Counter[int] | None = None
        self.stream: Stream | None = None
        self.csrf = ""
        self._connection: http.client.HTTPConnection | None = None

    @property
    def room(self) -> str:
        return f"/meetings/{self.meeting}"

    # What a browser does

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        """Over a connection that is kept. Raises Away when no answer comes.

        What only reads is asked once more, as browsers do when the kept connection turns out to be gone.
        """
        try:
            return self._ask(method, path, body, **headers)
        except Away:
            if method != "GET":
                raise
            return self._ask(method, path, body, **headers)

    def _ask(self, method: str, path: str, body: str, **headers: str) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        headers = {"Cookie": self.cookie, "Accept": "text/html", "Sec-Fetch-Site": "same-origin"} | headers
        try:
            self._connection.request(method, path, body or None, headers)
            response = self._connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.hang_up()
            raise Away(path) from error
        found = {name.lower(): value for name, value in response.getheaders()}
        assert response.status < 500, f"{self.name}: {method} {path} answered {response.status}: {text[:300]}"
        if "set-cookie" in found:
            self.cookie = found["set-cookie"].partition(";")[0]
        if token := re.search(r'name="csrf_token" value="([^"]+)"', text):
            self.csrf = token[1]
        return Answer(response.status, found, text)

    def open(self, path: str) -> Sheet:
        answer = self.ask("GET", path)
        assert answer.status == 200, f"{self.name}: {path} answered {answer.status} {answer.headers.get('location')}"
        return Sheet(answer.text)

    def post(self, path: str, form: dict[str, object], target: str = "flash") -> Answer:
        """As htmx sends a form."""
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": f"div#{target}"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        return self.ask("POST", path, urlencode({"csrf_token": self.csrf} | form), **headers)

    def hang_up(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    # What a person does

    def enter(self) -> Sheet:
        """Open the room, and its stream."""
        sheet = self.look()
        url = re.search(r'hx-sse:connect="([^"]+)"', sheet.html)
        assert url
        self.stream = Stream(self.port, url[1].replace("&amp;", "&"), self.cookie)
        self.stream.wait(lambda stream: stream.is_open, f"the stream of {self.name}")
        return sheet

    def leave(self) -> None:
        if self.stream:
            self.stream.close()
        self.hang_up()

    def look(self) -> Sheet:
        """The room as it is now, which shows of ballots and dots this person's own and no other's."""
        sheet = self.open(self.room)
        self.must_be_mine(sheet)
        return sheet

    def look_at(self, ballots: dict[int, str]) -> Sheet:
        """At what the same person has cast elsewhere."""
        self.ballots = ballots
        return self.look()

    def look_again(self) -> Sheet:
        """The same, however long the server is away."""
        found: list[Sheet] = []

        def looked() -> bool:
            try:
                found.append(self.look())
            except Away:
                return False
            return True

        until(looked, f"an answer to {self.name}", 60)
        return found[0]

    def press(self, sheet: Sheet, label: str, within: str = "") -> Answer:
        """A button of the page; with it goes what every press says: the turn, and the item in focus."""
        return self.push(sheet, sheet.button(label, within))

    def push(self, sheet: Sheet, button: Button) -> Answer:
        assert button.attributes.get("form") == "move", button
        return self.post(button.action, sheet.carried | button.value)

    def fill(self, sheet: Sheet, label: str, within: str = "") -> Form:
        """The form that a button opens as a dialog, to be sent with answers."""
        button = sheet.button(label, within)
        assert button.attributes.get("form") == "open", button
        query = urlencode(button.value)
        return self.dialog(button.action + (f"?{query}" if query else ""))

    def dialog(self, path: str) -> Form:
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#ask"}
        return Sheet(self.ask("GET", quote(path, safe="/?=&%"), **headers).text).forms[0]

    def send(self, form: Form, **answers: object) -> Answer:
        return self.post(form.action, form.fields | answers, target="ask")

    # What is secret

    def cast(self, sheet: Sheet, item: int, category: str) -> Answer:
        """Press a category of an item: again to take it back."""
        was = self.ballots.get(item)
        button = next(
            one for one in sheet.buttons_in(f"candidate-{item}") if one.attributes.get("data-category") == category
        )
        answer = self.push(sheet, button)
        if answer.is_done:
            if was == category and "none" in button.value:
                del self.ballots[item]
            else:
                self.ballots[item] = category
        return answer

    def dot(self, sheet: Sheet, item: int, step: int) -> Answer:
        button = next(
            one for one in sheet.buttons_in(f"votable-{item}") if ("add" if step > 0 else "take") in one.value
        )
        after = self.dots.copy()
        after[item] += step
        after += Counter()
        try:
            answer = self.push(sheet, button)
        except Away:
            self.doubt = after
            raise
        if answer.is_done:
            self.dots = after
        return answer

    def must_be_mine(self, sheet: Sheet) -> None:
        choices = [
            (int(row.removeprefix("candidate-")), button)
            for button in sheet.buttons
            for row in button.within
            if row.startswith("candidate-") and "data-category" in button.attributes
        ]
        if choices:
            shown = {item: button.attributes["data-category"] for item, button in choices if button.is_pressed}
            assert shown == self.ballots, f"{self.name} is shown {shown} and has cast {self.ballots}"
        if "dots-left" in sheet.named:
            placed = dots_on(sheet)
            if placed == self.doubt:
                self.dots = placed
            self.doubt = None
            assert placed == self.dots, f"{self.name} is shown {placed} and has placed {self.dots}"


def dots_on(sheet: Sheet) -> Counter[int]:
    """The dots that a page shows on its items."""
    rows = (id for within in sheet.lit for id in within if id.startswith("votable-"))
    return Counter(int(row.removeprefix("votable-")) for row in rows)
