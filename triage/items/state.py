"""What became of an item."""

from enum import StrEnum

# How an item stood before its first event, unless it was nothing yet.
ELSEWHERE = "elsewhere"  # in another log, from which it was brought in
PART = "part"  # in another item, off which it was split


class State(StrEnum):
    OPEN = "open"
    PAID = "paid"
    REFUSED = "refused"
    DROPPED = "dropped"
    MERGED = "merged"
