"""The thirty minutes: six phases, in a room that everyone sees live."""

from flask import Flask

from triage.meetings import attendance, models  # noqa: F401 - their tables


def init_app(app: Flask) -> None:
    """Nothing yet."""
