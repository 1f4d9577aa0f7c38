"""Refused: a rule said no, in a sentence for a person."""


class Refused(Exception):
    """Raised anywhere, shown in one place (web/errors.py): the sentence says what to do about it.

    `field` names the input it speaks of, where there is one.
    """

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class Stale(Refused):
    """What the person saw has changed meanwhile; the fresh state comes with the answer (409)."""


class Busy(Refused):
    """The database had no room for this request just now; the same request may work in a moment (503)."""
