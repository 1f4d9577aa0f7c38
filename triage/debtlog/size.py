"""The size that a log gives in its own words, in the team's unit. A pure rule."""

import re

HOURS_A_DAY, DAYS_A_WEEK = 8, 5

_SIZE = re.compile(
    r"~?\s*(\d+(?:[.,]\d+)?)\s*(points?|pts?|d|days?|h|hrs?|hours?|m|mins?|minutes?|w|weeks?)?\s*", re.IGNORECASE
)
_DAYS = {"d": 1.0, "w": DAYS_A_WEEK, "h": 1 / HOURS_A_DAY, "m": 1 / HOURS_A_DAY / 60}


def in_unit(words: str, unit: str) -> tuple[float | None, str]:
    """`3 days` → (3.0, ""); what has no size in this unit stays words: `L` → (None, "L").

    Hours, minutes and weeks are turned into days; points and days are never turned into one another.
    """
    match = _SIZE.fullmatch(words)
    if not match:
        return None, words
    number, named = float(match[1].replace(",", ".")), (match[2] or unit).lower()
    if named.startswith("p"):
        return (number, "") if unit == "points" else (None, words)
    if unit != "days":
        return None, words
    return round(number * _DAYS[named[0]], 2), ""
