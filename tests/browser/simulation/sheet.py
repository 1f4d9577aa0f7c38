"""What somebody without scripts reads on a page: its buttons, its forms, its words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Button:
    """`within` are the ids of what it stands in, the nearest last."""

    attributes: dict[str, str]
    within: tuple[str, ...]
    text: str = ""

    @property
    def label(self) -> str:
        return self.attributes.get("aria-label") or " ".join(self.text.split())

    @property
    def action(self) -> str:
        return self.attributes.get("formaction", "")

    @property
    def value(self) -> dict[str, str]:
        return {self.attributes["name"]: self.attributes.get("value", "")} if "name" in self.attributes else {}

    @property
    def is_pressed(self) -> bool:
        return self.attributes.get("aria-pressed") == "true"


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Sheet(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.html, self.words = html, ""
        self.buttons: list[Button] = []
        self.forms: list[Form] = []
        self.named: dict[str, dict[str, str]] = {}
        self.lit: list[tuple[str, ...]] = []
        self.carried: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self._select, self._area, self._form = "", "", None
        self.feed(html)

    def buttons_in(self, within: str, label: str = "") -> Iterator[Button]:
        for button in self.buttons:
            if (not within or within in button.within) and button.label.startswith(label):
                yield button

    def button(self, label: str, within: str = "") -> Button:
        """One that presses a form of the page and begins with these words."""
        found = [one for one in self.buttons_in(within, label) if "form" in one.attributes]
        assert found, f"no button “{label}” in “{within}” among {[one.label for one in self.buttons]}"
        return found[0]

    def has(self, label: str, within: str = "") -> bool:
        return any(True for _one in self.buttons_in(within, label))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, attributes.get("id", "")))
        if "id" in attributes:
            self.named[attributes["id"]] = attributes
        match tag:
            case "button":
                self.buttons.append(Button(attributes, self._within))
            case "form":
                self._form = Form(attributes.get("action", ""))
                self.forms.append(self._form)
            case "input" if attributes.get("form") == "move":
                self.carried[attributes["name"]] = attributes.get("value", "")
            case "input" if (
                self._form and attributes.get("name") and attributes.get("type") not in {"checkbox", "radio"}
            ):
                self._form.fields[attributes["name"]] = attributes.get("value", "")
            case "textarea":
                self._area = attributes.get("name", "")
            case "select":
                self._select = attributes.get("name", "")
            case "option" if self._form and self._select:
                if "selected" in attributes or self._select not in self._form.fields:
                    self._form.fields[self._select] = attributes.get("value", "")
            case "i" if "data-on" in attributes:
                self.lit.append(self._within)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed, _id = self._open.pop()
            if closed == tag:
                break
        if tag == "form":
            self._form = None
        if tag in {"select", "textarea"}:
            self._select = self._area = ""

    def handle_data(self, data: str) -> None:
        self.words += data
        if any(tag == "button" for tag, _id in self._open):
            self.buttons[-1].text += data
        if self._area and self._form:
            self._form.fields[self._area] = data.strip()

    @property
    def _within(self) -> tuple[str, ...]:
        return tuple(id for _tag, id in self._open if id)
