"""A team with six sprints of history, made through the same verbs as everyone's.

TECH_DEBT.md says how each item stands today; story.py says who did what, when, and what they thought on the way.
acts.py and meetings.py say how it is done.
"""

from triage.demo.playing import Demo
from triage.demo.story import PEOPLE

__all__ = ["PEOPLE", "Demo"]
