"""The board's page after years: closed items and events beside 200 open ones. (There are no comments to add yet.)"""

from tests.bench.people import Person
from tests.bench.servers import serving
from tests.bench.table import Line, compared, in_turns
from tests.bench.world import World, add_history

ROUNDS = 200


def measure(world: World) -> list[Line]:
    young, old = world.copy("young"), world.copy("old")
    board_id = world.boards[200]
    add_history(old, board_id)
    with serving(old) as aged, serving(young) as fresh:
        boards = [Person(server, world.cookies[0]) for server in (aged, fresh)]
        ask = [lambda who=who: who.get(f"/boards/{board_id}").seconds for who in boards]
        times = in_turns(ROUNDS, *ask)
    what = "board page, 200 open, beside 50 000 closed items and 200 000 events: p50, without them"
    return [compared(what, *times, "≤ 1.1")]
