"""A board after years: closed items, comments and events beside 200 open ones."""

from functools import partial

from tests.bench.move import Mover
from tests.bench.people import Person
from tests.bench.servers import serving
from tests.bench.table import Line, compared, in_turns
from tests.bench.world import World, add_history, query

ROUNDS = 200


def measure(world: World) -> list[Line]:
    young, old, board_id = world.copy("young"), world.copy("old"), world.boards[200]
    ids = query(young, "SELECT id FROM item WHERE board_id = ?", board_id)
    add_history(old, board_id)
    path = f"/boards/{board_id}"
    with serving(old) as aged, serving(young) as fresh:
        people = [Person(server, world.cookies[0]) for server in (aged, fresh)]
        for person in people:
            person.open(path)
        pages = in_turns(ROUNDS, *(partial(person.seconds, path) for person in people))
        moves = in_turns(ROUNDS, *(Mover(person, ids).seconds for person in people))
    return [
        compared("board page with 50 000 closed items, comments, 200 000 events: p50 beside without", *pages, "≤ 1.1"),
        compared("… a move there", *moves, "≤ 1.1"),
    ]
