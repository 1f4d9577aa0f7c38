"""The same item told twice in one log becomes one."""

from collections import Counter
from collections.abc import Iterable, Iterator

from triage.debtlog.entry import same_title
from triage.debtlog.item import Found
from triage.debtlog.words import vocabulary, words

_SMALL = vocabulary("the a an of to for in and on vers du de la le les des el los und der die")


class Register:
    """The items so far, found again by id, by a link to their heading, or by title."""

    def __init__(self) -> None:
        self.items: list[Found] = []
        self._by_id: dict[str, list[Found]] = {}
        self._by_title: dict[str, list[Found]] = {}

    def add(self, found: Found) -> None:
        if same := self._told_before(found):
            same.more.append(found)
        else:
            self.items.append(found)
            if found.identity:
                _remember(self._by_id, found.identity.casefold(), found)
            for key in _names(found):
                _remember(self._by_title, key, found)

    def complete(self, found: Found) -> bool:
        """Add what a summary tells to the item it tells it of, if there is one."""
        keys = _names(found)
        same = self._by_id.get(found.identity.casefold(), []) if found.identity else []
        same = (
            same or next((self._by_title[key] for key in keys if key in self._by_title), []) or self._worded_like(found)
        )
        if same:
            same[0].more.append(found)
        return bool(same)

    def _told_before(self, found: Found) -> Found | None:
        for item in self._by_id.get(found.identity.casefold(), []) if found.identity else []:
            # An id may have been given twice by mistake: in the same form, the titles must agree too.
            if item.form != found.form or _share_words(item, found):
                return item
        for key in _names(found):
            for item in self._by_title.get(key, []):
                if not (item.identity and found.identity) and (item.form != found.form or item.state != found.state):
                    return item
        return None

    def _worded_like(self, found: Found) -> list[Found]:
        """The one item whose title has all the words of this one, or the other way round."""
        mine = _weighty(found)
        if len(self.items) > 500 or not mine:
            return []
        alike = [item for item in self.items if (theirs := _weighty(item)) and (mine <= theirs or theirs <= mine)]
        return alike if len(alike) == 1 else []

    def origins(self) -> Iterator[tuple[Found, str]]:
        """Each item with a key that is its own in this file."""
        ids = Counter(item.identity for item in self.items)
        used: Counter[str] = Counter()
        for item in self.items:
            key = item.identity if item.identity and ids[item.identity] == 1 else same_title(item.title.text)
            used[key] += 1
            yield item, key if used[key] == 1 else f"{key} ({used[key]})"


def _remember(known: dict[str, list[Found]], key: str, found: Found) -> None:
    """A name that stands for many items tells none of them apart, so a few of them will do."""
    here = known.setdefault(key, [])
    if len(here) < 8:
        here.append(found)


def _names(found: Found) -> Iterable[str]:
    names = [same_title(found.title.text), *(same_title(anchor.replace("-", " ")) for anchor in found.title.anchors)]
    if found.form == "heading":
        names.append(same_title(found.name))
    return dict.fromkeys(name for name in names if name)


def _weighty(found: Found) -> set[str]:
    return {word for word in words(found.title.text) if word not in _SMALL}


def _share_words(one: Found, other: Found) -> bool:
    a, b = _weighty(one), _weighty(other)
    return len(a & b) * 2 >= min(len(a), len(b))
