"""`./dev bench [names]`: measure and print one table. It asserts nothing; on a busy machine trust only the ratios."""

import argparse
import sys
import tempfile
import traceback
from pathlib import Path
from time import monotonic

from tests.bench import (
    board,
    browser,
    column,
    crowd,
    finding,
    growth,
    history,
    meeting,
    meetings,
    move,
    then,
    visit,
    world,
)
from tests.bench.table import Line, show

BENCHES = {
    "board": board.measure,
    "finding": finding.measure,
    "growth": growth.measure,
    "move": move.measure,
    "crowd": crowd.measure,
    "history": history.measure,
    "meeting": meeting.measure,
    "meetings": meetings.measure,
    "browser": browser.measure,
    "column": column.measure,
    "then": then.measure,
    "visit": visit.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measure, beside the floor where there is one.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all unless named: {', '.join(BENCHES)}")
    names = parser.parse_args().names or list(BENCHES)
    if unknown := [name for name in names if name not in BENCHES]:
        parser.error(f"there is no bench {unknown[0]!r}; there are {', '.join(BENCHES)}")
    lines: list[Line] = []
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        print("Filling a scratch database …", flush=True)
        filled = world.build(Path(folder))
        for name in names:
            print(f"Measuring {name} …", end=" ", flush=True)
            start = monotonic()
            try:
                lines += BENCHES[name](filled)
                print(f"{monotonic() - start:.0f} s", flush=True)
            except Exception:  # what the others found is still worth seeing
                failed = True
                print("broke off:", flush=True)
                traceback.print_exc()
    print()
    print(show(lines))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
