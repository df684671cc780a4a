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
        "admin_key",
        sa.Column("name", sa.String(length=8), nullable=False),
        sa.Column("hash", sa.String(length=44), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_admin_key")),
    )
    op.create_table(
        "admin_session",
        sa.Column("hash", sa.String(length=44), nullable=False),
        sa.Column("key_hash", sa.String(length=44), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_admin_session")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("actor_kind", sa.String(length=8), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_audit_entry")),
        info={"outlives": True},
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_id", ["id"], unique=False)

    op.create_table(
        "tally",
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("what", "who", name=op.f("pk_tally")),
    )
    with op.batch_alter_table("tally", schema=None) as batch_op:
        batch_op.create_index("ix_tally_ends_at", ["ends_at"], unique=False)

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
    op.create_table(
        "invitation",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("code_hash", sa.String(length=44), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("uses_max", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_invitation_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("uq_invitation_code", ["workspace_id", "code_hash"], unique=True)

    op.create_table(
        "webhook",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("types", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_webhook_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_webhook")),
        info={"stays": True},
    )
    op.create_table(
        "member_session",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("hash", sa.String(length=44), nullable=False),
        sa.Column("member_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "member_id"],
            ["member.workspace_id", "member.id"],
            name=op.f("fk_member_session_workspace_id_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "hash", name=op.f("pk_member_session")),
    )
    with op.batch_alter_table("member_session", schema=None) as batch_op:
        batch_op.create_index("ix_member_session_member", ["workspace_id", "member_id"], unique=False)

    with op.batch_alter_table("app", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(length=8), server_default="owner", nullable=False))

    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failure", sa.String(length=40), nullable=True))

    with op.batch_alter_table("credit_transfer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failure", sa.String(length=40), nullable=True))

    with op.batch_alter_table("event_feed", schema=None) as batch_op:
        batch_op.add_column(sa.Column("standard", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("uri", sa.Text(), nullable=True))

    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stems_from", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Take this revision back."""
    with op.batch_alter_table("workspace", schema=None) as batch_op:
        batch_op.drop_column("stems_from")

    with op.batch_alter_table("event_feed", schema=None) as batch_op:
        batch_op.drop_column("uri")
        batch_op.drop_column("standard")

    with op.batch_alter_table("credit_transfer", schema=None) as batch_op:
        batch_op.drop_column("failure")

    with op.batch_alter_table("authorisation", schema=None) as batch_op:
        batch_op.drop_column("failure")

    with op.batch_alter_table("app", schema=None) as batch_op:
        batch_op.drop_column("role")

    with op.batch_alter_table("member_session", schema=None) as batch_op:
        batch_op.drop_index("ix_member_session_member")

    op.drop_table("member_session")
    op.drop_table("webhook")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("uq_invitation_code")

    op.drop_table("invitation")
    op.drop_table("failure_rule")
    op.drop_table("event_callback")
    with op.batch_alter_table("tally", schema=None) as batch_op:
        batch_op.drop_index("ix_tally_ends_at")

    op.drop_table("tally")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_id")

    op.drop_table("audit_entry")
    op.drop_table("admin_session")
    op.drop_table("admin_key")
