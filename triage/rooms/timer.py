"""The countdown of a phase, and how a team that is late shares out what is left. A pure rule; nothing ticks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.rooms.phases import PLANNED, RoomPhase

SECOND = timedelta(seconds=1)
SHORTEST_PHASE = timedelta(minutes=1)
SHORTEST_ITEM = timedelta(seconds=30)
LONGEST_ITEM = timedelta(minutes=3)


@dataclass(frozen=True)
class Timer:
    """A countdown that everyone computes for themselves."""

    deadline: datetime

    def left(self, now: datetime) -> timedelta:
        """Negative when it is over."""
        return self.deadline - now

    def is_over(self, now: datetime) -> bool:
        return now >= self.deadline

    def extended(self, by: timedelta, now: datetime) -> "Timer":
        """With more time. When it is over, counted from now: one minute more is a minute, however late it is."""
        return Timer(max(self.deadline, now) + by)


def clock(left: timedelta) -> str:
    """Time left as "6:50" or "1:02:03"; negative when over, and shown without its sign.

    A second counts until it has passed, on both sides of the deadline: five minutes just given read "5:00", and
    "0:00" comes at the deadline and stays for one second.
    """
    minutes, seconds = divmod(abs(left // -SECOND), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def recut(phase: RoomPhase, started_at: datetime, now: datetime, planned: timedelta = PLANNED) -> timedelta:
    """How long a phase gets that is entered now, in whole seconds.

    Its share of what is left of the meeting, by the minutes of the phases still to come. So a team on time gets the
    phase's own minutes, and one that is late loses a little of each phase. Never less than a minute, and never more
    than the phase's own minutes: a team that is ahead goes home early.
    """
    left = started_at + planned - now
    minutes = sum(each.minutes for each in (phase, *phase.later))
    share = timedelta(seconds=left * phase.minutes // timedelta(seconds=minutes))
    return max(SHORTEST_PHASE, min(share, timedelta(minutes=phase.minutes)))


def recut_sentence(over: timedelta, phase: RoomPhase, share: timedelta, pace: float | None = None) -> str:
    """What the room is told: "2:10 over. Sorting now has 6:50, about 5 items at your usual 80 s."

    `phase` is the one that gets the share: just entered, or next. `pace` is the team's seconds per item, where it works
    item by item.
    """
    # As time left, so that the sentence and the timer beside it show the same second.
    sentence = f"{clock(-over)} over. {phase.gerund} now has {clock(share)}"
    if pace:
        items = round(share / timedelta(seconds=pace))
        about = {0: "less than one item", 1: "about 1 item"}.get(items, f"about {items} items")
        sentence += f", {about} at your usual {pace:.0f} s"
    return f"{sentence}."


def per_item(left: timedelta, items: int) -> timedelta:
    """How long the next item in sort gets, of the time left for all that wait: half a minute to three; 0 for none."""
    return max(SHORTEST_ITEM, min(left // items, LONGEST_ITEM)) if items else timedelta()
