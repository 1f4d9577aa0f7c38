"""change meetings to rituals, of which there will be another kind; a team has versions"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NAME = sa.String(length=30)
# What a meeting and a retrospective both are.
COMMON = [
    *(("id", sa.Integer(), False), ("team_id", sa.Integer(), False), ("status", NAME, False)),
    *(("planned_for", MOMENT, True), ("phase", NAME, False), ("turn", sa.Integer(), False)),
    *(("turned", sa.Integer(), False), ("chair_id", sa.Integer(), True), ("dots", sa.Integer(), False)),
    *(("dots_per_item", sa.Integer(), False), ("started_at", MOMENT, True), ("entered_at", MOMENT, True)),
    *(("deadline", MOMENT, True), ("active_at", MOMENT, True), ("closed_at", MOMENT, True)),
    *(("ended_itself", sa.Boolean(), False), ("ballots_revealed_at", MOMENT, True)),
    *(("dots_revealed_at", MOMENT, True), ("link_round", sa.Integer(), False)),
    *(("first_version", sa.Integer(), False), ("last_version", sa.Integer(), True)),
]
OF_MEETINGS = [
    *(("sprint_number", sa.Integer(), True), ("focus_id", sa.Integer(), True), ("focused_at", MOMENT, True)),
]
BOTH = ", ".join(name for name, *_ in [*COMMON, *OF_MEETINGS])


def upgrade():
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_event_team_id_version",
            ["team_id", "version"],
            unique=False,
            sqlite_where=sa.text("board_id IS NULL"),
            postgresql_where=sa.text("board_id IS NULL"),
        )
    meetings_become_rituals()


def meetings_become_rituals():
    op.create_table(
        "ritual",
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in COMMON),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=True),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in OF_MEETINGS),
        sa.Column("nothing_why", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_ritual_board_id_board")),
        sa.ForeignKeyConstraint(["chair_id"], ["user.id"], name=op.f("fk_ritual_chair_id_user")),
        sa.ForeignKeyConstraint(["focus_id"], ["item.id"], name=op.f("fk_ritual_focus_id_item")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_ritual_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ritual")),
    )
    with op.batch_alter_table("ritual", schema=None) as batch_op:
        batch_op.create_index("ix_ritual_board_id", ["board_id"], unique=False)
        batch_op.create_index("ix_ritual_team_id", ["team_id"], unique=False)
        batch_op.create_index(
            "uq_ritual_board_id_live",
            ["board_id"],
            unique=True,
            sqlite_where=sa.text("status = 'live' AND kind = 'meeting'"),
            postgresql_where=sa.text("status = 'live' AND kind = 'meeting'"),
        )
    columns = f"{BOTH}, board_id, nothing_why"
    op.execute(f"INSERT INTO ritual ({columns}, kind) SELECT {columns}, 'meeting' FROM meeting")  # noqa: S608
    go_on_counting("ritual")
    point("meeting", "ritual")
    op.drop_table("meeting")


def point(was, now):
    """Let everything that refers to the one table refer to the other."""
    for table in ("agenda_item", "ballot"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f"fk_{table}_meeting_id_{was}"), type_="foreignkey")
            batch_op.create_foreign_key(op.f(f"fk_{table}_meeting_id_{now}"), now, ["meeting_id"], ["id"])
    for table, index, columns, unique in (
        ("attendance", "uq_attendance_{}_user_id", "user_id", True),
        ("dot", "ix_dot_{}_item_id", "item_id", False),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(index.format(f"{was}_id"))
            batch_op.drop_constraint(op.f(f"fk_{table}_{was}_id_{was}"), type_="foreignkey")
            batch_op.alter_column(f"{was}_id", new_column_name=f"{now}_id", existing_type=sa.Integer())
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_foreign_key(op.f(f"fk_{table}_{now}_id_{now}"), now, [f"{now}_id"], ["id"])
            batch_op.create_index(index.format(f"{now}_id"), [f"{now}_id", columns], unique=unique)


def go_on_counting(table):
    """PostgreSQL numbers rows by a sequence, which knows nothing of those that were copied."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"SELECT setval('{table}_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)")  # noqa: S608


def downgrade():
    rituals_become_meetings()
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_team_id_version")
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.drop_column("version")


def rituals_become_meetings():
    op.create_table(
        "meeting",
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in COMMON),
        sa.Column("board_id", sa.Integer(), nullable=False),
        *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in OF_MEETINGS),
        sa.Column("nothing_why", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_meeting_board_id_board")),
        sa.ForeignKeyConstraint(["chair_id"], ["user.id"], name=op.f("fk_meeting_chair_id_user")),
        sa.ForeignKeyConstraint(["focus_id"], ["item.id"], name=op.f("fk_meeting_focus_id_item")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_meeting_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_board_id", ["board_id"], unique=False)
        batch_op.create_index("ix_meeting_team_id", ["team_id"], unique=False)
        batch_op.create_index(
            "uq_meeting_board_id_live",
            ["board_id"],
            unique=True,
            sqlite_where=sa.text("status = 'live'"),
            postgresql_where=sa.text("status = 'live'"),
        )
    op.execute(
        f"INSERT INTO meeting ({BOTH}, board_id, nothing_why)"  # noqa: S608
        f" SELECT {BOTH}, board_id, coalesce(nothing_why, '') FROM ritual"
    )
    go_on_counting("meeting")
    point("ritual", "meeting")
    op.drop_table("ritual")
