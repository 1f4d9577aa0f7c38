"""Kept: what was worked out before, found again by all that it depends on."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

from markupsafe import Markup

MOST = 20_000
T = TypeVar("T")


class Kept(Generic[T]):
    """The `most` of them that were used last, for one process."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, key: Hashable, value: T) -> T:
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


class KeptHtml(Kept[Markup]):
    def keep(self, key: Hashable, value: str) -> Markup:
        """What a template of our own gave."""
        return super().keep(key, Markup(value))  # noqa: S704 - it escapes
