"""add retrospectives: notes, process changes and their reviews; a team words its prompts"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NAME = sa.String(length=30)
PROMPTS = {
    "kept_prompt": "What kept us going?",
    "slowed_prompt": "What slowed us down?",
    "puzzled_prompt": "What puzzled us?",
}


def upgrade():
    with op.batch_alter_table("team", schema=None) as batch_op:
        for name, prompt in PROMPTS.items():
            batch_op.add_column(sa.Column(name, sa.String(length=80), server_default=prompt, nullable=False))
    with op.batch_alter_table("ritual", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notes_revealed_at", MOMENT, nullable=True))
        batch_op.add_column(sa.Column("prompts", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("after_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_ritual_after_id_ritual"), "ritual", ["after_id"], ["id"])
        batch_op.create_index(
            "uq_ritual_team_id_live",
            ["team_id"],
            unique=True,
            sqlite_where=sa.text("status = 'live' AND kind = 'retrospective'"),
            postgresql_where=sa.text("status = 'live' AND kind = 'retrospective'"),
        )
    add_tables()


def add_tables():
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("retrospective_id", sa.Integer(), nullable=False),
        sa.Column("prompt", NAME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signed", sa.String(length=80), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=True),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["attendance_id"], ["attendance.id"], name=op.f("fk_note_attendance_id_attendance")),
        sa.ForeignKeyConstraint(["retrospective_id"], ["ritual.id"], name=op.f("fk_note_retrospective_id_ritual")),
        sa.ForeignKeyConstraint(["same_as_id"], ["note.id"], name=op.f("fk_note_same_as_id_note")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_note_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_table(
        "note_dot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("ritual_id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_note_dot_count")),
        sa.ForeignKeyConstraint(
            ["attendance_id"], ["attendance.id"], name=op.f("fk_note_dot_attendance_id_attendance")
        ),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_dot_note_id_note")),
        sa.ForeignKeyConstraint(["ritual_id"], ["ritual.id"], name=op.f("fk_note_dot_ritual_id_ritual")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_note_dot_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_dot")),
    )
    op.create_table(
        "process_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("retrospective_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("seen_by", sa.String(length=300), nullable=False),
        sa.Column("tried_until", sa.Date(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_process_change_owner_id_user")),
        sa.ForeignKeyConstraint(
            ["retrospective_id"], ["ritual.id"], name=op.f("fk_process_change_retrospective_id_ritual")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_process_change_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_change")),
    )
    op.create_table(
        "process_change_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["process_change.id"], name=op.f("fk_process_change_link_change_id_process_change")
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
            name=op.f("fk_process_change_link_commitment_id_commitment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_process_change_link_item_id_item")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_process_change_link_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_change_link")),
    )
    op.create_table(
        "change_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("retrospective_id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("done_yes", "done_partly", "done_no")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("helped_yes", "helped_no", "helped_early")),
        sa.Column("done", NAME, nullable=True),
        sa.Column("helped", NAME, nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["process_change.id"], name=op.f("fk_change_review_change_id_process_change")
        ),
        sa.ForeignKeyConstraint(
            ["retrospective_id"], ["ritual.id"], name=op.f("fk_change_review_retrospective_id_ritual")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_change_review_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_review")),
    )
    op.create_table(
        "review_ballot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("retrospective_id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("done", NAME, nullable=True),
        sa.Column("helped", NAME, nullable=True),
        sa.ForeignKeyConstraint(
            ["attendance_id"], ["attendance.id"], name=op.f("fk_review_ballot_attendance_id_attendance")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["process_change.id"], name=op.f("fk_review_ballot_change_id_process_change")
        ),
        sa.ForeignKeyConstraint(
            ["retrospective_id"], ["ritual.id"], name=op.f("fk_review_ballot_retrospective_id_ritual")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_review_ballot_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_ballot")),
    )
    for table, name, columns, unique in INDEXES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(name, columns, unique=unique)


NEW_TABLES = ("review_ballot", "change_review", "process_change_link", "process_change", "note_dot", "note")
INDEXES = (
    *((table, f"ix_{table}_team_id", ["team_id"], False) for table in NEW_TABLES),
    ("note", "ix_note_retrospective_id", ["retrospective_id"], False),
    ("note", "ix_note_same_as_id", ["same_as_id"], False),
    ("note_dot", "uq_note_dot_attendance_id_note_id", ["attendance_id", "note_id"], True),
    ("note_dot", "ix_note_dot_ritual_id_note_id", ["ritual_id", "note_id"], False),
    ("process_change", "ix_process_change_retrospective_id", ["retrospective_id"], False),
    ("process_change_link", "ix_process_change_link_change_id", ["change_id"], False),
    ("process_change_link", "ix_process_change_link_commitment_id", ["commitment_id"], False),
    ("change_review", "uq_change_review_retrospective_id_change_id", ["retrospective_id", "change_id"], True),
    ("change_review", "ix_change_review_change_id", ["change_id"], False),
    ("review_ballot", "uq_review_ballot_attendance_id_change_id", ["attendance_id", "change_id"], True),
    ("review_ballot", "ix_review_ballot_retrospective_id", ["retrospective_id"], False),
)


def downgrade():
    forget_retrospectives()
    for table in NEW_TABLES:
        op.drop_table(table)
    with op.batch_alter_table("ritual", schema=None) as batch_op:
        batch_op.drop_index("uq_ritual_team_id_live")
        batch_op.drop_constraint(op.f("fk_ritual_after_id_ritual"), type_="foreignkey")
        for name in ("after_id", "prompts", "notes_revealed_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("team", schema=None) as batch_op:
        for name in PROMPTS:
            batch_op.drop_column(name)


def forget_retrospectives():
    """The code of before has no sentence for them, and nobody comes to them any more."""
    new = "action LIKE 'retrospective.%' OR action LIKE 'process_change.%'"
    op.execute(f"DELETE FROM event WHERE {new}")  # noqa: S608
    for table in NEW_TABLES:
        if table == "note":
            op.execute("UPDATE note SET same_as_id = NULL")
        op.execute(f"DELETE FROM {table}")  # noqa: S608
    retrospectives = "SELECT id FROM ritual WHERE kind = 'retrospective'"
    joined = "action = 'attendance.joined' AND board_id IS NULL"
    op.execute(f"DELETE FROM event WHERE {joined}")  # noqa: S608
    op.execute(f"DELETE FROM attendance WHERE ritual_id IN ({retrospectives})")  # noqa: S608
    op.execute("DELETE FROM ritual WHERE kind = 'retrospective'")
