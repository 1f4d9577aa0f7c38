"""add waiver requests"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("asked_at", MOMENT, nullable=True))
        batch_op.alter_column("granted_at", existing_type=MOMENT, nullable=True)
        batch_op.create_foreign_key(op.f("fk_waiver_asked_by_id_user"), "user", ["asked_by_id"], ["id"])


def downgrade():
    op.execute("DELETE FROM waiver WHERE granted_at IS NULL")  # what was only asked for has no place there
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_waiver_asked_by_id_user"), type_="foreignkey")
        batch_op.alter_column("granted_at", existing_type=MOMENT, nullable=False)
        batch_op.drop_column("asked_at")
        batch_op.drop_column("asked_by_id")
