"""add history: how items turned, sprints with a capacity and a budget, evidence, corrected verdicts"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CLOSED = {f"item.{state}": state for state in ("paid", "refused", "dropped", "merged")}


def upgrade():
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("turned_from", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("turned_into", sa.String(length=20), nullable=True))
    fill_turns()
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_event_board_id_turned",
            ["board_id", "at", "item_id", "turned_from", "turned_into", "version"],
            unique=False,
            sqlite_where=sa.text("turned_into IS NOT NULL"),
            postgresql_where=sa.text("turned_into IS NOT NULL"),
        )
    with op.batch_alter_table("sprint", schema=None) as batch_op:
        batch_op.add_column(sa.Column("capacity", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("budget_percent", sa.Integer(), nullable=True))
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_added", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("verdict_was", sa.String(length=30), nullable=True))
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=500), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_evidence_board_id_board")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_evidence_by_id_user")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_evidence_item_id_item")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_evidence_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_team_id", ["team_id"], unique=False)
        batch_op.create_index("uq_evidence_item_id_reference", ["item_id", "reference"], unique=True)


def downgrade():
    forget_new_kinds()
    op.drop_table("evidence")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_column("verdict_was")
        batch_op.drop_column("is_added")
    with op.batch_alter_table("sprint", schema=None) as batch_op:
        batch_op.drop_column("budget_percent")
        batch_op.drop_column("capacity")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_board_id_turned")
        batch_op.drop_column("turned_into")
        batch_op.drop_column("turned_from")


def forget_new_kinds():
    """The code of before has no sentence for them."""
    new = "action LIKE 'evidence.%' OR action IN ('commitment.corrected', 'commitment.uncorrected', 'sprint.changed')"
    op.execute(f"UPDATE event SET undoes_id = NULL WHERE undoes_id IN (SELECT id FROM event WHERE {new})")  # noqa: S608
    op.execute(f"DELETE FROM event WHERE {new}")  # noqa: S608


def fill_turns():
    """From what the events say: each item's own, backwards from how it stands today."""
    connection = op.get_bind()
    items = sa.text("SELECT id, category, state FROM item")
    stands = {id: (category, state) for id, category, state in connection.execute(items)}
    events = sa.text("SELECT id, item_id, action, what FROM event WHERE action LIKE 'item.%' ORDER BY id DESC")
    turns = []
    for id, item_id, action, what in connection.execute(events).all():
        category, state = stands.get(item_id, ("", ""))
        into = category if state == "open" else state
        what = json.loads(what) if isinstance(what, str) else what
        if action == "item.rated":
            category, into = what["was"].lower(), what["now"].lower()
            turned = category
        elif action in CLOSED:
            into, state = CLOSED[action], "open"
            turned = category
        elif action == "item.reopened":
            into, state = category, what["was"]
            turned = state
        elif action == "item.reported":
            turned = None
        elif action == "item.split_off":
            turned = "part"
        elif action == "item.imported":
            turned = "elsewhere"
        else:
            continue
        stands[item_id] = (category, state)
        turns.append({"id": id, "turned_from": turned, "turned_into": into})
    if turns:
        columns = "turned_from = :turned_from, turned_into = :turned_into"
        connection.execute(sa.text(f"UPDATE event SET {columns} WHERE id = :id"), turns)  # noqa: S608
