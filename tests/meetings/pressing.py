"""A process of its own that presses as fast as it can, as eight servers would at once."""

from typing import Any

from sqlalchemy.exc import OperationalError

from tests.forking import forks
from triage import clock, create_app
from triage.database import db
from triage.items.models import Item
from triage.meetings import votes
from triage.refusal import Refused
from triage.rooms.attendance import Attendance

PROCESSES, TRIES = 8, 25
Press = tuple[int, list[int]]  # an attendance, and the items it presses on in turn


def press_at_once(app: Any, moment: Any, presses: list[Press]) -> list[int]:
    """How many dots each of the presses placed, all processes together."""
    from tests.conftest import SETTINGS

    url, apart = app.config["SETTINGS"].database_url, forks()
    gate, counts = apart.Barrier(PROCESSES), apart.Queue()
    processes = [
        apart.Process(target=_press, args=(url, SETTINGS, moment, presses, gate, counts)) for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    placed = [counts.get(timeout=100) for _ in processes]
    for process in processes:
        process.join()
    return [sum(each) for each in zip(*placed, strict=True)]


def _press(url: str, settings: Any, moment: Any, presses: list[Press], gate: Any, counts: Any) -> None:
    app = create_app(database_url=url, **settings)
    gate.wait()
    with clock.at(moment):
        counts.put([sum(_place(app, who, items[n % len(items)]) for n in range(TRIES)) for who, items in presses])


def _place(app: Any, attendance_id: int, item_id: int) -> int:
    """Straight on the verb: nobody has taken the board's lock."""
    with app.app_context():
        try:
            votes.add_dot(db.session.get_one(Attendance, attendance_id), db.session.get_one(Item, item_id))
            db.session.commit()
        except (Refused, OperationalError):
            db.session.rollback()
            return 0
        return 1
