"""What became of an item."""

from enum import StrEnum

ELSEWHERE = "elsewhere"  # how an item stands before it is brought in from another log


class State(StrEnum):
    OPEN = "open"
    PAID = "paid"
    REFUSED = "refused"
    DROPPED = "dropped"
    MERGED = "merged"
