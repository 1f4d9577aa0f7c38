"""A server that can be killed, and a board before its meeting."""

import os
import random
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.browser.simulation.world import furnish
from tests.serving import Server


@pytest.fixture
def seed() -> int:
    """All that is left to chance comes from it. MEETING_SEED repeats a meeting that failed."""
    seed = int(os.environ.get("MEETING_SEED") or random.getrandbits(32))
    print(f"\nMEETING_SEED={seed}")
    return seed


@pytest.fixture
def machine(database_url: str) -> Iterator[Server]:
    machine = Server(database_url, is_recording=True, threads=60)
    try:
        yield machine
    finally:
        machine.close()


@pytest.fixture
def server(machine: Server, app: Flask) -> str:
    """Where the windows go (tests/browser/conftest.py)."""
    with app.app_context():
        furnish()
    return machine.address
