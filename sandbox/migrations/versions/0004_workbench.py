"""Workbench."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "event_callback",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=False),
        sa.Column("app_id", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("standard", sa.String(length=40), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspace.id"],
            name=op.f("fk_event_callback_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "bank_id", "app_id", name=op.f("pk_event_callback")),
        info={"stays": True},
    )
    op.create_table(
        "failure_rule",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("bank_id", sa.String(length=40), nullable=True),
        sa.Column("app_id", sa.String(length=16), nullable=True),
        sa.Column("operation", sa.String(length=200), nullable=True),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("until", sa.String(length=27), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("met", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_failure_rule_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_failure_rule")),
    )
    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failure", sa.String(length=40), nullable=True))

    with op.batch_alter_table("credit_transfer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failure", sa.String(length=40), nullable=True))

    with op.batch_alter_table("event_feed", schema=None) as batch_op:
        batch_op.add_column(sa.Column("standard", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("uri", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take this revision back."""
    with op.batch_alter_table("event_feed", schema=None) as batch_op:
        batch_op.drop_column("uri")
        batch_op.drop_column("standard")

    with op.batch_alter_table("credit_transfer", schema=None) as batch_op:
        batch_op.drop_column("failure")

    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.drop_column("failure")

    op.drop_table("failure_rule")
    op.drop_table("event_callback")
