"""Order in a column: whole-number positions with gaps, so that a move writes one row.

When a gap is used up the column is spaced anew above all its present positions, so that no two cards share one on
the way.
"""

GAP = 1 << 16
ABOVE_ALL = -(1 << 63)


def between(before: int | None, after: int | None) -> int | None:
    """A position between two neighbours (None: there is none on that side), or None when the gap is used up."""
    if before is None:
        return GAP if after is None else after - GAP
    if after is None:
        return before + GAP
    middle = (before + after) // 2
    return middle if before < middle < after else None


def respaced(count: int, highest: int) -> list[int]:
    """Fresh positions for `count` cards, all above `highest`."""
    return [highest + GAP * step for step in range(1, count + 1)]
