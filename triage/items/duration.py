"""Minutes as people write and read them: `45m`, `1h30`, `1.5h`, `1:30`, and a plain number. A pure rule."""

import re

LONGEST = 6_000

_FORMS = [
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        r"(?P<minutes>\d{1,5})\s*(m|min|mins|minutes?)?",
        r"(?P<hours>\d{1,3}([.,]\d{1,2})?)\s*(h|hours?)",
        r"(?P<hours>\d{1,3})\s*h\s*(?P<minutes>[0-5]?\d)\s*(m|min)?",
        r"(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)",
    )
]


def read_minutes(text: str) -> int:
    """Raises ValueError, with a sentence, for what is no such time and for less than a minute or more than 100 h."""
    found = next(filter(None, (form.fullmatch(text.strip()) for form in _FORMS)), None)
    if found is None:
        raise ValueError("Write the time as 45m, 1h30, 1.5h or 1:30; a plain number is minutes.")
    parts = found.groupdict()
    total = round(float((parts.get("hours") or "0").replace(",", ".")) * 60) + int(parts.get("minutes") or 0)
    if not 1 <= total <= LONGEST:
        raise ValueError(f"The time can be from 1 minute to {LONGEST // 60} hours.")
    return total


def minutes(total: int) -> str:
    """`45 min`, `2 h`, `1 h 30 min`."""
    hours, rest = divmod(total, 60)
    return " ".join(part for part in (hours and f"{hours} h", (rest or not hours) and f"{rest} min") if part)
