"""Which item goes on for which."""

from sqlalchemy import CTE, select
from sqlalchemy.orm import lazyload

from triage.database import db
from triage.items.models import Item


def targets(board_id: int) -> CTE:
    """Each item of a board (`item_id`) beside the one that goes on for it (`target_id`): itself, unless it was merged.

    An item may be merged into one that is merged later in its turn.
    """
    going_on = (
        select(Item.id.label("item_id"), Item.id.label("target_id"))
        .where(Item.board_id == board_id, Item.merged_into_id.is_(None))
        .cte("target", recursive=True)
    )
    return going_on.union_all(
        select(Item.id, going_on.c.target_id).join(going_on, Item.merged_into_id == going_on.c.item_id)
    )


def merged_into(item: Item) -> list[Item]:
    """The items that one goes on for, in the order of their numbers."""
    merged = select(Item.id).where(Item.merged_into_id == item.id).cte("merged", recursive=True)
    merged = merged.union_all(select(Item.id).join(merged, Item.merged_into_id == merged.c.id))
    found = select(Item).options(lazyload(Item.board)).join(merged, merged.c.id == Item.id).order_by(Item.number)
    return list(db.session.scalars(found))
