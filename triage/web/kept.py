"""Kept: HTML that was rendered before, found again by all that it shows."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from markupsafe import Markup

MOST = 20_000


class Kept:
    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._html: OrderedDict[Hashable, Markup] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, shown: Hashable) -> Markup | None:
        return self._html.get(shown)

    def keep(self, shown: Hashable, html: str) -> Markup:
        """What a template of our own gave."""
        kept = Markup(html)  # noqa: S704 - it escapes
        with self._lock:
            self._html[shown] = kept
            while len(self._html) > self._most:
                self._html.popitem(last=False)
        return kept
