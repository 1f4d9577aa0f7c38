"""What became of an item."""

from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    PAID = "paid"
    REFUSED = "refused"
    DROPPED = "dropped"
    MERGED = "merged"
